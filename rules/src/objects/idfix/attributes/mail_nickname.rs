//! `mailNickname`, which the tool spells `mailnickname`: length, characters, duplicates, blanks.
//!
//! The multi-tenant set only objects to periods at the beginning. The dedicated set has a rule on
//! periods at both ends, which throws its result away and so never reports: it has no part here. Its
//! rule on blanks concerns contacts alone, although the documentation names users too.

use waterline_facts::DirectoryObject;

use super::every_object;
use crate::objects::idfix::{
    chain::{Blank, Chain, Rule, Unique, common_name},
    is_class, patterns,
    row::Action,
};

const ATTRIBUTE: &str = "mailnickname";

/// Values must differ; a later holder with a mailbox may keep its own.
const UNIQUE: Unique = Unique {
    concerns: every_object,
    action: |object, _| {
        if object.mailbox {
            Action::Complete
        } else {
            Action::Edit
        }
    },
};

static MULTI_TENANT_RULES: [Rule; 3] = [
    Rule::Length(64),
    Rule::Character(&patterns::NICKNAME_MULTI_TENANT),
    Rule::Unique(UNIQUE),
];

static DEDICATED_RULES: [Rule; 4] = [
    Rule::Length(64),
    Rule::Character(&patterns::NICKNAME_DEDICATED),
    Rule::Unique(UNIQUE),
    Rule::Blank(Blank {
        concerns: |object| is_class(object, "contact"),
        fill: |object| Some(name_of(object)),
    }),
];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: ATTRIBUTE,
    values,
    rules: |_, _| &MULTI_TENANT_RULES,
};

pub(super) const DEDICATED: Chain = Chain {
    attribute: ATTRIBUTE,
    values,
    rules: |_, _| &DEDICATED_RULES,
};

fn values(object: &DirectoryObject) -> &[String] {
    object.mail_nickname.as_slice()
}

/// Given name and surname with a period between, else the account name, else the common name.
fn name_of(object: &DirectoryObject) -> String {
    let mut name = object.given_name.clone().unwrap_or_default();
    if let Some(surname) = &object.surname {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(surname);
    }
    if name.is_empty() {
        let account = object.sam_account_name.as_deref();
        account.unwrap_or(common_name(object)).clone_into(&mut name);
    }
    name
}

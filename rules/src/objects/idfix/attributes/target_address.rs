//! `targetAddress`: length, form, and in the dedicated set whether it is there at all.
//!
//! A value without a prefix is of no SMTP kind and escapes the test of addresses. That it equals
//! `mail` is documented for the dedicated set and was never coded, so nothing of it is here.

use waterline_facts::DirectoryObject;

use super::every_object;
use crate::objects::idfix::{
    chain::{Blank, Chain, Rule, Unique},
    is_class, patterns,
    row::Action,
    text,
};

const ATTRIBUTE: &str = "targetAddress";

const UNIQUE: Rule = Rule::Unique(Unique {
    concerns: every_object,
    action: |_, _| Action::Edit,
});

/// Users and contacts without a mailbox must have one; contacts get their mail address proposed.
const BLANK: Rule = Rule::Blank(Blank {
    concerns: |object| !object.mailbox && (is_class(object, "user") || is_class(object, "contact")),
    fill: |object| {
        let mail = object.mail.as_deref().unwrap_or_default();
        is_class(object, "contact").then(|| text::cut(&format!("SMTP:{mail}"), 256))
    },
});

static MULTI_TENANT_SMTP: [Rule; 5] = [
    Rule::Length(255),
    Rule::SecondColon,
    UNIQUE,
    Rule::Character(&patterns::TARGET_SMTP),
    Rule::Address,
];

static MULTI_TENANT_OTHER: [Rule; 4] = [
    Rule::Length(255),
    Rule::SecondColon,
    UNIQUE,
    Rule::Character(&patterns::TARGET_OTHER),
];

static DEDICATED_SMTP: [Rule; 3] = [Rule::Length(256), BLANK, Rule::Address];

static DEDICATED_OTHER: [Rule; 2] = [Rule::Length(256), BLANK];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: ATTRIBUTE,
    values,
    rules: |_, value| {
        if is_smtp(value) {
            &MULTI_TENANT_SMTP
        } else {
            &MULTI_TENANT_OTHER
        }
    },
};

pub(super) const DEDICATED: Chain = Chain {
    attribute: ATTRIBUTE,
    values,
    rules: |_, value| {
        if is_smtp(value) {
            &DEDICATED_SMTP
        } else {
            &DEDICATED_OTHER
        }
    },
};

fn values(object: &DirectoryObject) -> &[String] {
    object.target_address.as_slice()
}

fn is_smtp(value: Option<&str>) -> bool {
    value.is_some_and(|value| patterns::SMTP.is_match(value))
}

//! `mail`: length and duplicates; in the dedicated set white space and the form of an address too.

use waterline_facts::DirectoryObject;

use super::UNIQUE_UNLESS_MAIL_ENABLED;
use crate::objects::idfix::{
    chain::{Chain, Rule},
    patterns,
};

static MULTI_TENANT_RULES: [Rule; 2] =
    [Rule::Length(256), Rule::Unique(UNIQUE_UNLESS_MAIL_ENABLED)];

static DEDICATED_RULES: [Rule; 4] = [
    Rule::Length(256),
    Rule::Character(&patterns::MAIL_DEDICATED),
    Rule::Address,
    Rule::Unique(UNIQUE_UNLESS_MAIL_ENABLED),
];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: "mail",
    values,
    rules: |_, _| &MULTI_TENANT_RULES,
};

pub(super) const DEDICATED: Chain = Chain {
    attribute: "mail",
    values,
    rules: |_, _| &DEDICATED_RULES,
};

fn values(object: &DirectoryObject) -> &[String] {
    object.mail.as_slice()
}

//! `proxyAddresses`: each value by itself, by rules that depend on its kind.
//!
//! Duplicates are looked for with the prefix, so `sip:a@b` is none of `smtp:a@b`, and before
//! characters are removed. A value is of SMTP kind if `smtp:` occurs anywhere in it. The multi-tenant
//! set flags apostrophes in X.400 and X.500 addresses, although they work and replies need them.

use waterline_facts::DirectoryObject;

use super::every_object;
use crate::objects::idfix::{
    chain::{Chain, Rule, Unique},
    patterns,
    row::Action,
    text::starts_with,
};

const ATTRIBUTE: &str = "proxyAddresses";
const LENGTH: Rule = Rule::Length(256);

const UNIQUE: Rule = Rule::Unique(Unique {
    concerns: every_object,
    action: duplicate_action,
});

static MULTI_TENANT_SMTP: [Rule; 5] = [
    LENGTH,
    Rule::SecondColon,
    UNIQUE,
    Rule::Character(&patterns::PROXY_SMTP),
    Rule::Address,
];

static MULTI_TENANT_X400_X500: [Rule; 4] = [
    LENGTH,
    Rule::SecondColon,
    UNIQUE,
    Rule::Character(&patterns::X400_X500),
];

static MULTI_TENANT_OTHER: [Rule; 4] = [
    LENGTH,
    Rule::SecondColon,
    UNIQUE,
    Rule::Character(&patterns::PROXY_OTHER),
];

static DEDICATED_SMTP: [Rule; 4] = [LENGTH, Rule::SecondColon, UNIQUE, Rule::Address];

static DEDICATED_OTHER: [Rule; 3] = [LENGTH, Rule::SecondColon, UNIQUE];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: ATTRIBUTE,
    values,
    rules: |_, value| match value {
        Some(value) if patterns::SMTP.is_match(value) => &MULTI_TENANT_SMTP,
        Some(value) if patterns::IS_X400_X500.is_match(value) => &MULTI_TENANT_X400_X500,
        _ => &MULTI_TENANT_OTHER,
    },
};

pub(super) const DEDICATED: Chain = Chain {
    attribute: ATTRIBUTE,
    values,
    rules: |_, value| match value {
        Some(value) if patterns::SMTP.is_match(value) => &DEDICATED_SMTP,
        _ => &DEDICATED_OTHER,
    },
};

fn values(object: &DirectoryObject) -> &[String] {
    &object.proxy_addresses
}

/// An address of SMTP kind may stay with a later holder that has a nickname, and is to go from one
/// that has none.
fn duplicate_action(object: &DirectoryObject, value: &str) -> Action {
    let is_smtp = patterns::SMTP.is_match(value);
    match object.mail_nickname {
        None if is_smtp => Action::Remove,
        Some(_) if starts_with(value, "smtp:") => Action::Complete,
        _ => Action::Edit,
    }
}

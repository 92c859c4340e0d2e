//! `displayName`: length, and not blank.
//!
//! The multi-tenant set reports every object without one. White space alone passes there, and is
//! trimmed away in the dedicated set, where groups alone must have one.

use waterline_facts::DirectoryObject;

use super::every_object;
use crate::objects::idfix::{
    chain::{Blank, Chain, Rule, common_name},
    is_class, patterns, text,
};

static MULTI_TENANT_RULES: [Rule; 2] = [
    Rule::Length(255),
    Rule::Blank(Blank {
        concerns: every_object,
        fill: |object| Some(common_name(object).to_owned()),
    }),
];

static DEDICATED_RULES: [Rule; 3] = [
    Rule::Length(256),
    Rule::Character(&patterns::DISPLAY_NAME_DEDICATED),
    Rule::Blank(Blank {
        concerns: |object| is_class(object, "group"),
        fill: |object| Some(text::cut(common_name(object), 255)),
    }),
];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: "displayName",
    values,
    rules: |_, _| &MULTI_TENANT_RULES,
};

pub(super) const DEDICATED: Chain = Chain {
    attribute: "displayName",
    values,
    rules: |_, _| &DEDICATED_RULES,
};

fn values(object: &DirectoryObject) -> &[String] {
    object.display_name.as_slice()
}

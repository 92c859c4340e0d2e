//! `userPrincipalName`: length, characters, form and duplicates; in the multi-tenant set alone.
//!
//! A missing one is no error. The limits of 64 and 48 characters before and after the `@` are
//! documented and never tested; the apostrophe is refused although the service takes it.

use super::UNIQUE_UNLESS_MAIL_ENABLED;
use crate::objects::idfix::{
    chain::{Chain, Rule},
    patterns,
};

static RULES: [Rule; 4] = [
    Rule::Length(113),
    Rule::Character(&patterns::UPN),
    Rule::Address,
    Rule::Unique(UNIQUE_UNLESS_MAIL_ENABLED),
];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: "userPrincipalName",
    values: |object| object.user_principal_name.as_slice(),
    rules: |_, _| &RULES,
};

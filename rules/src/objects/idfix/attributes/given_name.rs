//! `givenName`: length; in the multi-tenant set alone.

use crate::objects::idfix::chain::{Chain, Rule};

static RULES: [Rule; 1] = [Rule::Length(63)];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: "givenName",
    values: |object| object.given_name.as_slice(),
    rules: |_, _| &RULES,
};

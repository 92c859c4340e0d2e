//! `sAMAccountName`: length, characters, and duplicates among objects without a user principal name;
//! in the multi-tenant set alone.
//!
//! Users have 20 characters, all others 256: `inetOrgPerson` is no user to the tool. Length and
//! characters are tested whether or not there is a user principal name, although the documentation
//! says otherwise.

use waterline_facts::DirectoryObject;

use super::complete_if_mail_enabled;
use crate::objects::idfix::{
    chain::{Chain, Rule, Unique},
    is_class, patterns,
};

const CHARACTER: Rule = Rule::Character(&patterns::ACCOUNT_NAME);

const UNIQUE: Rule = Rule::Unique(Unique {
    concerns: |object: &DirectoryObject| object.user_principal_name.is_none(),
    action: complete_if_mail_enabled,
});

static USER: [Rule; 3] = [Rule::Length(20), CHARACTER, UNIQUE];

static OTHER: [Rule; 3] = [Rule::Length(256), CHARACTER, UNIQUE];

pub(super) const MULTI_TENANT: Chain = Chain {
    attribute: "sAMAccountName",
    values: |object| object.sam_account_name.as_slice(),
    rules: |object, _| {
        if is_class(object, "user") {
            &USER
        } else {
            &OTHER
        }
    },
};

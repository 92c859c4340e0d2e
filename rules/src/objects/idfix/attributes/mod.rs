//! The chains of both rule sets, one file an attribute, in the order in which the tool runs them.

mod display_name;
mod given_name;
mod mail;
mod mail_nickname;
mod proxy_addresses;
mod sam_account_name;
mod target_address;
mod user_principal_name;

use waterline_facts::DirectoryObject;

use super::{
    chain::{Chain, Unique},
    row::Action,
};

/// The set for services that many tenants share; the tool's default.
pub static MULTI_TENANT: [Chain; 8] = [
    display_name::MULTI_TENANT,
    given_name::MULTI_TENANT,
    mail::MULTI_TENANT,
    mail_nickname::MULTI_TENANT,
    proxy_addresses::MULTI_TENANT,
    sam_account_name::MULTI_TENANT,
    target_address::MULTI_TENANT,
    user_principal_name::MULTI_TENANT,
];

/// The set for dedicated services.
pub static DEDICATED: [Chain; 5] = [
    display_name::DEDICATED,
    mail::DEDICATED,
    mail_nickname::DEDICATED,
    proxy_addresses::DEDICATED,
    target_address::DEDICATED,
];

/// Values must differ; a later holder with a nickname may keep its own.
const UNIQUE_UNLESS_MAIL_ENABLED: Unique = Unique {
    concerns: every_object,
    action: complete_if_mail_enabled,
};

fn every_object(_: &DirectoryObject) -> bool {
    true
}

fn complete_if_mail_enabled(object: &DirectoryObject, _: &str) -> Action {
    match object.mail_nickname {
        Some(_) => Action::Complete,
        None => Action::Edit,
    }
}

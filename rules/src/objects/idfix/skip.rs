//! Which objects the withdrawn tool asks for, and which of these it skips.
//!
//! Skipped objects are not checked, and their values are not recorded, so nothing duplicates them.
//! The prefixes of common names hit real people ("Guest Relations", "Administration Team"). Two of
//! its exclusions never work, and so do not here: recipient types are compared in hexadecimal while
//! LDAP tells them in decimal, and the dedicated set never asks for `isCriticalSystemObject`. An
//! attribute that cannot be read (a group without `groupType`) ends the test without skipping.

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{RuleSet, chain::common_name, is_class, text::starts_with};

/// Prefixes of common names.
const COMMON_NAMES: [&str; 15] = [
    "Admini",
    "CAS_{",
    "DiscoverySearchMailbox",
    "FederatedEmail",
    "Guest",
    "HTTPConnector",
    "krbtgt",
    "iusr_",
    "iwam",
    "msol",
    "support_",
    "SystemMailbox",
    "WWIOadmini",
    "HealthMailbox",
    "Exchange Online-ApplicationAccount",
];

/// The mark of an object that lost a replication conflict. The tool searches for a NUL and this; by
/// the rules of a culture the NUL has no weight, so it is this alone. Inferred from its code, and
/// not seen on its own platform.
const CONFLICT: &str = "acnf:";

/// Whether the tool's search brings the object.
pub fn is_asked_for(object: &DirectoryObject, rules: RuleSet) -> bool {
    let kinds = [ObjectKind::User, ObjectKind::Group, ObjectKind::Contact];
    kinds.contains(&object.kind) && (rules == RuleSet::MultiTenant || object.mail.is_some())
}

/// Whether the tool skips the object.
pub fn is_skipped(object: &DirectoryObject, rules: RuleSet) -> bool {
    let anywhere = has_skipped_name(object) || is_conflict(object);
    match rules {
        RuleSet::Dedicated => anywhere,
        RuleSet::MultiTenant => {
            anywhere || object.critical || is_skipped_user(object) || is_skipped_group(object)
        }
    }
}

fn has_skipped_name(object: &DirectoryObject) -> bool {
    let name = common_name(object);
    name.ends_with('$') || starts_with_any(Some(name), &COMMON_NAMES)
}

fn is_conflict(object: &DirectoryObject) -> bool {
    object.dn.to_ascii_lowercase().contains(CONFLICT)
}

fn is_skipped_user(object: &DirectoryObject) -> bool {
    let account = object.sam_account_name.as_deref();
    let nickname = object.mail_nickname.as_deref();
    let is_hidden = object.hidden_from_address_lists;
    is_class(object, "user")
        && (starts_with_any(account, &["CAS_", "SUPPORT_", "MSOL_"])
            || starts_with_any(nickname, &["CAS_", "SYSTEMMAILBOX"])
            || (is_hidden && starts_with_any(object.display_name.as_deref(), &["MSOL"])))
}

/// Security groups without mail, and distribution groups without proxy addresses.
fn is_skipped_group(object: &DirectoryObject) -> bool {
    is_class(object, "group")
        && match object.group_type {
            Some(..0) => object.mail.is_none(),
            Some(0..) => object.proxy_addresses.is_empty(),
            None => false,
        }
}

fn starts_with_any(value: Option<&str>, prefixes: &[&str]) -> bool {
    value.is_some_and(|value| prefixes.iter().any(|prefix| starts_with(value, prefix)))
}

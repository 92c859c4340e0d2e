//! Which objects synchronisation takes, by the default rules of Entra Connect.
//!
//! Critical system objects, replication conflicts, the accounts of the synchronisation itself and
//! Exchange's system mailboxes never reach the tenant, so faults in them are no work for anybody.
//! Disabled accounts do reach it and are checked. Name prefixes that the old tool skipped
//! ("Admini…", "Guest…") also hit real people and are not used.
//! Source: Entra Connect Sync, default configuration (2024-12-05).

use waterline_facts::{DirectoryObject, objects::ObjectKind};

/// Marks an object that lost a replication conflict, as it stands in a distinguished name: an
/// escaped line feed, then the marker.
const CONFLICT: &str = "\\0acnf:";

/// Whether objects of this kind are checked: users, groups and contacts.
pub fn is_checked(object: &DirectoryObject) -> bool {
    matches!(
        object.kind,
        ObjectKind::User | ObjectKind::Group | ObjectKind::Contact
    )
}

/// Whether synchronisation leaves the object out whatever its attributes hold.
pub fn is_left_out(object: &DirectoryObject) -> bool {
    object.critical || is_conflict(object) || is_service(object) || is_exchange_system(object)
}

fn is_conflict(object: &DirectoryObject) -> bool {
    object.dn.to_ascii_lowercase().contains(CONFLICT)
}

fn is_service(object: &DirectoryObject) -> bool {
    let Some(name) = object.sam_account_name.as_deref() else {
        return false;
    };
    match object.kind {
        ObjectKind::User => {
            starts_with(name, "AAD_")
                || starts_with(name, "MSOL_")
                || name.eq_ignore_ascii_case("SUPPORT_388945a0")
        }
        ObjectKind::Group => name.eq_ignore_ascii_case("MSOL_AD_Sync_RichCoexistence"),
        _ => false,
    }
}

fn is_exchange_system(object: &DirectoryObject) -> bool {
    let nickname = object.mail_nickname.as_deref().unwrap_or_default();
    let account = object.sam_account_name.as_deref().unwrap_or_default();
    let client_access = |name: &str| starts_with(name, "CAS_") && name.contains('}');
    starts_with(nickname, "SystemMailbox{") || client_access(nickname) || client_access(account)
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

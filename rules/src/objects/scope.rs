//! Which objects synchronisation takes, by the default rules of Entra Connect.
//!
//! Critical system objects, replication conflicts, the accounts of the synchronisation itself, what
//! it wrote back, and Exchange's system mailboxes never reach the tenant, so faults in them are no work for anybody.
//! Disabled accounts do reach it and are checked. Name prefixes that the old tool skipped
//! ("Admini…", "Guest…") also hit real people and are not used.
//! Source: Entra Connect Sync, default configuration (2024-12-05).

use waterline_facts::{DirectoryObject, objects::ObjectKind};

/// Marks an object that lost a replication conflict, as it stands in a distinguished name: an
/// escaped line feed, then the marker.
const CONFLICT: &str = "0ACNF:";

/// Recipients of these kinds are left out if they are users: public folders, system mailboxes,
/// mailbox plans, discovery mailboxes and the like.
const SPECIAL_USERS: i64 = 0x21C0_7000;
/// Recipients of this kind are left out if they are groups: those of Exchange's roles.
const SPECIAL_GROUPS: i64 = 0x4000_0000;

/// What is done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A user, group or contact that is synchronised: checked in full.
    Synchronised,
    /// A computer: looked at for what keeps it from being joined.
    Computer,
    /// An object that synchronisation leaves out whatever its attributes hold.
    LeftOut,
    /// An object of another kind: passed over.
    Elsewhere,
}

impl Scope {
    /// That of an object.
    pub fn of(object: &DirectoryObject) -> Self {
        match object.kind {
            ObjectKind::ServiceAccount => Self::Elsewhere,
            _ if is_left_out(object) => Self::LeftOut,
            ObjectKind::Computer => Self::Computer,
            ObjectKind::User | ObjectKind::Group | ObjectKind::Contact => Self::Synchronised,
        }
    }
}

fn is_left_out(object: &DirectoryObject) -> bool {
    object.critical
        || object.written_back
        || is_conflict(object)
        || is_service(object)
        || is_exchange_system(object)
        || is_special_recipient(object)
}

/// Whether the object lost a replication conflict, by its name or its account name.
pub fn is_conflict(object: &DirectoryObject) -> bool {
    let account = object.sam_account_name.as_deref().unwrap_or_default();
    let is_escaped = memchr::memchr(b'\\', object.dn.as_bytes()).is_some();
    let mut parts = object.dn.split('\\').skip(1);
    starts_with(account, "$DUPLICATE-")
        || (is_escaped && parts.any(|part| starts_with(part, CONFLICT)))
}

fn is_service(object: &DirectoryObject) -> bool {
    let Some(name) = object.sam_account_name.as_deref() else {
        return false;
    };
    match object.kind {
        ObjectKind::User => {
            starts_with(name, "AAD_")
                || starts_with(name, "MSOL_")
                // Keys of Kerberos, such as krbtgt_AzureAD: nobody signs in with them.
                || starts_with(name, "krbtgt_")
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

fn is_special_recipient(object: &DirectoryObject) -> bool {
    let has = |bits: i64| object.recipient_type.is_some_and(|kind| kind & bits != 0);
    match object.kind {
        ObjectKind::User => has(SPECIAL_USERS),
        ObjectKind::Group => has(SPECIAL_GROUPS),
        ObjectKind::Contact => {
            let name = object.display_name.as_deref().unwrap_or_default();
            object.hidden_from_address_lists && name.contains("(MSOL)")
        }
        _ => false,
    }
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

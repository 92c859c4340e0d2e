//! The values of an object for which objects compete, and in which name space each does.
//!
//! User principal name, `mail`, and the SMTP values of `proxyAddresses` and `targetAddress` are one
//! name space: the service takes an address from one object only, in whichever attribute it
//! stands. Addresses of other kinds are compared with their prefix. Account names and aliases are
//! name spaces of their own; so are the GUIDs by which objects are known and anchored.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{
    address::{self, Address},
    text::{Hashing, Key, fold, trimmed},
    values,
};

/// Name spaces, as part of the hash.
const IDENTITY: u8 = 0;
const MAIL: u8 = 1;
const OTHER: u8 = 2;
const ACCOUNT: u8 = 3;
const NICKNAME: u8 = 4;

/// In which ways an object holds a value: bits, whose meaning depends on the name space.
pub type Ways = u8;

/// Mail addresses: as user principal name.
pub const AS_UPN: Ways = 1;
/// Mail addresses: as `mail`.
pub const AS_MAIL: Ways = 2;
/// Addresses: in `proxyAddresses`.
pub const AS_PROXY: Ways = 4;
/// Addresses: as `targetAddress`.
pub const AS_TARGET: Ways = 8;
/// Account names: somebody's.
pub const AS_ACCOUNT: Ways = 1;
/// Account names: of a user without a user principal name.
pub const WITHOUT_UPN: Ways = 2;
/// Aliases.
pub const AS_NICKNAME: Ways = 1;
/// GUIDs: as the object's own.
pub const AS_GUID: Ways = 1;
/// GUIDs: as the object's own, but not its source anchor.
pub const NOT_ANCHOR: Ways = 2;
/// GUIDs: as source anchor, taken over from another object.
pub const AS_ANCHOR: Ways = 4;

/// Any value: of an object that is not synchronised, so that it is not free but no duplicate.
pub const NOT_SYNCED: Ways = 16;

/// Any value: not held, but proposed for the object.
pub const PROPOSED: Ways = 32;

/// What kind of values meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// GUIDs.
    Identity,
    /// Mail addresses and user principal names.
    Mail,
    /// Addresses of other kinds.
    Other,
    /// Account names.
    Account,
    /// Aliases.
    Nickname,
}

/// Where in an object a value stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// `mS-DS-ConsistencyGuid`.
    Anchor,
    /// `userPrincipalName`.
    Upn,
    /// `mail`.
    Mail,
    /// `proxyAddresses`, this one.
    Proxy(u32),
    /// `targetAddress`.
    Target,
    /// `sAMAccountName`.
    Account,
    /// `mailNickname`.
    Nickname,
}

/// A value that an object holds.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The hash of the value in its name space.
    pub key: Key,
    /// How it is held.
    pub ways: Ways,
    /// Where it stands.
    pub place: Place,
}

/// The key by which an object is known: its GUID, else its distinguished name.
pub fn identity(object: &DirectoryObject, hashing: &Hashing) -> Option<Key> {
    let known_by = if object.guid.is_empty() {
        &object.dn
    } else {
        &object.guid
    };
    hashing.of(IDENTITY, known_by)
}

/// Values of an object that are held against the next one, lest it counts twice: enough for all but
/// long lists.
const COMPARED: usize = 12;

/// Every value of an object for which objects compete, but for its identity.
pub struct Own<'a> {
    hashing: &'a Hashing,
    into: &'a mut Vec<Held>,
    start: usize,
}

impl<'a> Own<'a> {
    /// Collects the values of one object.
    pub fn new(hashing: &'a Hashing, into: &'a mut Vec<Held>) -> Self {
        let start = into.len();
        Self {
            hashing,
            into,
            start,
        }
    }

    /// All by which others find it: addresses, account name, alias.
    pub fn names(&mut self, object: &DirectoryObject) {
        self.addresses(object);
        let upn = object.user_principal_name.as_deref().unwrap_or_default();
        if let Some(name) = &object.sam_account_name {
            let alone = object.kind == ObjectKind::User && upn.is_empty();
            let ways = if alone { WITHOUT_UPN } else { AS_ACCOUNT };
            self.hold(self.hashing.of(ACCOUNT, name), ways, Place::Account);
        }
        if let Some(alias) = &object.mail_nickname {
            let key = self.hashing.of(NICKNAME, alias);
            self.hold(key, AS_NICKNAME, Place::Nickname);
        }
    }

    /// Its source anchor, if that is another than its identity.
    pub fn anchor(&mut self, object: &DirectoryObject) {
        if let Some(anchor) = values::foreign_anchor(object) {
            let key = self.hashing.of(IDENTITY, anchor);
            self.hold(key, AS_ANCHOR, Place::Anchor);
        }
    }

    /// The account name alone.
    pub fn account(&mut self, object: &DirectoryObject) {
        let name = object.sam_account_name.as_deref().unwrap_or_default();
        self.hold(self.hashing.of(ACCOUNT, name), AS_ACCOUNT, Place::Account);
    }

    /// Mostly the sign-in name is the mail address, and that is among the proxy addresses: it is
    /// hashed once.
    fn addresses(&mut self, object: &DirectoryObject) {
        let hashing = self.hashing;
        let mut main = ("", None);
        let mut key = |mail| {
            if main.0 != mail {
                main = (mail, hashing.of(MAIL, mail));
            }
            main.1
        };
        if let (ObjectKind::User, Some(upn)) = (object.kind, object.user_principal_name.as_deref())
        {
            self.hold(key(upn), AS_UPN, Place::Upn);
        }
        if let Some(mail) = object.mail.as_deref() {
            self.hold(key(mail), AS_MAIL, Place::Mail);
        }
        let main = main;
        let key = |value| match address::kind(trimmed(value)) {
            Address::Smtp(mail) if mail == main.0 => main.1,
            Address::Smtp(mail) => hashing.of(MAIL, mail),
            Address::Other(value) => hashing.of(OTHER, value),
        };
        for (value, number) in object.proxy_addresses.iter().zip(0..) {
            self.hold(key(value), AS_PROXY, Place::Proxy(number));
        }
        if let Some(target) = &object.target_address {
            self.hold(key(target), AS_TARGET, Place::Target);
        }
    }

    fn hold(&mut self, key: Option<Key>, ways: Ways, place: Place) {
        let Some(key) = key else {
            return;
        };
        let mut own = self.into[self.start..].iter_mut().take(COMPARED);
        match own.find(|held| held.key == key) {
            Some(held) => held.ways |= ways,
            None => self.into.push(Held { key, ways, place }),
        }
    }
}

/// The key of a value that is proposed for an attribute; none where nobody competes.
pub fn proposed(attribute: &str, value: &str, hashing: &Hashing) -> Option<Key> {
    match attribute {
        "userPrincipalName" | "mail" => hashing.of(MAIL, value),
        "proxyAddresses" | "targetAddress" => match address::kind(trimmed(value)) {
            Address::Smtp(mail) => hashing.of(MAIL, mail),
            Address::Other(value) => hashing.of(OTHER, value),
        },
        "sAMAccountName" => hashing.of(ACCOUNT, value),
        "mailNickname" => hashing.of(NICKNAME, value),
        _ => None,
    }
}

/// The same value as it is compared, and its name space.
pub fn proposed_value(attribute: &str, value: &str) -> (Space, String) {
    match attribute {
        "proxyAddresses" | "targetAddress" => address_value(value),
        "sAMAccountName" => (Space::Account, fold(value)),
        "mailNickname" => (Space::Nickname, fold(value)),
        _ => (Space::Mail, fold(value)),
    }
}

/// The value that stands in a place of an object, as it is compared, and its name space.
pub fn value(object: &DirectoryObject, place: Place) -> (Space, String) {
    let text = |value: &Option<String>| fold(value.as_deref().unwrap_or_default());
    match place {
        Place::Anchor => (Space::Identity, text(&object.consistency_guid)),
        Place::Upn => (Space::Mail, text(&object.user_principal_name)),
        Place::Mail => (Space::Mail, text(&object.mail)),
        Place::Proxy(number) => {
            let at = usize::try_from(number).ok();
            let proxy = at.and_then(|at| object.proxy_addresses.get(at));
            address_value(proxy.map(String::as_str).unwrap_or_default())
        }
        Place::Target => address_value(object.target_address.as_deref().unwrap_or_default()),
        Place::Account => (Space::Account, text(&object.sam_account_name)),
        Place::Nickname => (Space::Nickname, text(&object.mail_nickname)),
    }
}

fn address_value(value: &str) -> (Space, String) {
    match address::kind(trimmed(value)) {
        Address::Smtp(mail) => (Space::Mail, fold(mail)),
        Address::Other(value) => (Space::Other, fold(value)),
    }
}

//! Users, groups, contacts, computers and service accounts: one pass, counted and passed on.
//!
//! Nothing is kept but counts. The contacts below the AD FS container are no people but hiding
//! places of keys, and are dropped.

use async_trait::async_trait;
use jiff::Timestamp;
use waterline_facts::{
    DirectoryObject, Gap, Reason, Seen,
    directory::{ComputerGroup, CountFacts},
    objects::ObjectKind,
};

use super::{
    computers::Computers,
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, Reader, Stop},
    values,
};
use crate::context::{ObjectSink, Progress};

/// Set in `userAccountControl` of an account that is disabled.
const DISABLED: i64 = 0x2;

/// Below it AD FS keeps the keys to its certificates, as photos of contacts.
const ADFS: &str = "cn=adfs,cn=microsoft,cn=program data,";

/// The search that brings all objects.
pub(super) fn query() -> Query {
    let person = |class| vec![Filter::Category("person"), Filter::Class(class)];
    Query {
        base: Place::Objects,
        scope: Scope::Subtree,
        filter: Filter::Either(vec![
            Filter::All(person("user")),
            Filter::All(person("inetOrgPerson")),
            Filter::All(person("contact")),
            Filter::Category("group"),
            // Managed service accounts are computers by class, not by category.
            Filter::Class("computer"),
        ]),
        attributes: &[
            "displayName",
            "isCriticalSystemObject",
            "lastLogonTimestamp",
            "mail",
            "mailNickname",
            "objectClass",
            "objectGUID",
            "operatingSystem",
            "operatingSystemVersion",
            "proxyAddresses",
            "sAMAccountName",
            "targetAddress",
            "userAccountControl",
            "userPrincipalName",
        ],
        witness: Place::Domain(""),
    }
}

/// Counts objects and passes them on.
pub(super) struct Objects<'a> {
    /// Where they go.
    pub sink: &'a ObjectSink,
    /// Where it is told how many there were.
    pub progress: &'a Progress,
    /// The moment at which a logon is recent or old.
    pub now: Timestamp,
    /// What was counted.
    pub counts: Counts,
}

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    all: u64,
    users: Accounts,
    groups: u64,
    contacts: u64,
    machines: Accounts,
    computers: Computers,
}

#[derive(Debug, Default, Clone, Copy)]
struct Accounts {
    all: u64,
    disabled: u64,
    /// Those that do not say whether they are disabled.
    mute: u64,
}

#[async_trait]
impl Reader for Objects<'_> {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        let mut objects = Vec::with_capacity(batch.len());
        for entry in &batch {
            if let Some(object) = object(entry) {
                let mute = entry.value("userAccountControl").is_none();
                self.counts.count(&object, mute, self.now);
                objects.push(object);
            }
        }
        self.progress.advance(objects.len() as u64);
        self.sink.send(objects).await;
        Ok(())
    }
}

/// What is known once the objects were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Inventory {
    /// How many came.
    pub objects_read: Seen<u64>,
    /// How many of each kind.
    pub counts: CountFacts,
    /// Computers by operating system.
    pub computers: Seen<Vec<ComputerGroup>>,
}

impl Inventory {
    /// Nothing is known of the objects, for this reason.
    pub fn unknown(gap: &Gap) -> Self {
        let unknown = || Seen::Unknown(gap.clone());
        Self {
            objects_read: unknown(),
            computers: Seen::Unknown(gap.clone()),
            counts: CountFacts {
                users: unknown(),
                users_disabled: unknown(),
                groups: unknown(),
                contacts: unknown(),
                computers: unknown(),
                computers_disabled: unknown(),
            },
        }
    }
}

/// Reads all objects. If the reading is cut short, no count is known: a part of a number would pass
/// for the whole.
pub(super) async fn learn(directory: &dyn Directory, mut objects: Objects<'_>) -> Inventory {
    match directory.search(&query(), &mut objects).await {
        Ok(()) => objects.counts.inventory(),
        Err(Stop::NoBase) => Inventory::unknown(
            &Gap::new(Reason::Denied, "the base of the objects may not be seen")
                .with_remedy("check --base"),
        ),
        Err(Stop::Failed(gap)) => Inventory::unknown(&gap),
    }
}

impl Counts {
    fn count(&mut self, object: &DirectoryObject, mute: bool, now: Timestamp) {
        self.all += 1;
        match object.kind {
            ObjectKind::User => self.users.count(object.disabled, mute),
            ObjectKind::Computer => {
                self.machines.count(object.disabled, mute);
                self.computers.count(object, now);
            }
            ObjectKind::Group => self.groups += 1,
            ObjectKind::Contact => self.contacts += 1,
            ObjectKind::ServiceAccount => {}
        }
    }

    fn inventory(self) -> Inventory {
        Inventory {
            objects_read: Seen::Known(self.all),
            computers: self.machines.told().map(|_| self.computers.groups()),
            counts: CountFacts {
                users: Seen::Known(self.users.all),
                users_disabled: self.users.told(),
                groups: Seen::Known(self.groups),
                contacts: Seen::Known(self.contacts),
                computers: Seen::Known(self.machines.all),
                computers_disabled: self.machines.told(),
            },
        }
    }
}

impl Accounts {
    fn count(&mut self, disabled: bool, mute: bool) {
        self.all += 1;
        self.disabled += u64::from(disabled);
        self.mute += u64::from(mute);
    }

    /// How many are disabled; unknown where none says so, as in an export without the attribute.
    fn told(self) -> Seen<u64> {
        if self.all > 0 && self.mute == self.all {
            return Seen::unknown(Reason::Denied, "no account shows its userAccountControl");
        }
        Seen::Known(self.disabled)
    }
}

/// What kind of object an entry is. The classes decide: computers are users by class too.
pub(super) fn kind(entry: &Entry) -> Option<ObjectKind> {
    let is = |class| entry.has("objectClass", class);
    if is("msDS-ManagedServiceAccount") || is("msDS-GroupManagedServiceAccount") {
        Some(ObjectKind::ServiceAccount)
    } else if is("computer") {
        Some(ObjectKind::Computer)
    } else if is("user") || is("inetOrgPerson") {
        Some(ObjectKind::User)
    } else if is("group") {
        Some(ObjectKind::Group)
    } else if is("contact") {
        Some(ObjectKind::Contact)
    } else {
        None
    }
}

/// An object with nothing but its kind and name.
pub(super) fn blank(kind: ObjectKind, dn: String) -> DirectoryObject {
    DirectoryObject {
        kind,
        dn,
        guid: String::new(),
        sam_account_name: None,
        user_principal_name: None,
        mail: None,
        mail_nickname: None,
        display_name: None,
        proxy_addresses: Vec::new(),
        target_address: None,
        disabled: false,
        critical: false,
        operating_system: None,
        operating_system_version: None,
        last_logon_s: None,
    }
}

fn object(entry: &Entry) -> Option<DirectoryObject> {
    let kind = kind(entry)?;
    if kind == ObjectKind::Contact && entry.dn.to_ascii_lowercase().contains(ADFS) {
        return None;
    }
    let logon = entry
        .integer("lastLogonTimestamp")
        .and_then(values::filetime);
    Some(DirectoryObject {
        guid: entry
            .value("objectGUID")
            .and_then(values::guid)
            .unwrap_or_default(),
        sam_account_name: entry.text("sAMAccountName"),
        user_principal_name: entry.text("userPrincipalName"),
        mail: entry.text("mail"),
        mail_nickname: entry.text("mailNickname"),
        display_name: entry.text("displayName"),
        proxy_addresses: entry.texts("proxyAddresses"),
        target_address: entry.text("targetAddress"),
        disabled: entry
            .integer("userAccountControl")
            .is_some_and(|uac| uac & DISABLED != 0),
        critical: entry.has("isCriticalSystemObject", "TRUE"),
        operating_system: entry.text("operatingSystem"),
        operating_system_version: entry.text("operatingSystemVersion"),
        last_logon_s: logon.map(Timestamp::as_second),
        ..blank(kind, values::text(entry.dn.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(dn: &str, classes: &[&str], attributes: &[(&str, &str)]) -> Entry {
        let classes = classes
            .iter()
            .map(|class| class.as_bytes().to_vec())
            .collect();
        let mut entry = Entry {
            dn: dn.to_owned(),
            ..Entry::default()
        };
        entry.attributes.push(("objectClass".to_owned(), classes));
        for (name, value) in attributes {
            entry
                .attributes
                .push(((*name).to_owned(), vec![value.as_bytes().to_vec()]));
        }
        entry
    }

    #[test]
    fn classes_decide_the_kind() {
        let cases: [(&[&str], Option<ObjectKind>); 8] = [
            (
                &["top", "person", "organizationalPerson", "user"],
                Some(ObjectKind::User),
            ),
            (
                &["top", "person", "user", "inetOrgPerson"],
                Some(ObjectKind::User),
            ),
            (&["top", "user", "computer"], Some(ObjectKind::Computer)),
            (
                &["top", "user", "computer", "msDS-GroupManagedServiceAccount"],
                Some(ObjectKind::ServiceAccount),
            ),
            (&["top", "group"], Some(ObjectKind::Group)),
            (&["top", "person", "contact"], Some(ObjectKind::Contact)),
            (&["top", "container"], None),
            (&[], None),
        ];
        for (classes, expected) in cases {
            assert_eq!(kind(&entry("CN=a", classes, &[])), expected, "{classes:?}");
        }
    }

    #[test]
    fn contacts_that_hide_keys_are_dropped() {
        let dn = "CN=key,CN=farm,CN=ADFS,CN=Microsoft,CN=Program Data,DC=corp,DC=test";
        assert!(object(&entry(dn, &["contact"], &[])).is_none());
        assert!(object(&entry("CN=Jane,DC=corp,DC=test", &["contact"], &[])).is_some());
    }

    #[test]
    fn attributes_are_carried_as_they_are() {
        let user = object(&entry(
            "CN=Jane,DC=corp,DC=test",
            &["user"],
            &[
                ("userPrincipalName", " Jane@Corp.Test "),
                ("userAccountControl", "514"),
                ("isCriticalSystemObject", "TRUE"),
                ("lastLogonTimestamp", "116444736010000000"),
            ],
        ))
        .unwrap();
        assert_eq!(
            user.user_principal_name.as_deref(),
            Some(" Jane@Corp.Test ")
        );
        assert!(user.disabled && user.critical);
        assert_eq!(user.last_logon_s, Some(1));
    }

    #[test]
    fn disabled_is_unknown_if_no_account_tells() {
        let mut mute = Accounts::default();
        mute.count(false, true);
        assert!(mute.told().is_unknown());
        mute.count(true, false);
        assert_eq!(mute.told(), Seen::Known(1));
        assert_eq!(Accounts::default().told(), Seen::Known(0));
    }
}

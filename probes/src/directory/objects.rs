//! Users, groups, contacts, computers and service accounts: one pass, counted and passed on.
//!
//! Nothing is kept but counts. The contacts below the AD FS container are no people but hiding
//! places of keys, and are dropped.

use async_trait::async_trait;
use jiff::Timestamp;
use waterline_facts::{DirectoryObject, Gap, Reason, objects::ObjectKind};

use super::{
    entry::Entry,
    inventory::{Counts, Inventory},
    query::{Filter, Place, Query, Scope},
    source::{Directory, Reader, Stop},
    values,
};
use crate::context::{ObjectSink, Progress};

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
            "accountExpires",
            "adminCount",
            "adminDescription",
            "cn",
            "displayName",
            "givenName",
            "groupType",
            "homeMDB",
            "isCriticalSystemObject",
            "lastLogonTimestamp",
            "mail",
            "mailNickname",
            "member",
            "mS-DS-ConsistencyGuid",
            "msExchHideFromAddressLists",
            "msExchRecipientTypeDetails",
            "objectClass",
            "objectGUID",
            "operatingSystem",
            "operatingSystemVersion",
            "primaryGroupID",
            "proxyAddresses",
            "pwdLastSet",
            "sAMAccountName",
            "sn",
            "targetAddress",
            "userAccountControl",
            "userCertificate",
            "userPrincipalName",
            "userSMIMECertificate",
            "whenCreated",
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

#[async_trait]
impl Reader for Objects<'_> {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        let mut objects = Vec::with_capacity(batch.len());
        for entry in &batch {
            if entry.values("objectClass").is_empty() {
                self.counts.classless += 1;
            } else if let Some(object) = object(entry) {
                self.counts.count(&object, self.now);
                objects.push(object);
            }
        }
        self.progress.advance(objects.len() as u64);
        self.sink.send(objects).await;
        Ok(())
    }
}

/// Reads all objects. If the reading is cut short, no count is known: a part of a number would pass
/// for the whole.
pub(super) async fn learn(directory: &dyn Directory, mut objects: Objects<'_>) -> Inventory {
    match directory.search(&query(), &mut objects).await {
        Ok(()) => objects.counts.inventory(),
        Err(Stop::NoBase) => Inventory::unknown(
            &Gap::new(
                Reason::Denied,
                "the base of the objects does not exist or may not be seen",
            )
            .with_remedy("check --base, or run as a user who may see it"),
        ),
        Err(Stop::Failed(gap)) => Inventory::unknown(&gap),
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

fn object(entry: &Entry) -> Option<DirectoryObject> {
    let kind = kind(entry)?;
    if kind == ObjectKind::Contact && entry.dn.to_ascii_lowercase().contains(ADFS) {
        return None;
    }
    let text = |name| entry.text(name);
    let integer = |name| entry.integer(name);
    let bits = |name| integer(name).and_then(|bits| i32::try_from(bits).ok());
    let count = |name| u32::try_from(entry.values(name).len()).unwrap_or(u32::MAX);
    let moment = |name| {
        integer(name)
            .and_then(values::filetime)
            .map(Timestamp::as_second)
    };
    let bytes = |name| entry.value(name);
    let mut object = DirectoryObject::new(kind, values::text(entry.dn.as_bytes()));
    object.class = entry.texts("objectClass").pop().unwrap_or_default();
    object.guid = bytes("objectGUID")
        .and_then(values::guid)
        .unwrap_or_default();
    object.common_name = text("cn");
    object.sam_account_name = text("sAMAccountName");
    object.user_principal_name = text("userPrincipalName");
    object.mail = text("mail");
    object.mail_nickname = text("mailNickname");
    object.display_name = text("displayName");
    object.given_name = text("givenName");
    object.surname = text("sn");
    object.proxy_addresses = entry.texts("proxyAddresses");
    object.target_address = text("targetAddress");
    object.account_control = bits("userAccountControl");
    object.group_type = bits("groupType");
    object.members = entry.values("member").len() as u64;
    object.primary_group = integer("primaryGroupID").and_then(|id| u32::try_from(id).ok());
    object.critical = entry.has("isCriticalSystemObject", "TRUE");
    object.admin_count = integer("adminCount") == Some(1);
    object.written_back = text("adminDescription").is_some_and(|text| is_written_back(&text));
    object.mailbox = bytes("homeMDB").is_some();
    object.hidden_from_address_lists = entry.has("msExchHideFromAddressLists", "TRUE");
    object.recipient_type = integer("msExchRecipientTypeDetails");
    object.consistency_guid = bytes("mS-DS-ConsistencyGuid").map(values::guid_or_hex);
    object.certificates = count("userCertificate");
    object.smime_certificates = count("userSMIMECertificate");
    object.password_must_change = integer("pwdLastSet") == Some(0);
    object.password_last_set_s = moment("pwdLastSet");
    object.account_expires_s = moment("accountExpires");
    object.created_s = bytes("whenCreated")
        .and_then(values::generalized_time)
        .map(Timestamp::as_second);
    object.last_logon_s = moment("lastLogonTimestamp");
    object.operating_system = text("operatingSystem");
    object.operating_system_version = text("operatingSystemVersion");
    Some(object)
}

/// The mark that synchronisation leaves on what it wrote back, so as not to send it up again.
fn is_written_back(admin_description: &str) -> bool {
    ["User_", "Group_"].iter().any(|mark| {
        let start = admin_description.get(..mark.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(mark))
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
        assert!(user.is_disabled() && user.critical);
        assert_eq!(user.last_logon_s, Some(1));
    }

    #[tokio::test]
    async fn entry_that_hides_its_class_makes_every_count_unknown() {
        let mut objects = Objects {
            sink: &ObjectSink::discard(),
            progress: &Progress::default(),
            now: Timestamp::UNIX_EPOCH,
            counts: Counts::default(),
        };
        let batch = vec![entry("CN=a", &["group"], &[]), entry("CN=b", &[], &[])];
        objects.take(batch).await.unwrap();
        assert!(objects.counts.inventory().counts.groups.is_unknown());
    }
}

//! Users, groups, contacts, computers and service accounts: one pass, counted and passed on.
//!
//! Nothing is kept but counts. The contacts below the AD FS container are no people but hiding
//! places of keys, and are dropped.

use async_trait::async_trait;
use jiff::Timestamp;
use waterline_facts::{DirectoryObject, Gap, Reason, objects::ObjectKind};

use super::{
    entry::{Entry, small_number},
    fields::{Fields, Names, Number},
    inventory::{Counts, Inventory},
    query::{Filter, Place, Query, Scope},
    source::{Stop, Taker},
    values,
};
use crate::context::{Context, ObjectSink, Progress, Spent};

/// Below it AD FS keeps the keys to its certificates, as photos of contacts.
const ADFS: &str = "cn=adfs,cn=microsoft,cn=program data,";

/// Stands in the name of an object that was deleted.
const DELETED: &str = "\\0ADEL:";

/// Room for a longer text than this, in bytes, is not used again.
const MOST_ROOM: usize = 512;

/// Takes a value into an object, for which there are texts to write over.
type Take = fn(&mut DirectoryObject, &[u8], &mut Texts);

/// What is asked of every object, and what is made of each value.
const ATTRIBUTES: [(&str, Take); 31] = [
    ("objectClass", |object, value, _| class(object, value)),
    ("accountExpires", |object, value, _| {
        object.account_expires_s = moment(value);
    }),
    ("adminCount", |object, value, _| {
        object.admin_count = values::integer(value) == Some(1);
    }),
    ("adminDescription", |object, value, _| {
        object.written_back = is_written_back(value);
    }),
    ("cn", |object, value, texts| {
        first(&mut object.common_name, value, texts)
    }),
    ("displayName", |object, value, texts| {
        first(&mut object.display_name, value, texts);
    }),
    ("givenName", |object, value, texts| {
        first(&mut object.given_name, value, texts);
    }),
    ("groupType", |object, value, _| {
        object.group_type = bits(value)
    }),
    ("homeMDB", |object, _, _| object.mailbox = true),
    ("isCriticalSystemObject", |object, value, _| {
        object.critical = is_true(value);
    }),
    ("lastLogonTimestamp", |object, value, _| {
        object.last_logon_s = moment(value);
    }),
    ("mail", |object, value, texts| {
        first(&mut object.mail, value, texts)
    }),
    ("mailNickname", |object, value, texts| {
        first(&mut object.mail_nickname, value, texts);
    }),
    ("member", |object, _, _| object.members += 1),
    ("mS-DS-ConsistencyGuid", |object, value, _| {
        object.consistency_guid = Some(values::guid_or_hex(value));
    }),
    ("msExchHideFromAddressLists", |object, value, _| {
        object.hidden_from_address_lists = is_true(value);
    }),
    ("msExchRecipientTypeDetails", |object, value, _| {
        object.recipient_type = values::integer(value);
    }),
    ("objectGUID", |object, value, _| {
        values::write_guid(value, &mut object.guid);
    }),
    ("operatingSystem", |object, value, texts| {
        first(&mut object.operating_system, value, texts);
    }),
    ("operatingSystemVersion", |object, value, texts| {
        first(&mut object.operating_system_version, value, texts);
    }),
    ("primaryGroupID", |object, value, _| {
        object.primary_group = small_number(value);
    }),
    ("proxyAddresses", |object, value, texts| {
        object.proxy_addresses.push(texts.text(value));
    }),
    ("pwdLastSet", |object, value, _| {
        let set = values::integer(value);
        object.password_must_change = set == Some(0);
        object.password_last_set_s = set.and_then(seconds);
    }),
    ("sAMAccountName", |object, value, texts| {
        first(&mut object.sam_account_name, value, texts);
    }),
    ("sn", |object, value, texts| {
        first(&mut object.surname, value, texts)
    }),
    ("targetAddress", |object, value, texts| {
        first(&mut object.target_address, value, texts);
    }),
    ("userAccountControl", |object, value, _| {
        object.account_control = bits(value);
    }),
    ("userCertificate", |object, _, _| object.certificates += 1),
    ("userPrincipalName", |object, value, texts| {
        first(&mut object.user_principal_name, value, texts);
    }),
    ("userSMIMECertificate", |object, _, _| {
        object.smime_certificates += 1;
    }),
    ("whenCreated", |object, value, _| {
        object.created_s = values::generalized_time(value).map(Timestamp::as_second);
    }),
];

/// The number of `objectClass` among [`names`].
const CLASS: Number = 0;

/// The names of what is asked of every object.
const NAMES: [&str; ATTRIBUTES.len()] = {
    let mut names = [""; ATTRIBUTES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = ATTRIBUTES[at].0;
        at += 1;
    }
    names
};

/// The attributes of objects, numbered as in this file, and others after them.
pub(super) fn names(others: impl IntoIterator<Item = &'static str>) -> Names {
    Names::new(NAMES.into_iter().chain(others))
}

/// Adds a value of an attribute, by its number, that came later than the object.
pub(super) fn take(object: &mut DirectoryObject, attribute: Number, value: &[u8]) {
    if let Some((_, take)) = ATTRIBUTES.get(usize::from(attribute)) {
        take(object, value, &mut Texts::default());
    }
}

/// The number of `objectGUID` among [`names`].
pub(super) fn guid_number(names: &Names) -> Option<Number> {
    names.number(b"objectGUID")
}

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
        attributes: &NAMES,
        witness: Place::Domain(""),
    }
}

/// Objects that were read together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The objects.
    pub objects: Vec<DirectoryObject>,
    /// Entries that do not tell what they are.
    pub classless: u64,
    /// Objects that nobody needs any more, to be written over.
    spent: Vec<DirectoryObject>,
    texts: Texts,
}

impl Batch {
    /// An empty one, in the room of a batch that nobody needs any more.
    pub fn over(spent: Vec<DirectoryObject>) -> Self {
        Self {
            objects: Vec::with_capacity(spent.len()),
            spent,
            ..Self::default()
        }
    }

    /// Takes an entry in, if it is an object, and gives that. Those that hide keys are dropped, and
    /// those that were deleted and only wait for their end.
    pub fn add(&mut self, fields: &Fields<'_>) -> Option<&mut DirectoryObject> {
        let Some(kind) = kind(fields) else {
            self.classless += u64::from(fields.of(CLASS).next().is_none());
            return None;
        };
        if is_left_alone(kind, fields.dn) {
            return None;
        }
        let mut object = self.texts.blank(kind, self.spent.pop());
        values::write_text(fields.dn, &mut object.dn);
        for (number, value) in fields.values() {
            if let Some((_, take)) = ATTRIBUTES.get(usize::from(*number)) {
                take(&mut object, value, &mut self.texts);
            }
        }
        self.objects.push(object);
        self.objects.last_mut()
    }

    /// How many entries it tells of.
    pub fn count(&self) -> u64 {
        self.objects.len() as u64 + self.classless
    }
}

/// Texts of spent objects, which are written over.
#[derive(Debug, Default)]
struct Texts(Vec<String>);

impl Texts {
    /// An object with nothing but its kind. Takes what there is in one that is spent.
    fn blank(&mut self, kind: ObjectKind, spent: Option<DirectoryObject>) -> DirectoryObject {
        let Some(mut spent) = spent else {
            return DirectoryObject::new(kind, String::new());
        };
        self.0.clear();
        self.0.append(&mut spent.proxy_addresses);
        let optional = [
            spent.target_address,
            spent.consistency_guid,
            spent.operating_system_version,
            spent.operating_system,
            spent.mail,
            spent.mail_nickname,
            spent.user_principal_name,
            spent.sam_account_name,
            spent.display_name,
            spent.given_name,
            spent.surname,
            spent.common_name,
        ];
        self.0.extend(optional.into_iter().flatten());
        let emptied = |mut text: String| {
            text.clear();
            text
        };
        DirectoryObject {
            class: emptied(spent.class),
            guid: emptied(spent.guid),
            proxy_addresses: spent.proxy_addresses,
            ..DirectoryObject::new(kind, spent.dn)
        }
    }

    /// A value as text.
    fn text(&mut self, value: &[u8]) -> String {
        let spent = self.0.pop().filter(|text| text.capacity() <= MOST_ROOM);
        let mut text = spent.unwrap_or_default();
        values::write_text(value, &mut text);
        text
    }
}

/// Counts objects and passes them on.
pub(super) struct Counter<'a> {
    sink: &'a ObjectSink,
    progress: &'a Progress,
    /// The moment at which a logon is recent or old.
    now: Timestamp,
    counts: Counts,
    /// What whoever reads the facts should know.
    pub notes: Vec<String>,
}

#[async_trait]
impl Taker for Counter<'_> {
    async fn take(&mut self, batch: Batch) {
        self.counts.classless += batch.classless;
        for object in &batch.objects {
            self.counts.count(object, self.now);
        }
        self.progress.advance(batch.objects.len() as u64);
        if !batch.objects.is_empty() {
            self.sink.send(batch.objects).await;
        }
    }

    async fn note(&mut self, what: String) {
        self.notes.push(what);
    }
}

impl<'a> Counter<'a> {
    /// One that has counted nothing.
    pub fn new(cx: &'a Context) -> Self {
        Self {
            sink: &cx.objects,
            progress: &cx.progress,
            now: cx.clock.now(),
            counts: Counts::default(),
            notes: Vec::new(),
        }
    }

    /// Batches that nobody needs any more, for whoever reads objects.
    pub fn spent(&self) -> Spent {
        self.sink.spent()
    }

    /// What is known once reading ended so. If it was cut short, no count is known: a part of a
    /// number would pass for the whole.
    pub fn inventory(&mut self, ended: Result<(), Stop>) -> Inventory {
        let counts = std::mem::take(&mut self.counts);
        let came = counts.all;
        let inventory = match ended {
            Ok(()) => counts.inventory(),
            Err(Stop::NoBase) => Inventory::unknown(
                &Gap::new(
                    Reason::Denied,
                    "the base of the objects does not exist or may not be seen",
                )
                .with_remedy("check --base, or run as a user who may see it"),
            ),
            Err(Stop::Failed(gap)) => Inventory::unknown(&gap),
        };
        if let Some(gap) = inventory.objects_read.gap() {
            self.notes.push(format!(
                "the objects were not read to their end, {came} of them came: {gap}"
            ));
        }
        inventory
    }
}

/// Classes by which objects are known. Those that stand first decide: computers are users too.
const CLASSES: [(&str, ObjectKind); 7] = [
    ("msDS-ManagedServiceAccount", ObjectKind::ServiceAccount),
    (
        "msDS-GroupManagedServiceAccount",
        ObjectKind::ServiceAccount,
    ),
    ("computer", ObjectKind::Computer),
    ("user", ObjectKind::User),
    ("inetOrgPerson", ObjectKind::User),
    ("group", ObjectKind::Group),
    ("contact", ObjectKind::Contact),
];

/// What kind of object an entry is.
pub(super) fn kind(fields: &Fields<'_>) -> Option<ObjectKind> {
    let place = |class: &[u8]| {
        let known = |(name, _): &(&str, _)| class.eq_ignore_ascii_case(name.as_bytes());
        CLASSES.iter().position(known)
    };
    let first = fields.of(CLASS).filter_map(place).min();
    first.map(|place| CLASSES[place].1)
}

/// What kind of object an entry of a small search is.
pub(super) fn kind_of(entry: &Entry) -> Option<ObjectKind> {
    let mut classes = CLASSES.iter();
    classes.find_map(|(class, kind)| entry.has("objectClass", class).then_some(*kind))
}

/// Whether an object is none that anybody works with: a hiding place of keys, or deleted.
fn is_left_alone(kind: ObjectKind, dn: &[u8]) -> bool {
    let holds = |part: &str| {
        let mut parts = dn.windows(part.len());
        parts.any(|own| own.eq_ignore_ascii_case(part.as_bytes()))
    };
    (kind == ObjectKind::Contact && holds(ADFS)) || (dn.contains(&b'\\') && holds(DELETED))
}

/// Keeps the first value; Active Directory has one of these at most.
fn first(text: &mut Option<String>, value: &[u8], texts: &mut Texts) {
    if text.is_none() {
        *text = Some(texts.text(value));
    }
}

/// The last of the classes is the object's own.
fn class(object: &mut DirectoryObject, value: &[u8]) {
    object.class.clear();
    match str::from_utf8(value) {
        Ok(name) if name.len() <= values::LONGEST => object.class.push_str(name),
        _ => object.class.push_str(&values::text(value)),
    }
}

fn moment(value: &[u8]) -> Option<i64> {
    values::integer(value).and_then(seconds)
}

fn seconds(filetime: i64) -> Option<i64> {
    values::filetime(filetime).map(Timestamp::as_second)
}

fn bits(value: &[u8]) -> Option<i32> {
    values::integer(value).and_then(|bits| i32::try_from(bits).ok())
}

fn is_true(value: &[u8]) -> bool {
    value.eq_ignore_ascii_case(b"TRUE")
}

/// The mark that synchronisation leaves on what it wrote back, so as not to send it up again.
fn is_written_back(admin_description: &[u8]) -> bool {
    ["User_", "Group_"].iter().any(|mark| {
        let start = admin_description.get(..mark.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What becomes of an entry of these classes and attributes.
    fn batch(dn: &str, classes: &[&'static str], attributes: &[(&str, &'static str)]) -> Batch {
        batch_over(Vec::new(), dn, classes, attributes)
    }

    fn batch_over(
        spent: Vec<DirectoryObject>,
        dn: &str,
        classes: &[&'static str],
        attributes: &[(&str, &'static str)],
    ) -> Batch {
        let names = names([]);
        let classes = classes.iter().map(|name| (CLASS, name.as_bytes()));
        let mut fields = Fields::of_entry(&names, dn.as_bytes(), classes);
        for (name, value) in attributes {
            let number = names.number(name.as_bytes()).unwrap();
            fields.push(number, value.as_bytes());
        }
        let mut batch = Batch::over(spent);
        batch.add(&fields);
        batch
    }

    #[test]
    fn every_attribute_has_a_number_of_its_own() {
        let names = names(["serverName"]);
        for (number, name) in NAMES.iter().enumerate() {
            assert_eq!(names.number(name.as_bytes()), Some(number as Number));
        }
        assert_eq!(names.number(b"objectclass"), Some(CLASS));
        assert_eq!(names.count(), NAMES.len() + 1);
    }

    #[test]
    fn classes_decide_the_kind() {
        let cases: [(&[&'static str], Option<ObjectKind>); 8] = [
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
            let batch = batch("CN=a", classes, &[]);
            let kind = batch.objects.first().map(|object| object.kind);
            assert_eq!(kind, expected, "{classes:?}");
            assert_eq!(batch.classless, u64::from(classes.is_empty()));
        }
    }

    #[test]
    fn hiding_places_of_keys_and_deleted_objects_are_dropped_and_conflicts_are_not() {
        let cases = [
            (
                "CN=key,CN=farm,CN=ADFS,CN=Microsoft,CN=Program Data,DC=corp",
                0,
            ),
            ("CN=Jane\\0ADEL:x,CN=Deleted Objects,DC=corp", 0),
            ("CN=Jane\\0ACNF:x,DC=corp", 1),
            ("CN=Jane,DC=corp", 1),
        ];
        for (dn, objects) in cases {
            assert_eq!(batch(dn, &["contact"], &[]).objects.len(), objects, "{dn}");
        }
    }

    #[test]
    fn attributes_are_carried_as_they_are() {
        let batch = batch(
            "CN=Jane,DC=corp,DC=test",
            &["top", "user"],
            &[
                ("userPrincipalName", " Jane@Corp.Test "),
                ("userAccountControl", "514"),
                ("isCriticalSystemObject", "TRUE"),
                ("lastLogonTimestamp", "116444736010000000"),
                ("proxyAddresses", "SMTP:a@b"),
                ("proxyAddresses", "smtp:c@d"),
                ("pwdLastSet", "0"),
                ("adminDescription", "user_x"),
                ("userCertificate", "\0"),
            ],
        );
        let user = &batch.objects[0];
        assert_eq!(
            user.user_principal_name.as_deref(),
            Some(" Jane@Corp.Test ")
        );
        assert_eq!(user.proxy_addresses, ["SMTP:a@b", "smtp:c@d"]);
        assert_eq!((user.class.as_str(), user.certificates), ("user", 1));
        assert!(user.is_disabled() && user.critical && user.written_back);
        assert!(user.password_must_change && user.password_last_set_s.is_none());
        assert_eq!(user.last_logon_s, Some(1));
    }

    #[test]
    fn nothing_is_left_of_an_object_that_is_written_over() {
        let all: Vec<_> = NAMES[1..].iter().map(|name| (*name, "1")).collect();
        let guid = ("objectGUID", "0123456789abcdef");
        let cases: [&[(&str, &'static str)]; 4] = [&all, &[guid], &[("mail", "a@b.test")], &[]];
        for (before, after) in cases.iter().flat_map(|one| cases.map(|other| (one, other))) {
            let spent = batch("CN=before", &["top", "computer"], before).objects;
            let written = batch_over(spent, "CN=a", &["user"], after).objects;
            let fresh = batch("CN=a", &["user"], after).objects;
            assert_eq!(written, fresh, "{before:?}");
        }
    }

    #[tokio::test]
    async fn entry_that_hides_its_class_makes_every_count_unknown() {
        let context = crate::context::testing::context(Duration::ZERO);
        let mut counter = Counter::new(&context);
        counter.take(batch("CN=a", &["group"], &[])).await;
        counter.take(batch("CN=b", &[], &[])).await;
        assert!(counter.inventory(Ok(())).counts.groups.is_unknown());
    }
}

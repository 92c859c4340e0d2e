//! Names of those who hold rights.
//!
//! Access lists name security identifiers; a server is asked once whose they are. An export is read
//! for questions that are known beforehand, so that of its objects only those are known by their
//! identifiers that such a question brings: groups of Windows itself, controllers, and accounts of
//! services with a name of their own.

use std::collections::{BTreeMap, BTreeSet};

use waterline_facts::{
    Gap, Reason, Seen,
    directory::{DirectorySource, services::Principal},
};

use super::{accounts, descriptor::Sid, told};
use crate::directory::{
    controllers,
    entry::Entry,
    outcome::RIGHTS,
    protected,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read},
};

/// Identifiers that are asked for at once.
const AT_ONCE: usize = 50;

/// More identifiers than this are not asked for.
const MOST: usize = 1000;

/// Identities that are the same everywhere (MS-DTYP 2.4.2.4) and are no objects with a name.
const WELL_KNOWN: [(&str, &str); 9] = [
    ("S-1-1-0", "Everyone"),
    ("S-1-3-0", "Creator Owner"),
    ("S-1-5-7", "Anonymous"),
    ("S-1-5-9", "Enterprise Domain Controllers"),
    ("S-1-5-10", "Self"),
    ("S-1-5-11", "Authenticated Users"),
    ("S-1-5-18", "System"),
    ("S-1-5-19", "Local Service"),
    ("S-1-5-20", "Network Service"),
];

/// Finds whose identifiers are whose.
pub(super) struct Principals<'a> {
    directory: &'a dyn Directory,
    source: DirectorySource,
    known: BTreeMap<Sid, Principal>,
}

impl<'a> Principals<'a> {
    /// Nobody is known yet.
    pub fn new(directory: &'a dyn Directory, source: DirectorySource) -> Self {
        Self {
            directory,
            source,
            known: BTreeMap::new(),
        }
    }

    /// Who holds these identifiers, sorted by name.
    pub async fn of(&mut self, sids: impl IntoIterator<Item = Sid>) -> Vec<Principal> {
        let sids: BTreeSet<_> = sids.into_iter().collect();
        let new = sids.iter().filter(|sid| !self.known.contains_key(sid));
        let (fixed, new): (Vec<_>, Vec<_>) =
            new.cloned().partition(|sid| well_known(sid).is_some());
        for sid in fixed {
            let name = well_known(&sid).unwrap_or_default();
            let principal = principal(&sid, Seen::Known(name.to_owned()));
            self.known.insert(sid, principal);
        }
        for some in new.chunks(AT_ONCE) {
            self.ask(some).await;
        }
        let mut found: Vec<_> = sids.iter().filter_map(|sid| self.known.get(sid)).collect();
        found.sort();
        found.into_iter().cloned().collect()
    }

    async fn ask(&mut self, sids: &[Sid]) {
        let found = if self.known.len() > MOST {
            let what = format!("more than {MOST} identities hold rights");
            Seen::Unknown(Gap::new(Reason::NotRun, what).with_remedy(RIGHTS))
        } else if self.source == DirectorySource::Ldif {
            Seen::Known(self.of_export().await)
        } else {
            let filters = sids.iter().map(|sid| held("objectSid", sid.to_string()));
            self.find(
                filters.collect(),
                &["objectClass", "objectSid", "sAMAccountName"],
            )
            .await
        };
        for sid in sids {
            let entry = found.as_ref().map(|entries| named(entries, sid));
            let principal = match entry {
                Seen::Known(Some(entry)) => Principal {
                    kind: told::kind(entry),
                    ..principal(sid, told::text(entry, "sAMAccountName"))
                },
                Seen::Unknown(gap) => principal(sid, Seen::Unknown(gap)),
                Seen::Known(None) | Seen::Absent => principal(sid, Seen::Unknown(self.nobody())),
            };
            self.known.insert(sid.clone(), principal);
        }
    }

    /// The objects of an export that are known by their identifiers.
    async fn of_export(&self) -> Vec<Entry> {
        let mut known = Vec::new();
        for query in [
            protected::groups(),
            controllers::computers(),
            accounts::named(),
        ] {
            let found = read(self.directory, &query).await;
            known.extend(found.into_known().unwrap_or_default());
        }
        known
    }

    fn nobody(&self) -> Gap {
        if self.source == DirectorySource::Ldif {
            return not_looked_up();
        }
        let what = "no object of this domain that may be seen has this identifier";
        Gap::new(Reason::Denied, what)
            .with_remedy("it was deleted, is hidden, or is of another domain: look it up there")
    }

    /// The accounts with these identifiers.
    pub async fn accounts(&self, sids: &[Sid]) -> Seen<Vec<Entry>> {
        let filters = sids.iter().map(|sid| held("objectSid", sid.to_string()));
        self.find(filters.collect(), accounts::ATTRIBUTES).await
    }

    /// The computer of this name.
    pub async fn computer(&self, name: &str) -> Seen<Entry> {
        let filters = vec![held("sAMAccountName", format!("{name}$"))];
        let attributes = &[
            "lastLogonTimestamp",
            "operatingSystem",
            "operatingSystemVersion",
            "primaryGroupID",
            "userAccountControl",
        ];
        let found = self.find(filters, attributes).await;
        found.and_then(|mut found| waterline_facts::seen::known_or_absent(found.pop()))
    }

    /// The groups that an account is in, directly or through others.
    pub async fn groups_of(&self, dn: &str) -> Seen<Vec<Entry>> {
        let filters = vec![Filter::Leads("member", dn.to_owned())];
        self.find(filters, &["objectSid", "sAMAccountName"]).await
    }

    /// The objects of the domain that meet one of these filters.
    async fn find(
        &self,
        filters: Vec<Filter>,
        attributes: &'static [&'static str],
    ) -> Seen<Vec<Entry>> {
        if self.source != DirectorySource::Server {
            return Seen::Unknown(not_looked_up());
        }
        let query = Query {
            base: Place::Domain(""),
            scope: Scope::Subtree,
            filter: Filter::Either(filters),
            attributes,
            witness: Place::Domain(""),
        };
        read(self.directory, &query).await
    }
}

fn held(attribute: &'static str, value: String) -> Filter {
    Filter::Outside(attribute, value)
}

fn named<'e>(entries: &'e [Entry], sid: &Sid) -> Option<&'e Entry> {
    let is = |entry: &&Entry| {
        let own = entry.value("objectSid").and_then(Sid::read);
        own.as_ref() == Some(sid) && entry.value("sAMAccountName").is_some()
    };
    entries.iter().find(is)
}

fn principal(sid: &Sid, name: Seen<String>) -> Principal {
    Principal {
        kind: match &name {
            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
            _ => Seen::Absent,
        },
        name,
        sid: sid.to_string(),
        built_in: sid.built_in(),
    }
}

fn well_known(sid: &Sid) -> Option<&'static str> {
    let text = sid.to_string();
    let mut all = WELL_KNOWN.iter();
    all.find_map(|(known, name)| (*known == text).then_some(*name))
}

fn not_looked_up() -> Gap {
    let what = "not every object of an export is looked up by its identifier or name";
    Gap::new(Reason::Unsupported, what)
        .with_remedy("look it up in the export, or name a server with --server")
}

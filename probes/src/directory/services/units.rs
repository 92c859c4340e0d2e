//! Organisational units: which block inheritance, and who may make computers in them.
//!
//! Access lists of all units stream by and are judged at once; none is kept.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use waterline_facts::{Gap, Reason, Seen, directory::services::InheritanceFacts};

use super::{
    descriptor::{AccessList, Sid},
    rights::{Right, bits},
    told::{self, DESCRIPTOR},
};
use crate::directory::{
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, Reader, Stop},
};

/// Class `computer`, by its GUID in every schema.
pub(super) const COMPUTER: &str = "bf967a86-0de6-11d0-a285-00aa003049e2";

/// The most names that are kept as examples.
const MOST: usize = 100;

/// The most holders of the right that are told apart.
const MOST_CREATORS: usize = 1000;

const CREATE_COMPUTER: Right = Right::here(bits::CREATE_CHILD, &[COMPUTER]);

fn units() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::Class("organizationalUnit"),
        attributes: &[DESCRIPTOR],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![units()]
}

/// What the units' access lists say.
pub(super) struct Units {
    /// Which units take rights over.
    pub inheritance: Seen<InheritanceFacts>,
    /// Who may make computers, and in which units; unknown if no list may be read.
    pub creators: Seen<BTreeMap<Sid, BTreeSet<String>>>,
}

#[derive(Default)]
struct Judge {
    units: u32,
    hidden: Vec<Gap>,
    blocked: u32,
    examples: BTreeSet<String>,
    creators: BTreeMap<Sid, BTreeSet<String>>,
}

impl Units {
    /// Reads them.
    pub async fn read(directory: &dyn Directory) -> Self {
        let mut judge = Judge::default();
        let read = directory.search(&units(), &mut judge).await;
        let known = match read {
            Ok(()) => Seen::Known(judge),
            Err(Stop::NoBase) => crate::directory::forest::unreadable(&Seen::<()>::Absent),
            Err(Stop::Failed(gap)) => Seen::Unknown(gap),
        };
        match known {
            Seen::Known(judge) => judge.verdict(),
            Seen::Absent => Self::unknown(&Gap::from(Reason::NotRun)),
            Seen::Unknown(gap) => Self::unknown(&gap),
        }
    }

    fn unknown(gap: &Gap) -> Self {
        Self {
            inheritance: Seen::Unknown(gap.clone()),
            creators: Seen::Unknown(gap.clone()),
        }
    }
}

#[async_trait]
impl Reader for Judge {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        batch.iter().for_each(|unit| self.look_at(unit));
        Ok(())
    }
}

impl Judge {
    fn look_at(&mut self, unit: &Entry) {
        self.units += 1;
        let list = match told::access(unit) {
            Seen::Known(list) => list,
            Seen::Unknown(gap) => return self.hidden.push(gap),
            Seen::Absent => return,
        };
        if list.protected {
            self.blocked += 1;
            keep(&mut self.examples, &unit.dn);
        }
        for who in creators(&list) {
            if self.creators.len() < MOST_CREATORS || self.creators.contains_key(&who) {
                keep(self.creators.entry(who).or_default(), &unit.dn);
            }
        }
    }

    fn verdict(self) -> Units {
        let hidden = told::count(&self.hidden);
        // Where none shows its list, nothing is known.
        if let (Some(gap), true) = (self.hidden.into_iter().next(), hidden == self.units) {
            return Units::unknown(&gap);
        }
        Units {
            inheritance: Seen::Known(InheritanceFacts {
                units: self.units,
                blocked: self.blocked,
                hidden,
                examples: self.examples.into_iter().collect(),
            }),
            creators: Seen::Known(self.creators),
        }
    }
}

/// Those not built in whom the unit's own entries let make computers.
fn creators(list: &AccessList) -> Vec<Sid> {
    let holders = list.own().holders(&[CREATE_COMPUTER]);
    holders.into_iter().filter(|who| !who.built_in()).collect()
}

fn keep(names: &mut BTreeSet<String>, name: &str) {
    names.insert(name.to_owned());
    if names.len() > MOST {
        names.pop_last();
    }
}

#[cfg(test)]
mod tests {
    use super::{super::descriptor::samples::*, *};

    fn unit(name: &str, descriptor: Option<Vec<u8>>) -> Entry {
        let values = descriptor.map(|bytes| (DESCRIPTOR.to_owned(), vec![bytes]));
        Entry {
            dn: format!("OU={name}"),
            attributes: values.into_iter().collect(),
            ..Entry::default()
        }
    }

    fn judged(units: &[Entry]) -> Units {
        let mut judge = Judge::default();
        units.iter().for_each(|unit| judge.look_at(unit));
        judge.verdict()
    }

    #[test]
    fn blocked_units_are_counted_and_hidden_ones_told() {
        let units = [
            unit("a", Some(descriptor(0x1000, &[]))),
            unit("b", Some(descriptor(0, &[]))),
            unit("c", None),
        ];
        let facts = judged(&units).inheritance.into_known().unwrap();
        assert_eq!((facts.units, facts.blocked, facts.hidden), (3, 1, 1));
        assert_eq!(facts.examples, ["OU=a"]);
    }

    #[test]
    fn nothing_is_known_where_no_unit_shows_its_list() {
        let units = judged(&[unit("a", None)]);
        assert_eq!(units.inheritance.gap().unwrap().reason, Reason::Denied);
        assert!(units.creators.is_unknown());
    }

    #[test]
    fn creators_are_those_that_the_unit_itself_names() {
        let class = Some(COMPUTER);
        let own = entry(5, 0, 1, [class, None], &domain_sid(1104));
        let from_above = entry(5, 0x10, 1, [class, None], &domain_sid(1105));
        let built_in = entry(0, 0, 0xF_01FF, [None, None], &domain_sid(512));
        let list = descriptor(0, &[own, from_above, built_in]);
        let creators = judged(&[unit("a", Some(list))]).creators.into_known();
        let creators = creators.unwrap();
        let names: Vec<_> = creators.keys().map(Sid::to_string).collect();
        assert_eq!(names, ["S-1-5-21-1-2-3-1104"]);
    }
}

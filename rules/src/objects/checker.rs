//! Takes objects as they come, batch by batch, and says at the end what was found.

use std::{borrow::Cow, collections::BTreeMap};

use rayon::prelude::*;
use waterline_facts::{
    DirectoryObject, Gap, ObjectFacts, Reason, Seen,
    objects::{ObjectCheck, ObjectKind},
};

use super::{
    address, check_object, duplicates,
    fault::Faults,
    finding::{Finding, FindingSink},
    ground::Ground,
    held::{self, AS_ACCOUNT, AS_GUID, Held, NOT_ANCHOR, NOT_SYNCED, Place},
    holders::{Holders, Names},
    proposal::{self, Proposals},
    scope::Scope,
    settlement::Settlement,
    suffixes::Suffixes,
    tally::{Tally, shorten},
    text::Hashing,
    values,
};
use crate::Profile;

/// Objects that one thread checks at a stretch: enough to make the hand-over cheap.
const CHUNK: usize = 512;

/// Values that are looked for at once.
const AHEAD: usize = 64;

/// The checks that need to know the moment of the run.
const TIMED: [ObjectCheck; 2] = [ObjectCheck::AccountExpired, ObjectCheck::StaleAccount];

/// Checks objects as they stream by.
#[derive(Debug)]
pub struct Checker {
    suffixes: Suffixes,
    now: Option<i64>,
    hashing: Hashing,
    names: Names,
    holders: Holders,
    proposals: Proposals,
    tallies: BTreeMap<ObjectCheck, Tally>,
    checked: u64,
    left_out: u64,
    is_overrun: bool,
}

/// An object that was not seen before, and its number.
struct Arrival<'a> {
    object: &'a DirectoryObject,
    number: u32,
    scope: Scope,
}

/// What looking at a few objects gave.
struct Look {
    findings: Vec<Finding>,
    held: Vec<(u16, Held)>,
    suffixes: Vec<(String, u64)>,
}

impl Checker {
    /// A checker that has seen nothing; UPN suffixes are judged against the profile's domains if
    /// it names any, else by whether a public registry could have delegated them.
    pub fn new(profile: &Profile) -> Self {
        Self {
            suffixes: Suffixes::new(&profile.domains),
            now: None,
            hashing: Hashing::new(),
            names: Names::default(),
            holders: Holders::new(),
            proposals: Proposals::default(),
            tallies: BTreeMap::new(),
            checked: 0,
            left_out: 0,
            is_overrun: false,
        }
    }

    /// The same checker, knowing the moment of the run in seconds since 1970. Without it nothing
    /// is said about what expired or went stale.
    #[must_use]
    pub fn at(mut self, seconds: i64) -> Self {
        self.now = Some(seconds);
        self
    }

    /// Checks a batch, as [`feed_into`](Self::feed_into) does, without handing out the findings.
    pub fn feed(&mut self, batch: &[DirectoryObject]) {
        self.feed_into(batch, &mut ());
    }

    /// Checks a batch, and hands out what is found. Users, groups and contacts are checked, but
    /// for those that synchronisation leaves out; of computers a few things are looked at; other
    /// kinds and objects that were seen before are passed over. Cost: linear in the batch.
    pub fn feed_into(&mut self, batch: &[DirectoryObject], sink: &mut dyn FindingSink) {
        let arrivals = self.receive(batch);
        let (suffixes, now, hashing) = (&self.suffixes, self.now, &self.hashing);
        let looks: Vec<Look> = arrivals
            .par_chunks(CHUNK)
            .map(|chunk| look(chunk, Ground::new(suffixes, now), hashing))
            .collect();
        for (chunk, look) in arrivals.chunks(CHUNK).zip(looks) {
            self.note(chunk, &look.held);
            for (suffix, users) in look.suffixes {
                self.suffixes.count(suffix, users);
            }
            for finding in look.findings {
                self.take(&finding, sink);
            }
        }
    }

    /// Gives numbers to the objects of a batch that were not seen before.
    fn receive<'a>(&mut self, batch: &'a [DirectoryObject]) -> Vec<Arrival<'a>> {
        let identities = batch.iter();
        let identities: Vec<Option<u64>> = identities
            .map(|object| held::identity(object, &self.hashing))
            .collect();
        self.holders
            .look_ahead(identities.iter().flatten().copied());
        let mut arrivals = Vec::with_capacity(batch.len());
        for (object, identity) in batch.iter().zip(identities) {
            let scope = Scope::of(object);
            let is_known = identity.is_some_and(|identity| self.holders.knows(identity));
            if scope == Scope::Elsewhere || is_known {
                continue;
            }
            let Some(number) = self.names.push(object) else {
                self.is_overrun = true;
                continue;
            };
            if let Some(key) = identity {
                let ways = AS_GUID | anchor_ways(object, scope);
                let place = Place::Identity;
                self.holders.note(number, object, Held { key, ways, place });
            }
            let is_counted = object.kind != ObjectKind::Computer;
            self.checked += u64::from(is_counted && scope == Scope::Synchronised);
            self.left_out += u64::from(is_counted && scope == Scope::LeftOut);
            arrivals.push(Arrival {
                object,
                number,
                scope,
            });
        }
        arrivals
    }

    /// Notes what the objects of a chunk hold.
    fn note(&mut self, chunk: &[Arrival<'_>], held: &[(u16, Held)]) {
        for some in held.chunks(AHEAD) {
            self.holders
                .look_ahead(some.iter().map(|(_, held)| held.key));
            for (at, held) in some {
                let arrival = &chunk[usize::from(*at)];
                self.holders.note(arrival.number, arrival.object, *held);
            }
        }
    }

    fn take(&mut self, finding: &Finding, sink: &mut dyn FindingSink) {
        if let Some(value) = &finding.candidate
            && let Some(key) = held::proposed(&finding.attribute, value, &self.hashing)
        {
            self.proposals.note(key, finding.object);
        }
        let tally = self.tallies.entry(finding.check).or_default();
        tally.note(self.names.name(finding.object), finding);
        sink.take(finding);
    }

    /// What was found, all objects having been fed.
    pub fn finish(self) -> ObjectFacts {
        self.conclude(&mut ()).0
    }

    /// What was found, all objects having been fed, and what it takes to settle the findings that
    /// were handed out; those of several objects are handed out now.
    pub fn conclude(self, sink: &mut dyn FindingSink) -> (ObjectFacts, Settlement) {
        self.end(sink, true)
    }

    /// What was found although reading ended early: a fault that was seen stands, while a check
    /// that saw none is unknown for the given reason, as are the suffixes in use. Nothing is
    /// proposed that would have to be free.
    pub fn finish_early(self, gap: &Gap) -> ObjectFacts {
        self.conclude_early(gap, &mut ()).0
    }

    /// The same, handing out the findings of several objects.
    pub fn conclude_early(
        self,
        gap: &Gap,
        sink: &mut dyn FindingSink,
    ) -> (ObjectFacts, Settlement) {
        let (mut facts, settlement) = self.end(sink, false);
        facts.upn_suffixes = Seen::Unknown(gap.clone());
        doubt(&mut facts, gap);
        (facts, settlement)
    }

    fn end(mut self, sink: &mut dyn FindingSink, is_whole: bool) -> (ObjectFacts, Settlement) {
        let shared = self.holders.take_shared();
        duplicates::judge(&shared, &self.names, &mut self.tallies, sink);
        self.holders.put_back(shared);
        let settlement = Settlement {
            names: self.names,
            holders: self.holders,
            proposals: self.proposals,
            hashing: self.hashing,
            is_whole: is_whole && !self.is_overrun,
        };
        let mut facts = ObjectFacts {
            checked: self.checked,
            left_out: self.left_out,
            upn_suffixes: Seen::Known(self.suffixes.in_use()),
            ..ObjectFacts::default()
        };
        for check in ObjectCheck::ALL {
            let tally = self.tallies.remove(check).unwrap_or_default();
            *facts.found_mut(*check) = match self.now {
                None if TIMED.contains(check) => untimed(),
                _ => Seen::Known(tally.into_violations(&settlement)),
            };
        }
        if self.is_overrun {
            doubt(&mut facts, &overrun());
        }
        (facts, settlement)
    }
}

/// Of checks that found nothing, nothing is known.
fn doubt(facts: &mut ObjectFacts, gap: &Gap) {
    for check in ObjectCheck::ALL {
        let found = facts.found_mut(*check);
        if found
            .known()
            .is_some_and(|violations| violations.count == 0)
        {
            *found = Seen::Unknown(gap.clone());
        }
    }
}

fn untimed<T>() -> Seen<T> {
    Seen::unknown(Reason::NotConfigured, "the moment of the run is not known")
}

fn overrun() -> Gap {
    let detail = "there are more objects than this program can tell apart";
    Gap::new(Reason::Unsupported, detail)
}

/// Whether the object's own GUID is its source anchor.
fn anchor_ways(object: &DirectoryObject, scope: Scope) -> held::Ways {
    let is_anchor = scope == Scope::Synchronised
        && !object.guid.is_empty()
        && values::foreign_anchor(object).is_none();
    if is_anchor { 0 } else { NOT_ANCHOR }
}

fn look(chunk: &[Arrival<'_>], ground: Ground<'_>, hashing: &Hashing) -> Look {
    let mut look = Look {
        findings: Vec::new(),
        held: Vec::with_capacity(chunk.len() * 8),
        suffixes: Vec::new(),
    };
    let mut faults = Faults::new();
    for (at, arrival) in (0..).zip(chunk) {
        check_object(arrival.object, arrival.scope, &ground, &mut faults);
        if !faults.found.is_empty() {
            found(arrival, &mut faults, &ground, &mut look.findings);
        }
        if let Some(suffix) = suffix(arrival) {
            ground.count_suffix(suffix);
        }
        hold(arrival, hashing, |held| look.held.push((at, held)));
    }
    look.suffixes = ground.into_counts();
    look
}

/// The suffix of a synchronised user's name.
fn suffix<'a>(arrival: &Arrival<'a>) -> Option<&'a str> {
    let is_user = arrival.object.kind == ObjectKind::User;
    let name = arrival.object.user_principal_name.as_deref();
    let name = name.filter(|_| is_user && arrival.scope == Scope::Synchronised);
    address::suffix(name?)
}

fn found<'a>(
    arrival: &Arrival<'a>,
    faults: &mut Faults<'a>,
    ground: &Ground<'_>,
    findings: &mut Vec<Finding>,
) {
    for fault in &faults.found {
        let (check, words) = fault;
        findings.push(Finding {
            check: *check,
            object: arrival.number,
            attribute: Cow::Borrowed(words.attribute),
            value: shorten(&words.value),
            kind: words.kind,
            fault: words.words.clone(),
            candidate: proposal::sound(arrival.object, fault, &faults.found, ground),
            others: Vec::new(),
        });
    }
    faults.found.clear();
}

/// Hands out what the object holds. What synchronisation leaves out is not free, but no duplicate.
fn hold(arrival: &Arrival<'_>, hashing: &Hashing, mut take: impl FnMut(Held)) {
    match arrival.scope {
        Scope::Synchronised => held::each(arrival.object, hashing, take),
        Scope::LeftOut => held::each(arrival.object, hashing, |held| {
            let ways = NOT_SYNCED;
            if held.place != Place::Anchor {
                take(Held { ways, ..held });
            }
        }),
        Scope::Computer => held::account(arrival.object, hashing, |held| {
            take(Held {
                ways: NOT_SYNCED | AS_ACCOUNT,
                ..held
            });
        }),
        Scope::Elsewhere => {}
    }
}

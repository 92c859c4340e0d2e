//! Takes objects as they come, batch by batch, and says at the end what was found.

use std::{borrow::Cow, collections::BTreeMap};

use rayon::prelude::*;
use waterline_facts::{
    DirectoryObject, Gap, ObjectFacts, Reason, Seen,
    objects::{ObjectCheck, ObjectKind},
};

use super::{
    check_object, duplicates,
    fault::Faults,
    finding::{Finding, FindingSink},
    ground::Ground,
    held::{self, AS_GUID, Held, NOT_ANCHOR, NOT_SYNCED, Own, PROPOSED, Place},
    holders::{Holders, Note, Told},
    identities::Identities,
    names::Names,
    proposal,
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

/// Chunks that are worth a hand-over to other threads, which wake up for it. Whoever reads objects
/// in smaller batches is at work on the next ones meanwhile, and needs those threads himself.
const WORTH_SHARING: usize = 4;

/// The checks that need to know the moment of the run.
const TIMED: [ObjectCheck; 2] = [ObjectCheck::AccountExpired, ObjectCheck::StaleAccount];

/// Checks objects as they stream by.
#[derive(Debug)]
pub struct Checker {
    suffixes: Suffixes,
    now: Option<i64>,
    hashing: Hashing,
    names: Names,
    identities: Identities,
    holders: Holders,
    tallies: BTreeMap<ObjectCheck, Tally>,
    checked: u64,
    left_out: u64,
    is_overrun: bool,
    arrivals: Vec<Arrival>,
    looks: Vec<Look>,
}

/// An object that was not seen before.
#[derive(Debug)]
struct Arrival {
    /// Where in the batch it stands.
    at: usize,
    number: u32,
    scope: Scope,
}

/// What looking at a few objects gave; its room is used again for the next few.
#[derive(Debug, Default)]
struct Look {
    findings: Vec<Finding>,
    /// What all of them hold.
    held: Vec<Held>,
    /// For each of them, where among that its own ends.
    ends: Vec<usize>,
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
            identities: Identities::default(),
            holders: Holders::new(),
            tallies: BTreeMap::new(),
            checked: 0,
            left_out: 0,
            is_overrun: false,
            arrivals: Vec::new(),
            looks: Vec::new(),
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
        let mut arrivals = std::mem::take(&mut self.arrivals);
        let mut looks = std::mem::take(&mut self.looks);
        self.receive(batch, &mut arrivals);
        looks.resize_with(arrivals.len().div_ceil(CHUNK), Look::default);
        let (suffixes, now, hashing) = (&self.suffixes, self.now, &self.hashing);
        let look_at = |(chunk, look): (&[Arrival], &mut Look)| {
            look.begin();
            look.at(batch, chunk, Ground::new(suffixes, now), hashing);
        };
        if looks.len() < WORTH_SHARING {
            arrivals.chunks(CHUNK).zip(&mut looks).for_each(look_at);
        } else {
            let chunks = arrivals.par_chunks(CHUNK).zip(&mut looks);
            chunks.for_each(look_at);
        }
        for (chunk, look) in arrivals.chunks(CHUNK).zip(&mut looks) {
            self.note(batch, chunk, look);
            for (suffix, users) in look.suffixes.drain(..) {
                self.suffixes.count(suffix, users);
            }
            for finding in look.findings.drain(..) {
                self.take(&finding, sink);
            }
        }
        (self.arrivals, self.looks) = (arrivals, looks);
    }

    /// Gives numbers to the objects of a batch that were not seen before.
    fn receive(&mut self, batch: &[DirectoryObject], arrivals: &mut Vec<Arrival>) {
        arrivals.clear();
        let own = |object| held::identity(object, &self.hashing);
        let identities: Vec<_> = batch.iter().map(own).collect();
        self.identities.expect(&identities);
        for ((at, object), identity) in batch.iter().enumerate().zip(identities) {
            let scope = Scope::of(object);
            let is_known = identity.is_some_and(|identity| self.identities.knows(identity));
            if scope == Scope::Elsewhere || is_known {
                continue;
            }
            let Some(number) = self.names.push(object) else {
                self.is_overrun = true;
                continue;
            };
            if let Some(key) = identity {
                let ways = AS_GUID | anchor_ways(object, scope);
                self.identities.note(Note::new(key, number, ways));
            }
            let is_counted = object.kind != ObjectKind::Computer;
            self.checked += u64::from(is_counted && scope == Scope::Synchronised);
            self.left_out += u64::from(is_counted && scope == Scope::LeftOut);
            arrivals.push(Arrival { at, number, scope });
        }
    }

    /// Notes what the objects of a chunk hold.
    fn note(&mut self, batch: &[DirectoryObject], chunk: &[Arrival], look: &Look) {
        self.holders.make_room();
        self.holders.expect(look.held.iter().map(|held| held.key));
        let mut start = 0;
        for (arrival, end) in chunk.iter().zip(&look.ends) {
            for held in &look.held[start..*end] {
                let value = || held::value(&batch[arrival.at], held.place);
                if held.place == Place::Anchor {
                    self.holders.keep(held.key, value);
                }
                let note = Note::new(held.key, arrival.number, held.ways);
                self.holders.note(note, value);
            }
            start = *end;
        }
    }

    fn take(&mut self, finding: &Finding, sink: &mut dyn FindingSink) {
        if let Some(value) = &finding.candidate
            && let Some(key) = held::proposed(&finding.attribute, value, &self.hashing)
        {
            let note = Note::new(key, finding.object, PROPOSED);
            let value = || held::proposed_value(&finding.attribute, value);
            self.holders.note(note, value);
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
        let Told { shared, taken } = self.holders.told(&self.identities);
        duplicates::judge(&shared, &self.names, &mut self.tallies, sink);
        let settlement = Settlement {
            names: self.names,
            taken,
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

impl Look {
    /// Empties it for the next few objects.
    fn begin(&mut self) {
        self.held.clear();
        self.ends.clear();
    }

    /// Looks at those objects of a batch that a chunk names.
    fn at(
        &mut self,
        batch: &[DirectoryObject],
        chunk: &[Arrival],
        ground: Ground<'_>,
        hashing: &Hashing,
    ) {
        let mut faults = Faults::new();
        for arrival in chunk {
            let object = &batch[arrival.at];
            check_object(object, arrival.scope, &ground, &mut faults);
            if !faults.found.is_empty() {
                found(
                    object,
                    arrival.number,
                    &mut faults,
                    &ground,
                    &mut self.findings,
                );
            }
            if let Some(name) = sign_in_name(object, arrival.scope) {
                ground.count_suffix(name);
            }
            hold(object, arrival.scope, hashing, &mut self.held);
            self.ends.push(self.held.len());
        }
        self.suffixes = ground.into_counts();
    }
}

/// The name of a synchronised user.
fn sign_in_name(object: &DirectoryObject, scope: Scope) -> Option<&str> {
    let is_user = object.kind == ObjectKind::User;
    let name = object.user_principal_name.as_deref();
    name.filter(|_| is_user && scope == Scope::Synchronised)
}

fn found<'a>(
    object: &'a DirectoryObject,
    number: u32,
    faults: &mut Faults<'a>,
    ground: &Ground<'_>,
    findings: &mut Vec<Finding>,
) {
    for fault in &faults.found {
        let (check, words) = fault;
        findings.push(Finding {
            check: *check,
            object: number,
            attribute: Cow::Borrowed(words.attribute),
            value: shorten(&words.value),
            kind: words.kind,
            fault: words.words.clone(),
            candidate: proposal::sound(object, fault, &faults.found, ground),
            others: Vec::new(),
        });
    }
    faults.found.clear();
}

/// Adds what the object holds. What synchronisation leaves out is not free, but no duplicate.
fn hold(object: &DirectoryObject, scope: Scope, hashing: &Hashing, into: &mut Vec<Held>) {
    let start = into.len();
    let mut own = Own::new(hashing, into);
    match scope {
        Scope::Synchronised => {
            own.names(object);
            own.anchor(object);
        }
        Scope::LeftOut => own.names(object),
        Scope::Computer => own.account(object),
        Scope::Elsewhere => {}
    }
    if scope != Scope::Synchronised {
        for held in &mut into[start..] {
            held.ways |= NOT_SYNCED;
        }
    }
}

//! Lays tasks out in time: a forward pass for when each begins, a backward pass for its slack.

use std::collections::BTreeMap;

use super::{DAY, Ticks, WaveId, day};

/// A task, as far as its time matters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Work {
    pub(super) wave: WaveId,
    /// Who does it; none if nobody does, as it is rejected.
    pub(super) owner: Option<usize>,
    /// What must end before it begins: places of earlier works.
    pub(super) after: Vec<usize>,
    pub(super) duration: Ticks,
    /// It does not begin before this moment.
    pub(super) earliest: Ticks,
}

/// When a task begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) begin: Ticks,
    /// How far it can slip without moving the end of its wave.
    pub(super) slack: Ticks,
}

/// Where everything lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// By work.
    pub(super) placed: Vec<Placed>,
    /// The day of the call that ends each wave.
    pub(super) calls: Vec<u32>,
}

/// Lays out works that are in order: by wave, and each after those that must end before it.
pub(super) fn lay_out(works: &[Work]) -> Layout {
    let mut layout = Layout::default();
    let mut begin = 0;
    let mut first = 0;
    for wave in works.chunk_by(|a, b| a.wave == b.wave) {
        let end = forwards(works, first..first + wave.len(), begin, &mut layout.placed);
        backwards(works, first..first + wave.len(), end, &mut layout.placed);
        begin = end.next_multiple_of(DAY);
        layout.calls.push(day(begin));
        first += wave.len();
    }
    layout
}

/// Places the works of a wave as early as they can be, and gives the moment at which all have ended.
fn forwards(
    works: &[Work],
    wave: std::ops::Range<usize>,
    begin: Ticks,
    placed: &mut Vec<Placed>,
) -> Ticks {
    let mut free: BTreeMap<usize, Ticks> = BTreeMap::new();
    let mut end = begin;
    for work in &works[wave] {
        let before = work.after.iter();
        let before = before.map(|place| placed[*place].begin + works[*place].duration);
        let owner = work.owner.and_then(|owner| free.get(&owner).copied());
        let earliest = work.owner.map(|_| work.earliest);
        let begin = before.chain(owner).chain(earliest).fold(begin, Ticks::max);
        let ends = begin + work.duration;
        if let Some(owner) = work.owner {
            free.insert(owner, ends);
        }
        placed.push(Placed { begin, slack: 0 });
        end = end.max(ends);
    }
    end
}

/// Finds how far each work of a wave can slip.
fn backwards(works: &[Work], wave: std::ops::Range<usize>, end: Ticks, placed: &mut [Placed]) {
    let mut next: BTreeMap<usize, Ticks> = BTreeMap::new();
    let mut latest_end: Vec<Ticks> = vec![end; wave.len()];
    for place in wave.clone().rev() {
        let work = &works[place];
        let own = &mut latest_end[place - wave.start];
        if let Some(begin) = work.owner.and_then(|owner| next.get(&owner)) {
            *own = (*own).min(*begin);
        }
        let latest = *own - work.duration;
        placed[place].slack = latest - placed[place].begin;
        if let Some(owner) = work.owner {
            next.insert(owner, latest);
        }
        for earlier in work.after.iter().filter(|earlier| wave.contains(earlier)) {
            let own = &mut latest_end[earlier - wave.start];
            *own = (*own).min(latest);
        }
    }
}

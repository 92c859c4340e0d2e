//! Where evidence goes while a run is recorded, and how much of it.

use std::collections::HashMap;

use waterline_facts::ProbeId;

use super::Item;

/// Takes evidence as it comes. Called between answers of the network, so it must not wait.
pub trait Keeper: Send + Sync {
    /// Takes one piece.
    fn keep(&self, item: &Item);
}

/// The most bytes of answers that are kept for one probe; what comes later is left out and missed.
pub const MOST_PROBE_BYTES: usize = 24 << 20;

/// How much was kept for each probe.
#[derive(Debug, Default)]
pub(super) struct Room(HashMap<ProbeId, usize>);

impl Room {
    /// Whether there is room for so many bytes more, which are then taken.
    pub(super) fn take(&mut self, probe: ProbeId, bytes: usize) -> bool {
        let taken = self.0.entry(probe).or_default();
        let more = taken.saturating_add(bytes);
        let fits = more <= MOST_PROBE_BYTES;
        if fits {
            *taken = more;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_probe_has_its_own_room_and_no_more() {
        let mut room = Room::default();
        assert!(room.take(ProbeId::Dns, MOST_PROBE_BYTES - 1));
        assert!(!room.take(ProbeId::Dns, 2));
        assert!(room.take(ProbeId::Dns, 1));
        assert!(room.take(ProbeId::Host, 2));
    }
}

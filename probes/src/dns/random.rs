//! Names that nobody has.

use super::raw;

/// A label that no zone has, but by a wildcard: 80 random bits; where answers of an earlier run are
/// given, the one that was drawn then.
pub(super) fn label() -> String {
    raw::label(|| {
        let mut bits = [0; 10];
        // Without random bits the name is still one that hardly anybody has.
        let _ = getrandom::fill(&mut bits);
        let hex: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("no-such-name-{hex}")
    })
}

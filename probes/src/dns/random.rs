//! Names that nobody has.

/// A label that no zone has, but by a wildcard: 80 random bits.
pub(super) fn label() -> String {
    let mut bits = [0; 10];
    // Without random bits the name is still one that hardly anybody has.
    let _ = getrandom::fill(&mut bits);
    let hex: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("no-such-name-{hex}")
}

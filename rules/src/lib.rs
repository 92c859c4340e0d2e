//! Holds facts against onboarding minimums and plans the remediation.
//!
//! Packs of rules are YAML; their expressions are CEL over aggregate facts. Per-object work is Rust
//! in [`objects`]. Nothing here does I/O but reading packs from disk when asked, and nothing is
//! async: the same facts, profile and packs give the same [`Assessment`], always.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod assess;
pub mod assessment;
pub mod attestations;
mod bounds;
pub mod builds;
pub mod cases;
mod causes;
pub mod compile;
pub mod conclude;
mod confirm;
pub mod disagreements;
mod editor;
pub mod expr;
pub mod facts;
mod fitting;
pub mod fleet;
pub mod folder;
mod graph;
pub mod judge;
pub mod judged;
pub mod load;
pub mod misplaced;
pub mod mutation;
pub mod objects;
pub mod outline;
pub mod patterns;
pub mod plan;
pub mod profile;
pub mod readiness;
pub mod reconcile;
pub mod rule;
pub mod scoring;
pub mod show;
pub mod source;
mod suggest;
pub mod targets;
#[cfg(test)]
mod testing;
pub mod verdict;
pub mod waivers;
mod written;

pub use assess::AssessError;
pub use assessment::Assessment;
pub use conclude::{Conclusion, conclude};
pub use load::Packs;
pub use objects::{Checker, Finding, FindingSink, Settlement};
pub use plan::Plan;
pub use profile::Profile;
pub use targets::TargetTree;
pub use verdict::{Readiness, Severity, Verdict};

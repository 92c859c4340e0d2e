//! Options that several commands share, each group with what it turns into.

mod certificates;
mod directory;
mod judging;
mod network;
mod pack;
mod probing;

pub use judging::{JudgingOptions, ProfileOption};
pub use pack::PackOption;
pub use probing::ProbingOptions;

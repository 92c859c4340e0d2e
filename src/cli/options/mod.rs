//! Options that several commands share, each group with what it turns into.

mod certificates;
mod directory;
mod ground;
mod host;
mod judging;
mod network;
mod pack;
mod passphrase;
mod probing;
pub mod secret;
mod signing;
// Only in builds for tests and demonstrations: it brings servers of every kind.
#[cfg(feature = "worlds")]
mod world;
#[cfg(not(feature = "worlds"))]
#[path = "no_world.rs"]
mod world;

pub use judging::{JudgingOptions, ProfileOption};
pub use pack::PackOption;
pub use passphrase::PassphraseOptions;
pub use probing::ProbingOptions;
pub use signing::{SigningOptions, verifying_key};

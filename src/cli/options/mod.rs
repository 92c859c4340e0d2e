//! Options that several commands share, each group with what it turns into.

mod certificates;
mod directory;
mod host;
mod judging;
mod network;
mod pack;
mod passphrase;
mod probing;
pub mod secret;
mod signing;

pub use judging::{JudgingOptions, ProfileOption};
pub use pack::PackOption;
pub use passphrase::PassphraseOptions;
pub use probing::ProbingOptions;
pub use signing::{SigningOptions, verifying_key};

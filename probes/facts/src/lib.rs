//! What probes learn about an environment, as plain types.
//!
//! Nothing here does I/O, reads a clock or has an opinion. A probe fills these types in, a
//! recording stores them, the rules judge them. Every type has a versioned serde form and a JSON
//! Schema (`waterline schema facts`).
//!
//! Two invariants hold for all of them, and tests keep them: whatever may fail to be learned is a
//! [`Seen`], and no type has a free-form map, so that text from outside can never be mistaken for
//! the `known`/`absent`/`unknown` marks of a fact.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod browsers;
pub mod cloud;
pub mod directory;
pub mod dns;
pub mod environment;
pub mod host;
pub mod hosts;
pub mod network;
pub mod objects;
pub mod protocols;
pub mod run;
pub mod seen;

pub use browsers::BrowserFacts;
pub use cloud::Cloud;
pub use directory::DirectoryFacts;
pub use dns::DnsFacts;
pub use environment::{Environment, FORMAT, FormatVersion};
pub use host::HostFacts;
pub use hosts::HostsFacts;
pub use network::NetworkFacts;
pub use objects::{DirectoryObject, ObjectFacts};
pub use protocols::ProtocolFacts;
pub use run::{ProbeId, RunFacts};
pub use seen::{Gap, Reason, Seen};

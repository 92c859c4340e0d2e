//! Probes read parts of an environment and fill in facts; they have no opinion.
//!
//! A probe is one type that implements [`Probe`]. The [`runner`] starts them all at once, each
//! under its own time limit inside the run's budget and each isolated from the others. Probes only
//! read: LDAP bind, search, abandon and unbind; HTTP GET and HEAD without credentials; DNS queries.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod browsers;
pub mod catalog;
pub mod chain;
pub mod clock;
pub mod contact;
pub mod context;
pub mod directory;
pub mod dns;
pub mod evidence;
pub mod host;
pub mod learned;
pub mod network;
pub mod probe;
pub mod protocols;
pub mod rights;
pub mod runner;
pub mod system;
pub mod tls;
pub mod untrusted;

pub use clock::Clock;
pub use contact::Contact;
pub use context::{Context, ObjectSink};
pub use evidence::Evidence;
pub use learned::Learned;
pub use probe::{Draft, Probe, ProbeError};

//! Simulated environments: a small description becomes servers on loopback that the probes are run
//! against for real.
//!
//! [`World::read`] reads a description (`docs/worlds.md`) and refuses what it does not understand,
//! with line and column; [`World::open`] serves it. The servers stand for themselves too: tests and
//! benches use them without a description. Nothing here knows the probes or leaves this machine:
//! every address of a world lies in 127.0.0.0/8.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod authority;
pub mod controller;
mod der;
mod directory;
pub mod dns;
pub mod endpoint;
pub mod form;
mod hosts;
mod open;
pub mod ports;
mod proxy;
mod read;
mod serving;
pub mod zones;

pub use form::WorldForm;
pub use open::{Around, Endpoint, Machine, Open, OpenError};
pub use read::{World, WorldError};

/// The JSON Schema of a description, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(WorldForm)
}

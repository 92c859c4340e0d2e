//! Stands in for Kerberos where this build has none, and says how to get it.

use std::time::Duration;

use tokio_util::task::AbortOnDropHandle;
use waterline_facts::{Gap, Reason};

use super::carrier::Carrier;

/// Would keep a sealed connection going; there is none.
pub(super) type Relay = AbortOnDropHandle<()>;

/// Refuses.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "has the shape of the real one")]
pub(super) async fn enter(
    _carrier: Carrier,
    _host: &str,
    _name: &str,
    _patience: Duration,
) -> Result<(Carrier, Option<Relay>), Gap> {
    Err(none())
}

/// The name under which a host of a domain would be signed in to.
pub(super) fn principal(host: &str, _domain: &str) -> String {
    host.to_owned()
}

fn none() -> Gap {
    Gap::new(Reason::Unsupported, "this build has no Kerberos")
        .with_remedy("build with --features kerberos, or use --auth simple")
}

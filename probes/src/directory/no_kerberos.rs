//! Stands in for Kerberos where this build has none, and says how to get it.

use std::time::Duration;

use tokio::net::TcpStream;
use waterline_facts::{Gap, Reason};

use super::link::Link;

/// There is none.
pub(super) type Relay = std::convert::Infallible;

/// Refuses.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "has the shape of the real one")]
pub(super) async fn bind(_link: Link, _name: &str, _patience: Duration) -> Result<Link, Gap> {
    Err(none())
}

/// Refuses.
///
/// # Errors
/// Always.
#[expect(clippy::unused_async, reason = "has the shape of the real one")]
pub(super) async fn seal(
    _stream: TcpStream,
    _host: &str,
    _name: &str,
    _patience: Duration,
) -> Result<(TcpStream, Relay), Gap> {
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

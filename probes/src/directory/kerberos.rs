//! Signs in with Kerberos: GSSAPI on Unix, SSPI on Windows, with the user's own tickets.
//!
//! Over plain LDAP the connection is sealed by the session key; over TLS the bind carries the
//! channel binding that domain controllers may demand. The libraries block on files and on the key
//! distribution centre, hence the thread of its own.

mod binding;
#[cfg_attr(windows, path = "kerberos/windows.rs")]
#[cfg_attr(not(windows), path = "kerberos/unix.rs")]
mod platform;
mod relay;
mod sealed;

use std::{future::Future, net::IpAddr, time::Duration};

use cross_krb5::ClientCtx;
use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::AbortOnDropHandle;
use waterline_facts::{Gap, Reason, directory::Protection};

use self::sealed::{Failure, Layer};
use super::{carrier::Carrier, outcome};

/// Keeps a sealed connection going until it is dropped.
pub(super) type Relay = AbortOnDropHandle<()>;

/// A sign-in has four steps with the server and up to two with the key distribution centre.
const STEPS: u32 = 6;

/// Signs in to the server of this name. Where TLS does not protect the connection it is sealed, for as
/// long as the handle is kept.
///
/// # Errors
/// If there are no tickets, they are not taken, or the server refuses.
pub(super) async fn enter(
    carrier: Carrier,
    host: &str,
    name: &str,
    patience: Duration,
) -> Result<(Carrier, Option<Relay>), Gap> {
    let (name, owned) = (usable(name)?, host.to_owned());
    blocking(host.to_owned(), patience, async move {
        let layer = match &carrier.certificate {
            Some(certificate) => Layer::Tls(binding::to_certificate(certificate)),
            None => Layer::Sealing,
        };
        let mut carrier = carrier;
        let signed_in = sealed::sign_in(&mut *carrier.stream, &name, &layer).await;
        let context = signed_in.map_err(|failure| told(&owned, failure))?;
        Ok(match layer {
            Layer::Tls(_) => (carrier, None),
            Layer::Sealing => sealed_by(carrier, context),
        })
    })
    .await
}

fn sealed_by(carrier: Carrier, context: ClientCtx) -> (Carrier, Option<Relay>) {
    let (stream, relay) = sealed::plain(carrier.stream, context);
    let sealed = Carrier {
        stream,
        protection: Protection::Sealed,
        ..carrier
    };
    (sealed, Some(relay))
}

fn told(host: &str, failure: Failure) -> Gap {
    match failure {
        Failure::Kerberos(why) => refused(host, &why),
        Failure::Refused(result) => outcome::bind_refused(host, &result),
        Failure::Io(error) => outcome::conversation_failed(host, &error),
        Failure::Malformed => not_ldap(host),
    }
}

/// The name under which a host of a domain is signed in to.
pub(super) fn principal(host: &str, domain: &str) -> String {
    platform::principal(host, domain)
}

/// The name, if Kerberos can use it.
fn usable(name: &str) -> Result<String, Gap> {
    let host = name.split('@').next().unwrap_or_default();
    if host.parse::<IpAddr>().is_err() {
        return Ok(name.to_owned());
    }
    let what = format!("Kerberos cannot sign in to {host}, as that is an address and no name");
    Err(Gap::new(Reason::NotConfigured, what).with_remedy("name the server by its DNS name"))
}

/// Runs a sign-in on a thread of its own, under a time limit.
async fn blocking<T: Send + 'static>(
    host: String,
    patience: Duration,
    sign_in: impl Future<Output = Result<T, Gap>> + Send + 'static,
) -> Result<T, Gap> {
    let (runtime, limit) = (Handle::current(), STEPS * patience);
    let step = tokio::task::spawn_blocking({
        let host = host.clone();
        move || {
            let ended = runtime.block_on(timeout(limit, sign_in));
            ended.unwrap_or_else(|_| Err(outcome::timed_out(&host)))
        }
    });
    match timeout(limit, step).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(not_ldap(&host)),
        Err(_) => Err(silent(&host)),
    }
}

fn not_ldap(host: &str) -> Gap {
    let what = format!("{host} sent an answer that is not LDAP");
    Gap::new(Reason::Malformed, what).with_remedy(outcome::ANOTHER)
}

fn silent(host: &str) -> Gap {
    let what = format!("no Kerberos ticket for {host} came in time");
    Gap::new(Reason::TimedOut, what)
        .with_remedy("check that a domain controller can be reached at port 88")
}

/// What Kerberos libraries say (MIT's in English, Windows' by its messages), in lower case; which kind
/// of reason that is, and what to do.
const SAID: [(&str, Reason, &str); 11] = [
    ("no credentials", Reason::Denied, SIGN_IN),
    ("no kerberos credentials", Reason::Denied, SIGN_IN),
    ("expired", Reason::Denied, "renew the ticket (kinit)"),
    ("skew", Reason::Denied, CLOCK),
    ("not yet valid", Reason::Denied, CLOCK),
    (
        "not found in kerberos database",
        Reason::Denied,
        "name the server by its full DNS name, and check the realm (klist, krb5.conf)",
    ),
    (
        "target is unknown",
        Reason::Denied,
        "name the server by its full DNS name",
    ),
    (
        "cannot find kdc",
        Reason::NotConfigured,
        "check that the server's domain is that of the ticket's realm, and the realms in krb5.conf",
    ),
    ("cannot contact any kdc", Reason::Unreachable, KDC),
    ("no authority could be contacted", Reason::Unreachable, KDC),
    (
        "have been revoked",
        Reason::Denied,
        "have the account enabled or unlocked, or sign in as another (kinit)",
    ),
];

const SIGN_IN: &str = "sign in first (kinit), or use --auth simple";
const CLOCK: &str = "set this machine's clock by the domain's";
const KDC: &str = "check that a domain controller can be reached at port 88";

/// What the Kerberos library says, with what to do about the common cases.
fn refused(host: &str, why: &str) -> Gap {
    let text = why.to_ascii_lowercase();
    let known = SAID.iter().find(|(said, ..)| text.contains(said));
    let (reason, remedy) = known.map_or(
        (
            Reason::Denied,
            "check the tickets with klist, or use --auth simple",
        ),
        |(_, reason, remedy)| (*reason, *remedy),
    );
    let what = format!("no Kerberos sign-in to {host}: {}", why.trim());
    Gap::new(reason, what).with_remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_failures_say_what_to_do() {
        let cases = [
            ("No credentials were supplied", Reason::Denied, "kinit"),
            (
                "No Kerberos credentials available (default cache: FILE:/tmp/x)",
                Reason::Denied,
                "kinit",
            ),
            ("Ticket expired", Reason::Denied, "renew"),
            ("Clock skew too great", Reason::Denied, "clock"),
            ("Ticket not yet valid", Reason::Denied, "clock"),
            (
                "Server not found in Kerberos database",
                Reason::Denied,
                "full DNS name",
            ),
            (
                "Cannot find KDC for realm \"A.TEST\"",
                Reason::NotConfigured,
                "krb5.conf",
            ),
            (
                "Cannot contact any KDC for realm",
                Reason::Unreachable,
                "port 88",
            ),
            (
                "Client's credentials have been revoked",
                Reason::Denied,
                "unlocked",
            ),
            ("anything else", Reason::Denied, "klist"),
        ];
        for (why, reason, remedy) in cases {
            let gap = refused("dc1", why);
            assert_eq!(gap.reason, reason, "{why}");
            assert!(gap.remedy.contains(remedy), "{why}: {}", gap.remedy);
        }
    }
}

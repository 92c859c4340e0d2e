//! Signs in with Kerberos: GSSAPI on Unix, SSPI on Windows, with the user's own tickets.
//!
//! Over plain LDAP the connection is sealed by the session key; over TLS the bind carries the
//! channel binding that domain controllers may demand. The libraries block on files and on the key
//! distribution centre, hence the thread of its own.

use std::{net::IpAddr, time::Duration};

use tokio::{runtime::Handle, time::timeout};
use waterline_facts::{Gap, Reason, directory::Protection};

use super::{
    link::{Link, checked},
    outcome,
};

/// A sign-in has four steps with the server and up to two with the key distribution centre.
const STEPS: u32 = 6;

/// Signs in on this connection to the server of this name.
///
/// # Errors
/// If there are no tickets, they are not taken, or the server refuses.
pub(super) async fn bind(link: Link, name: &str, patience: Duration) -> Result<Link, Gap> {
    if name.parse::<IpAddr>().is_ok() {
        return Err(Gap::new(
            Reason::NotConfigured,
            format!("Kerberos cannot sign in to {name}, as that is an address and no name"),
        )
        .with_remedy("name the server by its DNS name"));
    }
    let (name, host) = (name.to_owned(), link.host.clone());
    let runtime = Handle::current();
    let step = tokio::task::spawn_blocking(move || {
        let mut ldap = link.ldap.clone();
        let bind = runtime.block_on(timeout(STEPS * patience, ldap.sasl_gssapi_bind(&name)));
        match bind {
            Ok(Err(ldap3::LdapError::GssapiOperationError(why))) => Err(refused(&link.host, &why)),
            Ok(bind) => checked(link, bind),
            Err(_) => Err(outcome::timed_out(&link.host)),
        }
    });
    let mut link = match timeout(STEPS * patience, step).await {
        Ok(Ok(link)) => link?,
        Ok(Err(_)) => {
            let what = format!("{host} sent an answer that is not LDAP");
            return Err(Gap::new(Reason::Malformed, what));
        }
        Err(_) => return Err(silent(&host)),
    };
    if link.protection == Protection::None {
        link.protection = Protection::Sealed;
    }
    Ok(link)
}

fn silent(host: &str) -> Gap {
    let what = format!("no ticket for {host} came in time");
    Gap::new(Reason::TimedOut, what).with_remedy("check that a key distribution centre answers")
}

/// What the Kerberos library says, with what to do about the common cases.
fn refused(host: &str, why: &str) -> Gap {
    let text = why.to_ascii_lowercase();
    let remedy = if text.contains("no credentials") || text.contains("no kerberos credentials") {
        "sign in first (kinit), or use --auth simple"
    } else if text.contains("expired") {
        "renew the ticket (kinit)"
    } else if text.contains("skew") {
        "set this machine's clock"
    } else if text.contains("not found in kerberos database") {
        "name the server by its full DNS name, and check the realm"
    } else {
        "check the tickets with klist, or use --auth simple"
    };
    Gap::new(
        Reason::Denied,
        format!("no Kerberos sign-in to {host}: {}", why.trim()),
    )
    .with_remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_failures_say_what_to_do() {
        let cases = [
            ("No credentials were supplied", "kinit"),
            ("Ticket expired", "renew"),
            ("Clock skew too great", "clock"),
            ("Server not found in Kerberos database", "full DNS name"),
            ("anything else", "klist"),
        ];
        for (why, remedy) in cases {
            let gap = refused("dc1", why);
            assert_eq!(gap.reason, Reason::Denied);
            assert!(gap.remedy.contains(remedy), "{why}: {}", gap.remedy);
        }
    }
}

//! One LDAP connection: name to address, TCP, TLS, bind. Every step has its own time limit.
//!
//! Sends a bind only after TLS was verified, or sealed by Kerberos; a password goes in clear to a
//! loopback address alone, and only if that was allowed. Never sends anything that changes the
//! directory.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, StdStream};
use secrecy::ExposeSecret;
use tokio::{net::TcpStream, task::JoinSet, time::timeout};
use tokio_util::task::AbortOnDropHandle;
use waterline_facts::{
    Gap, Reason,
    directory::{Authentication, Protection},
};

use super::{
    bulk::{search::Bulk, switch},
    carrier::{Carrier, protect},
    kerberos::{self, Relay},
    locate::Locator,
    outcome,
    settings::{AuthChoice, Cleartext, Scheme, ServerUrl, StartTls},
};

/// A host with more addresses than this is tried at the first ones only.
const MOST_ADDRESSES: usize = 4;

/// Opens connections.
#[derive(Clone)]
pub(super) struct Dialer {
    /// Looks hosts up.
    pub locator: Locator,
    /// TLS settings.
    pub tls: Arc<rustls::ClientConfig>,
    /// The longest wait for any single answer.
    pub patience: Duration,
    /// Whether a password may go without TLS.
    pub cleartext: Cleartext,
    /// When TLS is begun within `ldap://`.
    pub start_tls: StartTls,
}

/// An open connection. It ends when this is dropped.
pub(super) struct Link {
    /// Sends operations.
    pub ldap: Ldap,
    /// Sends searches that bring much.
    pub bulk: Bulk,
    /// The host, for messages.
    pub host: String,
    /// How the connection is protected.
    pub protection: Protection,
    /// How it can be opened again, if somebody signed in.
    again: Option<Box<Again>>,
    /// Carries the library's part of the conversation.
    _driver: AbortOnDropHandle<()>,
    /// Carries all of it.
    switch: AbortOnDropHandle<()>,
    /// Seals it, if Kerberos does.
    relay: Option<Relay>,
}

/// What it takes to open a connection again.
#[derive(Clone)]
struct Again {
    dialer: Dialer,
    url: ServerUrl,
    auth: AuthChoice,
    name: Option<String>,
}

impl Link {
    /// Opens a connection to the same server, for one that was lost; nothing if nobody signed in.
    ///
    /// # Errors
    /// As [`Dialer::enter`].
    pub async fn again(&self) -> Option<Result<Self, Gap>> {
        let again = self.again.as_ref()?;
        let dialed = again
            .dialer
            .enter(&again.url, &again.auth, again.name.as_deref());
        Some(dialed.await)
    }

    /// Says goodbye, so that the server need not wait for more.
    pub async fn close(mut self, patience: Duration) {
        let goodbye = async {
            let _ = self.ldap.unbind().await;
            let _ = self.switch.await;
            if let Some(relay) = self.relay {
                let _ = relay.await;
            }
        };
        let _ = timeout(patience, goodbye).await;
    }
}

impl Dialer {
    /// Opens a connection for reads that need no sign-in.
    ///
    /// # Errors
    /// If the server cannot be reached or its certificate does not verify.
    pub async fn open(&self, url: &ServerUrl) -> Result<Link, Gap> {
        let carrier = self.carrier(url, self.protection(url)).await?;
        self.establish(&url.host, carrier, None).await
    }

    /// Opens a connection and signs in. `name` is that of the server for Kerberos, if it is not the
    /// host's.
    ///
    /// # Errors
    /// If that fails; the reason is [`Reason::Denied`] if the sign-in itself was refused.
    pub async fn enter(
        &self,
        url: &ServerUrl,
        auth: &AuthChoice,
        name: Option<&str>,
    ) -> Result<Link, Gap> {
        let link = self.sign_in(url, auth, name).await?;
        let again = Again {
            dialer: self.clone(),
            url: url.clone(),
            auth: auth.clone(),
            name: name.map(str::to_owned),
        };
        Ok(Link {
            again: Some(Box::new(again)),
            ..link
        })
    }

    async fn sign_in(
        &self,
        url: &ServerUrl,
        auth: &AuthChoice,
        name: Option<&str>,
    ) -> Result<Link, Gap> {
        match auth {
            AuthChoice::Anonymous => self.open(url).await,
            AuthChoice::Kerberos => self.enter_by_kerberos(url, name.unwrap_or(&url.host)).await,
            AuthChoice::Simple { bind_dn, password } => {
                if bind_dn.is_empty() || password.expose_secret().is_empty() {
                    return Err(empty_credentials());
                }
                let stream = self.dial(url).await?;
                let protection = self.for_password(url, &stream);
                let carrier = self.protect(url, stream, protection).await?;
                let link = self.establish(&url.host, carrier, None).await?;
                let (bind_dn, password) = (bind_dn.clone(), password.clone());
                let patience = self.patience;
                isolated(&url.host, async move {
                    let mut ldap = link.ldap.clone();
                    let bind = ldap
                        .with_timeout(patience)
                        .simple_bind(&bind_dn, password.expose_secret());
                    checked(link, bind.await)
                })
                .await
            }
        }
    }

    async fn enter_by_kerberos(&self, url: &ServerUrl, name: &str) -> Result<Link, Gap> {
        let carrier = self.carrier(url, self.protection(url)).await?;
        let (carrier, relay) = kerberos::enter(carrier, &url.host, name, self.patience).await?;
        self.establish(&url.host, carrier, relay).await
    }

    /// The protection that a connection has from its beginning.
    fn protection(&self, url: &ServerUrl) -> Protection {
        match (url.scheme, self.start_tls) {
            (Scheme::Ldaps, _) => Protection::Ldaps,
            (Scheme::Ldap, StartTls::Always) => Protection::StartTls,
            (Scheme::Ldap, StartTls::ForPasswords) => Protection::None,
        }
    }

    /// The protection under which a password may be sent.
    fn for_password(&self, url: &ServerUrl, stream: &TcpStream) -> Protection {
        let loopback = stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        match (self.protection(url), self.cleartext) {
            (Protection::None, Cleartext::LoopbackOnly) if loopback => Protection::None,
            (Protection::None, _) => Protection::StartTls,
            (protected, _) => protected,
        }
    }

    async fn dial(&self, url: &ServerUrl) -> Result<TcpStream, Gap> {
        let addresses = self.locator.addresses(&url.host).await?;
        let mut failure = Gap::new(Reason::Unreachable, format!("{} has no address", url.host));
        for address in addresses.into_iter().take(MOST_ADDRESSES) {
            let peer = SocketAddr::new(address, url.port);
            failure = match timeout(self.patience, TcpStream::connect(peer)).await {
                Ok(Ok(stream)) => {
                    // Requests are small and waited for: each would wait for the last one's receipt.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(error)) => outcome::io_failed(&format!("{} ({peer})", url.host), &error),
                Err(_) => Gap::new(
                    Reason::TimedOut,
                    format!("{} ({peer}) did not take the connection in time", url.host),
                ),
            };
        }
        Err(failure.with_remedy(outcome::REACH))
    }

    async fn carrier(&self, url: &ServerUrl, protection: Protection) -> Result<Carrier, Gap> {
        let stream = self.dial(url).await?;
        self.protect(url, stream, protection).await
    }

    async fn protect(
        &self,
        url: &ServerUrl,
        stream: TcpStream,
        protection: Protection,
    ) -> Result<Carrier, Gap> {
        let protecting = protect(stream, &url.host, protection, &self.tls);
        let protected = timeout(self.patience, protecting).await;
        protected.unwrap_or_else(|_| Err(outcome::timed_out(&url.host)))
    }

    /// Puts the library, and the searches in bulk beside it, on a connection.
    async fn establish(
        &self,
        host: &str,
        carrier: Carrier,
        relay: Option<Relay>,
    ) -> Result<Link, Gap> {
        let failed = |error| outcome::io_failed("a loopback connection", &error);
        let opened = switch::open(carrier.stream).await.map_err(failed)?;
        let plain = opened.plain.into_std().map_err(failed)?;
        let settings = LdapConnSettings::new()
            .set_conn_timeout(self.patience)
            .set_std_stream(StdStream::Tcp(plain));
        // The library is given a connection; whom it leads to is not its business.
        let library = LdapConnAsync::with_settings(settings, "ldap://localhost").await;
        let (connection, ldap) =
            library.map_err(|error| outcome::connection_failed(host, &error))?;
        let driver = AbortOnDropHandle::new(tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "the library's part of an LDAP connection ended");
            }
        }));
        Ok(Link {
            ldap,
            bulk: Bulk::new(opened.orders),
            host: host.to_owned(),
            protection: carrier.protection,
            again: None,
            _driver: driver,
            switch: opened.carrier,
            relay,
        })
    }
}

/// What the sign-in is called in the facts.
pub(super) fn authentication(auth: &AuthChoice) -> Authentication {
    match auth {
        AuthChoice::Kerberos => Authentication::Kerberos,
        AuthChoice::Simple { .. } => Authentication::Simple,
        AuthChoice::Anonymous => Authentication::Anonymous,
    }
}

/// The link, if the bind on it was accepted.
fn checked(link: Link, bind: ldap3::result::Result<ldap3::LdapResult>) -> Result<Link, Gap> {
    match bind {
        Ok(result) if result.rc == 0 => Ok(link),
        Ok(result) => Err(outcome::bind_refused(&link.host, &result)),
        Err(error) => Err(outcome::connection_failed(&link.host, &error)),
    }
}

/// A server that is sent a name without a password takes it for an anonymous visitor and accepts
/// (RFC 4513, 5.1.2); that would pass for a sign-in.
fn empty_credentials() -> Gap {
    Gap::new(
        Reason::NotConfigured,
        "a simple bind needs a name and a password",
    )
    .with_remedy("give --bind-dn and --password-file")
}

/// Runs a step on its own, as the LDAP library panics on answers that it cannot parse.
async fn isolated<T: Send + 'static>(
    host: &str,
    step: impl Future<Output = Result<T, Gap>> + Send + 'static,
) -> Result<T, Gap> {
    let mut own = JoinSet::new();
    own.spawn(step);
    match own.join_next().await {
        Some(Ok(done)) => done,
        _ => Err(outcome::no_ldap(host)),
    }
}

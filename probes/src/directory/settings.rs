//! What the directory probe is told: where the directory is, and how to sign in.

use std::{
    fmt,
    net::{Ipv6Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use secrecy::SecretString;

/// Where the directory is, and how to enter it.
#[derive(Debug, Clone, Default)]
pub struct DirectorySettings {
    /// DNS name of the domain, from the user's choice or the machine's join; nothing if there is
    /// neither.
    pub domain: Option<String>,
    /// Domains to try where none is known, if DNS names controllers of them. Not for sign-ins with a
    /// password: the names may come from whatever network this machine is in.
    pub suggested: Vec<String>,
    /// What is read.
    pub source: Source,
    /// Servers to try in this order; if there are none, the domain's controllers are found by DNS.
    pub servers: Vec<ServerUrl>,
    /// Read objects only at and below this name; the whole domain if there is none.
    pub base_dn: Option<String>,
    /// How to sign in.
    pub auth: AuthChoice,
    /// Whether a password may go over a connection without TLS.
    pub cleartext: Cleartext,
    /// When TLS is begun within `ldap://` connections.
    pub start_tls: StartTls,
    /// Whether the other domains of the forest are entered too.
    pub reach: Reach,
    /// Resolvers to ask instead of the system's.
    pub resolvers: Vec<SocketAddr>,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// A domain controller, over LDAP.
    #[default]
    Server,
    /// LDIF exports, in place of a server.
    Ldif(Vec<PathBuf>),
}

/// How to sign in.
#[derive(Debug, Clone, Default)]
pub enum AuthChoice {
    /// Kerberos, with the tickets of whoever runs the program.
    #[default]
    Kerberos,
    /// Name and password, over TLS.
    Simple {
        /// Distinguished name, user principal name or `DOMAIN\name`.
        bind_dn: String,
        /// The password.
        password: SecretString,
    },
    /// Not at all; a domain controller then tells little more than its levels.
    Anonymous,
}

/// Whether a password may go over a connection without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cleartext {
    /// Never.
    #[default]
    Refused,
    /// To a loopback address, for tests and benches.
    LoopbackOnly,
}

/// When TLS is begun within `ldap://` connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartTls {
    /// Where a password would go in clear otherwise; Kerberos seals the connection itself.
    #[default]
    ForPasswords,
    /// On every connection, before anything else is said.
    Always,
}

/// How much of the forest is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Every domain, each on a controller of its own; the one domain where a base is named.
    #[default]
    Forest,
    /// The one domain; the others are listed and not read.
    Domain,
}

/// An LDAP server, as in `ldaps://dc1.corp.example.com` or `ldap://127.0.0.1:3890`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerUrl {
    /// How it is spoken to.
    pub scheme: Scheme,
    /// Host name, lower case, or address (an IPv6 address without brackets).
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// LDAP; TLS may be begun within it.
    Ldap,
    /// LDAP over TLS from the first byte.
    Ldaps,
}

/// Why a server's URL cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerUrlError {
    /// It begins neither with `ldap://` nor with `ldaps://`.
    #[error("server {0:?} must begin with ldap:// or ldaps://, as in ldaps://dc1.corp.example.com")]
    Scheme(String),
    /// It names no host, or what it names cannot be one.
    #[error("server {0:?} names no host: write one name or address, an IPv6 address in brackets")]
    Host(String),
    /// Its port is no number from 1 to 65535.
    #[error("server {0:?} has a port that is no number from 1 to 65535")]
    Port(String),
    /// Something follows the host and port.
    #[error("server {0:?} must end after host and port; name the base with --base")]
    Rest(String),
}

impl Scheme {
    /// The port that servers listen on by default.
    pub fn port(self) -> u16 {
        match self {
            Self::Ldap => 389,
            Self::Ldaps => 636,
        }
    }
}

impl ServerUrl {
    /// A server at this host, on the usual port.
    pub fn new(scheme: Scheme, host: &str) -> Self {
        Self {
            scheme,
            host: host.trim_end_matches('.').to_lowercase(),
            port: scheme.port(),
        }
    }
}

impl FromStr for ServerUrl {
    type Err = ServerUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = match text.split_once("://") {
            Some((name, rest)) if name.eq_ignore_ascii_case("ldap") => (Scheme::Ldap, rest),
            Some((name, rest)) if name.eq_ignore_ascii_case("ldaps") => (Scheme::Ldaps, rest),
            _ => return Err(ServerUrlError::Scheme(text.to_owned())),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@']) {
            return Err(ServerUrlError::Rest(text.to_owned()));
        }
        let (host, port) = host_and_port(rest);
        if !is_host(host) {
            return Err(ServerUrlError::Host(text.to_owned()));
        }
        let port = match port.map(str::parse) {
            None => scheme.port(),
            Some(Ok(port)) if port > 0 => port,
            Some(_) => return Err(ServerUrlError::Port(text.to_owned())),
        };
        Ok(Self {
            port,
            ..Self::new(scheme, host)
        })
    }
}

fn host_and_port(text: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (
            host,
            (!rest.is_empty()).then(|| rest.strip_prefix(':').unwrap_or(rest)),
        );
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        _ => (text, None),
    }
}

/// Whether it can be a host's name, or is an address.
fn is_host(text: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let name = !text.is_empty() && text.chars().all(fits);
    name || text.parse::<Ipv6Addr>().is_ok()
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Ldap => "ldap",
            Scheme::Ldaps => "ldaps",
        };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_with_their_usual_ports() {
        let cases = [
            ("ldap://DC1.Corp.Test", "ldap://dc1.corp.test:389"),
            ("ldaps://dc1.corp.test./", "ldaps://dc1.corp.test:636"),
            ("LDAP://127.0.0.1:3890", "ldap://127.0.0.1:3890"),
            ("ldaps://[::1]:6360", "ldaps://[::1]:6360"),
            ("ldap://[::1]", "ldap://[::1]:389"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<ServerUrl>().unwrap().to_string(), expected);
        }
    }

    #[test]
    fn wrong_urls_say_what_is_wrong() {
        let cases = [
            ("dc1", "must begin with"),
            ("http://dc1", "must begin with"),
            ("ldap://", "names no host"),
            ("ldap://:389", "names no host"),
            ("ldap://dc1,dc2", "names no host"),
            ("ldap://dc 1", "names no host"),
            ("ldap://1:2:3", "names no host"),
            ("ldap://[::1]x", "no number from 1"),
            ("ldap://[::1]:", "no number from 1"),
            ("ldap://dc1:0", "no number from 1"),
            ("ldap://dc1:x", "no number from 1"),
            ("ldap://dc1:70000", "no number from 1"),
            ("ldap://dc1/DC=a", "must end after host"),
            ("ldap://user@dc1", "must end after host"),
        ];
        for (text, expected) in cases {
            let error = text.parse::<ServerUrl>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn password_is_not_shown() {
        let auth = AuthChoice::Simple {
            bind_dn: "jane".to_owned(),
            password: "hunter2".into(),
        };
        assert!(!format!("{auth:?}").contains("hunter2"));
    }
}

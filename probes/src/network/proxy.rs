//! Which way to a host: directly, through a proxy that was named, or one that only a PAC file knows.
//!
//! A proxy is an HTTP proxy spoken to in clear, as `http://HOST:PORT`. Credentials are never sent to
//! it: one that asks for them is a finding. What the machine says of proxies is read by
//! [`super::stores`].

use std::{fmt, net::IpAddr, str::FromStr};

use http::{Uri, uri::Authority};
use waterline_facts::network::Scheme;

/// Which way to go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// Directly.
    #[default]
    None,
    /// Through this proxy, always.
    Fixed(ProxyAddress),
    /// As the machine's settings say.
    ByRules(ProxyRules),
    /// As a PAC file says, which is not evaluated.
    Automatic,
}

/// The way to one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route<'a> {
    /// Past all proxies.
    Direct,
    /// Through this one.
    Through(&'a ProxyAddress),
    /// As a PAC file says.
    Unsettled,
}

/// Where a proxy listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Which proxy for what, as settings of a machine say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyRules {
    /// For HTTP over TLS, and all that is tunnelled.
    pub https: Option<ProxyAddress>,
    /// For HTTP in clear.
    pub http: Option<ProxyAddress>,
    /// Hosts to which there is no proxy, as written, in lower case; `<local>` stands for every name
    /// without a dot.
    pub exceptions: Vec<String>,
    /// Whether an address bore credentials, which were dropped.
    pub credentials_dropped: bool,
}

/// Why a proxy's address cannot be used. No text of the address is repeated that could be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// Not an address.
    #[error("the proxy address is no address; write it as http://HOST:PORT")]
    Malformed,
    /// Another kind of proxy.
    #[error("proxies of kind `{0}` are not supported; name an HTTP proxy as http://HOST:PORT")]
    Kind(String),
    /// Credentials in the address.
    #[error("the proxy address bears credentials, which are never sent; leave them out")]
    Credentials,
    /// An environment variable is wrong.
    #[error("environment variable {variable}: {problem}")]
    Variable {
        /// Its name.
        variable: &'static str,
        /// What is wrong with it.
        problem: Box<Self>,
    },
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "http://[{}]:{}", self.host, self.port),
            false => write!(f, "http://{}:{}", self.host, self.port),
        }
    }
}

impl FromStr for ProxyAddress {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        match split(text)? {
            (address, false) => Ok(address),
            (_, true) => Err(ProxyError::Credentials),
        }
    }
}

/// The address, and whether there were credentials in it.
pub(super) fn split(text: &str) -> Result<(ProxyAddress, bool), ProxyError> {
    let uri: Uri = text.trim().parse().map_err(|_| ProxyError::Malformed)?;
    match uri.scheme_str() {
        None | Some("http") => {}
        // An address without a scheme reads as one: `user:secret@host`. Kinds are known words.
        Some(kind @ ("https" | "socks" | "socks4" | "socks5" | "socks5h")) => {
            return Err(ProxyError::Kind(kind.to_owned()));
        }
        Some(_) => return Err(ProxyError::Malformed),
    }
    let authority = uri.authority().ok_or(ProxyError::Malformed)?;
    let host = authority.host().trim_matches(['[', ']']).to_lowercase();
    let port = port_of(authority)?;
    if host.is_empty() || port == 0 || uri.path().len() > 1 {
        return Err(ProxyError::Malformed);
    }
    Ok((
        ProxyAddress { host, port },
        authority.as_str().contains('@'),
    ))
}

/// The port as written, or the one that HTTP has where none is.
fn port_of(authority: &Authority) -> Result<u16, ProxyError> {
    let whole = authority.as_str();
    let place = whole.rsplit_once('@').map_or(whole, |(_, place)| place);
    match place.strip_prefix(authority.host()) {
        Some("") => Ok(80),
        Some(written) => written[1..].parse().map_err(|_| ProxyError::Malformed),
        None => Err(ProxyError::Malformed),
    }
}

impl ProxyRules {
    /// Reads the variables through this function, small letters before capital ones.
    ///
    /// # Errors
    /// If one holds no address of an HTTP proxy.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ProxyError> {
        let value = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let mut read = Self::default();
        let mut proxy = |names: [&'static str; 4]| {
            let Some((variable, text)) = names.into_iter().find_map(|n| Some((n, value(n)?)))
            else {
                return Ok(None);
            };
            let (address, credentials) = split(&text).map_err(|problem| ProxyError::Variable {
                variable,
                problem: Box::new(problem),
            })?;
            read.credentials_dropped |= credentials;
            Ok(Some(address))
        };
        let https = proxy(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?;
        let http = proxy(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])?;
        let exceptions = value("no_proxy").or_else(|| value("NO_PROXY"));
        read.exceptions = exceptions.as_deref().map(list).unwrap_or_default();
        Ok(Self {
            https,
            http,
            ..read
        })
    }
}

/// The exceptions in a text.
pub(super) fn list(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', ' ']).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

impl ProxyChoice {
    /// The way to this host.
    pub fn for_host(&self, scheme: Scheme, host: &str) -> Route<'_> {
        match self {
            Self::None => Route::Direct,
            Self::Fixed(address) => Route::Through(address),
            Self::ByRules(rules) => rules.for_host(scheme, host),
            Self::Automatic => Route::Unsettled,
        }
    }

    /// The proxy that most of the traffic takes, if there is one.
    pub fn usual(&self) -> Option<&ProxyAddress> {
        match self {
            Self::None | Self::Automatic => None,
            Self::Fixed(address) => Some(address),
            Self::ByRules(rules) => rules.https.as_ref().or(rules.http.as_ref()),
        }
    }
}

impl ProxyRules {
    fn for_host(&self, scheme: Scheme, host: &str) -> Route<'_> {
        let proxy = match scheme {
            Scheme::Http => &self.http,
            _ => &self.https,
        };
        match proxy {
            Some(proxy) if !self.exceptions.iter().any(|e| excepts(e, host)) => {
                Route::Through(proxy)
            }
            _ => Route::Direct,
        }
    }
}

/// Whether an exception covers a host: `*`, `<local>`, a host, a zone with all that is below it, or a
/// pattern with stars.
fn excepts(exception: &str, host: &str) -> bool {
    if exception == "<local>" {
        return !host.contains(['.', ':']);
    }
    let plain = exception.strip_prefix("*.").unwrap_or(exception);
    if plain.contains('*') {
        return matches(exception.as_bytes(), host.as_bytes());
    }
    if host.parse::<IpAddr>().is_ok() {
        return exception == host;
    }
    let zone = plain.trim_start_matches('.');
    let below = host.strip_suffix(zone);
    !zone.is_empty() && below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a text matches a pattern whose stars stand for anything, in time that does not explode:
/// only the latest star is ever gone back to.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, seen));
            at += 1;
        } else if pattern.get(at) == Some(&text[seen]) {
            at += 1;
            seen += 1;
        } else if let Some((place, began)) = star {
            star = Some((place, began + 1));
            at = place + 1;
            seen = began + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused_without_repeating_a_secret() {
        let cases = [
            ("http://proxy.example:3128", Ok("http://proxy.example:3128")),
            ("proxy.example:3128", Ok("http://proxy.example:3128")),
            ("http://Proxy.Example", Ok("http://proxy.example:80")),
            (
                "http://[2001:db8::1]:8080/",
                Ok("http://[2001:db8::1]:8080"),
            ),
            ("https://proxy.example:443", Err("proxies of kind `https`")),
            (
                "socks5://proxy.example:1080",
                Err("proxies of kind `socks5`"),
            ),
            ("http://me:secret@proxy.example:1", Err("bears credentials")),
            ("http://", Err("no address")),
            ("http://proxy.example:99999", Err("no address")),
            ("http://proxy.example:1/path", Err("no address")),
            ("1.1.1.1:81", Ok("http://1.1.1.1:81")),
            ("", Err("no address")),
        ];
        for (text, expected) in cases {
            match (text.parse::<ProxyAddress>(), expected) {
                (Ok(address), Ok(right)) => assert_eq!(address.to_string(), right),
                (Err(error), Err(part)) => {
                    let error = error.to_string();
                    assert!(error.contains(part), "{text}: {error}");
                    assert!(!error.contains("secret"));
                }
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }

    fn variables(pairs: &[(&str, &str)]) -> Result<ProxyRules, ProxyError> {
        let find = |name: &str| pairs.iter().find(|(n, _)| *n == name);
        ProxyRules::read(|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn variables_choose_by_scheme_and_exception() {
        let choice = ProxyChoice::ByRules(
            variables(&[
                ("HTTPS_PROXY", "http://secure.example:1"),
                ("http_proxy", "clear.example:2"),
                ("NO_PROXY", ".Corp.example, direct.example,10.0.0.1"),
            ])
            .unwrap(),
        );
        let cases = [
            (Scheme::Https, "login.example", Some("secure.example")),
            (Scheme::Tcp, "login.example", Some("secure.example")),
            (Scheme::Http, "crl.example", Some("clear.example")),
            (Scheme::Https, "a.corp.example", None),
            (Scheme::Https, "acorp.example", Some("secure.example")),
            (Scheme::Https, "direct.example", None),
            (Scheme::Https, "10.0.0.1", None),
        ];
        for (scheme, host, expected) in cases {
            let found = match choice.for_host(scheme, host) {
                Route::Through(proxy) => Some(proxy.host.as_str()),
                _ => None,
            };
            assert_eq!(found, expected, "{host}");
        }
    }

    #[test]
    fn exceptions_are_hosts_zones_and_patterns() {
        let cases = [
            ("*", "a.example", true),
            ("*", "10.0.0.1", true),
            ("<local>", "intranet", true),
            ("<local>", "a.example", false),
            ("<local>", "::1", false),
            ("10.*", "10.1.2.3", true),
            ("10.*", "110.1.2.3", false),
            ("*.corp.example", "a.corp.example", true),
            ("*.corp.example", "corp.example", true),
            ("web*.corp.example", "web12.corp.example", true),
            ("web*.corp.example", "ftp.corp.example", false),
            ("*a*b*", "xxaxxbxx", true),
            ("", "a.example", false),
        ];
        for (exception, host, expected) in cases {
            assert_eq!(excepts(exception, host), expected, "{exception} {host}");
        }
    }

    #[test]
    fn variable_that_is_wrong_is_named() {
        let error = variables(&[("ALL_PROXY", "socks5://a.b:1")]).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("environment variable ALL_PROXY: ")
        );
        let read = variables(&[("HTTPS_PROXY", "http://me:secret@a.b:1")]).unwrap();
        assert!(read.credentials_dropped);
        assert!(!format!("{read:?}").contains("secret"));
    }
}

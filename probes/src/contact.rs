//! Who will be spoken to, told before the run.
//!
//! A probe's settings list their contacts without contacting anybody, so that an operator can show
//! the list to whoever watches the network. Names behind them are not resolved.

use std::fmt;

/// Somebody whom a probe will speak to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Contact {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// What will be spoken: `https`, `tls`, `http`, `tcp`, `dns`.
    pub protocol: &'static str,
    /// The proxy on the way, as `http://HOST:PORT`; absent if there is none.
    pub proxy: Option<String>,
    /// What for, in words.
    pub purpose: String,
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        match host.contains(':') {
            true => write!(f, "[{host}]:{port}/{}", self.protocol)?,
            false => write!(f, "{host}:{port}/{}", self.protocol)?,
        }
        if let Some(proxy) = &self.proxy {
            write!(f, " through {proxy}")?;
        }
        write!(f, " ({})", self.purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contact_is_one_line() {
        let contact = Contact {
            host: "::1".to_owned(),
            port: 53,
            protocol: "dns",
            proxy: None,
            purpose: "names".to_owned(),
        };
        assert_eq!(contact.to_string(), "[::1]:53/dns (names)");
    }
}

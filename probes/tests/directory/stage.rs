//! What a controller of these tests serves, as whom, and what goes wrong with it.

use std::sync::Arc;

use ldap3_proto::LdapResultCode;

/// What goes wrong. What concerns objects happens from their second page on.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    None,
    /// Every answer takes a while.
    Slow,
    /// Nothing is said, not even to a bind.
    Silent,
    /// Nothing is said after the bind.
    SilentAfterBind,
    /// What is said is not LDAP.
    NotLdap,
    /// The connection is ended as soon as it is made.
    ClosesAtOnce,
    /// The bind is answered with this result and text.
    Bind(LdapResultCode, &'static str),
    /// The search for objects ends with this result.
    ObjectsEnd(LdapResultCode),
    /// The search for objects goes silent.
    ObjectsSilent,
    /// The connection is cut.
    ObjectsCut,
    /// The rest is said to be elsewhere.
    ObjectsReferred,
    /// The control that names the next page cannot be read.
    ObjectsBadCookie,
    /// Classes may not be seen.
    ClassesHidden,
    /// The state of one account may not be seen.
    OneAccountHidden,
    /// The configuration may not be read.
    ConfigurationDenied,
    /// It is no domain controller.
    OtherDirectory,
    /// It is a controller of another forest.
    OtherForest,
    /// Its controller is read-only.
    ReadOnly,
}

/// How connections begin.
#[derive(Clone)]
pub enum Security {
    Clear,
    Ldaps(Arc<rustls::ServerConfig>),
    StartTls(Arc<rustls::ServerConfig>),
}

/// What a server serves, and as whom.
pub struct Stage {
    pub text: String,
    pub fault: Fault,
    pub security: Security,
    /// DNS name of its domain.
    pub domain: &'static str,
    /// Its own name.
    pub host: &'static str,
    /// Where the rest is, if it says that the rest is elsewhere.
    pub elsewhere: String,
    /// The site in which it places whoever asks.
    pub site: Option<&'static str>,
}

impl Stage {
    /// A sound controller of the root domain.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            fault: Fault::None,
            security: Security::Clear,
            domain: "corp.test",
            host: "DC1.corp.test",
            elsewhere: "ldap://other.test/DC=corp,DC=test".to_owned(),
            site: None,
        }
    }
}

//! The words of the catalogue that are checked as they are read: roles, hosts, wildcards.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::Deserialize;

/// Who connects: in whose name, and so with whose proxy settings and rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A device as itself: the system account of a client.
    Device,
    /// A user at a device: browsers and apps.
    User,
    /// The server of directory synchronisation.
    ConnectServer,
    /// An agent or connector on a member server.
    Connector,
    /// A Configuration Manager site system.
    SiteServer,
    /// An AD FS server.
    #[serde(rename = "adfs")]
    AdFs,
    /// A web application proxy before AD FS.
    WebApplicationProxy,
    /// A cloud management gateway of Configuration Manager.
    Cmg,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Device,
        Self::User,
        Self::ConnectServer,
        Self::Connector,
        Self::SiteServer,
        Self::AdFs,
        Self::WebApplicationProxy,
        Self::Cmg,
    ];

    /// The word used in the catalogue and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::User => "user",
            Self::ConnectServer => "connect-server",
            Self::Connector => "connector",
            Self::SiteServer => "site-server",
            Self::AdFs => "adfs",
            Self::WebApplicationProxy => "web-application-proxy",
            Self::Cmg => "cmg",
        }
    }
}

/// A word of the catalogue that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// Not a role.
    #[error("`{0}` is no role; name one of {names}", names = Role::ALL.map(Role::name).join(", "))]
    Role(String),
    /// Not an id.
    #[error("`{0}` is no id; use lower-case letters, digits and hyphens")]
    Slug(String),
    /// Not the id of a question.
    #[error("`{0}` is no id of a question; use lower-case letters, digits and underscores")]
    Question(String),
    /// Not a host name.
    #[error(
        "`{0}` is no host name; write it in full and in lower case, without scheme, port or path"
    )]
    Host(String),
    /// Not a wildcard.
    #[error("`{0}` is no wildcard; write `*` in the first label of a name in lower case")]
    Wildcard(String),
}

impl FromStr for Role {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let found = Self::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| WordError::Role(text.to_owned()))
    }
}

/// Declares a checked string that reads itself from text.
macro_rules! checked_string {
    ($(#[$doc:meta])* $name:ident, $valid:path, $error:path) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema,
        )]
        #[serde(try_from = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = WordError;

            fn try_from(text: String) -> Result<Self, WordError> {
                if $valid(&text) {
                    Ok(Self(text))
                } else {
                    Err($error(text))
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_string! {
    /// An id: lower-case letters, digits and hyphens.
    Slug, is_slug, WordError::Slug
}
checked_string! {
    /// The id of a question to the organisation: lower-case letters, digits and underscores.
    QuestionId, is_question, WordError::Question
}
checked_string! {
    /// A host name in lower case, without the final dot.
    HostName, is_host, WordError::Host
}
checked_string! {
    /// A name with `*` in its first label, such as `*.manage.microsoft.com`.
    Wildcard, is_wildcard, WordError::Wildcard
}

fn is_slug(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 80 && text.chars().all(inner) && !text.starts_with('-')
}

fn is_question(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 80
        && text.chars().all(inner)
}

fn is_label(label: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !label.is_empty()
        && label.len() <= 63
        && label.chars().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Limits: RFC 1035 section 2.3.4.
fn is_host(text: &str) -> bool {
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

fn is_wildcard(text: &str) -> bool {
    let Some((first, rest)) = text.split_once('.') else {
        return false;
    };
    let first_is_right = first == "*" || first.strip_prefix("*-").is_some_and(is_label);
    first_is_right && is_host(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_are_told_from_what_is_none() {
        for good in [
            "a.b",
            "login.microsoftonline.com",
            "root-c3-ca2-2009.ocsp.d-trust.net",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "localhost",
            "Login.Microsoft.com",
            "https://a.b",
            "a.b:443",
            "a..b",
            "-a.b",
            "a.b.",
            "*.a.b",
            "a b.c",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn wildcards_stand_in_the_first_label_only() {
        for good in ["*.a.b", "*-umwatsonc.events.data.microsoft.com"] {
            assert!(is_wildcard(good), "{good}");
        }
        for bad in ["*", "*.b", "a.*.b", "a.b", "**.a.b"] {
            assert!(!is_wildcard(bad), "{bad}");
        }
    }

    #[test]
    fn every_role_reads_its_own_name() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!(
            "mars"
                .parse::<Role>()
                .unwrap_err()
                .to_string()
                .contains("`mars`")
        );
    }
}

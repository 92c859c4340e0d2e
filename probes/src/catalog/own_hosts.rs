//! Ports of hosts that only the organisation can name, and how their YAML is read.
//!
//! A file is a list of groups. `to` says in a word what must be reached, such as
//! `domain-controller`; `names` how its names are made, where the service makes them. Nobody is
//! contacted for their sake: whoever knows the hosts writes them into a catalogue of their own.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use waterline_facts::Cloud;

use super::{
    CatalogError, Confidence, Inspection, Need, ProxySignIn,
    document::{self, Source},
    names::{Role, Slug},
};

/// Ports of hosts that one purpose needs, and that only the organisation can name.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnHosts {
    /// Unique, and frozen once released.
    pub id: Slug,
    /// The targets that need it.
    pub targets: Vec<Slug>,
    /// The clouds in which it is needed.
    pub clouds: Vec<Cloud>,
    /// Who connects.
    pub roles: Vec<Role>,
    /// What must be reached, such as `domain-controller`.
    pub to: Slug,
    /// How names of it are made, with what the organisation fills in in braces; empty where it is
    /// named freely.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether its targets can do without it.
    pub need: Need,
    /// When it is needed, in words; absent if at all times.
    pub when: Option<String>,
    /// How sure it is.
    #[serde(default)]
    pub confidence: Confidence,
    /// Whether TLS may be opened on the way; absent if the source does not say.
    pub inspection: Option<Inspection>,
    /// How it can sign in to a proxy; absent if the source does not say.
    pub proxy_sign_in: Option<ProxySignIn>,
    /// Ports.
    pub ports: Vec<PortRange>,
    /// What it is for.
    pub why: String,
    /// The document that asks for it.
    pub source: String,
    /// The date of that document; absent if it bears none.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
}

/// Ports in a row and their protocol: `389/tcp`, `49152-65535/tcp`, `123/udp`; `echo/icmp` for
/// being pinged.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct PortRange {
    ports: String,
    protocol: Protocol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Tcp,
    Udp,
    Icmp,
}

impl Protocol {
    const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Icmp];

    fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }
}

impl PortRange {
    /// The port or range as written; `echo` for ICMP.
    pub fn ports(&self) -> &str {
        &self.ports
    }

    /// `tcp`, `udp` or `icmp`.
    pub fn protocol(&self) -> &'static str {
        self.protocol.name()
    }
}

impl TryFrom<String> for PortRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let malformed = || {
            format!(
                "`{text}` is no port; write it as 389/tcp, 49152-65535/tcp, 123/udp or echo/icmp"
            )
        };
        let (ports, protocol) = text.split_once('/').ok_or_else(malformed)?;
        let known = Protocol::ALL.into_iter().find(|p| p.name() == protocol);
        let protocol = known.ok_or_else(malformed)?;
        let sound = match protocol {
            Protocol::Icmp => ports == "echo",
            Protocol::Tcp | Protocol::Udp => is_range(ports),
        };
        if !sound {
            return Err(malformed());
        }
        Ok(Self {
            ports: ports.to_owned(),
            protocol,
        })
    }
}

fn is_range(ports: &str) -> bool {
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let number = |part: &str| part.parse::<u16>().ok().filter(|port| *port > 0);
    let both = number(first).zip(number(last));
    both.is_some_and(|(first, last)| first <= last)
}

/// The groups in this file, sorted by id.
///
/// # Errors
/// If it is no list of groups, or a group's id was already taken or it names no port.
pub fn read(file: &str, text: &str) -> Result<Vec<OwnHosts>, CatalogError> {
    let source = Source { name: file, text };
    checked(source, document::parse(source)?)
}

/// These groups, once ids and lists are looked at.
pub(super) fn checked(
    source: Source<'_>,
    groups: Vec<Spanned<OwnHosts>>,
) -> Result<Vec<OwnHosts>, CatalogError> {
    document::unique(source, groups, "group", |group| {
        let lists = [
            ("targets", group.targets.is_empty()),
            ("clouds", group.clouds.is_empty()),
            ("roles", group.roles.is_empty()),
            ("ports", group.ports.is_empty()),
        ];
        (&group.id, document::empty_list(&group.id, &lists))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
- id: controllers
  targets: [connect-sync]
  clouds: [commercial]
  roles: [connect-server]
  to: domain-controller
  need: required
  ports: [389/tcp, 49152-65535/tcp, echo/icmp]
  why: Directory
  source: a page
";

    #[test]
    fn ports_are_read_as_ranges_of_any_width() {
        let groups = read("own.yaml", TEXT).unwrap();
        let ports: Vec<_> = groups[0].ports.iter().map(PortRange::ports).collect();
        assert_eq!(ports, ["389", "49152-65535", "echo"]);
    }

    #[test]
    fn fault_is_told_with_file_line_and_column() {
        for (good, bad, place, problem) in [
            ("389/tcp", "0/tcp", "o.yaml:7:11: ", "no port"),
            ("389/tcp", "9-3/tcp", "o.yaml:7:11: ", "no port"),
            ("echo/icmp", "7/icmp", "o.yaml:7:", "no port"),
            ("389/tcp", "389/https", "o.yaml:7:11: ", "no port"),
            ("to: domain-controller", "to: DC", "o.yaml:5:7: ", "no id"),
            (
                "roles: [connect-server]",
                "roles: []",
                "o.yaml:1:3: ",
                "`roles` of",
            ),
            ("why:", "wy:", "o.yaml:8:3: ", "wy"),
        ] {
            let text = TEXT.replacen(good, bad, 1);
            let error = read("o.yaml", &text).unwrap_err().to_string();
            assert!(error.starts_with(place), "{bad}: {error}");
            assert!(error.contains(problem), "{bad}: {error}");
        }
    }
}

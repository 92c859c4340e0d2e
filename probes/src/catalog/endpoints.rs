//! Groups of endpoints that one purpose needs, and how their YAML is read.
//!
//! A file is a list of groups. Each has `id`, `targets`, `clouds`, `roles` (who connects), `need`,
//! `ports`, `hosts`, `why`, `source`, and where they apply `when`, `question`, `region`, `inspection`,
//! `proxy_sign_in`, `confidence` and `as_of`. A host is `{host: NAME}`, a wildcard with a host that
//! stands for it `{host: NAME, wildcard: '*.ZONE'}`, a wildcard without one `{wildcard: '*.ZONE'}`.
//! Hosts take the ports of their group unless they name their own, as `443/https`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use waterline_facts::{Cloud, network::Scheme};

use super::{
    CatalogError,
    document::{self, Source},
    names::{HostName, QuestionId, Role, Slug, Wildcard},
};

/// Endpoints that one purpose needs.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointGroup {
    /// Unique, and frozen once released.
    pub id: Slug,
    /// The targets that need it.
    pub targets: Vec<Slug>,
    /// The clouds in which it exists.
    pub clouds: Vec<Cloud>,
    /// Who connects.
    pub roles: Vec<Role>,
    /// Whether its targets can do without it.
    pub need: Need,
    /// When it is needed, in words; absent if at all times.
    pub when: Option<String>,
    /// The question, by id, that a profile answers under `attested` to tell whether that is so; absent
    /// if none does.
    pub question: Option<QuestionId>,
    /// The region of the tenants that need it; absent if all do.
    pub region: Option<Slug>,
    /// How sure its rows are.
    #[serde(default)]
    pub confidence: Confidence,
    /// Whether TLS may be opened on the way; absent if the source does not say.
    pub inspection: Option<Inspection>,
    /// How it can sign in to a proxy; absent if the source does not say.
    pub proxy_sign_in: Option<ProxySignIn>,
    /// Ports of the hosts that name none of their own.
    pub ports: Vec<Port>,
    /// The hosts.
    pub hosts: Vec<Host>,
    /// What it is for.
    pub why: String,
    /// The document that asks for it.
    pub source: String,
    /// The date of that document; absent if it bears none.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
}

/// A host of a group, or a wildcard.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "HostForm")]
#[schemars(with = "HostForm")]
pub struct Host {
    /// The host to contact; absent for a wildcard of which no host is known.
    pub host: Option<HostName>,
    /// The wildcard that the source names in place of the host.
    pub wildcard: Option<Wildcard>,
    /// Ports of its own; empty for those of the group.
    pub ports: Vec<Port>,
    /// The path to ask for; absent for the root.
    pub path: Option<String>,
    /// Text that the answer contains if it comes from the service itself.
    pub expect: Option<String>,
    /// The region of the tenants that need it.
    pub region: Option<Slug>,
    /// How sure the row is; absent for as sure as its group.
    pub confidence: Option<Confidence>,
}

/// Whether a target can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// It cannot.
    Required,
    /// It can, or loses a part only.
    Optional,
}

/// How sure a row is. What is less than documented is never required.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in the source.
    #[default]
    Documented,
    /// Put together from several sources.
    Derived,
    /// Not read in any source.
    Unverified,
    /// In the source, but probably a slip.
    Suspect,
}

/// Whether TLS may be opened on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Inspection {
    /// It breaks the service, or is not supported.
    Forbidden,
    /// A source relies on it.
    Allowed,
    /// The feature is made by it.
    Required,
}

/// How the one who connects can sign in to a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProxySignIn {
    /// Not at all.
    Forbidden,
    /// As the computer account.
    MachineAccount,
    /// With settings of its own.
    OwnSetting,
}

/// A port, or a few in a row, and what is spoken there: `443/https`, `5228-5230/tcp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Port {
    first: u16,
    last: u16,
    scheme: Scheme,
}

/// More ports in a row than any service asks for from inside.
const WIDEST: u16 = 16;

impl Port {
    /// One port.
    pub fn single(port: u16, scheme: Scheme) -> Self {
        Self {
            first: port,
            last: port,
            scheme,
        }
    }

    /// Each port of the range.
    pub fn ports(self) -> impl Iterator<Item = u16> {
        self.first..=self.last
    }

    /// What is spoken there.
    pub fn scheme(self) -> Scheme {
        self.scheme
    }
}

impl TryFrom<String> for Port {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let malformed = || {
            format!(
                "`{text}` is no port; write it as 443/https, 80/http, 443/tls, 5228-5230/tcp or \
                 123/udp"
            )
        };
        let (ports, scheme) = text.split_once('/').ok_or_else(malformed)?;
        let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
        let number = |part: &str| part.parse().ok().filter(|port| *port > 0);
        let (first, last) = (number(first), number(last));
        let (first, last) = first.zip(last).ok_or_else(malformed)?;
        let scheme = scheme_named(scheme).ok_or_else(malformed)?;
        if last < first || last - first >= WIDEST {
            return Err(format!("`{text}` is no range of 1 to {WIDEST} ports"));
        }
        Ok(Self {
            first,
            last,
            scheme,
        })
    }
}

fn scheme_named(name: &str) -> Option<Scheme> {
    [
        Scheme::Https,
        Scheme::Tls,
        Scheme::Http,
        Scheme::Tcp,
        Scheme::Udp,
    ]
    .into_iter()
    .find(|scheme| scheme.name() == name)
}

/// A host of a group as it is written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HostForm {
    host: Option<HostName>,
    wildcard: Option<Wildcard>,
    #[serde(default)]
    ports: Vec<Port>,
    path: Option<String>,
    expect: Option<String>,
    region: Option<Slug>,
    confidence: Option<Confidence>,
}

impl TryFrom<HostForm> for Host {
    type Error = &'static str;

    fn try_from(form: HostForm) -> Result<Self, Self::Error> {
        if form.host.is_none() && form.wildcard.is_none() {
            return Err("names neither a host nor a wildcard");
        }
        if form.path.as_ref().is_some_and(|path| !is_path(path)) {
            return Err("a path begins with a slash and has no spaces");
        }
        Ok(Self {
            host: form.host,
            wildcard: form.wildcard,
            ports: form.ports,
            path: form.path,
            expect: form.expect,
            region: form.region,
            confidence: form.confidence,
        })
    }
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.chars().all(|c| c.is_ascii_graphic())
}

/// The groups in these files (name and text), sorted by id.
///
/// # Errors
/// At the first file that is no list of groups, and at a group whose id was already taken or that
/// names nothing.
pub fn read(files: &[(&str, &str)]) -> Result<Vec<EndpointGroup>, CatalogError> {
    let mut groups: Vec<EndpointGroup> = Vec::new();
    for (name, text) in files {
        let source = Source { name, text };
        let entries: Vec<Spanned<EndpointGroup>> = document::parse(source)?;
        let taken = |entry: &&Spanned<EndpointGroup>| groups.iter().any(|g| g.id == entry.value.id);
        if let Some(entry) = entries.iter().find(taken) {
            let problem = format!("there is another group `{}`", entry.value.id);
            return Err(source.fault(entry.referenced, problem));
        }
        groups.extend(checked(source, entries)?);
    }
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(groups)
}

/// These groups, once ids and lists are looked at.
pub(super) fn checked(
    source: Source<'_>,
    groups: Vec<Spanned<EndpointGroup>>,
) -> Result<Vec<EndpointGroup>, CatalogError> {
    document::unique(source, groups, "group", |group| {
        let lists = [
            ("targets", group.targets.is_empty()),
            ("clouds", group.clouds.is_empty()),
            ("roles", group.roles.is_empty()),
            ("ports", group.ports.is_empty()),
            ("hosts", group.hosts.is_empty()),
        ];
        let empty = document::empty_list(&group.id, &lists);
        (&group.id, empty.or_else(|| group.host_twice()))
    })
}

impl EndpointGroup {
    /// A host or wildcard that is named twice for the same purpose, in words.
    fn host_twice(&self) -> Option<String> {
        let same =
            |a: &Host, b: &Host| a.host == b.host && a.wildcard == b.wildcard && a.ports == b.ports;
        let earlier = |index: usize| &self.hosts[..index];
        let mut hosts = self.hosts.iter().enumerate();
        let (_, host) =
            hosts.find(|(index, host)| earlier(*index).iter().any(|h| same(h, host)))?;
        let name = host.host.as_ref().map(HostName::as_str);
        let name = name.or(host.wildcard.as_ref().map(Wildcard::as_str))?;
        Some(format!("`{name}` is twice in group `{}`", self.id))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const GROUP: &str = "\
- id: intune-service
  targets: [intune, co-management]
  clouds: [commercial]
  roles: [device]
  need: required
  ports: [443/https]
  hosts:
    - {host: manage.microsoft.com}
    - {wildcard: '*.dm.microsoft.com', ports: [5228-5230/tcp, 123/udp]}
  why: Enrolment
  source: a page
  as_of: 2026-03-24
";

    #[test]
    fn group_is_read_with_all_its_parts() {
        let groups = read(&[("good.yaml", GROUP)]).unwrap();
        let [group] = groups.as_slice() else {
            panic!("one group was written");
        };
        assert_eq!(group.as_of.unwrap().to_string(), "2026-03-24");
        let wildcard = &group.hosts[1];
        assert!(wildcard.host.is_none());
        let ports: Vec<_> = wildcard.ports.iter().flat_map(|p| p.ports()).collect();
        assert_eq!(ports, [5228, 5229, 5230, 123]);
    }

    #[test]
    fn fault_is_told_with_file_line_and_column() {
        let cases = [
            ("need: required", "need: vital", "x.yaml:5:9: ", "vital"),
            ("why:", "whyever:", "x.yaml:10:3: ", "whyever"),
            ("443/https", "99999/https", "x.yaml:6:11: ", "no port"),
            ("443/https", "0/https", "x.yaml:6:11: ", "no port"),
            ("443/https", "443/gopher", "x.yaml:6:11: ", "no port"),
            ("5228-5230/tcp", "1-65535/tcp", "x.yaml:9:", "no range"),
            ("{host: manage.microsoft.com}", "{}", "x.yaml:8:", "neither"),
            (
                "manage.microsoft.com}",
                "https://a.b/}",
                "x.yaml:8:14: ",
                "no host name",
            ),
            (
                "'*.dm.microsoft.com'",
                "'dm.*.com'",
                "x.yaml:9:18: ",
                "no wildcard",
            ),
            ("2026-03-24", "2026-13-24", "x.yaml:12:", "month"),
            ("[device]", "[]", "x.yaml:1:3: ", "`roles` of"),
            ("[commercial]", "[mars]", "x.yaml:3:12: ", "mars"),
            (
                "id: intune-service",
                "id: Intune Service",
                "x.yaml:1:7: ",
                "no id",
            ),
        ];
        for (good, bad, place, problem) in cases {
            let text = GROUP.replacen(good, bad, 1);
            let error = read(&[("x.yaml", &text)]).unwrap_err().to_string();
            assert!(error.starts_with(place), "{bad}: {error}");
            assert!(error.contains(problem), "{bad}: {error}");
            assert!(!error.contains('\n'), "{bad}: {error}");
        }
    }

    #[test]
    fn second_group_of_the_same_id_is_refused() {
        let error = read(&[("a.yaml", GROUP), ("b.yaml", GROUP)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "b.yaml:1:3: there is another group `intune-service`"
        );
    }
}

//! Which endpoints are to be contacted: the catalogue's groups, chosen and merged by host and port.
//!
//! A pure function of the settings. What several groups ask for is contacted once; what cannot be
//! contacted (a wildcard without a known host, UDP) stays in the list, as unknown.

use std::collections::{BTreeMap, BTreeSet};

use waterline_facts::{
    Gap, Reason, Seen,
    network::{EndpointFacts, Scheme},
};

use super::NetworkSettings;
use crate::catalog::{EndpointGroup, Host, Inspection, Need, ProxySignIn, endpoints::Confidence};

/// An endpoint to contact, with nothing learned yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// What is known beforehand.
    pub facts: EndpointFacts,
    /// The path to ask for.
    pub path: String,
    /// Text that the service's own answer contains.
    pub expect: Option<String>,
}

/// An endpoint in the making.
#[derive(Debug, Default)]
struct Merged {
    named: bool,
    wildcards: BTreeSet<String>,
    groups: BTreeSet<String>,
    targets: BTreeSet<String>,
    required_by: BTreeSet<String>,
    roles: BTreeSet<String>,
    conditions: BTreeSet<String>,
    inspection_forbidden: bool,
    proxy_sign_in_forbidden: bool,
    path: Option<String>,
    expect: Option<String>,
    scheme: Option<Scheme>,
}

/// Host or wildcard, port, and whether by UDP.
type Key = (String, u16, bool);

/// Every endpoint that the settings choose, sorted by host and port.
pub(super) fn plan(settings: &NetworkSettings) -> Vec<Planned> {
    let mut merged: BTreeMap<Key, Merged> = BTreeMap::new();
    let groups = settings.catalog.endpoints.iter();
    for group in groups.filter(|group| is_chosen(settings, group)) {
        for host in &group.hosts {
            add_host(&mut merged, settings, group, host);
        }
    }
    merged.into_iter().map(planned).collect()
}

fn is_chosen(settings: &NetworkSettings, group: &EndpointGroup) -> bool {
    let target = |target: &String| group.targets.iter().any(|t| t.as_str() == target);
    let role = |role| settings.roles.is_empty() || settings.roles.contains(role);
    group.clouds.contains(&settings.cloud)
        && settings.targets.iter().any(target)
        && group.roles.iter().any(role)
}

fn add_host(
    merged: &mut BTreeMap<Key, Merged>,
    settings: &NetworkSettings,
    group: &EndpointGroup,
    host: &Host,
) {
    let Some(name) = host_text(host) else {
        return;
    };
    let ports = match host.ports.is_empty() {
        true => &group.ports,
        false => &host.ports,
    };
    for range in ports {
        for port in range.ports() {
            let key = (name.clone(), port, range.scheme() == Scheme::Udp);
            let slot = merged.entry(key).or_default();
            // The scheme that goes furthest is the one to probe: they are in that order.
            slot.scheme = slot.scheme.into_iter().chain([range.scheme()]).min();
            add_group(slot, settings, group, host);
        }
    }
}

fn host_text(host: &Host) -> Option<String> {
    let wildcard = || host.wildcard.as_ref().map(ToString::to_string);
    host.host
        .as_ref()
        .map(ToString::to_string)
        .or_else(wildcard)
}

fn add_group(slot: &mut Merged, settings: &NetworkSettings, group: &EndpointGroup, host: &Host) {
    match &host.wildcard {
        Some(wildcard) => drop(slot.wildcards.insert(wildcard.to_string())),
        None => slot.named = true,
    }
    let targets = group.targets.iter().map(ToString::to_string);
    if is_required(settings, group, host) {
        slot.required_by.extend(targets.clone());
    }
    slot.targets.extend(targets);
    slot.groups.insert(group.id.to_string());
    slot.roles
        .extend(group.roles.iter().map(|r| r.name().to_owned()));
    slot.conditions.extend(conditions(group, host));
    slot.inspection_forbidden |= group.inspection == Some(Inspection::Forbidden);
    slot.proxy_sign_in_forbidden |= group.proxy_sign_in == Some(ProxySignIn::Forbidden);
    slot.path = slot.path.take().or_else(|| host.path.clone());
    slot.expect = slot.expect.take().or_else(|| host.expect.clone());
}

/// What depends on a condition, on a region that was not chosen, or on a row that is not sure, is
/// not required of everybody.
fn is_required(settings: &NetworkSettings, group: &EndpointGroup, host: &Host) -> bool {
    let region = host.region.as_ref().or(group.region.as_ref());
    let in_region = region.is_none_or(|r| settings.regions.iter().any(|c| c == r.as_str()));
    let confidence = host.confidence.unwrap_or(group.confidence);
    group.need == Need::Required
        && group.when.is_none()
        && in_region
        && confidence == Confidence::Documented
}

fn conditions(group: &EndpointGroup, host: &Host) -> impl Iterator<Item = String> {
    let region = host.region.as_ref().or(group.region.as_ref());
    let region = region.map(|region| format!("the tenant is in region {region}"));
    group.when.clone().into_iter().chain(region)
}

fn planned(((host, port, udp), merged): (Key, Merged)) -> Planned {
    let scheme = merged.scheme.unwrap_or_default();
    let gap = untestable(&host, scheme);
    let stages = Stages::of(scheme, gap.as_ref());
    let wildcard = match merged.wildcards.into_iter().next() {
        Some(wildcard) if !merged.named => Seen::Known(wildcard),
        _ => Seen::Absent,
    };
    // With a group that needs it at all times, the others' conditions say nothing more.
    let conditions = match merged.required_by.is_empty() {
        true => merged.conditions.into_iter().collect(),
        false => Vec::new(),
    };
    let facts = EndpointFacts {
        id: format!("{host}:{port}{}", if udp { "/udp" } else { "" }),
        host,
        port,
        scheme,
        testable: gap.is_none(),
        wildcard,
        groups: merged.groups.into_iter().collect(),
        targets: merged.targets.into_iter().collect(),
        required: !merged.required_by.is_empty(),
        required_by: merged.required_by.into_iter().collect(),
        roles: merged.roles.into_iter().collect(),
        conditions,
        inspection_forbidden: merged.inspection_forbidden,
        proxy_sign_in_forbidden: merged.proxy_sign_in_forbidden,
        reachable: unknown(&stages.gap),
        failure: unknown(&stages.gap),
        resolve: unknown(&stages.gap),
        connect: unknown(&stages.gap),
        proxy: unknown(&stages.gap),
        tls: if stages.tls {
            unknown(&stages.gap)
        } else {
            Seen::Absent
        },
        http: if stages.http {
            unknown(&stages.gap)
        } else {
            Seen::Absent
        },
    };
    Planned {
        facts,
        path: merged.path.unwrap_or_else(|| "/".to_owned()),
        expect: merged.expect,
    }
}

fn unknown<T>(gap: &Gap) -> Seen<T> {
    Seen::Unknown(gap.clone())
}

/// Which stages an endpoint has, and why none is known yet.
struct Stages {
    tls: bool,
    http: bool,
    gap: Gap,
}

impl Stages {
    fn of(scheme: Scheme, untestable: Option<&Gap>) -> Self {
        Self {
            tls: matches!(scheme, Scheme::Https | Scheme::Tls),
            http: matches!(scheme, Scheme::Https | Scheme::Http),
            gap: untestable.cloned().unwrap_or_else(|| Reason::NotRun.into()),
        }
    }
}

fn untestable(host: &str, scheme: Scheme) -> Option<Gap> {
    if host.starts_with('*') {
        return Some(Gap::new(
            Reason::NotRun,
            "no host behind this wildcard is known",
        ));
    }
    let udp = scheme == Scheme::Udp;
    udp.then(|| Gap::new(Reason::NotRun, "UDP is not probed"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::{Catalog, Cloud, Role, endpoints};

    fn settings(yaml: &str, targets: &[&str]) -> NetworkSettings {
        let embedded = Catalog::embedded();
        let catalog = Arc::new(Catalog {
            endpoints: endpoints::read(&[("test.yaml", yaml)]).unwrap(),
            records: embedded.records.clone(),
        });
        let mut settings = NetworkSettings::new(catalog);
        settings.targets = targets.iter().map(|t| (*t).to_owned()).collect();
        settings
    }

    fn group(id: &str, target: &str, rest: &str) -> String {
        format!(
            "- id: {id}\n  targets: [{target}]\n  clouds: [commercial]\n  why: w\n  source: s\n{rest}"
        )
    }

    fn two_groups() -> String {
        group(
            "a",
            "core",
            "  roles: [device]\n  need: required\n  ports: [443/https]\n  hosts: \
             [{host: x.example}, {wildcard: '*.w.example'}, {host: y.w.example, wildcard: \
             '*.w.example'}]\n",
        ) + &group(
            "b",
            "intune",
            "  roles: [user]\n  need: required\n  when: it rains\n  inspection: forbidden\n  \
             ports: [443/tls, 123/udp]\n  hosts: [{host: x.example}]\n",
        )
    }

    fn ids(planned: &[Planned]) -> Vec<&str> {
        planned.iter().map(|p| p.facts.id.as_str()).collect()
    }

    #[test]
    fn what_several_groups_ask_for_is_there_once_and_remembers_all() {
        let planned = plan(&settings(&two_groups(), &["core", "intune"]));
        assert_eq!(
            ids(&planned),
            [
                "*.w.example:443",
                "x.example:123/udp",
                "x.example:443",
                "y.w.example:443"
            ]
        );
        let x = &planned[2].facts;
        assert_eq!(x.groups, ["a", "b"]);
        assert_eq!(x.targets, ["core", "intune"]);
        assert_eq!(x.required_by, ["core"]);
        assert_eq!(x.roles, ["device", "user"]);
        assert_eq!(x.scheme, Scheme::Https);
        assert!(x.required && x.inspection_forbidden && x.conditions.is_empty());
    }

    #[test]
    fn what_cannot_be_contacted_stays_in_the_list_as_unknown() {
        let planned = plan(&settings(&two_groups(), &["core", "intune"]));
        for place in [0, 1] {
            let facts = &planned[place].facts;
            assert!(!facts.testable);
            assert!(!facts.reachable.gap().unwrap().detail.is_empty());
        }
        let stand_in = &planned[3].facts;
        assert_eq!(stand_in.wildcard, Seen::Known("*.w.example".to_owned()));
    }

    #[test]
    fn conditional_group_is_optional_and_says_when() {
        let planned = plan(&settings(&two_groups(), &["intune"]));
        let x = &planned[1].facts;
        assert!(!x.required);
        assert_eq!(x.conditions, ["it rains"]);
        assert_eq!((x.tls.is_unknown(), &x.http), (true, &Seen::Absent));
    }

    #[test]
    fn roles_cloud_and_targets_choose() {
        let mut settings = settings(&two_groups(), &["core", "intune"]);
        settings.roles = vec![Role::User];
        assert_eq!(
            ids(&plan(&settings)),
            ["x.example:123/udp", "x.example:443"]
        );
        settings.cloud = Cloud::China;
        assert!(plan(&settings).is_empty());
        settings.cloud = Cloud::Commercial;
        settings.targets = vec!["nothing".to_owned()];
        assert!(plan(&settings).is_empty());
    }

    #[test]
    fn region_and_doubt_make_a_row_optional() {
        let yaml = group(
            "a",
            "core",
            "  roles: [device]\n  need: required\n  ports: [443/https]\n  hosts: [{host: \
             eu.example, region: europe}, {host: odd.example, confidence: suspect}]\n",
        );
        let mut settings = settings(&yaml, &["core"]);
        let required = |s: &_| plan(s).iter().map(|p| p.facts.required).collect::<Vec<_>>();
        assert_eq!(required(&settings), [false, false]);
        settings.regions = vec!["europe".to_owned()];
        assert_eq!(required(&settings), [true, false]);
    }
}

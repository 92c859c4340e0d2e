//! The list of endpoints: all groups of the catalogue for the cloud, merged by host and port.
//!
//! A pure function of the settings. What several groups ask for is contacted once. What cannot be
//! contacted (a wildcard without a known host, UDP), and what this run was not to contact, stays in
//! the list, as unknown. What is known of an endpoint beforehand does not depend on the targets and
//! roles that were chosen, so that a replay can judge others. What the profile decides against serves
//! no target.

use std::collections::{BTreeMap, BTreeSet};

use waterline_facts::{
    Gap, Reason, Seen,
    network::{EndpointFacts, Scheme},
};

use super::{
    NetworkSettings,
    choice::Choice,
    condition::{self, Needed},
};
use crate::catalog::{EndpointGroup, Host, Inspection, Need, ProxySignIn, endpoints::Confidence};

/// An endpoint with nothing learned yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// What is known beforehand.
    pub facts: EndpointFacts,
    /// The groups for whose sake it is contacted, sorted; empty if it is only listed.
    pub purposes: Vec<String>,
    /// The path to ask for.
    pub path: String,
    /// Text that the service's own answer contains.
    pub expect: Option<String>,
}

impl Planned {
    /// Whether it is to be contacted, and can be.
    pub(super) fn is_contacted(&self) -> bool {
        self.facts.chosen && self.facts.testable
    }
}

/// An endpoint in the making.
#[derive(Debug, Default)]
struct Merged {
    choice: Option<Choice>,
    purposes: BTreeSet<String>,
    named: bool,
    wildcards: BTreeSet<String>,
    groups: BTreeSet<String>,
    questions: BTreeSet<String>,
    targets: BTreeSet<String>,
    required_by: BTreeSet<String>,
    roles: BTreeSet<String>,
    conditions: BTreeSet<String>,
    inspection_forbidden_for: BTreeSet<String>,
    inspection_allowed_for: BTreeSet<String>,
    proxy_sign_in_forbidden: bool,
    path: Option<String>,
    expect: Option<String>,
    scheme: Option<Scheme>,
}

/// Host or wildcard, port, and whether by UDP.
type Key = (String, u16, bool);

/// Every endpoint of the cloud, sorted by host and port.
pub(super) fn plan(settings: &NetworkSettings) -> Vec<Planned> {
    let catalog = &settings.catalog;
    let used = catalog.endpoints.iter();
    let used = used.map(|group| (group, Choice::of(settings, group)));
    let left = catalog.left_out.iter();
    let left = left.map(|group| (group, Choice::without_file(settings, group)));
    let mut merged: BTreeMap<Key, Merged> = BTreeMap::new();
    for (group, choice) in used.chain(left) {
        if group.clouds.contains(&settings.cloud) {
            add_group(&mut merged, settings, group, &choice);
        }
    }
    let merged = merged.into_iter();
    merged
        .map(|(key, own)| planned(settings, key, own))
        .collect()
}

/// The groups that a run would contact, were they needed; each with the reason why none of its hosts
/// is, sorted by id.
pub(super) fn not_needed(settings: &NetworkSettings) -> BTreeMap<String, String> {
    let chosen = |group: &&EndpointGroup| {
        group.clouds.contains(&settings.cloud) && Choice::of(settings, group) == Choice::Contact
    };
    let why = |group: &EndpointGroup| {
        let needed = group.hosts.iter();
        let needed = needed.map(|host| condition::needed(settings, group, host));
        let reasons = needed.map(|needed| match needed {
            Needed::No(why) => Some(why),
            Needed::Yes | Needed::If(_) => None,
        });
        let reasons: Option<BTreeSet<String>> = reasons.collect();
        let reasons: Vec<String> = reasons?.into_iter().collect();
        Some((group.id.to_string(), reasons.join("; ")))
    };
    let groups = settings.catalog.endpoints.iter().filter(chosen);
    groups.filter_map(why).collect()
}

fn add_group(
    merged: &mut BTreeMap<Key, Merged>,
    settings: &NetworkSettings,
    group: &EndpointGroup,
    choice: &Choice,
) {
    for host in &group.hosts {
        let Some(name) = host_text(host) else {
            continue;
        };
        for (port, scheme) in ports(group, host) {
            let key = (name.clone(), port, scheme == Scheme::Udp);
            let slot = merged.entry(key).or_default();
            // The scheme that goes furthest is the one to probe: they are in that order.
            slot.scheme = slot.scheme.into_iter().chain([scheme]).min();
            slot.list(group, host);
            match condition::needed(settings, group, host) {
                Needed::No(why) => {
                    slot.choose(group, &Choice::NotNeeded(BTreeSet::from([why])));
                }
                needed => {
                    slot.choose(group, choice);
                    slot.describe(group, host, needed);
                }
            }
        }
    }
}

fn ports<'a>(group: &'a EndpointGroup, host: &'a Host) -> impl Iterator<Item = (u16, Scheme)> + 'a {
    let ranges = match host.ports.is_empty() {
        true => &group.ports,
        false => &host.ports,
    };
    ranges
        .iter()
        .flat_map(|range| range.ports().map(|port| (port, range.scheme())))
}

fn host_text(host: &Host) -> Option<String> {
    let wildcard = || host.wildcard.as_ref().map(ToString::to_string);
    host.host
        .as_ref()
        .map(ToString::to_string)
        .or_else(wildcard)
}

impl Merged {
    fn choose(&mut self, group: &EndpointGroup, choice: &Choice) {
        if *choice == Choice::Contact {
            self.purposes.insert(group.id.to_string());
        }
        self.choice = Some(match self.choice.take() {
            None => choice.clone(),
            Some(earlier) => earlier.or(choice.clone()),
        });
    }

    /// What is so whether or not it is needed.
    fn list(&mut self, group: &EndpointGroup, host: &Host) {
        match &host.wildcard {
            Some(wildcard) => drop(self.wildcards.insert(wildcard.to_string())),
            None => self.named = true,
        }
        self.groups.insert(group.id.to_string());
        self.questions
            .extend(group.question.iter().map(ToString::to_string));
        self.path = self.path.take().or_else(|| host.path.clone());
        self.expect = self.expect.take().or_else(|| host.expect.clone());
    }

    /// What a group asks of it that is needed, or may be.
    fn describe(&mut self, group: &EndpointGroup, host: &Host, needed: Needed) {
        let targets = group.targets.iter().map(ToString::to_string);
        if needed == Needed::Yes && is_required(group, host) {
            self.required_by.extend(targets.clone());
        }
        self.targets.extend(targets);
        let roles = group.roles.iter().map(|role| role.name().to_owned());
        match group.inspection {
            Some(Inspection::Forbidden) => self.inspection_forbidden_for.extend(roles.clone()),
            Some(Inspection::Allowed | Inspection::Required) => {
                self.inspection_allowed_for.extend(roles.clone());
            }
            None => {}
        }
        self.roles.extend(roles);
        if let Needed::If(conditions) = needed {
            self.conditions.extend(conditions);
        }
        self.proxy_sign_in_forbidden |= group.proxy_sign_in == Some(ProxySignIn::Forbidden);
    }
}

/// Of what is needed, what is optional or not sure is not required.
fn is_required(group: &EndpointGroup, host: &Host) -> bool {
    let confidence = host.confidence.unwrap_or(group.confidence);
    group.need == Need::Required && confidence == Confidence::Documented
}

fn planned(settings: &NetworkSettings, (host, port, udp): Key, merged: Merged) -> Planned {
    let scheme = merged.scheme.unwrap_or_default();
    let untestable = untestable(&host, scheme);
    let testable = untestable.is_none();
    let left = merged.choice.and_then(|choice| choice.gap(settings));
    let chosen = left.is_none();
    let stages = Stages::of(scheme, untestable.or(left));
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
        testable,
        chosen,
        wildcard,
        groups: merged.groups.into_iter().collect(),
        questions: merged.questions.into_iter().collect(),
        targets: merged.targets.into_iter().collect(),
        required: !merged.required_by.is_empty(),
        required_by: merged.required_by.into_iter().collect(),
        roles: merged.roles.into_iter().collect(),
        conditions,
        inspection_forbidden: !merged.inspection_forbidden_for.is_empty(),
        inspection_forbidden_for: merged.inspection_forbidden_for.into_iter().collect(),
        inspection_allowed_for: merged.inspection_allowed_for.into_iter().collect(),
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
        paths: Vec::new(),
    };
    Planned {
        facts,
        purposes: merged.purposes.into_iter().collect(),
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
    fn of(scheme: Scheme, gap: Option<Gap>) -> Self {
        Self {
            tls: matches!(scheme, Scheme::Https | Scheme::Tls),
            http: matches!(scheme, Scheme::Https | Scheme::Http),
            gap: gap.unwrap_or_else(|| Reason::NotRun.into()),
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
mod tests;

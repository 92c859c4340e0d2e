//! What is missing in the network, as a table for those who run firewalls and proxies.
//!
//! A line is *unreachable* only if its failure was seen. What is needed as well and was not or could
//! not be tried is *not assessed*, with the reason: nobody should open it, or think it open, on this
//! table's word. What is reached has no line.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use waterline_facts::{
    Seen,
    network::{EndpointFacts, NetworkFacts, Scheme},
};
use waterline_probes::catalog::{Catalog, EndpointGroup, Need, OwnHosts};

use super::{Report, csv};

/// The columns of the table.
const COLUMNS: [&str; 13] = [
    "state", "host", "port", "protocol", "allow", "from", "need", "targets", "reason", "groups",
    "why", "source", "as_of",
];

/// What tells lines apart, and sorts them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    state: State,
    host: String,
    first_port: u16,
    port: String,
    protocol: &'static str,
}

/// Whether a failure was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Unreachable,
    NotAssessed,
}

/// The rest of a line; several groups may ask for the same.
#[derive(Debug, Default)]
struct Line {
    allow: String,
    from: BTreeSet<String>,
    required: bool,
    targets: BTreeSet<String>,
    reason: String,
    groups: BTreeSet<String>,
    why: BTreeSet<String>,
    sources: BTreeSet<String>,
    as_of: Option<String>,
}

type Table = BTreeMap<Key, Line>;

/// Writes the table.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(csv::line(COLUMNS).as_bytes())?;
    for (key, line) in table(report) {
        out.write_all(cells(&key, &line).as_bytes())?;
    }
    Ok(())
}

fn table(report: &Report) -> Table {
    let built_in;
    let catalog = match report.catalog {
        Some(own) => own,
        None => {
            built_in = Catalog::embedded();
            &*built_in
        }
    };
    let mut table = Table::new();
    let Seen::Known(network) = &report.environment.network else {
        return table;
    };
    let chosen = report.assessment.targets.iter();
    let chosen: BTreeSet<&str> = chosen.map(|target| target.id.as_str()).collect();
    let endpoints = network.endpoints.known().into_iter().flatten();
    for endpoint in endpoints {
        if endpoint
            .targets
            .iter()
            .any(|id| chosen.contains(id.as_str()))
            && let Some((key, line)) = of_endpoint(endpoint, catalog)
        {
            table.insert(key, line);
        }
    }
    for own in &catalog.own_hosts {
        if own.targets.iter().any(|id| chosen.contains(id.as_str())) {
            add_own(&mut table, own, network);
        }
    }
    table
}

/// The line of an endpoint; none if it was reached.
fn of_endpoint(endpoint: &EndpointFacts, catalog: &Catalog) -> Option<(Key, Line)> {
    let (state, reason) = match &endpoint.reachable {
        Seen::Known(true) => return None,
        Seen::Known(false) => (State::Unreachable, failure(endpoint)),
        Seen::Absent => (State::NotAssessed, String::new()),
        Seen::Unknown(gap) => (State::NotAssessed, gap.to_string()),
    };
    let key = Key {
        state,
        host: endpoint.host.clone(),
        first_port: endpoint.port,
        port: endpoint.port.to_string(),
        protocol: match endpoint.scheme {
            Scheme::Udp => "udp",
            _ => "tcp",
        },
    };
    let wildcard = endpoint.wildcard.known().unwrap_or(&endpoint.host);
    let mut line = Line {
        allow: wildcard.clone(),
        from: endpoint.roles.iter().cloned().collect(),
        required: endpoint.required,
        targets: endpoint.targets.iter().cloned().collect(),
        reason,
        groups: endpoint.groups.iter().cloned().collect(),
        ..Line::default()
    };
    let known = catalog.endpoints.iter().chain(&catalog.left_out);
    for group in known.filter(|group| endpoint.groups.iter().any(|id| id == group.id.as_str())) {
        line.explain(group);
    }
    Some((key, line))
}

fn failure(endpoint: &EndpointFacts) -> String {
    let Some(failure) = endpoint.failure.known() else {
        return "could not be reached".to_owned();
    };
    let reason = serde_json::to_value(failure.reason).unwrap_or_default();
    let reason = reason.as_str().unwrap_or_default().replace('-', " ");
    let stage = failure.stage.words();
    match failure.detail.as_str() {
        "" => format!("{stage} failed: {reason}"),
        detail => format!("{stage} failed: {reason} ({detail})"),
    }
}

impl Line {
    fn explain(&mut self, group: &EndpointGroup) {
        self.why.insert(group.why.clone());
        self.sources.insert(group.source.clone());
        let date = group.as_of.map(|date| date.to_string());
        self.as_of = self.as_of.take().max(date);
    }
}

/// The ports of hosts that only the organisation can name: nobody has looked at them here.
fn add_own(table: &mut Table, own: &OwnHosts, network: &NetworkFacts) {
    if !own.clouds.iter().any(|cloud| cloud.name() == network.cloud) {
        return;
    }
    let unnamed = [format!("({})", own.to)];
    let names = match own.names.is_empty() {
        true => &unnamed[..],
        false => &own.names[..],
    };
    for name in names {
        for range in &own.ports {
            let first = range.ports().split('-').next().unwrap_or_default();
            let key = Key {
                state: State::NotAssessed,
                host: name.clone(),
                first_port: first.parse().unwrap_or(0),
                port: range.ports().to_owned(),
                protocol: range.protocol(),
            };
            let line = table.entry(key).or_default();
            line.allow = name.clone();
            line.from
                .extend(own.roles.iter().map(|role| role.name().to_owned()));
            line.required |= own.need == Need::Required && own.when.is_none();
            line.targets
                .extend(own.targets.iter().map(ToString::to_string));
            line.reason = "which hosts these are is not known to this run".to_owned();
            line.groups.insert(own.id.to_string());
            line.why.insert(own.why.clone());
            line.sources.insert(own.source.clone());
            let date = own.as_of.map(|date| date.to_string());
            line.as_of = line.as_of.take().max(date);
        }
    }
}

fn cells(key: &Key, line: &Line) -> String {
    let list = |words: &BTreeSet<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.join(" | ")
    };
    csv::line([
        match key.state {
            State::Unreachable => "unreachable",
            State::NotAssessed => "not assessed",
        },
        &key.host,
        &key.port,
        key.protocol,
        &line.allow,
        &list(&line.from),
        if line.required {
            "required"
        } else {
            "optional"
        },
        &list(&line.targets),
        &line.reason,
        &list(&line.groups),
        &list(&line.why),
        &list(&line.sources),
        line.as_of.as_deref().unwrap_or_default(),
    ])
}

#[cfg(test)]
mod tests {
    use waterline_facts::{
        Gap, Reason,
        network::{EndpointFailure, FailureReason, Stage},
    };

    use super::*;
    use crate::{report::fixture, testing::environment};

    /// The first endpoint of the made-up environment under other names, with these outcomes.
    fn endpoints(outcomes: &[(&str, Seen<bool>)]) -> Vec<EndpointFacts> {
        let Seen::Known(network) = environment().network else {
            panic!("the network was probed");
        };
        let one = network.endpoints.known().unwrap()[0].clone();
        let made = outcomes.iter().map(|(host, reachable)| EndpointFacts {
            id: format!("{host}:443"),
            host: (*host).to_owned(),
            targets: vec!["core".to_owned(), "connect-sync".to_owned()],
            groups: vec!["identity-sign-in".to_owned()],
            roles: vec!["device".to_owned(), "user".to_owned()],
            failure: match reachable {
                Seen::Known(false) => Seen::Known(EndpointFailure {
                    stage: Stage::Connect,
                    reason: FailureReason::Refused,
                    detail: "by 192.0.2.1".to_owned(),
                }),
                _ => Seen::Absent,
            },
            reachable: reachable.clone(),
            ..one.clone()
        });
        made.collect()
    }

    /// The table's lines without its head, and without those of hosts that nobody has named.
    fn lines(endpoints: Vec<EndpointFacts>) -> Vec<String> {
        let mut environment = environment();
        let Seen::Known(network) = &mut environment.network else {
            panic!("the network was probed");
        };
        network.endpoints = Seen::Known(endpoints);
        let assessment = fixture::assessment();
        let report = Report {
            environment: &environment,
            assessment: &assessment,
            profile: &waterline_rules::Profile::default(),
            tool_version: "0.1.0",
            damage: &[],
            catalog: None,
            changes: None,
        };
        let mut out = Vec::new();
        render(&report, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("state,host,port,protocol,allow,from,need,"));
        let lines = text
            .lines()
            .skip(1)
            .filter(|line| line.contains(",identity-sign-in,"));
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn only_a_failure_that_was_seen_is_unreachable_and_what_is_reached_has_no_line() {
        let gap = Gap::new(Reason::NotRun, "target core was not chosen in this run");
        let lines = lines(endpoints(&[
            ("z.example", Seen::Known(false)),
            ("a.example", Seen::Unknown(gap)),
            ("b.example", Seen::Known(false)),
            ("c.example", Seen::Known(true)),
        ]));
        let told: Vec<String> = lines
            .iter()
            .map(|line| line.chars().take(30).collect())
            .collect();
        assert_eq!(
            told,
            [
                "unreachable,b.example,443,tcp,",
                "unreachable,z.example,443,tcp,",
                "not assessed,a.example,443,tcp",
            ]
        );
        assert!(lines[0].contains("device | user"), "{}", lines[0]);
        assert!(lines[0].contains("the TCP connection failed: refused (by 192.0.2.1)"));
        assert!(lines[0].contains("office-365-worldwide-endpoints.md,2023-07-31"));
        assert!(lines[2].contains("not looked for: target core was not chosen"));
    }

    #[test]
    fn a_host_that_a_spreadsheet_would_take_for_a_formula_is_text() {
        let lines = lines(endpoints(&[("=cmd|' /C calc'!A0,x", Seen::Known(false))]));
        assert!(
            lines[0].contains(",\"'=cmd|' /C calc'!A0,x\","),
            "{}",
            lines[0]
        );
    }

    #[test]
    fn hosts_that_only_the_organisation_can_name_are_not_assessed() {
        let environment = environment();
        let assessment = fixture::assessment();
        let report = Report {
            environment: &environment,
            assessment: &assessment,
            profile: &waterline_rules::Profile::default(),
            tool_version: "0.1.0",
            damage: &[],
            catalog: None,
            changes: None,
        };
        let table = table(&report);
        let controllers = table
            .iter()
            .filter(|(key, _)| key.host == "(domain-controller)");
        assert!(controllers.clone().count() > 5);
        for (key, line) in controllers {
            assert_eq!(key.state, State::NotAssessed);
            assert!(line.reason.contains("not known to this run"));
        }
    }
}

//! Domain controllers: which there are, whether they answer, and what each says about itself.
//!
//! Joins three sources: what each controller said when it was asked, what the configuration lists,
//! and the controllers' computer objects.

use std::collections::BTreeMap;

use waterline_facts::{Gap, Reason, Seen, directory::ControllerFacts, seen::known_or_absent};

use super::{
    asking::{Answer, Answers, name},
    dn::Dn,
    entry::Entry,
    hidden::required,
    outcome,
    query::{Filter, Place, Query, Scope},
    replicas::Replica,
    trusts::{self, ENCRYPTION_TYPES},
    values,
};

/// Primary groups of controllers, writable and read-only (MS-ADTS 6.1.1.6).
const WRITABLE: &str = "516";
const READ_ONLY: &str = "521";

/// The account of the cloud's Kerberos server: a read-only controller behind which nobody stands.
const CLOUD: &str = "AzureADKerberos$";

/// The computer accounts of controllers.
pub(super) fn computers() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::Either(vec![
            Filter::Is("primaryGroupID", WRITABLE),
            Filter::Is("primaryGroupID", READ_ONLY),
        ]),
        attributes: &[
            "dNSHostName",
            "lastLogonTimestamp",
            ENCRYPTION_TYPES,
            "objectClass",
            "objectSid",
            "operatingSystem",
            "operatingSystemVersion",
            "pwdLastSet",
            "sAMAccountName",
        ],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![computers()]
}

/// The computer objects of the domain's controllers.
pub(super) async fn read_computers(directory: &dyn super::source::Directory) -> Seen<Vec<Entry>> {
    super::source::read(directory, &computers()).await
}

/// Answers by the controllers' own names, or by the names under which they were asked.
fn names(asked: &Answers) -> BTreeMap<String, &Result<Answer, Gap>> {
    let mut names = BTreeMap::new();
    for (url, answer) in asked {
        names.entry(name(url, answer)).or_insert(answer);
    }
    names
}

/// All that is known of the controllers, sorted by name.
pub(super) fn facts(
    replicas: &Seen<Vec<Replica>>,
    computers: &Seen<Vec<Entry>>,
    asked: &Answers,
) -> Seen<Vec<ControllerFacts>> {
    let answers = names(asked);
    let listed = replicas.known().map(Vec::as_slice).unwrap_or_default();
    if let (true, true, Some(gap)) = (answers.is_empty(), listed.is_empty(), replicas.gap()) {
        return Seen::Unknown(gap.clone());
    }
    let listed: BTreeMap<_, _> = listed
        .iter()
        .map(|replica| (replica.host.as_str(), replica))
        .collect();
    let mut hosts: Vec<&str> = answers
        .keys()
        .map(String::as_str)
        .chain(listed.keys().copied())
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    let one = |host: &str| {
        let replica = listed.get(host).copied();
        one(
            host,
            replica,
            replicas,
            computers,
            answers.get(host).copied(),
        )
    };
    Seen::Known(hosts.into_iter().map(one).collect())
}

fn one(
    host: &str,
    replica: Option<&Replica>,
    replicas: &Seen<Vec<Replica>>,
    computers: &Seen<Vec<Entry>>,
    answer: Option<&Result<Answer, Gap>>,
) -> ControllerFacts {
    let said = answer.and_then(|answer| answer.as_ref().ok());
    let computer = computers
        .as_ref()
        .and_then(|all| computer_of(host, replica, all));
    let listed = |fact: fn(&Replica) -> Seen<bool>| listed(replica, replicas, fact);
    ControllerFacts {
        domain: domain_of(said, replica, answer),
        answers: answers(answer),
        site: self::listed(replica, replicas, |replica| {
            Seen::Known(replica.site.clone())
        }),
        account: account(replica, &computer),
        read_only: from(
            said.map(|a| a.root.read_only),
            replica.map(|r| r.read_only),
            answer,
        ),
        global_catalog: from(
            replica.and_then(|r| r.global_catalog.clone().into_known()),
            said.and_then(|a| a.root.global_catalog),
            answer,
        ),
        level: from(
            said.and_then(|a| a.root.controller_level),
            replica.and_then(|r| r.level.clone().into_known()),
            answer,
        ),
        clock_offset_ms: from(said.and_then(|a| a.clock_offset_ms), None, answer),
        replicates_inbound: listed(|replica| replica.inbound.clone()),
        replicates_outbound: listed(|replica| replica.outbound.clone()),
        replication_epoch: self::listed(replica, replicas, |replica| replica.epoch.clone()),
        ldap_policy: self::listed(replica, replicas, |replica| replica.policy.clone()),
        ..of_computer(host, &computer)
    }
}

/// Whether a controller has a computer account: the configuration's link to it goes with it.
fn account(replica: Option<&Replica>, computer: &Seen<Entry>) -> Seen<bool> {
    match (computer, replica) {
        (Seen::Unknown(_), Some(replica)) if replica.computer.is_none() => Seen::Known(false),
        (computer, _) => computer.as_ref().map(|_| true),
    }
}

/// The computer accounts of controllers to which the configuration lists no settings, sorted.
pub(super) fn without_settings(
    computers: &Seen<Vec<Entry>>,
    replicas: &Seen<Vec<Replica>>,
) -> Seen<Vec<String>> {
    let (computers, replicas) = match (computers, replicas) {
        (Seen::Known(computers), Seen::Known(replicas)) => (computers, replicas),
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => return Seen::Unknown(gap.clone()),
        _ => return Seen::Absent,
    };
    let listed = |computer: &&Entry| {
        let mut replicas = replicas.iter();
        replicas.any(|replica| is(computer, &replica.host, Some(replica)))
            || computer.has("sAMAccountName", CLOUD)
    };
    let left = computers.iter().filter(|computer| !listed(computer));
    let mut names: Vec<_> = left.map(name_of).collect();
    names.sort();
    Seen::Known(names)
}

fn name_of(computer: &Entry) -> String {
    let host = computer.text("dNSHostName").map(|host| host.to_lowercase());
    host.or_else(|| computer.text("sAMAccountName"))
        .unwrap_or_else(|| computer.dn.clone())
}

/// What a controller's computer object tells.
fn of_computer(host: &str, computer: &Seen<Entry>) -> ControllerFacts {
    let told = |name| computer.as_ref().and_then(|computer| text(computer, name));
    let moment = |value: &[u8]| values::integer(value).and_then(values::filetime);
    ControllerFacts {
        operating_system: told("operatingSystem"),
        build: told("operatingSystemVersion")
            .and_then(|version| known_or_absent(values::build(&version))),
        encryption_types: computer.as_ref().and_then(trusts::encryption_types),
        password_changed: computer
            .as_ref()
            .and_then(|computer| required(computer, "pwdLastSet", moment)),
        last_logon: computer
            .as_ref()
            .and_then(|computer| computer.fact("lastLogonTimestamp", moment)),
        ..ControllerFacts::new(host)
    }
}

fn text(computer: &Entry, name: &str) -> Seen<String> {
    computer.fact(name, |value| Some(values::text(value)))
}

/// What the configuration tells of a controller; absent if it does not list it.
fn listed<T>(
    replica: Option<&Replica>,
    replicas: &Seen<Vec<Replica>>,
    fact: impl Fn(&Replica) -> Seen<T>,
) -> Seen<T> {
    match (replica, replicas.gap()) {
        (Some(replica), _) => fact(replica),
        (None, Some(gap)) => Seen::Unknown(gap.clone()),
        (None, None) => Seen::Absent,
    }
}

fn domain_of(
    said: Option<&Answer>,
    replica: Option<&Replica>,
    answer: Option<&Result<Answer, Gap>>,
) -> Seen<String> {
    let by_computer = replica.and_then(|r| Dn::parse(r.computer.as_deref()?)?.dns_name());
    from(
        said.map(|answer| answer.root.domain.clone()),
        by_computer,
        answer,
    )
}

/// The first that is known; else the reason why the controller did not tell.
fn from<T>(first: Option<T>, second: Option<T>, answer: Option<&Result<Answer, Gap>>) -> Seen<T> {
    match (first.or(second), answer) {
        (Some(value), _) => Seen::Known(value),
        (None, Some(Err(gap))) => Seen::Unknown(gap.clone()),
        (None, Some(Ok(_))) => Seen::Unknown(not_told()),
        (None, None) => not_tried(),
    }
}

fn answers(answer: Option<&Result<Answer, Gap>>) -> Seen<bool> {
    match answer {
        None => not_tried(),
        Some(Ok(_)) => Seen::Known(true),
        // Neither answered nor silent: it is there, but nothing was asked of it.
        Some(Err(gap)) => match gap.reason {
            Reason::TimedOut | Reason::Unreachable | Reason::Malformed => Seen::Known(false),
            _ => Seen::Unknown(gap.clone()),
        },
    }
}

fn not_tried<T>() -> Seen<T> {
    let gap = Gap::new(Reason::NotRun, "the controller was not asked");
    Seen::Unknown(gap.with_remedy("name it with --server"))
}

/// A controller answered but left something out that every one tells.
pub(super) fn not_told() -> Gap {
    Gap::new(Reason::Malformed, "the controller does not tell it").with_remedy(outcome::ANOTHER)
}

fn is(computer: &Entry, host: &str, replica: Option<&Replica>) -> bool {
    let named = replica.and_then(|replica| replica.computer.as_deref());
    named.is_some_and(|dn| dn.eq_ignore_ascii_case(&computer.dn))
        || computer.has("dNSHostName", host)
}

/// A controller's computer object: the one that the configuration names, or the one of its name.
fn computer_of(host: &str, replica: Option<&Replica>, computers: &[Entry]) -> Seen<Entry> {
    match computers.iter().find(|entry| is(entry, host, replica)) {
        Some(entry) => Seen::Known(entry.clone()),
        // Controllers of other domains have their computer objects there.
        None => {
            let what = "its computer object is in no domain that was read";
            let gap = Gap::new(Reason::NotRun, what);
            Seen::Unknown(gap.with_remedy("run again with --domain for the controller's domain"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{
        query::Contexts,
        root_dse::RootDse,
        settings::{Scheme, ServerUrl},
    };

    fn replica(host: &str) -> Replica {
        Replica {
            computer: Some("CN=DC1,OU=Domain Controllers,DC=corp,DC=test".to_owned()),
            global_catalog: Seen::Known(true),
            level: Seen::Known(6),
            ..Replica::new(host, "Berlin")
        }
    }

    fn answer(host: &str) -> Answer {
        let root = RootDse {
            contexts: Contexts {
                objects: String::new(),
                domain: String::new(),
                configuration: String::new(),
                schema: String::new(),
            },
            domain: "corp.test".to_owned(),
            root_domain: None,
            naming_contexts: Vec::new(),
            host: Some(host.to_owned()),
            forest_level: None,
            controller_level: Some(7),
            domain_level: None,
            read_only: true,
            global_catalog: None,
            time: None,
        };
        Answer {
            root,
            clock_offset_ms: Some(12),
        }
    }

    fn url(host: &str) -> ServerUrl {
        ServerUrl::new(Scheme::Ldap, host)
    }

    #[test]
    fn controllers_of_both_sources_are_joined_and_sorted() {
        let asked = vec![
            (url("192.0.2.1"), Ok(answer("dc2.corp.test"))),
            (
                url("dc1.corp.test"),
                Err(Gap::new(Reason::TimedOut, "dc1 did not answer")),
            ),
        ];
        let replicas = Seen::Known(vec![replica("dc1.corp.test"), replica("dc3.corp.test")]);
        let facts = facts(&replicas, &Seen::Known(vec![]), &asked)
            .into_known()
            .unwrap();
        let hosts: Vec<_> = facts
            .iter()
            .map(|controller| controller.host.as_str())
            .collect();
        assert_eq!(hosts, ["dc1.corp.test", "dc2.corp.test", "dc3.corp.test"]);
        assert_eq!(facts[0].answers, Seen::Known(false));
        assert_eq!(facts[0].level, Seen::Known(6));
        assert_eq!(
            facts[0].clock_offset_ms.gap().unwrap().reason,
            Reason::TimedOut
        );
        assert_eq!(facts[0].domain, Seen::Known("corp.test".to_owned()));
        assert_eq!(facts[1].answers, Seen::Known(true));
        assert_eq!(
            (&facts[1].level, &facts[1].site),
            (&Seen::Known(7), &Seen::Absent)
        );
        assert_eq!(facts[1].read_only, Seen::Known(true));
        assert_eq!(facts[2].answers.gap().unwrap().reason, Reason::NotRun);
    }

    #[test]
    fn untrusted_controller_is_neither_answering_nor_silent() {
        let asked = vec![(url("dc1"), Err(Gap::new(Reason::Untrusted, "x")))];
        let facts = facts(&Seen::Known(vec![]), &Seen::Known(vec![]), &asked);
        assert!(facts.into_known().unwrap()[0].answers.is_unknown());
    }

    #[test]
    fn no_source_at_all_is_unknown() {
        let replicas = Seen::unknown(Reason::Denied, "");
        assert!(facts(&replicas, &Seen::Absent, &Vec::new()).is_unknown());
    }

    fn account_of(name: &str, host: Option<&str>) -> Entry {
        let host = host.map(|host| ("dNSHostName", host));
        let pairs = [("sAMAccountName", name)].into_iter().chain(host);
        let pair = |(name, value): (&str, &str)| (name.to_owned(), vec![value.as_bytes().to_vec()]);
        Entry {
            dn: format!("CN={name},OU=Domain Controllers,DC=corp,DC=test"),
            attributes: pairs.map(pair).collect(),
            ..Entry::default()
        }
    }

    #[test]
    fn account_without_settings_and_settings_without_account_are_told() {
        let accounts = Seen::Known(vec![
            account_of("DC1$", Some("DC1.corp.test")),
            account_of("OLD$", Some("Old.corp.test")),
            account_of("NEW$", None),
            account_of(CLOUD, None),
        ]);
        let lone = Replica {
            computer: None,
            ..replica("gone.corp.test")
        };
        let replicas = Seen::Known(vec![replica("dc1.corp.test"), lone]);
        let without = without_settings(&accounts, &replicas);
        let expected = ["NEW$", "old.corp.test"].map(str::to_owned).to_vec();
        assert_eq!(without, Seen::Known(expected));
        let facts = facts(&replicas, &accounts, &Vec::new())
            .into_known()
            .unwrap();
        assert_eq!(facts[0].account, Seen::Known(true));
        assert_eq!(facts[1].account, Seen::Known(false));
        let denied = Seen::Unknown(Reason::Denied.into());
        assert!(without_settings(&denied, &replicas).is_unknown());
    }
}

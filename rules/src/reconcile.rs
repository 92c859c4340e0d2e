//! Holds an environment against the profile that it is judged for.
//!
//! A run asks what its own profile names. Judged for another profile, as a replay may be, facts
//! would answer questions that nobody asked: those become unknown here, with the reason. So does a
//! public record that was not found by a resolver that finds no public name. Pure; what is unknown
//! already keeps its own reason.

use std::{borrow::Cow, collections::BTreeSet};

use waterline_facts::{DnsFacts, Environment, Gap, NetworkFacts, Reason, Seen};

use crate::{Profile, profile};

/// A part of an environment, changed.
type Change = Box<dyn FnOnce(&mut Environment)>;

/// The environment as far as it can be judged for this profile; itself where nothing is against it.
pub fn reconcile<'a>(environment: &'a Environment, profile: &Profile) -> Cow<'a, Environment> {
    let mut changes: Vec<Change> = Vec::new();
    if let Seen::Known(network) = &environment.network {
        changes.extend(endpoints(network, profile));
        changes.extend(tenants(network, profile));
    }
    if let Seen::Known(dns) = &environment.dns {
        let records = records(dns, profile);
        changes.extend(if records.is_some() {
            records
        } else {
            unproven(dns)
        });
    }
    let mut environment = Cow::Borrowed(environment);
    for change in changes {
        change(environment.to_mut());
    }
    environment
}

/// A change of the facts of the network, which are known.
fn of_network(change: impl FnOnce(&mut NetworkFacts) + 'static) -> Change {
    Box::new(|environment| {
        if let Seen::Known(network) = &mut environment.network {
            change(network);
        }
    })
}

/// A change of the facts of DNS, which are known.
fn of_dns(change: impl FnOnce(&mut DnsFacts) + 'static) -> Change {
    Box::new(|environment| {
        if let Seen::Known(dns) = &mut environment.dns {
            change(dns);
        }
    })
}

fn endpoints(network: &NetworkFacts, profile: &Profile) -> Option<Change> {
    if network.endpoints.is_unknown() {
        return None;
    }
    let gap = other_cloud(&network.cloud, "contacted endpoints", profile)?;
    Some(of_network(|network| {
        network.endpoints = Seen::Unknown(gap);
    }))
}

fn tenants(network: &NetworkFacts, profile: &Profile) -> Option<Change> {
    let asked = network.tenants.known()?;
    let asked = asked.iter().map(|tenant| tenant.domain.as_str());
    let gap = other_cloud(&network.cloud, "asked for tenants", profile)
        .or_else(|| further_domains(asked, "the tenants", profile))?;
    Some(of_network(|network| network.tenants = Seen::Unknown(gap)))
}

fn records(dns: &DnsFacts, profile: &Profile) -> Option<Change> {
    let asked = dns.records.known()?;
    let asked = asked.iter().map(|record| record.domain.as_str());
    let gap = other_cloud(&dns.cloud, "asked for records", profile)
        .or_else(|| further_domains(asked, "records", profile))?;
    Some(of_dns(|dns| dns.records = Seen::Unknown(gap)))
}

/// That a run was for another cloud than the profile's.
fn other_cloud(asked: &str, what: &str, profile: &Profile) -> Option<Gap> {
    let wanted = profile.cloud.name();
    if asked == wanted {
        return None;
    }
    let detail = match asked {
        "" => format!("the run does not say for which cloud it {what}"),
        asked => format!("the run {what} of cloud {asked}, and the profile names {wanted}"),
    };
    Some(not_asked(detail))
}

/// That the profile names domains for which this was not asked.
fn further_domains<'a>(
    asked: impl Iterator<Item = &'a str>,
    what: &str,
    profile: &Profile,
) -> Option<Gap> {
    let asked: BTreeSet<&str> = asked.collect();
    let wanted: BTreeSet<String> = profile.domains.iter().map(|d| profile::fold(d)).collect();
    let further = wanted
        .into_iter()
        .filter(|domain| !asked.contains(domain.as_str()));
    let further: Vec<String> = further.collect();
    let detail = format!("the run did not ask for {what} of {}", further.join(", "));
    (!further.is_empty()).then(|| not_asked(detail))
}

/// Makes records unknown that were not found, where a resolver knows no public names: it says of
/// every public record that there is none.
fn unproven(dns: &DnsFacts) -> Option<Change> {
    let resolvers = dns.resolvers.known().map(Vec::as_slice).unwrap_or_default();
    let closed = resolvers.iter().find(|resolver| {
        resolver.answers == Seen::Known(true) && resolver.resolves_public == Seen::Known(false)
    });
    let detail = format!("resolver {} finds no public names", closed?.address);
    let gap = Gap::new(Reason::Unreachable, detail)
        .with_remedy("run again where every resolver finds public names");
    Some(of_dns(move |dns| {
        let Seen::Known(records) = &mut dns.records else {
            return;
        };
        for record in records
            .iter_mut()
            .filter(|record| record.answer == Seen::Absent)
        {
            record.answer = Seen::Unknown(gap.clone());
            record.matches = Seen::Unknown(gap.clone());
            record.split = Seen::Unknown(gap.clone());
        }
    }))
}

fn not_asked(detail: String) -> Gap {
    Gap::new(Reason::NotRun, detail).with_remedy("run again with this profile")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use waterline_facts::Cloud;

    /// A run for these clouds that asked for records of `a.example`.
    fn environment(network: &str, dns: &str) -> Environment {
        let record = json!({
            "id": "r", "domain": "a.example", "name": "r.a.example", "record_type": "TXT",
            "expected": [], "answer": {"absent": true}, "matches": {"known": false},
        });
        let unknown = json!({"unknown": {"reason": "not-run"}});
        serde_json::from_value(json!({
            "format": {"major": 1, "minor": 0},
            "run": {
                "tool_version": "0.1.0", "started": "2026-11-23T12:00:00Z", "took_ms": 1,
                "budget_s": 120, "interrupted": false, "probes": [],
                "rights": {"account": {"absent": true}, "elevated": {"known": false}},
            },
            "network": {"known": {
                "proxy": {"absent": true}, "cloud": network, "catalog_as_of": "2026-06-08",
                "endpoints": {"known": []},
                "tenants": {"known": [{"domain": "a.example", "tenant_id": {"absent": true}}]},
            }},
            "dns": {"known": {
                "resolvers": unknown, "locators": unknown, "cloud": dns,
                "records": {"known": [record]},
            }},
        }))
        .unwrap()
    }

    fn profile(cloud: Cloud, domains: &[&str]) -> Profile {
        Profile {
            cloud,
            domains: domains.iter().map(|d| (*d).to_owned()).collect(),
            ..Profile::default()
        }
    }

    /// Why endpoints and records are unknown; none where they are known.
    fn gaps(environment: &Environment) -> [Option<&str>; 2] {
        let endpoints = &environment.network.known().unwrap().endpoints;
        let records = &environment.dns.known().unwrap().records;
        [endpoints.gap(), records.gap()].map(|gap| gap.map(|gap| gap.detail.as_str()))
    }

    #[test]
    fn an_environment_that_fits_its_profile_stays_as_it_is() {
        let environment = environment("usgov", "usgov");
        for domains in [&[][..], &["a.example"], &["A.Example."]] {
            let profile = profile(Cloud::Usgov, domains);
            assert_eq!(*reconcile(&environment, &profile), environment);
        }
    }

    #[test]
    fn tenants_are_known_of_the_domains_that_were_asked_alone() {
        let environment = environment("commercial", "commercial");
        let tenants = |domains: &[&str], cloud| {
            let reconciled = reconcile(&environment, &profile(cloud, domains));
            let network = reconciled.network.known().unwrap();
            network.tenants.gap().map(|gap| gap.detail.clone())
        };
        assert_eq!(tenants(&["A.example"], Cloud::Commercial), None);
        let further = tenants(&["a.example", "b.example"], Cloud::Commercial);
        let expected = "the run did not ask for the tenants of b.example";
        assert_eq!(further.as_deref(), Some(expected));
        assert!(tenants(&["a.example"], Cloud::China).is_some());
    }

    #[test]
    fn facts_of_another_cloud_are_unknown_and_say_so() {
        let reconciled = reconcile(
            &environment("commercial", "commercial"),
            &profile(Cloud::China, &["a.example"]),
        )
        .into_owned();
        let endpoints =
            "the run contacted endpoints of cloud commercial, and the profile names china";
        let records = "the run asked for records of cloud commercial, and the profile names china";
        assert_eq!(gaps(&reconciled), [Some(endpoints), Some(records)]);
        let again = reconcile(&reconciled, &Profile::default());
        assert_eq!(*again, reconciled, "what is unknown keeps its reason");
    }

    #[test]
    fn facts_of_a_cloud_that_is_not_told_are_unknown() {
        let reconciled = reconcile(&environment("", ""), &Profile::default()).into_owned();
        assert!(gaps(&reconciled).iter().all(Option::is_some));
    }

    #[test]
    fn records_of_domains_that_were_not_asked_about_are_unknown_and_name_them() {
        let wanted = profile(Cloud::Commercial, &["c.example", "a.example", "B.example"]);
        let reconciled = reconcile(&environment("commercial", "commercial"), &wanted).into_owned();
        let why = "the run did not ask for records of b.example, c.example";
        assert_eq!(gaps(&reconciled), [None, Some(why)]);
    }

    #[test]
    fn a_record_that_a_resolver_without_public_names_did_not_find_is_unknown() {
        for (public, unknown) in [(false, true), (true, false)] {
            let mut environment = environment("commercial", "commercial");
            let resolver = json!([{
                "address": "127.0.0.1:53", "answers": {"known": true},
                "resolves_public": {"known": public}, "resolves_directory": {"known": true},
                "invents_names": {"known": false}, "median_ms": {"known": 1.0},
                "sent": 7, "timed_out": 0,
            }]);
            let Seen::Known(dns) = &mut environment.dns else {
                panic!("the probe ran");
            };
            dns.resolvers = Seen::Known(serde_json::from_value(resolver).unwrap());
            let reconciled = reconcile(&environment, &Profile::default());
            let record = &reconciled.dns.known().unwrap().records.known().unwrap()[0];
            assert_eq!(record.answer.is_unknown(), unknown);
            assert_eq!(record.matches.is_unknown(), unknown);
        }
    }

    #[test]
    fn parts_that_were_not_learned_stay_as_they_are() {
        let mut environment = environment("commercial", "commercial");
        environment.network = Seen::unknown(Reason::Cancelled, "");
        environment.dns = Seen::unknown(Reason::Cancelled, "");
        let wanted = profile(Cloud::Dod, &["b.example"]);
        assert_eq!(*reconcile(&environment, &wanted), environment);
    }
}

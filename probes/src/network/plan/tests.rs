//! The list of endpoints as a function of the settings.

use std::sync::Arc;

use super::*;
use waterline_facts::Cloud;

use crate::catalog::{Catalog, Role, endpoints};

fn settings(yaml: &str, targets: &[&str]) -> NetworkSettings {
    let embedded = Catalog::embedded();
    let catalog = Arc::new(Catalog {
        endpoints: endpoints::read(&[("test.yaml", yaml)]).unwrap(),
        ..Catalog::clone(&embedded)
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
    let both = two_groups();
    let second = both.find("- id: b").unwrap();
    let planned = plan(&settings(&both[second..], &["intune"]));
    let x = &planned[1].facts;
    assert!(!x.required);
    assert_eq!(x.conditions, ["it rains"]);
    assert_eq!((x.tls.is_unknown(), &x.http), (true, &Seen::Absent));
}

fn contacted(planned: &[Planned]) -> Vec<&str> {
    let contacted = planned.iter().filter(|planned| planned.is_contacted());
    contacted.map(|p| p.facts.id.as_str()).collect()
}

/// Why nothing is known of an endpoint, and what would change that.
fn gap<'a>(planned: &'a [Planned], id: &str) -> &'a Gap {
    let found = planned.iter().find(|planned| planned.facts.id == id);
    let facts = &found.unwrap().facts;
    assert!(!facts.chosen && facts.testable, "{facts:?}");
    facts.reachable.gap().unwrap()
}

#[test]
fn every_endpoint_of_the_cloud_is_listed_whatever_was_chosen() {
    let mut settings = settings(&two_groups(), &["core", "intune"]);
    let all = plan(&settings);
    assert_eq!(contacted(&all), ["x.example:443", "y.w.example:443"]);
    settings.targets = Vec::new();
    settings.roles = vec![Role::Connector];
    let none = plan(&settings);
    assert_eq!(ids(&none), ids(&all));
    assert_eq!(contacted(&none), [""; 0]);
    settings.cloud = Cloud::China;
    assert!(plan(&settings).is_empty());
}

#[test]
fn what_is_known_beforehand_does_not_depend_on_the_choice() {
    let every = plan(&settings(&two_groups(), &["core", "intune"]));
    let one = plan(&settings(&two_groups(), &["core"]));
    let (every, one) = (&every[2], &one[2]);
    assert_eq!(every.facts, one.facts);
    assert_eq!((&every.path, &every.expect), (&one.path, &one.expect));
    assert_eq!((every.purposes.len(), one.purposes.len()), (2, 1));
}

#[test]
fn endpoint_of_another_role_is_listed_and_says_who_contacts_it() {
    let mut settings = settings(&two_groups(), &["core", "intune"]);
    settings.roles = vec![Role::User];
    let planned = plan(&settings);
    assert_eq!(contacted(&planned), ["x.example:443"]);
    let gap = gap(&planned, "y.w.example:443");
    assert_eq!(gap.reason, Reason::NotRun);
    assert_eq!(
        gap.detail,
        "only a device contacts it; this run stood for user"
    );
    assert_eq!(gap.remedy, "run on a device with --role device");
}

#[test]
fn endpoint_of_a_target_that_was_not_chosen_says_which() {
    let planned = plan(&settings(&two_groups(), &["intune"]));
    assert_eq!(contacted(&planned), ["x.example:443"]);
    let gap = gap(&planned, "y.w.example:443");
    assert_eq!(gap.detail, "target core was not chosen in this run");
    assert_eq!(gap.remedy, "run again with target core");
}

#[test]
fn endpoint_that_only_the_built_in_catalogue_has_says_so() {
    let mut settings = settings(&two_groups(), &["core"]);
    let mut catalog = (*settings.catalog).clone();
    let left: Vec<_> = catalog.endpoints.drain(..1).collect();
    catalog.left_out = left;
    settings.catalog = Arc::new(catalog);
    let planned = plan(&settings);
    assert_eq!(contacted(&planned), [""; 0]);
    let gap = gap(&planned, "y.w.example:443");
    assert!(gap.detail.contains("catalogue"), "{gap:?}");
    assert!(
        gap.remedy
            .ends_with("without --catalog, or with a in that file")
    );
}

#[test]
fn the_nearest_reason_is_told_where_groups_differ() {
    let mut settings = settings(&two_groups(), &["core"]);
    settings.roles = vec![Role::Connector];
    let planned = plan(&settings);
    let gap = gap(&planned, "x.example:443");
    assert_eq!(
        gap.detail,
        "only a device contacts it; this run stood for connector"
    );
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

/// One group that depends on a question, and one host of it on a region.
fn asking() -> String {
    group(
        "a",
        "core",
        "  roles: [device]\n  need: required\n  when: it rains\n  question: is_it_raining\n  \
         ports: [443/https]\n  hosts: [{host: x.example}, {host: eu.example, region: europe}]\n",
    )
}

#[test]
fn answer_of_the_profile_decides_whether_a_group_is_needed() {
    let mut settings = settings(&asking(), &["core"]);
    let open = plan(&settings);
    assert_eq!(contacted(&open), ["eu.example:443", "x.example:443"]);
    let x = &open[1].facts;
    assert_eq!(
        (x.required, &x.conditions[..]),
        (false, &["it rains".to_owned()][..])
    );
    assert_eq!(x.questions, ["is_it_raining"]);
    settings.attested.insert("is_it_raining".to_owned(), true);
    let yes = &plan(&settings)[1].facts;
    assert!(yes.required && yes.conditions.is_empty());
    settings.attested.insert("is_it_raining".to_owned(), false);
    let no = plan(&settings);
    assert_eq!(contacted(&no), [""; 0]);
    assert!(no[1].facts.targets.is_empty() && !no[1].facts.required);
    let gap = gap(&no, "x.example:443");
    let expected = "it is needed only if it rains, and the profile says `is_it_raining: false`";
    assert_eq!(gap.detail, expected);
    assert_eq!(not_needed(&settings)["a"], expected);
}

#[test]
fn host_of_another_region_is_not_needed_and_its_group_is_all_the_same() {
    let mut settings = settings(&asking(), &["core"]);
    settings.regions = vec!["asia-pacific".to_owned()];
    let planned = plan(&settings);
    assert_eq!(contacted(&planned), ["x.example:443"]);
    let gap = gap(&planned, "eu.example:443");
    assert!(gap.detail.contains("only in region europe"), "{gap:?}");
    assert!(not_needed(&settings).is_empty());
}

#[test]
fn endpoint_that_another_group_needs_is_needed() {
    let both = asking()
        + &group(
            "b",
            "core",
            "  roles: [device]\n  need: required\n  ports: [443/https]\n  hosts: [{host: x.example}]\n",
        );
    let mut settings = settings(&both, &["core"]);
    settings.attested.insert("is_it_raining".to_owned(), false);
    let planned = plan(&settings);
    assert_eq!(contacted(&planned), ["x.example:443"]);
    assert!(planned[1].facts.required);
    assert_eq!(planned[1].facts.groups, ["a", "b"]);
}

#[test]
fn push_services_of_apple_and_google_are_connected_to_and_no_more() {
    let mut settings = NetworkSettings::new(Catalog::embedded());
    settings.targets = vec!["intune".to_owned()];
    let planned = plan(&settings);
    for (port, host) in [
        (5223, "push.apple.com"),
        (5228, "google"),
        (5229, "google"),
        (5230, "google"),
    ] {
        let at = |one: &&Planned| one.facts.port == port && one.facts.host.contains(host);
        let found = planned.iter().filter(|one| one.is_contacted()).find(at);
        let found = found.unwrap_or_else(|| panic!("{host}:{port} is not contacted"));
        assert_eq!(found.facts.scheme, Scheme::Tcp, "{}", found.facts.id);
    }
}

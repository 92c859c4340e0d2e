//! The probe as a whole, against resolvers on loopback.

use std::time::Duration;

use super::*;
use crate::context::testing::context;
use fake::{FakeDns, Reply};

#[tokio::test]
async fn without_domains_records_are_unknown_and_say_what_to_do() {
    let server = FakeDns::start(|_, _| Reply::NoSuchName).await;
    let mut settings = DnsSettings::new(Catalog::embedded());
    settings.resolvers = vec![server.address];
    let draft = Draft::default();
    let cx = context(Duration::from_millis(500));
    DnsProbe::new(settings).run(&cx, &draft).await.unwrap();
    let (facts, _) = draft.snapshot();
    assert_eq!(facts.resolvers.known().unwrap().len(), 1);
    assert_eq!(facts.records.gap().unwrap().reason, Reason::NotConfigured);
    assert!(facts.locators.gap().unwrap().remedy.contains("--domain"));
}

#[tokio::test]
async fn interrupted_run_keeps_what_it_had() {
    let server = FakeDns::start(|_, _| Reply::Silence).await;
    let mut settings = DnsSettings::new(Catalog::embedded());
    settings.resolvers = vec![server.address];
    let draft = Draft::default();
    let cx = context(Duration::from_secs(60));
    cx.cancel.cancel();
    let ended = DnsProbe::new(settings).run(&cx, &draft).await.unwrap_err();
    assert_eq!(ended.gap.reason, Reason::Cancelled);
    assert!(draft.snapshot().0.resolvers.is_unknown());
}

/// What a probe of one domain learns from these resolvers.
async fn facts_of(resolvers: &[&FakeDns]) -> DnsFacts {
    let mut settings = DnsSettings::new(Catalog::embedded());
    settings.resolvers = resolvers.iter().map(|server| server.address).collect();
    settings.domains = vec!["corp.example".to_owned()];
    settings.directory_domain = Some("corp.example".to_owned());
    let draft = Draft::default();
    let cx = context(Duration::from_millis(500));
    DnsProbe::new(settings).run(&cx, &draft).await.unwrap();
    draft.snapshot().0
}

#[tokio::test]
async fn dead_resolver_beside_a_live_one_costs_no_record() {
    let dead = FakeDns::start(|_, _| Reply::Silence).await;
    let live = FakeDns::start(|_, _| Reply::NoSuchName).await;
    let facts = facts_of(&[&dead, &live]).await;
    let records = facts.records.known().unwrap();
    assert!(!records.is_empty());
    assert!(records.iter().all(|record| record.answer == Seen::Absent));
    let resolvers = facts.resolvers.known().unwrap();
    assert_eq!(resolvers[0].answers, Seen::Known(false));
}

#[tokio::test]
async fn with_a_dead_resolver_alone_nothing_is_absent_but_unknown() {
    let dead = FakeDns::start(|_, _| Reply::Silence).await;
    let facts = facts_of(&[&dead]).await;
    for record in facts.records.known().unwrap() {
        assert_eq!(record.answer.gap().unwrap().reason, Reason::TimedOut);
        assert!(record.matches.is_unknown());
    }
    for locator in facts.locators.known().unwrap() {
        assert_eq!(locator.hosts.gap().unwrap().reason, Reason::TimedOut);
    }
}

#[test]
fn contacts_are_the_resolvers() {
    let mut settings = DnsSettings::new(Catalog::embedded());
    settings.resolvers = vec!["192.0.2.53:53".parse().unwrap()];
    let contacts: Vec<_> = settings.contacts().iter().map(Contact::to_string).collect();
    assert_eq!(contacts, ["192.0.2.53:53/dns (name resolution)"]);
}

#[test]
fn machine_without_a_resolver_has_none_and_knows_nothing_else() {
    let draft = Draft::default();
    nobody_to_ask(&draft, &LookupError::NotConfigured);
    let (facts, _) = draft.snapshot();
    assert_eq!(facts.resolvers, Seen::Absent);
    assert!(facts.records.is_unknown());
}

#[tokio::test]
async fn what_the_directory_tells_is_asked_for_once_it_is_known() {
    let server = FakeDns::start(|name, _| match name {
        "_gc._tcp.root.example" => Reply::Data(vec![client::Data::Service {
            priority: 0,
            weight: 0,
            host: "dc1.root.example".to_owned(),
            port: 3268,
        }]),
        _ => Reply::NoSuchName,
    })
    .await;
    let mut settings = DnsSettings::new(Catalog::embedded());
    settings.resolvers = vec![server.address];
    settings.directory_domain = Some("corp.example".to_owned());
    let mut cx = context(Duration::from_millis(500));
    let soon = tokio::time::Instant::now() + Duration::from_secs(60);
    cx.learned = crate::Learned::nothing_until(soon);
    let mut directory = waterline_facts::DirectoryFacts {
        objects_read: Seen::Known(0),
        ..Default::default()
    };
    directory.forest.root_domain = Seen::Known("root.example".to_owned());
    directory.forest.upn_suffixes = Seen::Known(vec!["us.contoso.com".to_owned()]);
    let draft = Draft::default();
    let probe = DnsProbe::new(settings);
    let learned = cx.learned.clone();
    let run = probe.run(&cx, &draft);
    let tell = async { learned.directory_ended(&Seen::Known(directory)) };
    tokio::join!(run, tell).0.unwrap();
    let (facts, _) = draft.snapshot();
    let suffix = vec!["us.contoso.com".to_owned()];
    assert_eq!(facts.suffixes, Seen::Known(suffix));
    let records = facts.records.known().unwrap();
    assert!(
        records
            .iter()
            .all(|record| record.domain == "us.contoso.com")
    );
    let locators = facts.locators.known().unwrap();
    let global = locators.iter().find(|one| one.service == "global-catalog");
    assert_eq!(
        global.unwrap().hosts.known().unwrap()[0].host,
        "dc1.root.example"
    );
}

#[tokio::test]
async fn record_of_an_unknown_forest_is_not_called_missing() {
    let server = FakeDns::start(|_, _| Reply::NoSuchName).await;
    let facts = facts_of(&[&server]).await;
    let locators = facts.locators.known().unwrap();
    let of = |service| {
        &locators
            .iter()
            .find(|l| l.service == service)
            .unwrap()
            .hosts
    };
    assert_eq!(of("ldap-dc"), &Seen::Absent);
    assert!(of("global-catalog").is_unknown());
}

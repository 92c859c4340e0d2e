//! Records that are right, wrong, hidden, different or held back.

use std::time::Duration;

use super::*;
use crate::{
    catalog::Catalog,
    context::testing::context,
    dns::{
        domains::of_profile,
        fake::{FakeDns, Reply},
    },
};

fn zone(name: &str, kind: RecordType) -> Reply {
    let alias = |target: &str| Reply::Data(vec![Data::Name(target.to_owned())]);
    match (name, kind) {
        ("enterpriseenrollment.good.example", _) => {
            alias("enterpriseenrollment-s.manage.microsoft.com")
        }
        ("enterpriseenrollment.bad.example", _) => alias("elsewhere.example"),
        ("msoid.bad.example", _) => alias("clientconfig.microsoftonline-p.net"),
        ("good.example", RecordType::Txt) => Reply::Data(vec![
            Data::Text("v=spf1 include:spf.protection.outlook.com -all".to_owned()),
            Data::Text("MS=ms87654321".to_owned()),
        ]),
        ("enterpriseregistration.good.example", _) => Reply::Silence,
        _ => Reply::NoSuchName,
    }
}

async fn facts_of(domains: &[&str]) -> Vec<RecordFacts> {
    let server = FakeDns::start(zone).await;
    by(domains, &[&server], None).await
}

/// What is learned by these resolvers and this public one.
async fn by(domains: &[&str], inside: &[&FakeDns], outside: Option<&FakeDns>) -> Vec<RecordFacts> {
    let mut settings = DnsSettings::new(Catalog::embedded());
    settings.public_resolvers = outside.iter().map(|server| server.address).collect();
    let domains: Vec<_> = domains.iter().map(|d| (*d).to_owned()).collect();
    let cx = context(Duration::from_millis(600));
    let draft = Draft::default();
    let inside: Vec<_> = inside.iter().map(|server| server.address).collect();
    let views = Views::inside(&inside, &cx);
    let views = views.and_outside(&settings, &cx, &draft).await;
    ask_all(&settings, &of_profile(&domains), &views, &cx, &draft).await;
    draft.snapshot().0.records.into_known().unwrap()
}

fn record<'a>(facts: &'a [RecordFacts], id: &str, domain: &str) -> &'a RecordFacts {
    let found = facts.iter().find(|f| f.id == id && f.domain == domain);
    found.unwrap_or_else(|| panic!("{id} of {domain} was asked for"))
}

#[tokio::test]
async fn each_domain_has_its_own_verdict_on_each_record() {
    let facts = facts_of(&["Good.example.", "bad.example", "bad.example"]).await;
    let cases = [
        ("enterprise-enrollment-cname", "good.example", true),
        ("enterprise-enrollment-cname", "bad.example", false),
        ("msoid-cname", "good.example", true),
        ("msoid-cname", "bad.example", false),
        ("domain-proof-txt", "good.example", true),
        ("domain-proof-txt", "bad.example", false),
        ("sender-policy-txt", "good.example", true),
    ];
    for (id, domain, right) in cases {
        let found = record(&facts, id, domain);
        assert_eq!(found.matches, Seen::Known(right), "{id} of {domain}");
    }
    let proof = record(&facts, "domain-proof-txt", "good.example");
    assert_eq!(proof.answer.known().unwrap()[0], "MS=ms87654321");
    let order: Vec<_> = facts.iter().map(|f| (&f.domain, &f.id)).collect();
    assert!(order.is_sorted());
}

#[tokio::test]
async fn record_without_an_answer_is_unknown_not_absent() {
    let facts = facts_of(&["good.example"]).await;
    let silent = record(&facts, "enterprise-registration-cname", "good.example");
    assert_eq!(silent.answer.gap().unwrap().reason, Reason::TimedOut);
    assert_eq!(silent.matches.gap().unwrap().reason, Reason::TimedOut);
}

#[test]
fn patterns_fit_by_their_parts() {
    let cases = [
        ("a.b", "A.B", true),
        ("a.b", "a.b.c", false),
        ("MS=ms*", "ms=ms123", true),
        ("MS=ms*", "xMS=ms1", false),
        (
            "* *.mail.protection.outlook.com",
            "0 x.mail.protection.outlook.com",
            true,
        ),
        ("* *.mail.protection.outlook.com", "0 x.example", false),
        (
            "v=spf1 *include:x*",
            "v=spf1 ip4:1.2.3.4 include:x -all",
            true,
        ),
        ("a*b*c", "abc", true),
        ("a*bc*c", "abc", false),
        ("*", "", true),
    ];
    for (pattern, data, right) in cases {
        assert_eq!(fits(pattern, data), right, "{pattern} on {data}");
    }
}

/// A public view in which `good.example` has all it needs.
fn public(name: &str, kind: RecordType) -> Reply {
    match name {
        "login.microsoftonline.com" => Reply::Data(vec![Data::Address([192, 0, 2, 1].into())]),
        "enterpriseregistration.good.example" => Reply::Data(vec![Data::Name(
            "enterpriseregistration.windows.net".into(),
        )]),
        _ => zone(name, kind),
    }
}

#[tokio::test]
async fn internal_zone_that_hides_a_public_record_is_told() {
    let inside = FakeDns::start(|_, _| Reply::NoSuchName).await;
    let outside = FakeDns::start(public).await;
    let facts = by(&["good.example"], &[&inside], Some(&outside)).await;
    let hidden = record(&facts, "enterprise-enrollment-cname", "good.example");
    assert_eq!(hidden.split, Seen::Known(Split::HiddenInside));
    assert_eq!(hidden.answer, Seen::Absent);
    let views: Vec<_> = hidden
        .answers
        .iter()
        .map(|a| (a.view, &a.matches))
        .collect();
    let expected = [
        (View::Internal, &Seen::Known(false)),
        (View::Public, &Seen::Known(true)),
    ];
    assert_eq!(views, expected);
    let same = record(&facts, "msoid-cname", "good.example");
    assert_eq!(same.split, Seen::Absent);
}

#[tokio::test]
async fn other_kinds_of_split_are_told_apart() {
    let inside = FakeDns::start(|name, kind| match name {
        "msoid.good.example" => Reply::Data(vec![Data::Name("x.example".into())]),
        "enterpriseenrollment.good.example" => {
            Reply::Data(vec![Data::Name("manage.microsoft.com".into())])
        }
        _ => zone(name, kind),
    })
    .await;
    let outside = FakeDns::start(public).await;
    let facts = by(&["good.example"], &[&inside], Some(&outside)).await;
    let split = |id: &str| record(&facts, id, "good.example").split.clone();
    assert_eq!(split("msoid-cname"), Seen::Known(Split::InsideOnly));
    let different = Seen::Known(Split::Different);
    assert_eq!(split("enterprise-enrollment-cname"), different);
    // The inside did not answer: nothing is hidden for certain.
    assert!(split("enterprise-registration-cname").is_unknown());
}

#[tokio::test]
async fn each_resolver_keeps_its_own_word() {
    let old = FakeDns::start(|_, _| Reply::NoSuchName).await;
    let new = FakeDns::start(zone).await;
    let facts = by(&["good.example"], &[&old, &new], None).await;
    let found = record(&facts, "enterprise-enrollment-cname", "good.example");
    assert_eq!(found.resolvers_agree, Seen::Known(false));
    assert_eq!(found.answer, Seen::Absent, "the first resolver's word");
    assert!(found.answers[1].answer.known().is_some());
    let same = record(&facts, "msoid-cname", "good.example");
    assert_eq!(same.resolvers_agree, Seen::Known(true));
    assert_eq!(same.split.gap().unwrap().reason, Reason::NotConfigured);
}

#[tokio::test]
async fn suffix_below_a_delegated_domain_is_delegated_and_one_below_nothing_is_not() {
    let server = FakeDns::start(|name, kind| match (name, kind) {
        ("us.good.example", RecordType::Ns) => Reply::NoneIn("good.example"),
        ("good.example", RecordType::Ns) => Reply::Data(vec![Data::Name("ns.good.example".into())]),
        ("nobody.com", RecordType::Ns) => Reply::NoneIn("com"),
        _ => Reply::NoSuchName,
    })
    .await;
    let facts = by(&["us.good.example", "nobody.com"], &[&server], None).await;
    let delegated = |domain| record(&facts, "domain-delegation", domain).matches.clone();
    assert_eq!(delegated("us.good.example"), Seen::Known(true));
    assert_eq!(delegated("nobody.com"), Seen::Known(false));
}

#[tokio::test]
async fn bogus_answer_is_told_from_a_failing_server() {
    let server = FakeDns::start(|name, kind| match (name, kind) {
        ("msoid.bogus.example", _) => Reply::Bogus(vec![Data::Name("anywhere.example".into())]),
        ("enterpriseenrollment.bogus.example", _) => Reply::ServerFailure,
        _ => zone(name, kind),
    })
    .await;
    let facts = by(&["bogus.example"], &[&server], None).await;
    let told = |id| record(&facts, id, "bogus.example").answers[0].clone();
    let bogus = told("msoid-cname");
    assert_eq!(bogus.bogus, Seen::Known(true));
    assert_eq!(bogus.answer.gap().unwrap().reason, Reason::Untrusted);
    let failing = told("enterprise-enrollment-cname");
    assert_eq!(failing.bogus, Seen::Known(false));
    assert_eq!(failing.answer.gap().unwrap().reason, Reason::Failed);
}

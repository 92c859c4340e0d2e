use std::time::Duration;

use waterline_facts::Reason;

use super::*;
use crate::dns::fake::{FakeDns, Reply};

/// What is worked out for `d.example` with these records.
async fn work_out(zone: &'static [(&'static str, &'static str)]) -> SenderPolicyFacts {
    let dns = FakeDns::start(move |name, kind| {
        let here = zone.iter().filter(|(owner, _)| *owner == name);
        let texts: Vec<_> = here.map(|(_, text)| *text).collect();
        match (kind, texts.as_slice()) {
            (_, ["(silent)"]) => Reply::Silence,
            (RecordType::A | RecordType::Mx, ["(host)"]) => {
                Reply::Data(vec![Data::Address([192, 0, 2, 1].into())])
            }
            (RecordType::Txt, [_, ..]) => {
                let text = |text: &&str| Data::Text((*text).to_owned());
                Reply::Data(texts.iter().map(text).collect())
            }
            _ => Reply::NoSuchName,
        }
    })
    .await;
    let server = Server::new(dns.address, Duration::from_millis(500));
    let mut policy = Policy::new("d.example");
    let top = policy.top(&server).await;
    policy.facts(&server, Some(top))
}

#[tokio::test]
async fn look_ups_of_all_levels_are_counted() {
    let facts = work_out(&[
        (
            "d.example",
            "v=spf1 ip4:192.0.2.1 a:h.example include:i.example -all",
        ),
        ("d.example", "another text"),
        (
            "i.example",
            "v=spf1 exists:%{i}.e.example ptr redirect=r.example",
        ),
        ("r.example", "v=spf1 ?all"),
        ("h.example", "(host)"),
    ])
    .await;
    assert_eq!(facts.policies, Seen::Known(1));
    assert_eq!(facts.lookups, Seen::Known(5));
    assert_eq!(facts.void_lookups, Seen::Known(0));
    assert_eq!(facts.includes, ["i.example", "r.example"]);
    assert_eq!(facts.error, Seen::Absent);
    assert_eq!(facts.otherwise, Seen::Known("-".to_owned()));
}

#[tokio::test]
async fn ten_look_ups_are_right_and_eleven_are_not() {
    let facts = work_out(&[(
        "d.example",
        "v=spf1 ptr ptr ptr ptr ptr ptr ptr ptr ptr ptr -all",
    )])
    .await;
    assert_eq!(
        (facts.lookups, facts.error),
        (Seen::Known(10), Seen::Absent)
    );
    let facts = work_out(&[
        (
            "d.example",
            "v=spf1 include:i.example ptr ptr ptr ptr ptr ptr -all",
        ),
        ("i.example", "v=spf1 ptr ptr ptr ptr -all"),
    ])
    .await;
    assert_eq!(facts.lookups, Seen::Known(11));
    assert_eq!(facts.error, Seen::Known(SenderPolicyError::TooManyLookups));
}

#[tokio::test]
async fn faults_are_named() {
    let cases: [(&[(&str, &str)], SenderPolicyError); 5] = [
        (
            &[("d.example", "v=spf1 -all"), ("d.example", "v=spf1 a -all")],
            SenderPolicyError::Several,
        ),
        (
            &[
                ("d.example", "v=spf1 include:i.example -all"),
                ("i.example", "v=spf1 include:d.example"),
            ],
            SenderPolicyError::Loop,
        ),
        (
            &[("d.example", "v=spf1 inclde:x -all")],
            SenderPolicyError::Syntax,
        ),
        (
            &[("d.example", "v=spf1 include:gone.example -all")],
            SenderPolicyError::IncludedMissing,
        ),
        (
            &[(
                "d.example",
                "v=spf1 a:x.example a:y.example mx:z.example -all",
            )],
            SenderPolicyError::TooManyVoidLookups,
        ),
    ];
    for (zone, error) in cases {
        let zone = Box::leak(zone.to_vec().into_boxed_slice());
        assert_eq!(work_out(zone).await.error, Seen::Known(error));
    }
}

#[tokio::test]
async fn domain_without_a_policy_has_none() {
    let facts = work_out(&[("d.example", "MS=ms1")]).await;
    assert_eq!(facts.policies, Seen::Absent);
    assert_eq!((facts.lookups, facts.error), (Seen::Absent, Seen::Absent));
}

#[tokio::test]
async fn included_policy_that_does_not_come_leaves_the_count_unknown() {
    let facts = work_out(&[
        ("d.example", "v=spf1 include:i.example -all"),
        ("i.example", "(silent)"),
    ])
    .await;
    assert_eq!(facts.lookups.gap().unwrap().reason, Reason::TimedOut);
    assert!(facts.error.is_unknown());
}

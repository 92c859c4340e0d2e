//! The gate: every way in which missing data could pass, and does not.

#![allow(clippy::unwrap_used)]

mod common;

use common::{DAY, facts, judge, sound};
use serde_json::{Value as Json, json};
use waterline_rules::{
    Profile,
    Verdict::{self, Met, NotApplicable, NotAssessed, NotMet},
    facts::FactView,
    judge::Judge,
};

const LEVEL: &str = "needs: [directory.forest.level]\npass: directory.forest.level >= 4";
const ALL: &str =
    "needs: ['directory.domains[].level']\npass: directory.domains.all(d, d.level >= 4)";
const ANY: &str =
    "needs: ['directory.domains[].level']\npass: directory.domains.exists(d, d.level >= 4)";
const SIZE: &str = "needs: ['directory.domains[].level']\n\
     pass: directory.domains.filter(d, d.level < 4).size() == 0";
const MAPPED: &str = "needs: ['directory.domains[].level']\n\
     pass: directory.domains.map(d, d.level).all(level, level >= 4)";
const EITHER: &str = "needs: [directory.forest.level, directory.forest.recycle_bin]\n\
     pass: directory.forest.recycle_bin || directory.forest.level >= 4";
const CHOICE: &str = "needs: [directory.forest.level, directory.forest.recycle_bin]\n\
     pass: 'directory.forest.recycle_bin ? true : directory.forest.level >= 4'";
const IN: &str = "needs: [directory.forest.upn_suffixes]\n\
     pass: \"'example.com' in directory.forest.upn_suffixes\"";
const NULL: &str = "needs: [directory.forest.hybrid_join_scp]\n\
     pass: directory.forest.hybrid_join_scp == null";

fn domain(level: impl Into<Json>) -> Json {
    json!({"dns_name": "a.test", "level": level.into()})
}

fn verdict(body: &str, plain: Json) -> Verdict {
    judge(&sound(body), &facts(&plain), &Profile::default()).verdict
}

/// Judges one rule by different values of one fact.
fn judges(body: &str, path: &str, table: &[(Json, Verdict)]) {
    let packs = sound(body);
    for (value, expected) in table {
        let facts = facts(&json!({path: value}));
        let judged = judge(&packs, &facts, &Profile::default());
        assert_eq!(judged.verdict, *expected, "{path} = {value}: {body}");
    }
}

#[test]
fn a_fact_that_is_unknown_or_absent_has_no_order() {
    let table = [
        (json!(4), Met),
        (json!(3), NotMet),
        (json!("(unknown)"), NotAssessed),
        (json!("(absent)"), NotAssessed),
    ];
    judges(LEVEL, "directory.forest.level", &table);
    let above = [
        (json!("(unknown)"), NotAssessed),
        (json!("(absent)"), NotAssessed),
    ];
    judges(LEVEL, "directory", &above);
    judges(LEVEL, "host", &above);
}

#[test]
fn one_unknown_element_holds_back_the_whole_list() {
    let (high, low) = (domain(7), domain(3));
    let (unknown, absent) = (domain("(unknown)"), domain("(absent)"));
    let all = [
        (json!([]), Met),
        (json!([high]), Met),
        (json!([high, low]), NotMet),
        (json!([high, unknown]), NotAssessed),
        (json!([low, unknown]), NotAssessed),
        (json!([high, absent]), NotAssessed),
        (json!("(unknown)"), NotAssessed),
        (json!("(absent)"), NotAssessed),
    ];
    for rule in [ALL, SIZE, MAPPED] {
        judges(rule, "directory.domains", &all);
    }
    let any = [
        (json!([]), NotMet),
        (json!([low]), NotMet),
        (json!([high, low]), Met),
        (json!([high, unknown]), NotAssessed),
        (json!("(unknown)"), NotAssessed),
        (json!("(absent)"), NotAssessed),
    ];
    judges(ANY, "directory.domains", &any);
}

#[test]
fn what_an_expression_need_not_look_at_is_needed_all_the_same() {
    let both = |level: Json, bin: Json| json!({"directory.forest.level": level, "directory.forest.recycle_bin": bin});
    for rule in [EITHER, CHOICE] {
        assert_eq!(verdict(rule, both(json!(1), json!(true))), Met);
        assert_eq!(
            verdict(rule, both(json!("(unknown)"), json!(true))),
            NotAssessed
        );
        assert_eq!(
            verdict(rule, both(json!(7), json!("(unknown)"))),
            NotAssessed
        );
    }
}

#[test]
fn unknown_is_neither_null_nor_a_list_without_elements() {
    let suffixes = [
        (json!(["example.com"]), Met),
        (json!([]), NotMet),
        (json!("(unknown)"), NotAssessed),
        (json!("(absent)"), NotAssessed),
    ];
    judges(IN, "directory.forest.upn_suffixes", &suffixes);
    let point = [
        (json!("(absent)"), Met),
        (json!({"keywords": 2}), NotMet),
        (json!("(unknown)"), NotAssessed),
    ];
    judges(NULL, "directory.forest.hybrid_join_scp", &point);
}

#[test]
fn an_expression_that_fails_is_not_assessed_and_says_why() {
    let host = "needs: [host.os.version, host.os.build, host.memory_bytes, dns.resolvers]\npass: ";
    let table = [
        (
            "version(host.os.version) >= version('10.0')",
            "`twelve` is not a version",
        ),
        ("date(host.os.version) > as_of", "`twelve` is not a date"),
        (
            "build_end(host.os.build, 'ent-edu') > as_of",
            "build 99999 (ent-edu) is not in the table",
        ),
        (
            "build_end(22631, 'ent') > as_of",
            "there is no class of editions `ent`",
        ),
        ("host.memory_bytes * 4 > 0", "a number grew too large"),
        (
            "host.memory_bytes / (host.os.build - 99999) > 0",
            "divides by zero",
        ),
        (
            "dns.resolvers[0].address == 'a'",
            "beyond the end of a list",
        ),
        ("int(host.os.version) > 0", "invalid digit"),
    ];
    let facts = facts(&json!({
        "host.os.version": "twelve", "host.os.build": 99999,
        "host.memory_bytes": i64::MAX / 2, "dns.resolvers": [],
    }));
    for (pass, reason) in table {
        let judged = judge(
            &sound(&format!("{host}{pass}")),
            &facts,
            &Profile::default(),
        );
        assert_eq!(judged.verdict, NotAssessed, "{pass}");
        assert!(judged.reason.contains(reason), "{pass}: {}", judged.reason);
        assert!(!judged.would_assess.is_empty(), "{pass}");
    }
}

#[test]
fn data_that_has_not_the_form_of_a_fact_is_unknown() {
    let packs = sound(LEVEL);
    let forms = [
        json!(null),
        json!(7),
        json!({}),
        json!({"known": null}),
        json!({"known": "7"}),
        json!({"known": 7.5}),
        json!({"absent": false}),
        json!({"unknown": 7}),
        json!([]),
    ];
    for form in forms {
        let facts = json!({"directory": {"known": {"forest": {"level": form}}}});
        let judged = judge(&packs, &facts, &Profile::default());
        assert_eq!(judged.verdict, NotAssessed, "{facts}");
    }
}

#[test]
fn an_answer_that_is_not_given_is_unknown() {
    let packs = sound("pass: profile.attested.mfa_planned");
    let answered = |answer: Option<bool>| {
        let attested = answer.map(|answer| ("mfa_planned".to_owned(), answer.into()));
        let profile = Profile {
            attested: attested.into_iter().collect(),
            ..Profile::default()
        };
        judge(&packs, &json!({}), &profile)
    };
    assert_eq!(answered(Some(true)).verdict, Met);
    assert_eq!(answered(Some(false)).verdict, NotMet);
    let judged = answered(None);
    assert_eq!(judged.verdict, NotAssessed);
    let remedy = "Answer `mfa_planned` under `attested` in the profile.";
    assert_eq!(judged.would_assess, [remedy]);
}

#[test]
fn what_concerns_the_environment_is_decided_before_and_by_itself() {
    let body = "applies: host.os.family == 'windows'\n\
                needs: [host.os.family, host.os.build]\n\
                pass: host.os.build >= 19045";
    let table = [
        (json!({"host.os.family": "linux"}), NotApplicable),
        (
            json!({"host.os.family": "(unknown)", "host.os.build": 19045}),
            NotAssessed,
        ),
        (json!({"host.os.family": "windows"}), NotAssessed),
        (
            json!({"host.os.family": "windows", "host.os.build": 19045}),
            Met,
        ),
        (
            json!({"host.os.family": "windows", "host.os.build": 19044}),
            NotMet,
        ),
    ];
    for (plain, expected) in table {
        assert_eq!(verdict(body, plain.clone()), expected, "{plain}");
    }
}

const EACH: &str = "needs: [resolver.answers, resolver.median_ms]\n\
     each: {of: dns.resolvers, as: resolver, where: resolver.answers, key: resolver.address,\n  \
       title: '{resolver.address} takes {resolver.median_ms} ms'}\n\
     pass: resolver.median_ms <= params.max_ms\n\
     params: {max_ms: 100}\n\
     evidence: [resolver.median_ms, 'dns.resolvers[].sent']";

fn resolver(address: &str, answers: impl Into<Json>, median: impl Into<Json>) -> Json {
    json!({"address": address, "answers": answers.into(), "median_ms": median.into(), "sent": 9})
}

#[test]
fn of_many_the_worst_that_was_seen_decides() {
    let (good, slow) = (resolver("a", true, 99.5), resolver("b", true, 100.5));
    let silent = resolver("c", false, "(unknown)");
    let unknown = resolver("d", true, "(unknown)");
    let unclear = resolver("e", "(unknown)", 1.0);
    let table = [
        (json!([]), NotApplicable),
        (json!([silent]), NotApplicable),
        (json!([good, silent]), Met),
        (json!([good, unknown]), NotAssessed),
        (json!([good, unclear]), NotAssessed),
        (json!([good, slow, unknown]), NotMet),
        (json!([unclear, slow]), NotMet),
        (json!("(unknown)"), NotAssessed),
        (json!("(absent)"), NotApplicable),
    ];
    for (resolvers, expected) in table {
        let plain = json!({"dns.resolvers": resolvers});
        assert_eq!(verdict(EACH, plain.clone()), expected, "{plain}");
    }
}

#[test]
fn a_finding_names_the_thing_and_shows_what_was_seen() {
    let plain = json!({"dns.resolvers": [resolver("10.0.0.53:53", true, 250.5)]});
    let judged = judge(&sound(EACH), &facts(&plain), &Profile::default());
    insta::assert_json_snapshot!("finding", judged.findings);
}

#[test]
fn things_with_the_same_key_are_told_apart() {
    let plain = json!({"dns.resolvers": [
        resolver("a", true, 300.0), resolver("b", true, 200.0), resolver("a", true, 100.5),
    ]});
    let judged = judge(&sound(EACH), &facts(&plain), &Profile::default());
    let keys: Vec<_> = judged
        .findings
        .iter()
        .map(|finding| finding.key.as_str())
        .collect();
    assert_eq!(keys, ["probe/a", "probe/a~2", "probe/b"]);
}

#[test]
fn a_profile_sets_other_thresholds() {
    let plain = facts(&json!({"dns.resolvers": [resolver("a", true, 150.0)]}));
    let own = [("max_ms".to_owned(), json!(150))].into_iter().collect();
    let parameters = [("probe".to_owned(), own)].into_iter().collect();
    let profile = Profile {
        parameters,
        ..Profile::default()
    };
    let packs = sound(EACH);
    assert_eq!(judge(&packs, &plain, &Profile::default()).verdict, NotMet);
    assert_eq!(judge(&packs, &plain, &profile).verdict, Met);
}

#[test]
fn dates_are_judged_at_the_day_given() {
    let body = "needs: ['browsers.installed[].ends']\n\
        pass: browsers.installed.all(b, b.ends >= as_of && days_until(b.ends) >= 0)";
    let browser = json!({"product": "edge", "name": "Edge", "path": "/e", "ends": DAY.to_string()});
    let facts = facts(&json!({"browsers.installed": [browser]}));
    let profile = Profile::default();
    let packs = sound(body);
    let at = |day| {
        let view = FactView::of(&facts, &profile, day);
        let judge = Judge::new(&view, &profile);
        judge.judge(&packs.compiled()[0]).verdict
    };
    assert_eq!(at(DAY), Met);
    assert_eq!(at(DAY.tomorrow().unwrap()), NotMet);
}

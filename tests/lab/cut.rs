//! A controller that stops half-way, falls silent, or is slow.

use std::time::Duration;

use super::forwarder::{Manner, open};
use super::harness::{Assessment, assess, assess_directory, kerberos, lab, ldaps, planted, simple};

/// Bytes of answers after which the forest is read and the objects are not: all answers together
/// take about 250,000.
pub const HALF_WAY: usize = 120_000;
/// Bytes of answers in which not even the sign-in comes to its end.
const AT_ONCE: usize = 200;

fn nothing_unread_is_met(cut: &Assessment, whole: &Assessment) {
    let (met, sound) = (cut.rules("met"), whole.rules("met"));
    let more: Vec<_> = met.difference(&sound).collect();
    assert!(
        more.is_empty(),
        "met only because the rest was not read: {more:?}"
    );
    assert!(
        cut.directory()["users"].is_null(),
        "users were counted: {}",
        cut.directory()
    );
    for rule in planted(&lab()).checks.keys() {
        assert!(
            !met.contains(rule.as_str()),
            "{rule} is met and its objects were not all read"
        );
    }
}

#[test]
#[ignore = "needs the lab"]
fn connection_cut_half_way_leaves_the_directory_partly_not_assessed() {
    let lab = lab();
    let whole = assess_directory(&lab, &simple(&lab, &ldaps()));
    let door = open(&lab, 636, Manner::CutAfter(HALF_WAY));
    let cut = assess_directory(&lab, &simple(&lab, &door.url("ldaps")));
    assert!(matches!(cut.exit, Some(3 | 4)), "{}", cut.messages);
    assert!(!cut.rules("not-assessed").is_empty());
    assert!(cut.rules("not-assessed").len() > whole.rules("not-assessed").len());
    nothing_unread_is_met(&cut, &whole);
}

#[test]
#[ignore = "needs the lab"]
fn connection_cut_at_any_length_never_makes_a_rule_met() {
    let lab = lab();
    let whole = assess_directory(&lab, &simple(&lab, &ldaps()));
    for bytes in [AT_ONCE, 3_000, 10_000, 40_000] {
        let door = open(&lab, 636, Manner::CutAfter(bytes));
        let cut = assess_directory(&lab, &simple(&lab, &door.url("ldaps")));
        nothing_unread_is_met(&cut, &whole);
    }
}

#[test]
#[ignore = "needs the lab"]
fn sealed_connection_cut_half_way_ends_the_run_too() {
    let lab = lab();
    let whole = assess_directory(&lab, &simple(&lab, &ldaps()));
    let door = open(&lab, 389, Manner::CutAfter(HALF_WAY));
    let cut = assess_directory(&lab, &kerberos(&door.url("ldap")));
    assert!(matches!(cut.exit, Some(3 | 4)), "{}", cut.messages);
    nothing_unread_is_met(&cut, &whole);
}

#[test]
#[ignore = "needs the lab"]
fn controller_that_falls_silent_half_way_is_given_up() {
    let lab = lab();
    let whole = assess_directory(&lab, &simple(&lab, &ldaps()));
    let door = open(&lab, 636, Manner::SilentAfter(HALF_WAY));
    let silent = assess_directory(&lab, &simple(&lab, &door.url("ldaps")));
    assert!(matches!(silent.exit, Some(3 | 4)), "{}", silent.messages);
    nothing_unread_is_met(&silent, &whole);
}

#[test]
#[ignore = "needs the lab"]
fn run_takes_no_longer_than_its_slowest_probe_and_a_tenth() {
    let lab = lab();
    let door = open(&lab, 636, Manner::SlowBy(Duration::from_secs(2)));
    let options = [
        "--only",
        "host,browsers,dns,directory",
        "--domain",
        xtask::lab::DOMAIN,
    ];
    let options: Vec<_> = options
        .map(str::to_owned)
        .into_iter()
        .chain(simple(&lab, &door.url("ldaps")))
        .collect();
    let found = assess(&lab, &options);
    let probes = found.report["run"]["probes"].as_array().unwrap();
    let slowest = probes
        .iter()
        .map(|probe| probe["took_ms"].as_u64().unwrap())
        .max()
        .unwrap();
    assert!(
        slowest >= 2_000,
        "the slow server was not asked: {slowest} ms"
    );
    let longest = slowest + slowest / 10;
    assert!(
        found.took_ms() <= longest,
        "{} ms, slowest probe {slowest} ms",
        found.took_ms()
    );
}

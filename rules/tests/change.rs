//! What would have to be otherwise for a finding to be met.

#![allow(clippy::unwrap_used)]

mod common;

use common::{facts, judge, sound};
use serde_json::{Value as Json, json};
use waterline_rules::{Profile, Verdict};

/// What is said of the one finding of a rule.
fn change(needs: &str, pass: &str, plain: &Json) -> String {
    let packs = sound(&format!("needs: [{needs}]\npass: \"{pass}\""));
    let judged = judge(&packs, &facts(plain), &Profile::default());
    assert_eq!(judged.verdict, Verdict::NotMet, "{pass}: {}", judged.reason);
    judged.findings[0].would_be_met_if.clone()
}

#[test]
fn a_comparison_says_what_would_meet_it() {
    let level = |pass| {
        change(
            "directory.forest.level",
            pass,
            &json!({"directory.forest.level": 2}),
        )
    };
    let table = [
        (
            "directory.forest.level >= 4",
            "`directory.forest.level` were 4 or more, not 2",
        ),
        (
            "directory.forest.level > 4",
            "`directory.forest.level` were more than 4, not 2",
        ),
        (
            "4 <= directory.forest.level",
            "`directory.forest.level` were 4 or more, not 2",
        ),
        (
            "!(directory.forest.level < 4)",
            "`directory.forest.level` were 4 or more, not 2",
        ),
        (
            "directory.forest.level == 7",
            "`directory.forest.level` were 7, not 2",
        ),
        (
            "directory.forest.level != 2",
            "`directory.forest.level` were other than 2",
        ),
        (
            "directory.forest.level in [4, 5]",
            "`directory.forest.level` were one of 4, 5, not 2",
        ),
        (
            "directory.forest.level < 2 || directory.forest.level > 6",
            "`directory.forest.level` were less than 2, not 2",
        ),
        ("directory.forest.level + 1 > 6", ""),
    ];
    for (pass, expected) in table {
        assert_eq!(level(pass), expected, "{pass}");
    }
}

#[test]
fn what_is_joined_changes_together_and_of_choices_the_nearest() {
    let plain = json!({
        "host.os.family": "linux", "host.os.version": "10.0.17763", "host.memory_bytes": 1,
    });
    let needs = "host.os.family, host.os.version, host.memory_bytes";
    let both = "host.os.family == 'windows' && version(host.os.version) >= version('10.0.19045')";
    assert_eq!(
        change(needs, both, &plain),
        "`host.os.family` were windows, not linux and \
         `host.os.version` were 10.0.19045 or more, not 10.0.17763"
    );
    let either = format!("{both} || host.memory_bytes > 7");
    assert_eq!(
        change(needs, &either, &plain),
        "`host.memory_bytes` were more than 7, not 1"
    );
}

#[test]
fn truths_absences_and_days_have_words_of_their_own() {
    let table = [
        (
            "directory.forest.recycle_bin",
            "directory.forest.recycle_bin",
            json!({"directory.forest.recycle_bin": false}),
            "`directory.forest.recycle_bin` were true",
        ),
        (
            "directory.forest.level",
            "directory.forest.level != null",
            json!({"directory.forest.level": "(absent)"}),
            "`directory.forest.level` were there",
        ),
        (
            "directory.forest.level",
            "ended(date('2026-11-22')) && ends_soon(date('2027-05-22')) && directory.forest.level == null",
            json!({"directory.forest.level": 5}),
            "`directory.forest.level` were absent",
        ),
    ];
    for (need, pass, plain, expected) in table {
        assert_eq!(change(need, pass, &plain), expected, "{pass}");
    }
}

#[test]
fn an_end_is_warned_of_180_days_before_and_on_its_day() {
    use Verdict::{Met, NotMet};
    for (day, ended, soon) in [
        ("2026-11-22", Met, NotMet),
        ("2026-11-23", NotMet, Met),
        ("2027-05-22", NotMet, Met),
        ("2027-05-23", NotMet, NotMet),
    ] {
        let verdict = |function: &str| {
            let packs = sound(&format!("pass: \"{function}(date('{day}'))\""));
            judge(&packs, &json!({}), &Profile::default()).verdict
        };
        assert_eq!(
            (verdict("ended"), verdict("ends_soon")),
            (ended, soon),
            "{day}"
        );
    }
}

//! Questions and disagreements as packs write them: read with their rules, refused in their place.

#![allow(clippy::unwrap_used)]

mod common;

use common::{facts, judge, sources};
use serde_json::json;
use waterline_rules::{Packs, Profile, Verdict, source::Source};

const QUESTIONS: &str = "
- {id: sign_in, question: How do users sign in?, owner: ops, kind: choice, choices: [hash, federation], targets: [core]}
- {id: token_ends, question: When does it end?, owner: ops, kind: date, targets: [core]}
- {id: seats, question: How many?, owner: ops, kind: number, targets: [core], default: directory.forest.level * 10}
- {id: platforms, question: Which?, owner: ops, kind: list, targets: [core]}
";

fn packs(pass: &str, registers: &[(&str, &str)]) -> Result<Packs, String> {
    let mut sources = sources(&format!("pass: \"{pass}\""));
    sources.truncate(2);
    sources.push(Source::new("attestations.yaml", QUESTIONS));
    sources.extend(
        registers
            .iter()
            .map(|(name, text)| Source::new(*name, *text)),
    );
    Packs::read(&sources).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("\n")
    })
}

fn profile(text: &str) -> Profile {
    Profile::read(&Source::new("profile.yaml", text)).unwrap()
}

#[test]
fn an_answer_is_read_with_the_type_of_its_question() {
    use Verdict::{Met, NotAssessed, NotMet};
    let answers =
        "attested: {sign_in: hash, token_ends: 2027-03-01, seats: 500, platforms: [ios, macos]}";
    for (pass, verdict) in [
        ("profile.attested.sign_in == 'hash'", Met),
        ("profile.attested.sign_in != 'hash'", NotMet),
        ("days_until(profile.attested.token_ends) == 98", Met),
        (
            "profile.attested.seats >= 500 && profile.attested.seats + 1 > 500",
            Met,
        ),
        ("'ios' in profile.attested.platforms", Met),
        ("profile.attested.platforms.all(p, p != 'ios')", NotMet),
    ] {
        let packs = packs(pass, &[]).unwrap();
        let judged = judge(&packs, &facts(&json!({})), &profile(answers));
        assert_eq!(judged.verdict, verdict, "{pass}: {}", judged.reason);
        let judged = judge(&packs, &facts(&json!({})), &Profile::default());
        assert_eq!(judged.verdict, NotAssessed, "{pass}");
        assert!(judged.would_assess[0].starts_with("Answer `"), "{pass}");
    }
}

#[test]
fn an_expression_that_does_not_fit_a_question_is_refused() {
    for (pass, part) in [
        (
            "profile.attested.sing_in == 'hash'",
            "did you mean `sign_in`?",
        ),
        ("profile.attested.sign_in == 'hsah'", "did you mean `hash`?"),
        ("profile.attested.seats == 'many'", "compares"),
        ("profile.attested.token_ends", "must give true or false"),
    ] {
        let faults = packs(pass, &[]).unwrap_err();
        assert!(faults.contains(part), "{pass}: {faults}");
        assert!(faults.contains("core/probe.yaml:4:"), "{faults}");
    }
}

#[test]
fn registers_of_several_folders_are_read_together_and_refused_in_their_place() {
    let more = "- {id: other, question: Is it?, owner: ops, kind: yes-no, targets: [core]}";
    let all = packs(
        "profile.attested.other",
        &[("intune/attestations.yaml", more)],
    )
    .unwrap();
    let ids: Vec<&str> = all.questions().iter().map(|one| &*one.id.value).collect();
    assert_eq!(
        ids,
        ["other", "platforms", "seats", "sign_in", "token_ends"]
    );
    let wrong = [
        (
            "a/attestations.yaml",
            "- {id: seats, question: How many?, owner: o, kind: number, targets: [cor]}\n\
             - {id: free, question: Free, owner: o, kind: number, targets: [core], default: 'host.os.family'}",
        ),
        (
            "a/disagreements.yaml",
            "- {id: one, topic: t, choice: c, why: '', rules: [prob], positions: [{says: s, doc: d, as_of: 2026-01-01, confidence: gk}]}",
        ),
    ];
    insta::assert_snapshot!(packs("true", &wrong).unwrap_err());
}

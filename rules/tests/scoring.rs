//! The worked examples of `docs/scoring.md`, from packs and facts to readiness and what remains.

#![allow(clippy::unwrap_used)]

mod common;

use common::{facts, judge, sound};
use serde_json::{Value as Json, json};
use waterline_rules::{
    Conclusion, Packs, Profile, Readiness, conclude, judged::Judged, rule::Rule, source::Source,
};

const PAGE: &str = include_str!("../../docs/scoring.md");

/// A rule whose verdict its first letters tell: met, not-met, not-assessed or not-applicable.
fn rule(id: &str, severity: &str, verdict: &str) -> Source {
    let body = match verdict {
        "met" => "pass: true",
        "not met" => "pass: false",
        "not assessed" => "needs: [host.name]\npass: host.name == ''",
        _ => "applies: false\npass: true",
    };
    let text = format!(
        "id: {id}\ntitle: T\ntargets: [core]\nseverity: {severity}\nsince: 0.1.0\nwhy: W.\n\
         evidence: [host.name]\n{body}\n\
         task: {{id: task-{id}, title: T, wave: directory, owner: o, effort_hours: 1, risk: low,\n  \
         outage: none, reversible: true, steps: [S.], verify: V.}}\n\
         sources: [{{doc: d, as_of: 2026-01-01, confidence: documented}}]\n\
         cases: [{{name: a, expect: met}}, {{name: b, expect: not-met}}, {{name: c, expect: not-assessed}},\n  \
         {{name: d, expect: not-applicable}}]\n"
    );
    Source::new(format!("core/{id}.yaml"), text)
}

/// The rules that a cell of the page names, such as `one required met, two advisory not met`.
fn rules(cell: &str) -> Vec<Source> {
    let mut sources = vec![Source::new(
        "targets.yaml",
        "[{id: core, title: Core, meaning: M., default: true}]",
    )];
    let mut required = true;
    for part in cell.split(", ") {
        let (number, rest) = part.split_once(' ').unwrap();
        let verdict = match rest.split_once(' ') {
            Some(("required", verdict)) => {
                required = true;
                verdict
            }
            Some(("advisory", verdict)) => {
                required = false;
                verdict
            }
            _ => rest,
        };
        let severity = if required { "major" } else { "minor" };
        let count = ["none", "one", "two"]
            .iter()
            .position(|word| *word == number);
        for _ in 0..count.unwrap() {
            let id = format!("rule-{}", sources.len());
            sources.push(rule(&id, severity, verdict));
        }
    }
    sources
}

/// The rows of the table of the page that begins with this cell.
fn table(first: &str) -> Vec<Vec<&'static str>> {
    let rows = PAGE
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {first} |")));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &'static str| row.trim_matches('|').split('|').map(str::trim).collect();
    rows.map(cells).collect()
}

fn judged(packs: &Packs) -> Vec<(&Rule, Judged)> {
    let view = |rule| {
        let profile = Profile::default();
        let view = waterline_rules::facts::FactView::of(&json!({}), &profile, common::DAY);
        waterline_rules::judge::Judge::new(&view, &profile).judge(rule)
    };
    packs
        .compiled()
        .iter()
        .map(|rule| (&rule.rule, view(rule)))
        .collect()
}

#[test]
fn the_table_of_readiness_holds() {
    let rows = table("rules of the target");
    assert_eq!(rows.len(), 6);
    for row in rows {
        let packs = Packs::read(&rules(row[0])).unwrap();
        let targets = packs.tree().choose(&Profile::default()).unwrap();
        let assessment = conclude(Conclusion {
            targets: &targets,
            rules: judged(&packs),
            tasks: packs.tasks(),
            questions: packs.questions(),
            profile: &Profile::default(),
            as_of: common::DAY,
        });
        let target = &assessment.targets[0];
        let readiness = match target.readiness {
            Readiness::Ready => "ready",
            Readiness::ReadyWithAdvisories => "ready with advisories",
            Readiness::NotReady => "not ready",
            Readiness::NotAssessed => "not assessed",
        };
        let numbers = [target.met, target.assessed, target.required].map(|n| n.to_string());
        assert_eq!(readiness, row[1], "{}", row[0]);
        assert_eq!(numbers.to_vec(), row[2..], "{}", row[0]);
    }
}

/// The shares of the findings of a rule.
fn shares(body: &str, plain: &Json) -> Vec<f64> {
    let judged = judge(&sound(body), &facts(plain), &Profile::default());
    judged
        .findings
        .iter()
        .map(|finding| finding.share)
        .collect()
}

#[test]
fn the_share_is_that_of_the_things_asked_or_of_those_affected() {
    let domain =
        |number: i64| json!({"dns_name": format!("d{number}"), "level": number, "read": true});
    let domains: Vec<Json> = (0..10).map(domain).collect();
    let each = "each: {of: directory.domains, as: domain, key: domain.dns_name}\n\
                needs: [domain.level]\npass: domain.level >= 3";
    assert_eq!(
        shares(each, &json!({"directory.domains": domains})),
        [0.1, 0.1, 0.1]
    );
    let affected = "needs: [directory.forest.level]\npass: directory.forest.level >= 100\n\
                    affected: directory.forest.level\npopulation: '1200'";
    let level = json!({"directory.forest.level": 30});
    assert_eq!(shares(affected, &level), [0.025]);
    let whole = affected.replace("\npopulation: '1200'", "");
    assert_eq!(shares(&whole, &level), [1.0]);
    let more = affected.replace("1200", "20");
    assert_eq!(shares(&more, &level), [1.0]);
}

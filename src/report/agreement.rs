//! All formats tell of the same verdicts and the same counts.

use std::collections::BTreeMap;

use serde_json::Value;
use waterline_rules::{Assessment, Verdict};

use super::{
    Format, Layout, Report,
    fixture::{assessment, profile},
    groups::groups,
    words,
};
use crate::testing::environment;

/// How many rules have each verdict, in words.
type Verdicts = BTreeMap<String, usize>;

fn text(format: Format, assessment: &Assessment) -> String {
    let report = Report {
        environment: &environment(),
        assessment,
        profile: &profile(),
        tool_version: "0.1.0",
        damage: &[],
        catalog: None,
        changes: None,
    };
    let mut out = Vec::new();
    format.render(&report, Layout::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(format: Format, assessment: &Assessment) -> Value {
    serde_json::from_str(&text(format, assessment)).unwrap()
}

/// The lines of a table without its head; no cell has a line break.
fn lines(format: Format, assessment: &Assessment) -> Vec<String> {
    let text = text(format, assessment);
    text.lines().skip(1).map(str::to_owned).collect()
}

fn tally(verdicts: impl Iterator<Item = String>) -> Verdicts {
    verdicts.fold(Verdicts::new(), |mut tally, verdict| {
        *tally.entry(verdict).or_default() += 1;
        tally
    })
}

fn expected(assessment: &Assessment) -> Verdicts {
    let rules = assessment.rules.iter();
    tally(rules.map(|rule| words::verdict(rule.verdict).to_owned()))
}

#[test]
fn every_format_has_the_verdict_of_every_rule() {
    let assessment = assessment();
    let expected = expected(&assessment);
    let by_json = json(Format::Json, &assessment);
    let by_json = by_json["rules"].as_array().unwrap().iter();
    let by_json = by_json.map(|rule| rule["verdict"].as_str().unwrap().replace('-', " "));
    assert_eq!(tally(by_json), expected);
    let by_table = lines(Format::CsvRules, &assessment).into_iter();
    let by_table = by_table.map(|line| line.split(',').nth(1).unwrap().to_owned());
    assert_eq!(tally(by_table), expected);
    assert_eq!(html_verdicts(&assessment), expected);
    assert_eq!(sarif_verdicts(&assessment), expected);
    let markdown = text(Format::Markdown, &assessment);
    for (verdict, count) in &expected {
        let rows = markdown.lines().filter(|line| line.starts_with("| `"));
        let rows = rows.filter(|line| line.contains(&format!("| {verdict} |")));
        assert_eq!(rows.count(), *count, "{verdict}");
    }
}

fn html_verdicts(assessment: &Assessment) -> Verdicts {
    let html = text(Format::Html, assessment);
    let rows = html
        .lines()
        .filter(|line| line.starts_with("<tr id=\"rule-"));
    tally(rows.map(|row| {
        let badge = row.split("<span class=\"badge ").nth(1).unwrap();
        let badge = badge.split('>').nth(1).unwrap();
        badge.split('<').next().unwrap().to_owned()
    }))
}

fn sarif_verdicts(assessment: &Assessment) -> Verdicts {
    let log = json(Format::Sarif, assessment);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].clone();
    let rules = rules.as_array().unwrap().iter();
    tally(rules.map(|rule| {
        let verdict = rule["properties"]["verdict"].as_str();
        verdict.unwrap().replace('-', " ")
    }))
}

#[test]
fn test_cases_succeed_fail_and_err_as_the_verdicts_are() {
    let assessment = assessment();
    let suites = text(Format::Junit, &assessment);
    let suites = quick_junit::Report::deserialize_from_str(&suites).unwrap();
    let (targets, rules) = (&suites.test_suites[0], &suites.test_suites[1]);
    let of = |verdicts: &[Verdict]| {
        let rules = assessment.rules.iter();
        rules
            .filter(|rule| verdicts.contains(&rule.verdict))
            .count()
    };
    assert_eq!(rules.tests, assessment.rules.len());
    assert_eq!(rules.failures, of(&[Verdict::NotMet]));
    assert_eq!(rules.errors, of(&[Verdict::NotAssessed]));
    assert_eq!(
        rules.skipped,
        of(&[Verdict::NotApplicable, Verdict::Waived])
    );
    assert_eq!(targets.tests, assessment.targets.len());
    assert_eq!((targets.failures, targets.errors), (2, 1));
}

#[test]
fn every_format_has_every_finding_and_every_task() {
    let assessment = assessment();
    let (findings, tasks) = (assessment.findings.len(), assessment.plan.tasks.len());
    let report = json(Format::Json, &assessment);
    assert_eq!(report["findings"].as_array().unwrap().len(), findings);
    assert_eq!(report["plan"]["tasks"].as_array().unwrap().len(), tasks);
    assert_eq!(lines(Format::Csv, &assessment).len(), findings);
    assert_eq!(lines(Format::CsvTasks, &assessment).len(), tasks);
    let log = json(Format::Sarif, &assessment);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let failed = results.iter().filter(|result| result["kind"] == "fail");
    assert_eq!(failed.count(), findings);
    let html = text(Format::Html, &assessment);
    let groups = groups(&assessment).len();
    assert_eq!(html.matches("class=\"card finding\"").count(), groups);
    assert_eq!(html.matches("class=\"card task\"").count(), tasks);
    for task in &assessment.plan.tasks {
        for format in [Format::Markdown, Format::Html] {
            let text = text(format, &assessment);
            assert!(text.contains(&task.id), "{}: {}", format.name(), task.id);
        }
    }
    let terminal = text(Format::Terminal, &assessment);
    assert!(terminal.contains("3 tasks in 2 waves"));
    let calendar = text(Format::Ics, &assessment);
    let calls = calendar.matches("SUMMARY:Checkpoint call").count();
    assert_eq!(calls, assessment.plan.waves.len());
}

#[test]
fn every_format_for_reading_has_the_same_fractions() {
    let assessment = assessment();
    let core = &assessment.targets[0];
    for (format, met) in [
        (Format::Terminal, "10 of 14"),
        (Format::Markdown, "10 of 14"),
        (Format::Html, "10 of 14"),
    ] {
        assert_eq!((core.met, core.required), (10, 14));
        let text = text(format, &assessment);
        assert!(text.contains(met), "{}", format.name());
    }
}

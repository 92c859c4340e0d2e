//! JUnit XML: a test case for each target and for each rule, for whoever watches builds.
//!
//! Met is a success, not met a failure. What was not assessed is an error and never a skipped test,
//! as builds pass those over in silence. Not applicable and waived are skipped.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    time::Duration,
};

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};
use waterline_rules::{
    Readiness, Verdict,
    assessment::{Finding, RuleResult, TargetResult},
};

use super::{Report, limits::limits, text, words};

/// Findings that a failure lists.
const MOST_FINDINGS: usize = 50;

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = Suites::new("waterline");
    suites.set_time(Duration::from_millis(report.environment.run.took_ms));
    suites.add_test_suite(targets(report));
    suites.add_test_suite(rules(report));
    let xml = suites.to_string().map_err(io::Error::other)?;
    writeln!(out, "{}", xml.trim_end())
}

fn targets(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("targets");
    suite.add_property(("started", &*report.environment.run.started.to_string()));
    suite.add_property(("as of", &*report.assessment.as_of.to_string()));
    suite.add_property(("version", &*text::visible(report.tool_version)));
    for limit in limits(report) {
        suite.add_property(("limit", &*text::visible(&limit)));
    }
    suite.add_test_cases(report.assessment.targets.iter().map(target));
    suite
}

fn target(target: &TargetResult) -> TestCase {
    let status = match target.readiness {
        Readiness::Ready | Readiness::ReadyWithAdvisories => TestCaseStatus::success(),
        Readiness::NotReady => told(
            NonSuccessKind::Failure,
            "not-ready",
            &format!(
                "not ready: {} of {} required minimums met",
                target.met, target.required
            ),
            &target.blocked_by.join("\n"),
        ),
        Readiness::NotAssessed => told(
            NonSuccessKind::Error,
            "not-assessed",
            &format!(
                "not assessed: {} of {} required minimums assessed",
                target.assessed, target.required
            ),
            &target.not_assessed.join("\n"),
        ),
    };
    let mut case = TestCase::new(text::visible(&target.id), status);
    case.set_classname("waterline.targets");
    case
}

fn rules(report: &Report) -> TestSuite {
    let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.assessment.findings {
        findings.entry(&finding.rule).or_default().push(finding);
    }
    let mut suite = TestSuite::new("rules");
    suite.add_test_cases(report.assessment.rules.iter().map(|result| {
        let of_rule = findings.get(&*result.id);
        rule(result, of_rule.map_or(&[], Vec::as_slice))
    }));
    suite
}

fn rule(rule: &RuleResult, findings: &[&Finding]) -> TestCase {
    let severity = words::severity(rule.severity);
    let status = match rule.verdict {
        Verdict::Met => TestCaseStatus::success(),
        Verdict::NotMet => told(
            NonSuccessKind::Failure,
            severity,
            &rule.title,
            &listed(findings),
        ),
        Verdict::NotAssessed => told(
            NonSuccessKind::Error,
            "not-assessed",
            &format!("not assessed: {}", words::reason(rule)),
            &rule.would_assess.join("\n"),
        ),
        Verdict::NotApplicable | Verdict::Waived => {
            let mut skipped = TestCaseStatus::skipped();
            let verdict = words::verdict(rule.verdict);
            skipped.set_message(text::visible(&format!("{verdict}: {}", rule.reason)));
            skipped
        }
    };
    let mut case = TestCase::new(text::visible(&rule.id), status);
    case.set_classname(format!("waterline.rules.{severity}"));
    case
}

fn told(kind: NonSuccessKind, what: &str, message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(what);
    status.set_message(text::visible(message));
    let lines: Vec<String> = description.lines().map(text::visible).collect();
    status.set_description(lines.join("\n"));
    status
}

/// The findings, one a line.
fn listed(findings: &[&Finding]) -> String {
    let shown = findings.iter().take(MOST_FINDINGS);
    let mut lines: Vec<String> = shown
        .map(|finding| {
            let waived = if finding.waived { " (waived)" } else { "" };
            let line = format!("{}{waived}: {}", finding.key, finding.title);
            text::visible(&line)
        })
        .collect();
    if findings.len() > MOST_FINDINGS {
        lines.push(format!("and {} more", findings.len() - MOST_FINDINGS));
    }
    lines.join("\n")
}

//! SARIF 2.1.0: the form in which tools that gather findings take them.
//!
//! Each finding is a result of kind `fail`; a rule that is met, does not apply or was not assessed is
//! one of kind `pass`, `notApplicable` or `open`, so that silence is never taken for a pass. Nothing
//! here has lines of a file: places are logical locations. Waivers are suppressions. Evidence is in
//! the JSON report.

mod form;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use waterline_rules::{
    Severity, Verdict,
    assessment::{Finding, RuleResult, TargetResult},
    waivers::Waivers,
};

use self::form::{
    Configuration, Driver, Invocation, Kind, Level, Location, Log, LogicalLocation, Message,
    Notification, ReportingDescriptor, ResultProperties, RuleProperties, Run, RunProperties,
    SarifResult, Suppression, Target, Tool,
};
use super::{Report, groups::subject, json::write_escaped, limits::limits, text, words};

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: form::SCHEMA,
        version: form::VERSION,
        runs: [run(report)],
    };
    write_escaped(&log, out)
}

fn run(report: &Report) -> Run {
    let assessment = report.assessment;
    Run {
        tool: Tool {
            driver: Driver {
                name: "waterline",
                version: report.tool_version.to_owned(),
                rules: assessment.rules.iter().map(descriptor).collect(),
            },
        },
        invocations: [invocation(report)],
        column_kind: "unicodeCodePoints",
        results: results(report),
        properties: RunProperties {
            organisation: report.profile.organisation.clone(),
            as_of: assessment.as_of,
            targets: assessment.targets.iter().map(target).collect(),
        },
    }
}

fn target(target: &TargetResult) -> Target {
    Target {
        id: target.id.clone(),
        readiness: target.readiness,
        required: target.required,
        met: target.met,
        assessed: target.assessed,
    }
}

fn descriptor(rule: &RuleResult) -> ReportingDescriptor {
    ReportingDescriptor {
        id: rule.id.clone(),
        short_description: Message::of(&rule.title),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            severity: rule.severity,
            confidence: rule.confidence,
            required: rule.required,
            verdict: rule.verdict,
            tags: rule.targets.clone(),
        },
    }
}

fn invocation(report: &Report) -> Invocation {
    let run = &report.environment.run;
    let took = jiff::SignedDuration::from_millis(i64::try_from(run.took_ms).unwrap_or(i64::MAX));
    let limits = limits(report).into_iter().map(|limit| Notification {
        level: Level::Warning,
        message: Message::of(&limit),
    });
    Invocation {
        execution_successful: !run.interrupted,
        start_time_utc: run.started.to_string(),
        end_time_utc: run
            .started
            .saturating_add(took)
            .map_or_else(|_| run.started.to_string(), |end| end.to_string()),
        tool_execution_notifications: limits.collect(),
    }
}

/// The findings in their order, then the other rules by id.
fn results(report: &Report) -> Vec<SarifResult> {
    let assessment = report.assessment;
    let places = assessment.rules.iter().enumerate();
    let places: BTreeMap<&str, usize> = places.map(|(place, rule)| (&*rule.id, place)).collect();
    let waivers = Waivers::new(&report.profile.waivers, assessment.as_of);
    let findings = assessment.findings.iter();
    let failed = findings.map(|finding| {
        let place = places.get(&*finding.rule).copied();
        failed(finding, place, &waivers)
    });
    let others = assessment.rules.iter().enumerate();
    let others = others.filter_map(|(place, rule)| other(rule, place));
    failed.chain(others).collect()
}

fn failed(finding: &Finding, place: Option<usize>, waivers: &Waivers) -> SarifResult {
    SarifResult {
        rule_id: finding.rule.clone(),
        rule_index: place,
        kind: Kind::Fail,
        level: level(finding.severity),
        message: Message::of(&finding.title),
        locations: vec![Location {
            logical_locations: [location(finding)],
        }],
        partial_fingerprints: BTreeMap::from([("findingKey/v1", finding.key.clone())]),
        suppressions: suppressions(finding, waivers),
        properties: ResultProperties {
            affected: Some(finding.affected),
            task: finding.task.clone(),
            caused_by: finding.caused_by.clone(),
            why: Some(finding.why.clone()),
            would_assess: Vec::new(),
        },
    }
}

fn location(finding: &Finding) -> LogicalLocation {
    let concerns = subject(finding).unwrap_or("environment");
    LogicalLocation {
        name: text::cut(concerns, text::LONGEST),
        fully_qualified_name: finding.key.clone(),
        kind: "resource",
    }
}

fn suppressions(finding: &Finding, waivers: &Waivers) -> Vec<Suppression> {
    let waiver = waivers.of(finding).filter(|_| finding.waived);
    let justification = waiver.map(|waiver| {
        format!(
            "accepted by {} until {}: {}",
            waiver.owner, waiver.expires, waiver.reason
        )
    });
    let suppression = Suppression {
        kind: "external",
        status: "accepted",
        justification,
    };
    finding.waived.then_some(suppression).into_iter().collect()
}

/// What became of a rule that is not told by its findings.
fn other(rule: &RuleResult, place: usize) -> Option<SarifResult> {
    let kind = match rule.verdict {
        Verdict::Met => Kind::Pass,
        Verdict::NotApplicable => Kind::NotApplicable,
        Verdict::NotAssessed => Kind::Open,
        Verdict::NotMet | Verdict::Waived => return None,
    };
    let reason = match rule.verdict {
        Verdict::NotAssessed => words::reason(rule),
        _ => &rule.reason,
    };
    let verdict = words::verdict(rule.verdict);
    let message = match reason {
        "" => format!("{}: {verdict}", rule.title),
        reason => format!("{}: {verdict}: {reason}", rule.title),
    };
    Some(SarifResult {
        rule_id: rule.id.clone(),
        rule_index: Some(place),
        kind,
        // As the standard has it for whatever is not `fail`.
        level: Level::None,
        message: Message::of(&message),
        locations: Vec::new(),
        partial_fingerprints: BTreeMap::new(),
        suppressions: Vec::new(),
        properties: ResultProperties {
            caused_by: rule.caused_by.clone(),
            would_assess: rule.would_assess.clone(),
            ..ResultProperties::default()
        },
    })
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Blocker | Severity::Major => Level::Error,
        Severity::Minor => Level::Warning,
        Severity::Info => Level::Note,
    }
}

#[cfg(test)]
mod tests;

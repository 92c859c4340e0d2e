//! The words in which reports for reading speak: verdicts, severities, figures, moments.

use jiff::Timestamp;
use waterline_rules::{
    Assessment, Readiness, Severity, Verdict,
    assessment::{RemainingWork, RuleResult},
    plan::{Task, Wave},
};

use super::{Report, text};

/// Severities, the worst first.
pub(super) const SEVERITIES: [Severity; 4] = [
    Severity::Blocker,
    Severity::Major,
    Severity::Minor,
    Severity::Info,
];

/// A target's readiness.
pub(super) fn readiness(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ready",
        Readiness::ReadyWithAdvisories => "ready, advisories",
        Readiness::NotReady => "not ready",
        Readiness::NotAssessed => "not assessed",
    }
}

/// A severity.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "blocker",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Info => "info",
    }
}

/// A rule's verdict.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not met",
        Verdict::NotAssessed => "not assessed",
        Verdict::NotApplicable => "not applicable",
        Verdict::Waived => "waived",
    }
}

/// Hours of work, with a decimal only where there is one.
pub(super) fn hours(hours: f64) -> String {
    let tenths = (hours * 10.0).round() / 10.0;
    format!("{tenths} h")
}

/// A number and its noun; the plural is the noun with an `s`.
pub(super) fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A moment to the minute, in UTC.
pub(super) fn moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The machine's name, as far as it is known.
pub(super) fn machine(report: &Report) -> String {
    let name = report
        .environment
        .host
        .known()
        .and_then(|host| host.name.known());
    name.map_or_else(|| "an unnamed machine".to_owned(), |name| text::clean(name))
}

/// How many findings there are of each severity, waived ones apart.
pub(super) fn remaining(work: &RemainingWork) -> String {
    let mut counts = vec![
        count(work.blockers, "blocker"),
        format!("{} major", work.majors),
        format!("{} minor", work.minors),
        format!("{} info", work.infos),
    ];
    if work.consequences > 0 {
        counts.push(count(work.consequences, "consequence"));
    }
    counts.join(", ")
}

/// Why there is no finding.
pub(super) fn no_finding(assessment: &Assessment) -> String {
    let met = assessment
        .rules
        .iter()
        .filter(|rule| rule.verdict == Verdict::Met)
        .count() as u64;
    match met {
        0 => "None, as no minimum could be assessed".to_owned(),
        met => format!(
            "None: {} met, and no other was assessed",
            count(met, "minimum")
        ),
    }
}

/// The tasks of a wave, in order.
pub(super) fn tasks_of<'a>(wave: &'a Wave, tasks: &'a [Task]) -> impl Iterator<Item = &'a Task> {
    let ids = wave.tasks.iter();
    ids.filter_map(|id| tasks.iter().find(|task| task.id == *id))
}

/// Why a rule was not assessed; raw text.
pub(super) fn reason(rule: &RuleResult) -> &str {
    match rule.reason.as_str() {
        "" => "something that it needs was not read",
        reason => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::assessment;

    #[test]
    fn having_no_finding_is_no_praise_if_nothing_was_assessed() {
        let mut assessment = assessment();
        assessment.rules.truncate(1);
        assessment.rules[0].verdict = Verdict::Met;
        assert_eq!(
            no_finding(&assessment),
            "None: 1 minimum met, and no other was assessed"
        );
        assessment.rules[0].verdict = Verdict::NotAssessed;
        assert_eq!(
            no_finding(&assessment),
            "None, as no minimum could be assessed"
        );
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(hours(2.0), "2 h");
        assert_eq!(hours(0.25), "0.3 h");
        assert_eq!(count(1_u32, "task"), "1 task");
        assert_eq!(count(0_u32, "task"), "0 tasks");
    }
}

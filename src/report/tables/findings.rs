//! What is not met, a line for each finding, waived ones and consequences among them.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use waterline_rules::{
    assessment::{Evidence, Finding, RuleResult},
    plan::Task,
    waivers::Waivers,
};

use super::{list, yes};
use crate::report::{Report, csv, evidence, groups::subject, words};

const COLUMNS: [&str; 15] = [
    "key",
    "rule",
    "severity",
    "required",
    "title",
    "concerns",
    "affected",
    "targets",
    "task",
    "owner",
    "wave",
    "waived",
    "caused by",
    "why",
    "evidence",
];

/// Writes the table.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let assessment = report.assessment;
    let rules = assessment.rules.iter().map(|rule| (&*rule.id, rule));
    let tasks = assessment.plan.tasks.iter().map(|task| (&*task.id, task));
    let known = Known {
        rules: rules.collect(),
        tasks: tasks.collect(),
        waivers: Waivers::new(&report.profile.waivers, assessment.as_of),
    };
    out.write_all(csv::line(COLUMNS).as_bytes())?;
    for finding in &assessment.findings {
        out.write_all(known.line(finding).as_bytes())?;
    }
    Ok(())
}

/// What lines refer to, by id.
struct Known<'a> {
    rules: BTreeMap<&'a str, &'a RuleResult>,
    tasks: BTreeMap<&'a str, &'a Task>,
    waivers: Waivers<'a>,
}

impl Known<'_> {
    fn line(&self, finding: &Finding) -> String {
        let rule = self.rules.get(&*finding.rule);
        let task = finding.task.as_deref().and_then(|id| self.tasks.get(id));
        csv::line([
            &*finding.key,
            &finding.rule,
            words::severity(finding.severity),
            yes(rule.is_some_and(|rule| rule.required)),
            &finding.title,
            subject(finding).unwrap_or_default(),
            &finding.affected.to_string(),
            &rule.map_or_else(String::new, |rule| list(&rule.targets)),
            finding.task.as_deref().unwrap_or_default(),
            task.map_or("", |task| &task.owner),
            &task.map_or_else(String::new, |task| task.wave.to_string()),
            &self.waived(finding),
            finding.caused_by.as_deref().unwrap_or_default(),
            &finding.why,
            &shown(&finding.evidence),
        ])
    }

    fn waived(&self, finding: &Finding) -> String {
        match self.waivers.of(finding) {
            Some(waiver) if finding.waived => format!(
                "by {} until {}: {}",
                waiver.owner, waiver.expires, waiver.reason
            ),
            _ => yes(finding.waived).to_owned(),
        }
    }
}

fn shown(facts: &[Evidence]) -> String {
    let facts = facts
        .iter()
        .map(|fact| format!("{} = {}", fact.path, evidence::value(&fact.value)));
    list(&facts.collect::<Vec<_>>())
}

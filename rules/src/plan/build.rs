//! Makes tasks of the findings at hand. One task may clear many findings; waived ones need none.

use std::collections::{BTreeMap, BTreeSet};

use waterline_facts::objects::ObjectCheck;

use super::{Effort, Plan, ScheduleSettings, Scope, Task, TaskBook, TaskState, arrange::arrange};
use crate::{
    assessment::Finding,
    rule::{Rule, TaskTemplate},
    verdict::Severity,
};

/// For each required rule, the targets that it holds up when it is not met.
pub(crate) type HeldUp<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// For each rule that is about object checks, their ids.
pub(crate) type Checks<'a> = BTreeMap<&'a str, BTreeSet<&'static str>>;

/// What a plan is made of besides findings.
#[derive(Debug, Clone)]
pub(crate) struct Sources<'a> {
    /// All tasks that rules describe.
    pub(crate) book: &'a TaskBook,
    pub(crate) held_up: HeldUp<'a>,
    pub(crate) checks: Checks<'a>,
    pub(crate) schedule: &'a ScheduleSettings,
}

/// For each of these rules that is about object checks, their ids.
pub(crate) fn checks<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Checks<'a> {
    let mut checks = Checks::new();
    for rule in rules {
        let fields = rule.needs.iter().filter_map(|need| {
            let field = need.value.strip_prefix("objects.")?;
            field.split(['.', '[']).next()
        });
        for check in
            fields.filter_map(|field| ObjectCheck::ALL.iter().find(|one| one.id() == field))
        {
            checks.entry(&rule.id.value).or_default().insert(check.id());
        }
    }
    checks
}

/// The plan that clears every finding that is not waived and has a task in the book.
pub(crate) fn build<'f>(
    findings: impl Iterator<Item = &'f Finding> + Clone,
    sources: &Sources<'_>,
) -> Plan {
    let book = sources.book;
    let mut clears: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let tasks: BTreeMap<&str, &str> = findings
        .clone()
        .filter_map(|finding| Some((finding.key.as_str(), finding.task.as_deref()?)))
        .collect();
    for finding in findings.filter(|finding| !finding.waived) {
        // What has a cause is cleared with it; the cause's own task may show that it had others.
        let cause = finding.caused_by.as_deref();
        let of_cause = cause.and_then(|cause| tasks.get(cause).copied());
        if let Some(task) = of_cause.or(finding.task.as_deref()) {
            clears.entry(task).or_default().push(finding);
        }
    }
    let ids: BTreeSet<&str> = clears.keys().copied().collect();
    let tasks = clears.into_iter().filter_map(|(id, findings)| {
        let mut task = task(book.get(id)?, &findings, sources);
        task.after = book
            .before(id, &ids)
            .into_iter()
            .map(str::to_owned)
            .collect();
        Some(task)
    });
    arrange(tasks.collect(), sources.schedule)
}

/// A task with what it does about these findings, of which there is at least one.
fn task(template: &TaskTemplate, findings: &[&Finding], sources: &Sources<'_>) -> Task {
    let rules: BTreeSet<&str> = findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    let clears: BTreeSet<&str> = findings
        .iter()
        .map(|finding| finding.key.as_str())
        .collect();
    let unblocks: BTreeSet<&str> = rules
        .iter()
        .filter_map(|rule| sources.held_up.get(rule))
        .flatten()
        .copied()
        .collect();
    let checks: BTreeSet<&str> = rules
        .iter()
        .filter_map(|rule| sources.checks.get(rule))
        .flatten()
        .copied()
        .collect();
    let affected = affected(findings);
    let effort = Effort::from(template.effort_hours);
    let severity = findings.iter().map(|finding| finding.severity).min();
    Task {
        id: template.id.value.clone(),
        title: template.title.clone(),
        wave: template.wave,
        owner: template.owner.clone(),
        effort_hours: effort.likely_hours,
        effort,
        risk: template.risk,
        outage: template.outage.clone(),
        reversible: template.reversible,
        undo: undo(template, !checks.is_empty()),
        prerequisites: template.prerequisites.clone(),
        after: Vec::new(),
        steps: template.steps.clone(),
        verify: template.verify.clone(),
        verify_rules: owned(rules),
        verify_command: verify_command(&template.id.value),
        clears: owned(clears),
        severity: severity.unwrap_or(Severity::Info),
        affected,
        scope: Scope::of(findings, affected, !checks.is_empty()),
        checks: owned(checks),
        unblocks: owned(unblocks),
        state: TaskState::Open,
        slot: None,
        edit: None,
        replaced: None,
        settings: template.settings.clone(),
        files: Vec::new(),
    }
}

/// How a task is taken back: in the rule's words, or with what is made for every object check.
fn undo(template: &TaskTemplate, is_of_objects: bool) -> String {
    match template.undo.is_empty() && template.reversible && is_of_objects {
        true => {
            "Run the undo script or the undo LDIF that stand beside the fix files, or set back the \
                 old values of the table; keep them until the change is accepted."
                .to_owned()
        }
        false => template.undo.clone(),
    }
}

/// The command that looks whether a task of the plan in `report.json` is done.
fn verify_command(task: &str) -> String {
    format!("waterline verify report.json --task {task}")
}

/// How many things findings concern at least: one rule's findings are about different things, but
/// different rules with one task tend to look at the same.
fn affected(findings: &[&Finding]) -> u64 {
    let mut by_rule: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in findings {
        let sum = by_rule.entry(&finding.rule).or_default();
        *sum = sum.saturating_add(finding.affected);
    }
    by_rule.into_values().max().unwrap_or(0)
}

fn owned(ids: BTreeSet<&str>) -> Vec<String> {
    ids.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        plan::WaveId,
        rule::Rule,
        testing::{finding, rule, task},
    };

    /// A book of tasks: id, wave, hours, and what it comes after.
    fn book(tasks: &[(&str, WaveId, f64, &[&str])]) -> TaskBook {
        let rules = tasks.iter().map(|(id, wave, effort_hours, after)| Rule {
            task: Some(TaskTemplate {
                wave: *wave,
                effort_hours: (*effort_hours).into(),
                ..task(id, after)
            }),
            ..rule(&format!("rule-of-{id}"), &["core"])
        });
        TaskBook::new(&rules.collect::<Vec<_>>()).unwrap()
    }

    fn sources<'a>(book: &'a TaskBook, held_up: HeldUp<'a>) -> Sources<'a> {
        static SCHEDULE: std::sync::LazyLock<ScheduleSettings> =
            std::sync::LazyLock::new(ScheduleSettings::default);
        Sources {
            book,
            held_up,
            checks: Checks::new(),
            schedule: &SCHEDULE,
        }
    }

    /// A finding of a rule that this task clears.
    fn found(rule: &str, key: &str, severity: Severity, task: &str) -> Finding {
        Finding {
            severity,
            task: Some(task.to_owned()),
            ..finding(rule, key)
        }
    }

    fn order(plan: &Plan) -> String {
        let ids: Vec<&str> = plan.tasks.iter().map(|task| task.id.as_str()).collect();
        ids.join(" ")
    }

    use Severity::{Blocker, Info, Major, Minor};
    use WaveId::{Directory, Network, Safety};

    #[test]
    fn one_task_clears_many_findings_and_says_what_they_are() {
        let book = book(&[("open", Network, 2.0, &[])]);
        let findings = [
            found("core-closed", "core-closed/b", Major, "open"),
            found("core-closed", "core-closed/a", Major, "open"),
            found("intune-closed", "intune-closed/a", Blocker, "open"),
            Finding {
                waived: true,
                ..found("core-closed", "core-closed/c", Major, "open")
            },
            Finding {
                task: None,
                ..found("other", "other", Info, "")
            },
        ];
        let held_up = HeldUp::from([
            ("core-closed", BTreeSet::from(["intune", "core"])),
            ("intune-closed", BTreeSet::from(["intune"])),
        ]);
        let plan = build(findings.iter(), &sources(&book, held_up));
        let [task] = &plan.tasks[..] else {
            panic!("{plan:?}")
        };
        assert_eq!(
            task.clears,
            ["core-closed/a", "core-closed/b", "intune-closed/a"]
        );
        assert_eq!(task.verify_rules, ["core-closed", "intune-closed"]);
        assert_eq!(task.unblocks, ["core", "intune"]);
        assert_eq!((task.severity, task.affected), (Blocker, 2));
        assert_eq!(plan.waves[0].checkpoint, task.verify_rules);
    }

    #[test]
    fn things_are_summed_within_a_rule_and_never_counted_twice_across_rules() {
        let of = |rule: &str, affected: u64| Finding {
            affected,
            ..finding(rule, rule)
        };
        let table = [
            (vec![of("a", 3), of("a", 4)], 7),
            (vec![of("a", 3), of("b", 4)], 4),
            (vec![of("a", 3), of("a", 4), of("b", 5)], 7),
            (vec![of("a", u64::MAX), of("a", 1)], u64::MAX),
        ];
        for (findings, expected) in table {
            assert_eq!(affected(&findings.iter().collect::<Vec<_>>()), expected);
        }
    }

    #[test]
    fn order_is_wave_then_prerequisite_then_urgency() {
        let book = book(&[
            ("backup", Safety, 8.0, &[]),
            ("slow", Directory, 9.0, &[]),
            ("quick", Directory, 1.0, &[]),
            ("twin", Directory, 1.0, &[]),
            ("wide", Directory, 9.0, &[]),
            ("minor", Directory, 0.5, &[]),
            ("blocker", Directory, 5.0, &["minor"]),
            ("ports", Network, 1.0, &["backup"]),
        ]);
        let findings = [
            found("r1", "r1", Info, "backup"),
            found("r2", "r2", Major, "slow"),
            found("r3", "r3", Major, "twin"),
            found("r4", "r4", Major, "quick"),
            found("r5", "r5", Major, "wide"),
            found("r6", "r6", Minor, "minor"),
            found("r7", "r7", Blocker, "blocker"),
            found("r8", "r8", Blocker, "ports"),
        ];
        let held_up = HeldUp::from([("r5", BTreeSet::from(["core"]))]);
        let plan = build(findings.iter(), &sources(&book, held_up));
        insta::assert_snapshot!(order(&plan), @"backup wide quick twin slow minor blocker ports");
        let waves: Vec<_> = plan
            .waves
            .iter()
            .map(|wave| (wave.id, wave.effort_hours))
            .collect();
        assert_eq!(waves, [(Safety, 8.0), (Directory, 25.5), (Network, 1.0)]);
        let lists: Vec<String> = plan
            .waves
            .iter()
            .flat_map(|wave| wave.tasks.clone())
            .collect();
        assert_eq!(lists.join(" "), order(&plan));
    }

    #[test]
    fn a_prerequisite_that_needs_nothing_done_still_passes_its_own_on() {
        let book = book(&[
            ("zeal", Safety, 1.0, &[]),
            ("middle", Safety, 1.0, &["zeal"]),
            ("apply", Safety, 1.0, &["middle"]),
        ]);
        let findings = [
            found("r1", "r1", Blocker, "apply"),
            found("r2", "r2", Info, "zeal"),
        ];
        let plan = build(findings.iter(), &sources(&book, HeldUp::new()));
        assert_eq!(order(&plan), "zeal apply");
        assert_eq!(plan.tasks[1].after, ["zeal"]);
    }

    #[test]
    fn no_findings_make_an_empty_plan() {
        assert_eq!(
            build([].iter(), &sources(&TaskBook::default(), HeldUp::new())),
            Plan::default()
        );
    }
}

//! The report for reading in a terminal: what limits it, the verdicts, what is in the way, what
//! was not assessed, and the plan at a glance. Evidence and steps in full are in the other formats.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use anstyle::Style;
use waterline_rules::{
    Readiness, Severity, Verdict,
    assessment::{Finding, RuleResult, TargetResult},
    plan::{Task, Wave},
};

use super::{
    Layout, Report,
    limits::limits,
    page::{BAD, CARE, FAINT, GOOD, HEADING, PLAIN, Page},
    text::clean,
    words,
};

/// Columns of the fractions beside a target.
const FRACTION: usize = 11;

/// Columns of a task's owner.
const OWNER: usize = 20;

/// Columns of an effort.
const EFFORT: usize = 9;

/// Limits of the run that are shown.
const LIMITS: usize = 12;

/// Findings of one rule, and rules with one remedy, that are shown in full.
const ALIKE: usize = 3;

/// Ids in one list.
const IDS: usize = 6;

/// Longest value shown, in characters.
const LONGEST_VALUE: usize = 80;

/// Facts shown with a finding; the others are in the other formats.
const EVIDENCE: usize = 3;

/// Writes the report.
pub(super) fn render(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(layout, out);
    title(report, &mut page)?;
    limits_of_run(report, &mut page)?;
    targets(report, &mut page)?;
    findings(report, &mut page)?;
    not_assessed(report, &mut page)?;
    plan(report, &mut page)?;
    notices(report, &mut page)
}

fn title(report: &Report, page: &mut Page) -> io::Result<()> {
    let organisation = clean(report.organisation);
    let subject = if organisation.is_empty() {
        "environment"
    } else {
        &organisation
    };
    page.text(0, HEADING, &format!("Onboarding assessment of {subject}"))?;
    let run = &report.environment.run;
    let moment = words::moment(run.started);
    let machine = words::machine(report);
    let version = clean(report.tool_version);
    page.text(
        0,
        FAINT,
        &format!("measured {moment} on {machine}, judged by waterline {version}"),
    )
}

fn limits_of_run(report: &Report, page: &mut Page) -> io::Result<()> {
    let limits = limits(report);
    if limits.is_empty() {
        return Ok(());
    }
    page.heading("LIMITS OF THIS RUN", "")?;
    for limit in limits.iter().take(LIMITS) {
        page.item(2, "! ", CARE, &clean(limit))?;
    }
    more(page, 2, limits.len().saturating_sub(LIMITS))
}

/// Says how many more there are than were shown.
fn more(page: &mut Page, indent: usize, left: usize) -> io::Result<()> {
    match left {
        0 => Ok(()),
        left => page.text(
            indent,
            FAINT,
            &format!("and {left} more in the full report"),
        ),
    }
}

fn targets(report: &Report, page: &mut Page) -> io::Result<()> {
    page.heading("TARGETS", "minimums met   assessed")?;
    for target in &report.assessment.targets {
        let depth = depth(target, &report.assessment.targets);
        page.row(
            (
                21,
                &format!("  {}", words::readiness(target.readiness)),
                readiness_style(target.readiness),
            ),
            &format!("{}{}", "· ".repeat(depth), clean(&target.title)),
            &[
                (FRACTION, &format!("{} of {}", target.met, target.required)),
                (
                    FRACTION,
                    &format!("{} of {}", target.assessed, target.required),
                ),
            ],
        )?;
        if !target.blocked_by.is_empty() {
            page.item(21, "blocked by ", PLAIN, &ids(&target.blocked_by))?;
        }
        if target.readiness == Readiness::NotAssessed {
            page.item(21, "waits for ", PLAIN, &ids(&target.not_assessed))?;
        }
    }
    Ok(())
}

/// The first ids of a list, and how many more there are.
fn ids(ids: &[String]) -> String {
    let mut shown: Vec<String> = ids.iter().take(IDS).map(|id| clean(id)).collect();
    if ids.len() > IDS {
        shown.push(format!("and {} more", ids.len() - IDS));
    }
    shown.join(", ")
}

/// How deep a target lies in the tree; at most the number of targets, should parents form a ring.
fn depth(target: &TargetResult, targets: &[TargetResult]) -> usize {
    let mut at = target;
    for depth in 0..6 {
        let parent = at.parent.as_ref();
        match parent.and_then(|id| targets.iter().find(|target| target.id == *id)) {
            Some(parent) => at = parent,
            None => return depth,
        }
    }
    6
}

fn readiness_style(readiness: Readiness) -> Style {
    match readiness {
        Readiness::Ready => GOOD,
        Readiness::ReadyWithAdvisories | Readiness::NotAssessed => CARE,
        Readiness::NotReady => BAD,
    }
}

fn findings(report: &Report, page: &mut Page) -> io::Result<()> {
    let work = &report.assessment.remaining_work;
    page.heading("FINDINGS", &words::remaining(work))?;
    let all = &report.assessment.findings;
    if all.is_empty() {
        return page.text(2, PLAIN, "none: every minimum that was assessed is met");
    }
    let open = words::SEVERITIES.into_iter().flat_map(|severity| {
        all.iter()
            .filter(move |finding| finding.severity == severity && !finding.waived)
    });
    let waived = all.iter().filter(|finding| finding.waived);
    let mut first = true;
    let mut shown: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for found in open.chain(waived) {
        let alike = shown.entry((&found.rule, found.waived)).or_default();
        *alike += 1;
        if *alike <= ALIKE {
            page.gap_unless_first(&mut first)?;
            finding(found, page)?;
        }
    }
    for ((rule, _), alike) in shown {
        let rule = clean(rule);
        if alike > ALIKE {
            let more = alike - ALIKE;
            page.text(
                2,
                FAINT,
                &format!("and {more} more of {rule} in the full report"),
            )?;
        }
    }
    Ok(())
}

fn finding(finding: &Finding, page: &mut Page) -> io::Result<()> {
    let (label, style) = match finding.severity {
        _ if finding.waived => ("waived", FAINT),
        Severity::Blocker => ("blocker", BAD),
        Severity::Major => ("major", CARE),
        minor => (words::severity(minor), FAINT),
    };
    page.row(
        (11, &format!("  {label}"), style),
        &clean(&finding.title),
        &[],
    )?;
    let affected = match finding.affected {
        1 => String::new(),
        many => format!(", {many} affected"),
    };
    page.text(11, FAINT, &format!("{}{affected}", clean(&finding.key)))?;
    for evidence in finding.evidence.iter().take(EVIDENCE) {
        let value = words::value(evidence, LONGEST_VALUE);
        page.text(11, PLAIN, &format!("{} = {value}", clean(&evidence.path)))?;
    }
    more(page, 11, finding.evidence.len().saturating_sub(EVIDENCE))
}

fn not_assessed(report: &Report, page: &mut Page) -> io::Result<()> {
    let rules: Vec<&RuleResult> = report
        .assessment
        .rules
        .iter()
        .filter(|rule| rule.verdict == Verdict::NotAssessed)
        .collect();
    if rules.is_empty() {
        return Ok(());
    }
    let required = report.assessment.remaining_work.not_assessed;
    page.heading(
        "NOT ASSESSED",
        &format!(
            "{}, {required} of them required",
            words::count(rules.len() as u64, "minimum")
        ),
    )?;
    let mut by_remedy: BTreeMap<&[String], Vec<&RuleResult>> = BTreeMap::new();
    for rule in rules {
        by_remedy.entry(&rule.would_assess).or_default().push(rule);
    }
    let mut first = true;
    for (remedies, rules) in by_remedy {
        page.gap_unless_first(&mut first)?;
        unread(&rules, remedies, page)?;
    }
    Ok(())
}

/// Rules that the same would assess.
fn unread(rules: &[&RuleResult], remedies: &[String], page: &mut Page) -> io::Result<()> {
    for rule in rules.iter().take(ALIKE) {
        page.text(2, PLAIN, &clean(&rule.title))?;
        page.text(
            4,
            FAINT,
            &format!("{}: {}", clean(&rule.id), clean(words::reason(rule))),
        )?;
    }
    let others: Vec<String> = rules
        .iter()
        .skip(ALIKE)
        .map(|rule| rule.id.clone())
        .collect();
    if !others.is_empty() {
        page.item(2, "and ", PLAIN, &ids(&others))?;
    }
    remedies
        .iter()
        .try_for_each(|remedy| page.item(2, "→ ", PLAIN, &clean(remedy)))
}

fn plan(report: &Report, page: &mut Page) -> io::Result<()> {
    let plan = &report.assessment.plan;
    if plan.tasks.is_empty() {
        return Ok(());
    }
    let effort = words::hours(report.assessment.remaining_work.effort_hours);
    let tasks = words::count(plan.tasks.len() as u64, "task");
    let waves = words::count(plan.waves.len() as u64, "wave");
    page.heading("PLAN", &format!("{tasks} in {waves}, {effort}"))?;
    for (number, wave) in (1..).zip(&plan.waves) {
        let lead = format!("  {number}.");
        page.row(
            (5, &lead, HEADING),
            &clean(&wave.title),
            &[(EFFORT, &words::hours(wave.effort_hours))],
        )?;
        for task in tasks_of(wave, &plan.tasks) {
            let owner = clean(&task.owner);
            let effort = words::hours(task.effort_hours);
            page.row(
                (5, "", PLAIN),
                &clean(&task.title),
                &[(OWNER, &owner), (EFFORT, &effort)],
            )?;
        }
    }
    Ok(())
}

fn tasks_of<'a>(wave: &'a Wave, tasks: &'a [Task]) -> impl Iterator<Item = &'a Task> {
    let ids = wave.tasks.iter();
    ids.filter_map(|id| tasks.iter().find(|task| task.id == *id))
}

fn notices(report: &Report, page: &mut Page) -> io::Result<()> {
    if report.assessment.notices.is_empty() {
        return Ok(());
    }
    page.heading("NOTICES", "")?;
    let notices = report.assessment.notices.iter();
    notices
        .into_iter()
        .try_for_each(|notice| page.item(2, "· ", PLAIN, &clean(notice)))
}

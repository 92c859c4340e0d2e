//! The first page: who measured what and when, the verdict for each target, what limits the run.

use std::collections::BTreeMap;

use waterline_rules::{
    Assessment, Readiness,
    assessment::{RuleResult, TargetResult},
};

use super::{anchor, per_cent};
use crate::report::{Report, groups::causes, limits::limits, text, words};

/// The head of the report.
pub(super) struct Summary {
    pub(super) organisation: String,
    pub(super) measured: String,
    pub(super) machine: String,
    pub(super) version: String,
    pub(super) as_of: String,
    pub(super) tiles: Vec<Tile>,
    pub(super) targets: Vec<Target>,
    pub(super) limits: Vec<String>,
    pub(super) notices: Vec<String>,
}

/// A figure that catches the eye.
pub(super) struct Tile {
    pub(super) figure: String,
    pub(super) words: &'static str,
    /// Class of its colour.
    pub(super) class: &'static str,
}

/// A target and its verdict.
pub(super) struct Target {
    pub(super) id: String,
    pub(super) title: String,
    /// How deep it stands in the tree, from 0.
    pub(super) depth: usize,
    pub(super) verdict: &'static str,
    pub(super) class: &'static str,
    pub(super) required: u32,
    pub(super) met: u32,
    pub(super) assessed: u32,
    pub(super) met_share: String,
    pub(super) assessed_share: String,
    /// Required minimums that are not met.
    pub(super) unmet: usize,
    /// These minimums, those that have a cause by that.
    pub(super) blocked_by: Vec<Link>,
    pub(super) not_assessed: Vec<Link>,
}

/// A rule that is named elsewhere on the page.
pub(super) struct Link {
    pub(super) id: String,
    pub(super) anchor: String,
}

/// A row of the list of all rules.
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) severity: &'static str,
    pub(super) verdict: &'static str,
    pub(super) class: String,
    pub(super) required: bool,
}

impl Summary {
    /// The head of this report.
    pub(super) fn of(report: &Report) -> Self {
        let run = &report.environment.run;
        let assessment = report.assessment;
        let shown = |texts: &[String]| texts.iter().map(|text| text::visible(text)).collect();
        Self {
            organisation: text::clean(&report.profile.organisation),
            measured: words::moment(run.started),
            machine: words::machine(report),
            version: text::clean(report.tool_version),
            as_of: assessment.as_of.to_string(),
            tiles: tiles(assessment),
            targets: targets(assessment),
            limits: shown(&limits(report)),
            notices: shown(&assessment.notices),
        }
    }
}

fn tiles(assessment: &Assessment) -> Vec<Tile> {
    let work = &assessment.remaining_work;
    let tile = |figure: String, words, class| Tile {
        figure,
        words,
        class,
    };
    vec![
        tile(work.blockers.to_string(), "blockers", "blocker"),
        tile(work.majors.to_string(), "major findings", "major"),
        tile(work.minors.to_string(), "minor findings", "minor"),
        tile(
            work.not_assessed.to_string(),
            "required minimums not assessed",
            "not-assessed",
        ),
        tile(
            words::hours(work.effort_hours),
            "of work in the plan",
            "info",
        ),
    ]
}

fn targets(assessment: &Assessment) -> Vec<Target> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    assessment
        .targets
        .iter()
        .map(|target| {
            let parent = target.parent.as_deref();
            let above = parent.and_then(|parent| depths.get(parent));
            let depth = above.map_or(0, |depth| depth + 1);
            depths.insert(&target.id, depth);
            Target::of(target, depth, assessment)
        })
        .collect()
}

impl Target {
    fn of(target: &TargetResult, depth: usize, assessment: &Assessment) -> Self {
        let share = |count: u32| per_cent(count.into(), target.required.into());
        Self {
            id: text::clean(&target.id),
            title: text::clean(&target.title),
            depth: depth.min(4),
            verdict: words::readiness(target.readiness),
            class: class(target.readiness),
            required: target.required,
            met: target.met,
            assessed: target.assessed,
            met_share: share(target.met),
            assessed_share: share(target.assessed),
            unmet: target.blocked_by.len(),
            blocked_by: causes(&target.blocked_by, assessment)
                .into_iter()
                .map(Link::to)
                .collect(),
            not_assessed: target.not_assessed.iter().map(|id| Link::to(id)).collect(),
        }
    }
}

impl Link {
    pub(super) fn to(id: &str) -> Self {
        Self {
            id: text::clean(id),
            anchor: anchor(id),
        }
    }
}

impl Rule {
    /// The row of a rule.
    pub(super) fn of(rule: &RuleResult) -> Self {
        let verdict = words::verdict(rule.verdict);
        Self {
            id: text::clean(&rule.id),
            anchor: anchor(&rule.id),
            title: text::clean(&rule.title),
            severity: words::severity(rule.severity),
            verdict,
            class: verdict.replace(' ', "-"),
            required: rule.required,
        }
    }
}

fn class(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ready",
        Readiness::ReadyWithAdvisories => "advisories",
        Readiness::NotReady => "not-ready",
        Readiness::NotAssessed => "not-assessed",
    }
}

//! What changed since an earlier run, and the remaining work of all runs as a picture.

use waterline_rules::assessment::RemainingWork;

use super::{MOST_ROWS, anchor, per_cent};
use crate::{
    diff::{Change, Changes as Found, Direction, RunPoint},
    report::{Report, changes::moved, text, words},
};

/// What changed.
pub(super) struct Changes {
    pub(super) from: String,
    pub(super) notices: Vec<String>,
    /// Targets by name, with their readiness then and now.
    pub(super) targets: Vec<(String, String)>,
    /// How many changes are for the worse, for the better, and neither.
    pub(super) worse: usize,
    pub(super) better: usize,
    pub(super) neutral: usize,
    pub(super) rows: Vec<Row>,
    pub(super) count: usize,
    pub(super) history: Vec<Point>,
}

/// One change.
pub(super) struct Row {
    pub(super) direction: &'static str,
    pub(super) reason: &'static str,
    pub(super) severity: &'static str,
    pub(super) title: String,
    pub(super) key: String,
    /// The rule's anchor; none if this run has no such rule.
    pub(super) rule: Option<String>,
    pub(super) detail: String,
}

/// A run in the picture of remaining work.
pub(super) struct Point {
    pub(super) moment: String,
    pub(super) words: String,
    pub(super) parts: Vec<Part>,
}

/// A part of a run's bar, in per cent of the longest.
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) from: String,
    pub(super) width: String,
}

impl Changes {
    /// What changed, if an earlier run was named.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let found = report.changes?;
        let count = |direction| found.of(direction).count();
        let targets = found.targets.iter();
        let rows = found.changes.iter().take(MOST_ROWS);
        let notices = found.notices.iter();
        Some(Self {
            from: words::moment(found.old.started),
            notices: notices.map(|notice| text::visible(notice)).collect(),
            targets: targets
                .map(|target| (text::clean(&target.title), moved(target)))
                .collect(),
            worse: count(Direction::Worse),
            better: count(Direction::Better),
            neutral: count(Direction::Neutral),
            rows: rows.map(|change| Row::of(change, report)).collect(),
            count: found.changes.len(),
            history: history(found),
        })
    }
}

impl Row {
    fn of(change: &Change, report: &Report) -> Self {
        let mut rules = report.assessment.rules.iter();
        let is_known = rules.any(|rule| rule.id == change.rule);
        Self {
            direction: change.direction.words(),
            reason: change.reason.words(),
            severity: words::severity(change.severity),
            title: text::clean(&change.title),
            key: text::clean(&change.key),
            rule: is_known.then(|| anchor(&change.rule)),
            detail: text::clean(&change.detail),
        }
    }
}

fn history(found: &Found) -> Vec<Point> {
    let points = &found.history;
    let longest = points.iter().map(|point| open(&point.remaining_work)).max();
    let longest = f64::from(longest.unwrap_or(0));
    points
        .iter()
        .map(|point| Point::of(point, longest))
        .collect()
}

/// What is open, each finding and each required rule not assessed counting one.
fn open(work: &RemainingWork) -> u32 {
    parts(work)
        .iter()
        .fold(0, |sum, (_, count)| sum.saturating_add(*count))
}

fn parts(work: &RemainingWork) -> [(&'static str, u32); 4] {
    [
        ("blocker", work.blockers),
        ("major", work.majors),
        ("minor", work.minors),
        ("unread", work.not_assessed),
    ]
}

impl Point {
    fn of(point: &RunPoint, longest: f64) -> Self {
        let work = &point.remaining_work;
        let mut from = 0.0;
        let parts = parts(work).map(|(class, count)| {
            let part = Part {
                class,
                from: per_cent(from, longest),
                width: per_cent(count.into(), longest),
            };
            from += f64::from(count);
            part
        });
        Self {
            moment: words::moment(point.started),
            words: format!(
                "{}, {} not assessed, {}",
                words::remaining(work),
                work.not_assessed,
                words::hours(work.effort_hours)
            ),
            parts: parts.into(),
        }
    }
}

//! The plan: each wave with its tasks, its share of the work as a picture, and its checkpoint call.

use std::collections::BTreeMap;

use waterline_rules::{
    Assessment,
    plan::{Task as PlanTask, Wave as PlanWave},
};

use super::{anchor, per_cent, summary::Link};
use crate::report::{groups::groups, text, words};

/// The plan.
pub(super) struct Plan {
    pub(super) waves: Vec<Wave>,
    /// Everybody who has something to do, sorted.
    pub(super) owners: Vec<String>,
    pub(super) tasks: usize,
}

/// A wave.
pub(super) struct Wave {
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) effort: String,
    pub(super) tasks: Vec<Task>,
    pub(super) checkpoint: Vec<Check>,
}

/// What a checkpoint call has to see.
pub(super) struct Check {
    pub(super) rule: Link,
    pub(super) title: String,
}

/// A task.
pub(super) struct Task {
    /// Its place, such as `2.3`.
    pub(super) number: String,
    pub(super) id: String,
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) severity: &'static str,
    pub(super) owner: String,
    pub(super) effort: String,
    pub(super) risk: &'static str,
    pub(super) outage: String,
    pub(super) reversible: bool,
    pub(super) affected: u64,
    pub(super) after: Vec<Link>,
    pub(super) unblocks: Vec<String>,
    pub(super) steps: Vec<String>,
    pub(super) verify: String,
    pub(super) clears: Vec<Cleared>,
    pub(super) bar: Bar,
}

/// Where a task's bar stands in the picture of the plan, in per cent of all effort.
pub(super) struct Bar {
    pub(super) from: String,
    pub(super) width: String,
}

/// A rule whose findings a task clears.
pub(super) struct Cleared {
    pub(super) rule: Link,
    pub(super) findings: usize,
}

impl Plan {
    /// The plan of an assessment.
    pub(super) fn of(assessment: &Assessment) -> Self {
        let plan = &assessment.plan;
        let mut maker = Maker::new(assessment);
        let waves = (1..).zip(&plan.waves);
        let waves = waves.map(|(number, wave)| maker.wave(number, wave));
        let waves = waves.collect();
        let owners = plan.tasks.iter().map(|task| text::clean(&task.owner));
        let mut owners: Vec<String> = owners.collect();
        owners.sort();
        owners.dedup();
        Self {
            waves,
            owners,
            tasks: plan.tasks.len(),
        }
    }
}

/// Makes waves, one after the other.
struct Maker<'a> {
    assessment: &'a Assessment,
    /// For each task, how many findings of which rule it clears.
    cleared: BTreeMap<&'a str, BTreeMap<&'a str, usize>>,
    effort: f64,
    spent: f64,
}

impl<'a> Maker<'a> {
    fn new(assessment: &'a Assessment) -> Self {
        let mut cleared: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for group in groups(assessment) {
            for finding in &group.findings {
                let Some(task) = &finding.task else { continue };
                let rules = cleared.entry(task).or_default();
                *rules.entry(group.rule).or_default() += 1;
            }
        }
        let tasks = assessment.plan.tasks.iter();
        Self {
            assessment,
            cleared,
            effort: tasks.map(|task| task.effort_hours).sum(),
            spent: 0.0,
        }
    }

    fn wave(&mut self, number: usize, wave: &PlanWave) -> Wave {
        let tasks = words::tasks_of(wave, &self.assessment.plan.tasks);
        let tasks = (1..).zip(tasks);
        Wave {
            number,
            title: text::clean(&wave.title),
            effort: words::hours(wave.effort_hours),
            tasks: tasks
                .map(|(place, task)| self.task(format!("{number}.{place}"), task))
                .collect(),
            checkpoint: wave.checkpoint.iter().map(|id| self.check(id)).collect(),
        }
    }

    fn check(&self, id: &str) -> Check {
        let mut rules = self.assessment.rules.iter();
        let rule = rules.find(|rule| rule.id == id);
        Check {
            rule: Link::to(id),
            title: rule.map_or_else(String::new, |rule| text::clean(&rule.title)),
        }
    }

    fn task(&mut self, number: String, task: &PlanTask) -> Task {
        let bar = Bar {
            from: per_cent(self.spent, self.effort),
            width: per_cent(task.effort_hours, self.effort),
        };
        self.spent += task.effort_hours;
        let clean = |texts: &[String]| texts.iter().map(|text| text::clean(text)).collect();
        let cleared = self.cleared.get(&*task.id).into_iter().flatten();
        Task {
            number,
            id: text::clean(&task.id),
            anchor: anchor(&task.id),
            title: text::clean(&task.title),
            severity: words::severity(task.severity),
            owner: text::clean(&task.owner),
            effort: words::hours(task.effort_hours),
            risk: task.risk.words(),
            outage: text::clean(&task.outage),
            reversible: task.reversible,
            affected: task.affected,
            after: task.after.iter().map(|id| Link::to(id)).collect(),
            unblocks: clean(&task.unblocks),
            steps: task.steps.iter().map(|step| text::visible(step)).collect(),
            verify: text::visible(&task.verify),
            clears: cleared
                .map(|(rule, findings)| Cleared {
                    rule: Link::to(rule),
                    findings: *findings,
                })
                .collect(),
            bar,
        }
    }
}

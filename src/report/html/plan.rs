//! The plan: each wave with its tasks, its share of the work as a picture, and its checkpoint call.

use std::collections::BTreeMap;

use waterline_rules::{
    Assessment,
    plan::{Task as PlanTask, Wave as PlanWave},
};

use super::{anchor, chart::Chart, summary::Link};
use crate::report::{groups::groups, schedule, text, words};

/// The plan.
pub(super) struct Plan {
    pub(super) waves: Vec<Wave>,
    /// Everybody who has something to do, sorted.
    pub(super) owners: Vec<String>,
    pub(super) tasks: usize,
    /// How long it takes, and what it takes.
    pub(super) length: String,
    pub(super) effort: String,
    pub(super) critical: Vec<Link>,
    /// Entries of the overlay that found no task, as JSON: kept when it is saved again.
    pub(super) idle: String,
}

/// A wave.
pub(super) struct Wave {
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) effort: String,
    pub(super) tasks: Vec<Task>,
    pub(super) chart: Chart,
    pub(super) call: Call,
}

/// The checkpoint call that ends a wave.
pub(super) struct Call {
    pub(super) when: String,
    pub(super) minutes: u32,
    pub(super) attendees: Vec<String>,
    pub(super) agenda: Vec<String>,
    pub(super) checkpoint: Vec<Check>,
    /// Targets that may be enabled once a run finds them ready.
    pub(super) opens: Vec<String>,
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
    /// Whether it is ticked or rejected, in words; empty for an open one.
    pub(super) state: &'static str,
    pub(super) when: String,
    pub(super) slack: String,
    pub(super) risk: &'static str,
    pub(super) outage: String,
    pub(super) reversible: bool,
    pub(super) scope: String,
    /// The first things that it is about, by name.
    pub(super) named: Vec<String>,
    pub(super) after: Vec<Link>,
    pub(super) prerequisites: Vec<String>,
    pub(super) undo: String,
    pub(super) verify_command: String,
    pub(super) files: Vec<String>,
    /// What the overlay says of it, in words and as it is written.
    pub(super) edits: Vec<String>,
    pub(super) edit: String,
    pub(super) unblocks: Vec<String>,
    pub(super) steps: Vec<String>,
    pub(super) verify: String,
    pub(super) clears: Vec<Cleared>,
    /// Rules without a finding, which cannot be judged before it is done.
    pub(super) opens: Vec<Link>,
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
        let maker = Maker::new(assessment);
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
            length: schedule::length(plan),
            effort: schedule::effort(&plan.effort),
            critical: plan
                .schedule
                .critical_path
                .iter()
                .map(|id| Link::to(id))
                .collect(),
            idle: idle(plan),
        }
    }
}

/// Entries of the overlay that found no task, as an overlay has them.
fn idle(plan: &waterline_rules::Plan) -> String {
    let idle = plan.idle_edits.iter().map(|(id, idle)| (id, &idle.edit));
    json(&idle.collect::<BTreeMap<_, _>>())
}

/// A value for the script, which reads it from an attribute.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("maps of texts and numbers are JSON")
}

/// Makes waves, one after the other.
struct Maker<'a> {
    assessment: &'a Assessment,
    /// For each task, how many findings of which rule it clears.
    cleared: BTreeMap<&'a str, BTreeMap<&'a str, usize>>,
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
        Self {
            assessment,
            cleared,
        }
    }

    fn wave(&self, number: usize, wave: &PlanWave) -> Wave {
        let plan = &self.assessment.plan;
        let tasks: Vec<&PlanTask> = words::tasks_of(wave, &plan.tasks).collect();
        let numbered = (1..).zip(&tasks);
        Wave {
            number,
            title: text::clean(&wave.title),
            effort: schedule::effort(&wave.effort),
            chart: Chart::of(wave, &tasks, plan.schedule.days.into()),
            tasks: numbered
                .map(|(place, task)| self.task(format!("{number}.{place}"), task))
                .collect(),
            call: self.call(wave),
        }
    }

    fn call(&self, wave: &PlanWave) -> Call {
        let call = &wave.call;
        Call {
            when: schedule::call(wave),
            minutes: call.minutes,
            attendees: cleaned(&call.attendees),
            agenda: call.agenda.iter().map(|item| text::visible(item)).collect(),
            checkpoint: wave.checkpoint.iter().map(|id| self.check(id)).collect(),
            opens: cleaned(&call.opens),
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

    fn task(&self, number: String, task: &PlanTask) -> Task {
        let slack = task.slot.as_ref().map(schedule::slack);
        let visible = |texts: &[String]| texts.iter().map(|text| text::visible(text)).collect();
        let cleared = self.cleared.get(&*task.id).into_iter().flatten();
        Task {
            number,
            id: text::clean(&task.id),
            anchor: anchor(&task.id),
            title: text::clean(&task.title),
            severity: words::severity(task.severity),
            owner: text::clean(&task.owner),
            effort: schedule::effort(&task.effort),
            state: schedule::state(task),
            when: schedule::when(task),
            slack: slack.unwrap_or_default(),
            risk: task.risk.words(),
            outage: text::clean(&task.outage),
            reversible: task.reversible,
            scope: schedule::scope(task),
            named: cleaned(&task.scope.named),
            after: task.after.iter().map(|id| Link::to(id)).collect(),
            prerequisites: visible(&task.prerequisites),
            undo: text::visible(&task.undo),
            verify_command: text::visible(&task.verify_command),
            files: cleaned(&task.files),
            edits: visible(&schedule::edits(task)),
            edit: task.edit.as_ref().map_or_else(String::new, json),
            unblocks: cleaned(&task.unblocks),
            steps: visible(&task.steps),
            verify: text::visible(&task.verify),
            clears: cleared
                .map(|(rule, findings)| Cleared {
                    rule: Link::to(rule),
                    findings: *findings,
                })
                .collect(),
            opens: self.opens(task),
        }
    }

    /// What waits for a task to which no finding leads: an open question's answer.
    fn opens(&self, task: &PlanTask) -> Vec<Link> {
        if self.cleared.contains_key(&*task.id) {
            return Vec::new();
        }
        let is_rule = |key: &&String| self.assessment.rules.iter().any(|rule| rule.id == **key);
        let rules = task.clears.iter().filter(is_rule);
        rules.map(|rule| Link::to(rule)).collect()
    }
}

fn cleaned(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| text::clean(text)).collect()
}

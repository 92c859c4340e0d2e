//! The plan as each owner sees it: what is theirs, and whom they wait for.

use std::collections::BTreeMap;

use waterline_rules::{Assessment, plan::Task};

use super::{anchor, summary::Link};
use crate::report::{schedule, text, words};

/// Somebody who has something to do.
pub(super) struct Owner {
    pub(super) name: String,
    pub(super) anchor: String,
    pub(super) effort: String,
    pub(super) tasks: Vec<Row>,
}

/// A task of theirs.
pub(super) struct Row {
    pub(super) number: String,
    pub(super) task: Link,
    pub(super) title: String,
    pub(super) wave: String,
    pub(super) effort: String,
    pub(super) when: String,
    /// Tasks of others that come before.
    pub(super) waits: Vec<Wait>,
}

/// A task of somebody else that comes before.
pub(super) struct Wait {
    pub(super) task: Link,
    pub(super) owner: String,
}

/// Every owner, by name.
pub(super) fn owners(assessment: &Assessment) -> Vec<Owner> {
    let plan = &assessment.plan;
    let tasks = plan.tasks.iter().map(|task| (&*task.id, task));
    let tasks: BTreeMap<&str, &Task> = tasks.collect();
    let mut owned: BTreeMap<&str, Vec<(String, &Task)>> = BTreeMap::new();
    for (number, wave) in (1..).zip(&plan.waves) {
        for (place, task) in (1..).zip(words::tasks_of(wave, &plan.tasks)) {
            let of_owner = owned.entry(&task.owner).or_default();
            of_owner.push((format!("{number}.{place}"), task));
        }
    }
    let owners = owned.into_iter();
    let owners = owners.enumerate();
    owners
        .map(|(place, (name, own))| Owner {
            anchor: place_of(name, place),
            ..Owner::of(name, own, &tasks)
        })
        .collect()
}

/// An owner's anchor: the name, with the place behind it if that alone could be another's too.
fn place_of(name: &str, place: usize) -> String {
    match anchor(name) {
        plain if plain == name => plain,
        other => format!("{other}-{place}"),
    }
}

impl Owner {
    fn of(name: &str, own: Vec<(String, &Task)>, tasks: &BTreeMap<&str, &Task>) -> Self {
        let effort = own.iter().map(|(_, task)| task.effort_hours).sum();
        let own = own.into_iter();
        Self {
            name: text::clean(name),
            anchor: String::new(),
            effort: words::hours(effort),
            tasks: own
                .map(|(number, task)| Row::of(number, task, tasks))
                .collect(),
        }
    }
}

impl Row {
    fn of(number: String, task: &Task, tasks: &BTreeMap<&str, &Task>) -> Self {
        let before = task.after.iter().filter_map(|id| tasks.get(&**id));
        let others = before.filter(|before| before.owner != task.owner);
        Self {
            number,
            task: Link::to(&task.id),
            title: text::clean(&task.title),
            wave: text::clean(task.wave.title()),
            effort: words::hours(task.effort_hours),
            when: schedule::when(task),
            waits: others
                .map(|before| Wait {
                    task: Link::to(&before.id),
                    owner: text::clean(&before.owner),
                })
                .collect(),
        }
    }
}

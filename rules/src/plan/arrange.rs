//! Puts tasks in an order that works, into waves and into days.
//!
//! Waves come first, then what must be done before; among tasks that could be next, those to which
//! the overlay gives an order, then the most severe, then the one that helps most for its cost: the
//! targets that it unblocks times what is affected, over its effort, then what is affected over its
//! effort. Ties are broken by id.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Effort, Plan, ScheduleSettings, Task, TaskState, Wave, WaveId,
    schedule::{CallDay, schedule},
    wave::call,
};

/// The plan of these tasks. What comes after what must have no circle.
pub(crate) fn arrange(tasks: Vec<Task>, settings: &ScheduleSettings) -> Plan {
    let mut tasks = in_order(tasks);
    let (schedule, calls) = schedule(&mut tasks, settings);
    Plan {
        waves: waves(&tasks, &calls),
        effort: Effort::sum(open(&tasks).map(|task| task.effort)),
        tasks,
        schedule,
        idle_edits: BTreeMap::new(),
    }
}

fn open(tasks: &[Task]) -> impl Iterator<Item = &Task> {
    let tasks = tasks.iter();
    tasks.filter(|task| task.state != TaskState::Rejected)
}

/// Tasks in the order in which to do them.
fn in_order(mut left: Vec<Task>) -> Vec<Task> {
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut ordered = Vec::new();
    while let Some(next) = next(&left, &done) {
        let task = left.swap_remove(next);
        done.insert(task.id.clone());
        ordered.push(task);
    }
    debug_assert!(left.is_empty(), "a task book has no circles");
    ordered
}

/// Which of the tasks that are left has its turn, now that these are done.
fn next(left: &[Task], done: &BTreeSet<String>) -> Option<usize> {
    let free =
        (0..left.len()).filter(|index| left[*index].after.iter().all(|id| done.contains(id)));
    free.min_by(|a, b| turn(&left[*a], &left[*b]))
}

/// Which of two tasks that could be next goes first.
fn turn(a: &Task, b: &Task) -> Ordering {
    let wish = |task: &Task| {
        let order = task.edit.as_ref().and_then(|edit| edit.order);
        (task.wave, order.is_none(), order, task.severity)
    };
    wish(a)
        .cmp(&wish(b))
        .then_with(|| help(b)[0].total_cmp(&help(a)[0]))
        .then_with(|| help(b)[1].total_cmp(&help(a)[1]))
        .then_with(|| a.id.cmp(&b.id))
}

/// How much of this a task helps for each hour that it costs; without bound if it costs nothing.
fn worth(help: f64, task: &Task) -> f64 {
    match task.effort.likely_hours > 0.0 {
        true => help / task.effort.likely_hours,
        false if help > 0.0 => f64::INFINITY,
        false => 0.0,
    }
}

/// What a task helps: targets that it unblocks times what is affected, and the latter by itself, for
/// tasks that unblock none.
#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 objects the last digit does not matter"
)]
fn help(task: &Task) -> [f64; 2] {
    let affected = task.affected as f64;
    [task.unblocks.len() as f64 * affected, affected].map(|help| worth(help, task))
}

/// The waves of tasks that are in order.
fn waves(tasks: &[Task], calls: &[CallDay]) -> Vec<Wave> {
    let opens = opens(tasks);
    let chunks: Vec<&[Task]> = tasks.chunk_by(|a, b| a.wave == b.wave).collect();
    let waves = chunks
        .iter()
        .zip(calls)
        .enumerate()
        .map(|(number, (tasks, day))| {
            let next = chunks.get(number + 1).copied().unwrap_or_default();
            let opens = opens.get(&day.wave).cloned().unwrap_or_default();
            let checkpoint: BTreeSet<&String> =
                open(tasks).flat_map(|task| &task.verify_rules).collect();
            let effort = Effort::sum(open(tasks).map(|task| task.effort));
            Wave {
                id: day.wave,
                title: day.wave.title().to_owned(),
                tasks: tasks.iter().map(|task| task.id.clone()).collect(),
                effort_hours: effort.likely_hours,
                effort,
                checkpoint: checkpoint.into_iter().cloned().collect(),
                call: call(tasks, next, *day, opens),
            }
        });
    waves.collect()
}

/// For each wave the targets of which it clears the last that this plan can clear. A target of
/// which a task is rejected is not among them.
fn opens(tasks: &[Task]) -> BTreeMap<WaveId, Vec<String>> {
    let mut last: BTreeMap<&str, WaveId> = BTreeMap::new();
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for task in tasks {
        for target in &task.unblocks {
            last.insert(target, task.wave);
            if task.state == TaskState::Rejected {
                held.insert(target);
            }
        }
    }
    let mut opens: BTreeMap<WaveId, Vec<String>> = BTreeMap::new();
    for (target, wave) in last
        .into_iter()
        .filter(|(target, _)| !held.contains(target))
    {
        opens.entry(wave).or_default().push(target.to_owned());
    }
    opens
}

/// The tasks whose order of the overlay cannot be had: each with one of a later order, or of none,
/// that comes before it all the same.
pub(super) fn contradicted(tasks: &[Task]) -> Vec<(&Task, &Task)> {
    let order = |task: &Task| task.edit.as_ref().and_then(|edit| edit.order);
    let overtaker = |place: usize, task: &Task| {
        let wanted = order(task)?;
        let mut earlier = tasks[..place].iter();
        earlier.find(|other| {
            other.wave == task.wave && order(other).is_none_or(|order| order > wanted)
        })
    };
    let all = tasks.iter().enumerate();
    all.filter_map(|(place, task)| Some((task, overtaker(place, task)?)))
        .collect()
}

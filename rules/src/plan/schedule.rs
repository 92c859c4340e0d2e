//! When each task is done: working days, capacity of owners, critical path and slack.
//!
//! Tasks are laid out in the order of the plan. Each begins when what comes before it has ended and
//! its owner is free: an owner does one task at a time, so many hours a day. A wave begins on the
//! day of the checkpoint call that ends the one before. Durations are of the likely effort. Counted
//! is in thousandths of a working day, so that nothing is lost by rounding.

mod calendar;
mod layout;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Task, TaskState, WaveId, effort::sum_hours};
use calendar::Calendar;
use layout::{Layout, Work, lay_out};
pub use settings::{ScheduleSettings, WorkingDay};

/// Thousandths of a working day: the unit in which is counted.
type Ticks = u64;

/// A working day.
const DAY: Ticks = 1000;

/// When what is done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// The first working day; absent if the profile names no start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The day of the last checkpoint call; absent if the profile names no start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Working days from the first to that of the last checkpoint call.
    pub days: u32,
    /// The tasks that cannot slip without moving the checkpoint call of their wave, in the order in
    /// which they begin.
    pub critical_path: Vec<String>,
    /// What each owner has to do, by owner.
    pub owners: Vec<OwnerLoad>,
}

/// What one owner has to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerLoad {
    /// The owner.
    pub owner: String,
    /// Hours of each working day that the owner has for the plan.
    pub hours_per_day: f64,
    /// The owner's tasks, rejected ones not counted.
    pub tasks: u32,
    /// Sum of their likely effort, in hours.
    pub effort_hours: f64,
}

/// When one task is done. Days are working days from the beginning of the plan, of which 0 is the
/// first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// When it begins, in working days.
    pub begins: f64,
    /// When it ends, in working days.
    pub ends: f64,
    /// The date on which it begins; absent if the profile names no start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The date on which it ends; absent if the profile names no start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// How far it can slip without moving the checkpoint call of its wave, in working days; other
    /// tasks may move.
    pub slack_days: f64,
    /// Whether it cannot slip at all.
    pub critical: bool,
}

/// When the checkpoint call of a wave is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CallDay {
    pub(super) wave: WaveId,
    pub(super) day: u32,
    pub(super) date: Option<Date>,
}

/// Puts tasks, which are in order, into days: sets their slots, and gives the schedule and the calls.
pub(super) fn schedule(
    tasks: &mut [Task],
    settings: &ScheduleSettings,
) -> (Schedule, Vec<CallDay>) {
    if tasks.is_empty() {
        return (Schedule::default(), Vec::new());
    }
    let mut calendar = Calendar::new(settings);
    let works = works(tasks, settings, &mut calendar);
    let layout = lay_out(&works);
    for ((task, work), placed) in tasks.iter_mut().zip(&works).zip(&layout.placed) {
        let slot = Slot {
            begins: days(placed.begin),
            ends: days(placed.begin + work.duration),
            start: calendar.date(day(placed.begin)),
            end: calendar.date(last_day(placed.begin, work.duration)),
            slack_days: days(placed.slack),
            critical: placed.slack == 0,
        };
        task.slot = (task.state != TaskState::Rejected).then_some(slot);
    }
    let calls = calls(tasks, &layout, &mut calendar);
    let last = calls.last().map_or(0, |call| call.day);
    let schedule = Schedule {
        start: calendar.date(0),
        end: calls.last().and_then(|call| call.date),
        days: last.saturating_add(1),
        critical_path: critical_path(tasks),
        owners: owners(tasks, settings),
    };
    (schedule, calls)
}

/// Tasks as what there is to lay out.
fn works(tasks: &[Task], settings: &ScheduleSettings, calendar: &mut Calendar) -> Vec<Work> {
    let places: BTreeMap<&str, usize> = (0..)
        .zip(tasks)
        .map(|(place, task)| (task.id.as_str(), place))
        .collect();
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    let works = tasks.iter().map(|task| {
        let count = owners.len();
        let is_rejected = task.state == TaskState::Rejected;
        let earliest = task.wanted().and_then(|date| calendar.day(date));
        Work {
            wave: task.wave,
            owner: (!is_rejected).then(|| *owners.entry(&task.owner).or_insert(count)),
            after: task
                .after
                .iter()
                .filter_map(|id| places.get(id.as_str()).copied())
                .collect(),
            duration: match is_rejected {
                true => 0,
                false => duration(task.effort.likely_hours, settings.hours_of(&task.owner)),
            },
            earliest: earliest.map_or(0, |day| Ticks::from(day) * DAY),
        }
    });
    works.collect()
}

/// How long an effort takes at so many hours a day.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an effort is at most 10,000 hours and a day has at least a quarter of one"
)]
fn duration(effort_hours: f64, hours_per_day: f64) -> Ticks {
    (effort_hours / hours_per_day * 1000.0).ceil() as Ticks
}

/// Ticks as days, for people and charts.
#[expect(
    clippy::cast_precision_loss,
    reason = "plans are far shorter than 2^53 ticks"
)]
fn days(ticks: Ticks) -> f64 {
    ticks as f64 / 1000.0
}

/// The working day in which a moment lies.
fn day(moment: Ticks) -> u32 {
    u32::try_from(moment / DAY).unwrap_or(u32::MAX)
}

/// The working day on which something ends: what ends with a day does not reach into the next.
fn last_day(begin: Ticks, duration: Ticks) -> u32 {
    day(begin + duration.saturating_sub(1))
}

fn calls(tasks: &[Task], layout: &Layout, calendar: &mut Calendar) -> Vec<CallDay> {
    let waves = tasks.chunk_by(|a, b| a.wave == b.wave);
    let calls = waves.zip(&layout.calls).map(|(tasks, day)| CallDay {
        wave: tasks[0].wave,
        day: *day,
        date: calendar.date(*day),
    });
    calls.collect()
}

fn critical_path(tasks: &[Task]) -> Vec<String> {
    let slots = tasks.iter().filter_map(|task| Some((task, task.slot?)));
    let mut critical: Vec<(&Task, Slot)> = slots.filter(|(_, slot)| slot.critical).collect();
    critical.sort_by(|(_, a), (_, b)| a.begins.total_cmp(&b.begins));
    critical
        .into_iter()
        .map(|(task, _)| task.id.clone())
        .collect()
}

fn owners(tasks: &[Task], settings: &ScheduleSettings) -> Vec<OwnerLoad> {
    let open = || {
        tasks
            .iter()
            .filter(|task| task.state != TaskState::Rejected)
    };
    let names: BTreeSet<&str> = open().map(|task| task.owner.as_str()).collect();
    let load = |owner: &str| {
        let own: Vec<f64> = open()
            .filter(|task| task.owner == owner)
            .map(|task| task.effort.likely_hours)
            .collect();
        OwnerLoad {
            owner: owner.to_owned(),
            hours_per_day: settings.hours_of(owner),
            tasks: u32::try_from(own.len()).unwrap_or(u32::MAX),
            effort_hours: sum_hours(own),
        }
    };
    names.into_iter().map(load).collect()
}

#[cfg(test)]
mod tests;

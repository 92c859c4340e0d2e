//! A wave in time: a bar for each task from its first day to its last, its slack behind it, and the
//! checkpoint call that ends the wave.

use waterline_rules::plan::{Slot, Task, Wave};

use super::per_cent;
use crate::report::text;

/// Height of a task's lane in the chart's own units, and on the screen in pixels.
const LANE: usize = 10;
const LANE_PIXELS: usize = 9;

/// The narrowest bar, in days of a plan of so many days.
const NARROWEST: f64 = 0.006;

/// The chart of a wave.
pub(super) struct Chart {
    pub(super) lanes: Vec<Lane>,
    pub(super) height: usize,
    pub(super) pixels: usize,
    /// Where the checkpoint call stands.
    pub(super) call: String,
}

/// A task in a chart.
pub(super) struct Lane {
    pub(super) title: String,
    pub(super) class: &'static str,
    pub(super) top: usize,
    pub(super) from: String,
    pub(super) width: String,
    pub(super) slack_from: String,
    pub(super) slack_width: String,
}

impl Chart {
    /// The chart of a wave in a plan of so many working days.
    pub(super) fn of(wave: &Wave, tasks: &[&Task], days: f64) -> Self {
        let slots = tasks.iter().filter_map(|task| Some((*task, task.slot?)));
        let lanes = slots.enumerate().map(|(place, (task, slot))| Lane {
            top: place * LANE + 1,
            ..Lane::of(task, slot, days)
        });
        let lanes: Vec<Lane> = lanes.collect();
        Self {
            height: lanes.len() * LANE,
            pixels: lanes.len() * LANE_PIXELS,
            call: per_cent(wave.call.day.into(), days),
            lanes,
        }
    }
}

impl Lane {
    fn of(task: &Task, slot: Slot, days: f64) -> Self {
        let width = (slot.ends - slot.begins).max(days * NARROWEST);
        Self {
            title: text::clean(&task.title),
            class: if slot.critical { "critical" } else { "planned" },
            top: 0,
            from: per_cent(slot.begins, days),
            width: per_cent(width, days),
            slack_from: per_cent(slot.ends, days),
            slack_width: per_cent(slot.slack_days, days),
        }
    }
}

//! When tasks are done, in words: dates where the profile names a start, else working days by number.

use waterline_rules::{
    Plan,
    plan::{Effort, Slot, Task, TaskState, Wave},
};

use super::words;

/// An effort with what it may turn out to be, such as `4 h (2–8)`.
pub(super) fn effort(effort: &Effort) -> String {
    let Effort {
        low_hours: low,
        likely_hours: likely,
        high_hours: high,
        ..
    } = *effort;
    if low == likely && likely == high {
        return words::hours(likely);
    }
    let low = words::hours(low);
    let low = low.trim_end_matches(" h");
    format!("{} ({low} to {})", words::hours(likely), words::hours(high))
}

/// When a task is done; nothing for one that is rejected.
pub(super) fn when(task: &Task) -> String {
    task.slot.map_or_else(String::new, |slot| span(&slot))
}

fn span(slot: &Slot) -> String {
    match (slot.start, slot.end) {
        (Some(start), Some(end)) if start == end => start.to_string(),
        (Some(start), Some(end)) => format!("{start} to {end}"),
        _ => {
            let (first, last) = (slot.begins.floor() + 1.0, slot.ends.ceil().max(1.0));
            match first >= last {
                true => format!("day {first}"),
                false => format!("day {first} to {last}"),
            }
        }
    }
}

/// How far a task can slip.
pub(super) fn slack(slot: &Slot) -> String {
    if slot.critical {
        return "none: it is on the critical path".to_owned();
    }
    let days = (slot.slack_days * 10.0).round() / 10.0;
    match days {
        1.0 => "1 working day".to_owned(),
        days => format!("{days} working days"),
    }
}

/// When the checkpoint call of a wave is held.
pub(super) fn call(wave: &Wave) -> String {
    match wave.call.date {
        Some(date) => date.to_string(),
        None => format!("day {}", wave.call.day.saturating_add(1)),
    }
}

/// How long the plan takes.
pub(super) fn length(plan: &Plan) -> String {
    let days = words::count(plan.schedule.days, "working day");
    match (plan.schedule.start, plan.schedule.end) {
        (Some(start), Some(end)) => format!("{start} to {end}, {days}"),
        _ => days,
    }
}

/// Whether a task is to be done; nothing for an open one.
pub(super) fn state(task: &Task) -> &'static str {
    match task.state {
        TaskState::Open => "",
        TaskState::Ticked => "ticked, still found",
        TaskState::Rejected => "rejected",
    }
}

/// What the overlay says of a task, each a sentence; raw text in it.
pub(super) fn edits(task: &Task) -> Vec<String> {
    let mut said = Vec::new();
    let Some(edit) = &task.edit else {
        return said;
    };
    if let Some(why) = &edit.rejected {
        said.push(format!("rejected: {why}"));
    }
    let replaced = task.replaced.as_ref();
    if let Some(owner) = replaced.and_then(|replaced| replaced.owner.as_ref()) {
        said.push(format!("the owner was {owner}"));
    }
    if let Some(before) = replaced.and_then(|replaced| replaced.effort.as_ref()) {
        said.push(format!("the effort was {}", effort(before)));
    }
    if let Some(date) = edit.date {
        said.push(format!("not before {date}"));
    }
    if task.state == TaskState::Ticked {
        said.push("ticked as done, but its findings were seen in this run".to_owned());
    }
    said.extend(
        edit.comment
            .iter()
            .map(|comment| format!("comment: {comment}")),
    );
    said
}

/// What a task is about, such as `399 objects`.
pub(super) fn scope(task: &Task) -> String {
    use waterline_rules::plan::ScopeKind;
    let scope = &task.scope;
    match scope.kind {
        ScopeKind::Environment => scope.kind.words(scope.count).to_owned(),
        kind => format!("{} {}", scope.count, kind.words(scope.count)),
    }
}

//! The overlay: what specialists decided about tasks, in a file of their own.
//!
//! A run makes its plan anew and lays the overlay over it, so that edits outlive the run. Entries
//! are keyed by task id. An id that no rule describes is a mistake and refused, with its place; one
//! whose task has gone from the plan is kept and reported. JSON is YAML too, so a page may save the
//! overlay as JSON.

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::MapAccess, de::Visitor};

use super::{
    Effort, EffortHours, Plan, Replaced, ScheduleSettings, Task, TaskBook, TaskState,
    arrange::{arrange, contradicted},
    effort::EffortForm,
};
use crate::{
    Assessment,
    source::{Fault, Source, Spanned, did_you_mean},
};

/// Longest text of an entry, in characters.
const LONGEST: usize = 10_000;

/// What specialists decided about tasks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// The entries, by task id.
    #[serde(default)]
    pub tasks: BTreeMap<String, TaskEdit>,
}

/// What specialists decided about one task. Every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TaskEdit {
    /// Who does it, in place of the rule's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its place in its wave: tasks with an order come first, by it, as far as what must be done
    /// before allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The day on which it begins, or the first after it on which it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Why it is not done; a task with this is rejected, and its findings stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// What else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Effort in hours, in place of the rule's: a number, or `{low: …, likely: …, high: …}`.
    #[schemars(with = "Option<EffortForm>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort_hours: Option<EffortHours>,
    /// Whether somebody ticked it as done; a run alone shows whether it is.
    #[serde(skip_serializing_if = "is_false")]
    pub done: bool,
}

/// An entry that found no task in the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdleEdit {
    /// Why, in words.
    pub why: String,
    /// What it says.
    pub edit: TaskEdit,
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Where the entries stand.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Places {
    tasks: Entries,
}

/// Entries by the place of their key.
#[derive(Debug, Default)]
struct Entries(Vec<(Spanned<String>, serde::de::IgnoredAny)>);

impl Overlay {
    /// Reads an overlay for the tasks of a book.
    ///
    /// # Errors
    /// The first fault of form, such as an unknown key or a bad date; otherwise every entry whose
    /// task no rule describes or whose content cannot be used, each with its place.
    pub fn read(source: &Source, book: &TaskBook) -> Result<Self, Vec<Fault>> {
        if source.text.trim().is_empty() {
            return Ok(Self::default());
        }
        let overlay: Self = source.read().map_err(|fault| vec![fault])?;
        let places: Places = source.read().unwrap_or_default();
        let faults: Vec<Fault> = overlay
            .tasks
            .iter()
            .filter_map(|(id, edit)| Some((id, misfit(id, edit, book)?)))
            .map(|(id, message)| {
                let place = places.tasks.0.iter().find(|(key, _)| key.value == *id);
                match place {
                    Some((key, _)) => source.at(key.referenced, message),
                    None => source.whole(message),
                }
            })
            .collect();
        match faults.is_empty() {
            true => Ok(overlay),
            false => Err(sorted(faults)),
        }
    }

    /// The plan with these edits, in a new order and with new dates, and what of them did not fit,
    /// each a sentence.
    pub fn apply(&self, plan: Plan, settings: &ScheduleSettings) -> (Plan, Vec<String>) {
        let mut tasks = plan.tasks;
        for task in &mut tasks {
            if let Some(edit) = self.tasks.get(&task.id) {
                change(task, edit);
            }
        }
        let mut plan = arrange(tasks, settings);
        plan.idle_edits = self.idle(&plan.tasks);
        let notices = notices(&plan, settings);
        (plan, notices)
    }

    /// Lays the edits over the plan of an assessment, whose remaining work and notices follow.
    pub fn lay_over(&self, assessment: &mut Assessment, settings: &ScheduleSettings) {
        let plan = std::mem::take(&mut assessment.plan);
        let (plan, notices) = self.apply(plan, settings);
        assessment.remaining_work.effort_hours = plan.effort.likely_hours;
        assessment.plan = plan;
        assessment.notices.extend(notices);
        assessment.notices.sort();
    }

    /// The entries that found no task among these.
    fn idle(&self, tasks: &[Task]) -> BTreeMap<String, IdleEdit> {
        let entries = self.tasks.iter();
        let idle = entries.filter(|(id, _)| tasks.iter().all(|task| task.id != **id));
        idle.map(|(id, edit)| {
            let why = match edit.done {
                true => "it was ticked as done, and this run finds nothing that it would clear",
                false => "this run finds nothing that it would clear",
            };
            let edit = edit.clone();
            let why = why.to_owned();
            (id.clone(), IdleEdit { why, edit })
        })
        .collect()
    }
}

fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort();
    faults
}

/// What is wrong with an entry.
fn misfit(id: &str, edit: &TaskEdit, book: &TaskBook) -> Option<String> {
    if book.get(id).is_none() {
        let near = did_you_mean(id, book.iter().map(|task| task.id.value.as_str()));
        let advice = if near.is_empty() {
            "; remove the entry"
        } else {
            ""
        };
        return Some(format!("no rule describes a task `{id}`{near}{advice}"));
    }
    let blank = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
    let texts = [&edit.owner, &edit.rejected, &edit.comment];
    let is_long = |text: &&Option<String>| {
        text.as_ref()
            .is_some_and(|text| text.chars().count() > LONGEST)
    };
    if blank(&edit.rejected) {
        Some(format!(
            "`rejected` of `{id}` says why the task is not done; leave it out to do it"
        ))
    } else if blank(&edit.owner) {
        Some(format!(
            "`owner` of `{id}` is empty; leave it out to keep the rule's"
        ))
    } else if texts.iter().any(is_long) {
        Some(format!(
            "a text of `{id}` is longer than {LONGEST} characters"
        ))
    } else if edit.effort_hours.is_some_and(|effort| !effort.is_sound()) {
        let most = super::effort::MAX_HOURS;
        Some(format!(
            "`effort_hours` of `{id}` must be from 0 to {most}, low to high"
        ))
    } else {
        None
    }
}

/// Changes a task as an entry says.
fn change(task: &mut Task, edit: &TaskEdit) {
    let mut replaced = Replaced::default();
    if let Some(owner) = &edit.owner {
        replaced.owner = Some(std::mem::replace(&mut task.owner, owner.clone()));
    }
    if let Some(hours) = edit.effort_hours {
        replaced.effort = Some(std::mem::replace(&mut task.effort, Effort::from(hours)));
        task.effort_hours = task.effort.likely_hours;
    }
    task.state = match (&edit.rejected, edit.done) {
        (Some(_), _) => TaskState::Rejected,
        (None, true) => TaskState::Ticked,
        (None, false) => TaskState::Open,
    };
    task.replaced = (replaced != Replaced::default()).then_some(replaced);
    task.edit = Some(edit.clone());
}

/// What of the edits did not fit, each a sentence, sorted.
fn notices(plan: &Plan, settings: &ScheduleSettings) -> Vec<String> {
    let idle = plan.idle_edits.iter();
    let mut notices: Vec<String> = idle
        .map(|(id, idle)| format!("The overlay's entry for task `{id}` is idle: {}", idle.why))
        .collect();
    for task in &plan.tasks {
        notices.extend(ticked(task));
        notices.extend(misdated(task, settings));
        notices.extend(rejected_before(task, &plan.tasks));
    }
    for (task, other) in contradicted(&plan.tasks) {
        notices.push(format!(
            "Task `{}` cannot have the order that the overlay gives it: `{}` comes before it, as \
             something must be done before",
            task.id, other.id
        ));
    }
    notices.sort();
    notices
}

fn ticked(task: &Task) -> Option<String> {
    (task.state == TaskState::Ticked).then(|| {
        let findings = task.clears.len();
        let word = if findings == 1 { "finding" } else { "findings" };
        format!(
            "Task `{}` is ticked as done, but this run still sees {findings} {word} of it",
            task.id
        )
    })
}

fn misdated(task: &Task, settings: &ScheduleSettings) -> Option<String> {
    let wanted = task.wanted()?;
    let id = &task.id;
    if settings.start.is_none() {
        return Some(format!(
            "Task `{id}` has the date {wanted}, which has no effect as the profile has no \
             `schedule` with a `start`"
        ));
    }
    let start = task.slot?.start?;
    (start > wanted).then(|| {
        format!("Task `{id}` cannot begin on {wanted} as the overlay wants, but on {start}")
    })
}

fn rejected_before(task: &Task, all: &[Task]) -> Option<String> {
    let rejected = |id: &&String| {
        all.iter()
            .any(|other| other.id == **id && other.state == TaskState::Rejected)
    };
    if task.state == TaskState::Rejected {
        return None;
    }
    let before = task.after.iter().find(rejected)?;
    Some(format!(
        "Task `{}` comes after `{before}`, which the overlay rejects: see whether it can be done \
         without",
        task.id
    ))
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("entries by task id")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        from.deserialize_map(Keys)
    }
}

#[cfg(test)]
mod tests;

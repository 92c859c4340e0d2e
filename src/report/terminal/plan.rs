//! The plan at a glance: waves and their tasks in the order in which to do them.

use std::io;

use waterline_rules::{
    Assessment,
    plan::{Task, Wave},
};

use super::severity_style;
use crate::report::{
    page::{FAINT, HEADING, PLAIN, Page},
    schedule,
    text::clean,
    words,
};

/// Columns of a task's number.
const NUMBER: usize = 8;

/// Columns of a task's owner.
const OWNER: usize = 18;

/// Columns of an effort.
const EFFORT: usize = 9;

/// Tasks of one wave that are shown.
const TASKS: usize = 10;

/// Writes the waves with their tasks.
pub(super) fn write(assessment: &Assessment, page: &mut Page) -> io::Result<()> {
    let plan = &assessment.plan;
    if plan.tasks.is_empty() {
        return Ok(());
    }
    let effort = schedule::effort(&plan.effort);
    let tasks = words::count(plan.tasks.len() as u64, "task");
    let waves = words::count(plan.waves.len() as u64, "wave");
    page.heading("PLAN", &format!("{tasks} in {waves}, {effort}"))?;
    page.text(2, FAINT, &schedule::length(plan))?;
    for (number, wave) in (1..).zip(&plan.waves) {
        let tasks: Vec<&Task> = words::tasks_of(wave, &plan.tasks).collect();
        write_wave(number, wave, &tasks, page)?;
    }
    Ok(())
}

fn write_wave(number: u32, wave: &Wave, tasks: &[&Task], page: &mut Page) -> io::Result<()> {
    let owner = common_owner(tasks);
    page.row(
        (4, &format!("  {number}"), HEADING),
        &clean(&wave.title),
        &[
            (OWNER, &clean(owner.unwrap_or_default())),
            (EFFORT, &words::hours(wave.effort_hours)),
        ],
    )?;
    for (place, task) in (1..).zip(tasks).take(TASKS) {
        let number = format!("    {number}.{place}");
        write_task(&number, task, owner.is_none(), page)?;
    }
    rest(tasks.get(TASKS..).unwrap_or_default(), page)?;
    let call = format!("checkpoint call: {}", schedule::call(wave));
    page.text(NUMBER + 1, FAINT, &call)
}

fn write_task(number: &str, task: &Task, shared: bool, page: &mut Page) -> io::Result<()> {
    let lead = (NUMBER + 1, number, severity_style(task.severity));
    let effort = words::hours(task.effort_hours);
    let owner = clean(&task.owner);
    let columns = [(OWNER, &*owner), (EFFORT, &*effort)];
    let columns = if shared { &columns[..] } else { &columns[1..] };
    let title = match schedule::state(task) {
        "" => clean(&task.title),
        state => format!("{} ({state})", clean(&task.title)),
    };
    page.row(lead, &title, columns)
}

/// The tasks that are not shown.
fn rest(tasks: &[&Task], page: &mut Page) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let effort: f64 = tasks.iter().map(|task| task.effort_hours).sum();
    page.row(
        (NUMBER + 1, "", PLAIN),
        &format!("and {} more in the full report", tasks.len()),
        &[(EFFORT, &words::hours(effort))],
    )
}

/// The owner of all tasks, if they have the same.
fn common_owner<'a>(tasks: &[&'a Task]) -> Option<&'a str> {
    let first = tasks.first()?;
    let same = tasks.iter().all(|task| task.owner == first.owner);
    same.then_some(&*first.owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Layout, fixture};

    fn shown(tasks: usize) -> String {
        let mut assessment = fixture::assessment();
        let plan = &mut assessment.plan;
        let one = plan.tasks[0].clone();
        plan.tasks = (0..tasks)
            .map(|number| Task {
                id: format!("task-{number}"),
                ..one.clone()
            })
            .collect();
        plan.waves.truncate(1);
        plan.waves[0].tasks = plan.tasks.iter().map(|task| task.id.clone()).collect();
        let mut out = Vec::new();
        write(&assessment, &mut Page::new(Layout::default(), &mut out)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tasks_of_a_wave_are_cut_after_the_limit_with_the_number_left() {
        assert!(shown(1).contains("1 task in 1 wave, "));
        assert!(!shown(1).contains("more in the full report"));
        assert!(shown(TASKS).contains("1.10 "));
        assert!(!shown(TASKS).contains("more in the full report"));
        assert!(!shown(TASKS + 1).contains("1.11"));
        assert!(shown(TASKS + 1).contains("and 1 more in the full report"));
    }

    #[test]
    fn owner_is_said_once_for_a_wave_of_one_owner() {
        assert_eq!(shown(3).matches("directory-admin").count(), 1);
    }
}

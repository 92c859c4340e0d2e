//! All tasks that the rules describe, checked: what a plan is made of.
//!
//! A task is written in full in one rule; others point at it. A task never comes after one of a
//! later wave and never after itself, so that any choice of tasks has an order.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::Graph,
    misplaced::Misplaced,
    plan::effort::MAX_HOURS,
    rule::{Rule, TaskTemplate},
    source::{Spanned, did_you_mean},
};

/// All tasks that the rules describe, by id.
#[derive(Debug, Clone, Default)]
pub struct TaskBook {
    tasks: BTreeMap<String, TaskTemplate>,
}

/// Tasks by id, each with the rule that writes it in full.
type Written<'a> = BTreeMap<&'a str, (&'a Rule, &'a TaskTemplate)>;

impl TaskBook {
    /// Collects the tasks of rules.
    ///
    /// # Errors
    /// Every task that is written in full twice, that has an effort which cannot be, that is
    /// pointed at and not there, or that comes after one of a later wave; every rule with both
    /// `task` and `task_ref`; and, if there is none of these, a circle of tasks that come after
    /// each other. Those written twice come first, otherwise in the order of the rules.
    pub fn new(rules: &[Rule]) -> Result<Self, Vec<Misplaced>> {
        let (written, mut faults) = collect(rules);
        for rule in rules {
            faults.extend(reference_fault(rule, &written));
            let template = rule.task.iter();
            faults.extend(template.flat_map(|task| task_faults(rule, task, &written)));
        }
        if faults.is_empty() {
            faults.extend(circle(&written));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let tasks = written.into_iter();
        let tasks = tasks.map(|(id, (_, task))| (id.to_owned(), task.clone()));
        Ok(Self {
            tasks: tasks.collect(),
        })
    }

    /// The same book with further tasks, none of which takes the place of one that is there.
    pub(crate) fn with(&self, more: Vec<TaskTemplate>) -> Self {
        let mut book = self.clone();
        for task in more {
            book.tasks.entry(task.id.value.clone()).or_insert(task);
        }
        book
    }

    /// The task with this id.
    pub fn get(&self, id: &str) -> Option<&TaskTemplate> {
        self.tasks.get(id)
    }

    /// All tasks, by id.
    pub fn iter(&self) -> impl Iterator<Item = &TaskTemplate> {
        self.tasks.values()
    }

    /// The tasks among these that come directly before a task, once those that are not among them
    /// are left out of the order.
    pub(super) fn before<'a>(&'a self, id: &str, among: &BTreeSet<&str>) -> BTreeSet<&'a str> {
        let mut before = BTreeSet::new();
        let mut passed = BTreeSet::new();
        let mut open: Vec<&str> = self.after(id).collect();
        while let Some(id) = open.pop() {
            if among.contains(id) {
                before.insert(id);
            } else if passed.insert(id) {
                open.extend(self.after(id));
            }
        }
        before
    }

    /// What a task says it comes after.
    fn after<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let task = self.tasks.get(id).into_iter();
        task.flat_map(|task| task.after.iter().map(|id| id.value.as_str()))
    }
}

/// A fault in a rule, shown where this word stands.
fn fault(rule: &Rule, word: &Spanned<String>, message: String) -> Misplaced {
    Misplaced {
        id: rule.id.value.clone(),
        place: word.referenced,
        message,
    }
}

/// The tasks that are written in full, and those that are so more than once.
fn collect(rules: &[Rule]) -> (Written<'_>, Vec<Misplaced>) {
    let mut written = Written::new();
    let mut faults = Vec::new();
    for (rule, task) in rules
        .iter()
        .filter_map(|rule| Some((rule, rule.task.as_ref()?)))
    {
        let id = task.id.value.as_str();
        match written.get(id) {
            Some((first, _)) => {
                let message = format!(
                    "task `{id}` is written in full in rule `{}` too; keep one of them and write \
                     `task_ref: {id}` in the other",
                    first.id.value
                );
                faults.push(fault(rule, &task.id, message));
            }
            None => {
                written.insert(id, (rule, task));
            }
        }
    }
    (written, faults)
}

/// What is wrong with a rule's `task_ref`.
fn reference_fault(rule: &Rule, written: &Written<'_>) -> Option<Misplaced> {
    let reference = rule.task_ref.as_ref()?;
    if rule.task.is_some() {
        let message = "a rule has `task` or `task_ref`, not both".to_owned();
        return Some(fault(rule, reference, message));
    }
    let known = written.contains_key(reference.value.as_str());
    (!known).then(|| fault(rule, reference, unknown(&reference.value, written)))
}

/// What is wrong with a task by itself and with what it comes after.
fn task_faults(rule: &Rule, task: &TaskTemplate, written: &Written<'_>) -> Vec<Misplaced> {
    let mut faults = Vec::new();
    if !task.effort_hours.is_sound() {
        let message = format!(
            "`effort_hours` of task `{}` must be from 0 to {MAX_HOURS}, low to high",
            task.id.value
        );
        faults.push(fault(rule, &task.id, message));
    }
    for earlier in &task.after {
        let message = match written.get(earlier.value.as_str()) {
            None => unknown(&earlier.value, written),
            Some((_, other)) if other.wave > task.wave => format!(
                "task `{}` of wave {} cannot come after `{}` of the later wave {}",
                task.id.value, task.wave, earlier.value, other.wave
            ),
            Some(_) => continue,
        };
        faults.push(fault(rule, earlier, message));
    }
    faults
}

fn unknown(id: &str, written: &Written<'_>) -> String {
    let hint = did_you_mean(id, written.keys().copied());
    format!("unknown task `{id}`{hint}")
}

/// A circle of tasks that come after each other, shown in the first of them.
fn circle(written: &Written<'_>) -> Option<Misplaced> {
    let mut graph = Graph::default();
    for (id, (_, task)) in written {
        for earlier in &task.after {
            graph.wait(id, &earlier.value);
        }
    }
    let circle = graph.cycle()?;
    let (rule, task) = written.get(circle[0])?;
    let place = task.after.iter().find(|id| id.value == circle[1])?;
    let message = format!(
        "tasks come after each other in a circle: {}; remove one `after`",
        circle.join(" → ")
    );
    Some(fault(rule, place, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        plan::WaveId,
        testing::{rule, spanned, task},
    };

    /// Rules that each write one task: its id, wave, and what it comes after.
    fn rules(tasks: &[(&str, WaveId, &[&str])]) -> Vec<Rule> {
        let tasks = tasks.iter().map(|(id, wave, after)| Rule {
            task: Some(TaskTemplate {
                wave: *wave,
                ..task(id, after)
            }),
            ..rule(&format!("rule-of-{id}"), &["core"])
        });
        tasks.collect()
    }

    fn faults(rules: &[Rule]) -> String {
        let show = |fault: &Misplaced| format!("{}: {}", fault.id, fault.message);
        let faults: Vec<String> = TaskBook::new(rules).unwrap_err().iter().map(show).collect();
        faults.join("\n")
    }

    use WaveId::{Directory, Network, Safety};

    #[test]
    fn a_task_is_written_once_and_pointed_at_by_others() {
        let mut rules = rules(&[("raise", Directory, &[])]);
        rules.push(Rule {
            task_ref: Some(spanned("raise")),
            ..rule("other", &["core"])
        });
        let book = TaskBook::new(&rules).unwrap();
        assert_eq!(book.iter().count(), 1);
        assert_eq!(book.get("raise").unwrap().wave, Directory);
    }

    #[test]
    fn every_fault_names_its_rule_and_what_to_do() {
        let mut rules = rules(&[
            ("raise", Directory, &["opne-ports", "backup"]),
            ("open-ports", Network, &[]),
            ("raise", Directory, &[]),
            ("backup", Safety, &["open-ports"]),
        ]);
        rules[1].task.as_mut().unwrap().effort_hours = f64::NAN.into();
        rules[3].task_ref = Some(spanned("raise"));
        rules.push(Rule {
            task_ref: Some(spanned("rise")),
            ..rule("pointing", &["core"])
        });
        insta::assert_snapshot!(faults(&rules), @"
        rule-of-raise: task `raise` is written in full in rule `rule-of-raise` too; keep one of them and write `task_ref: raise` in the other
        rule-of-raise: unknown task `opne-ports`; did you mean `open-ports`?
        rule-of-open-ports: `effort_hours` of task `open-ports` must be from 0 to 10000, low to high
        rule-of-backup: a rule has `task` or `task_ref`, not both
        rule-of-backup: task `backup` of wave safety cannot come after `open-ports` of the later wave network
        pointing: unknown task `rise`; did you mean `raise`?
        ");
    }

    #[test]
    fn a_circle_is_spelled_out() {
        let itself = rules(&[("a", Safety, &["a"])]);
        insta::assert_snapshot!(
            faults(&itself),
            @"rule-of-a: tasks come after each other in a circle: a → a; remove one `after`"
        );
        let three = rules(&[
            ("c", Network, &["b"]),
            ("b", Network, &["safe", "a"]),
            ("safe", Safety, &[]),
            ("a", Network, &["c"]),
            ("d", Network, &["a"]),
        ]);
        insta::assert_snapshot!(
            faults(&three),
            @"rule-of-a: tasks come after each other in a circle: a → c → b → a; remove one `after`"
        );
    }

    #[test]
    fn tasks_that_are_left_out_pass_their_order_on() {
        let book = TaskBook::new(&rules(&[
            ("a", Safety, &[]),
            ("b", Safety, &["a"]),
            ("c", Network, &["b"]),
            ("d", Network, &["c", "b"]),
        ]))
        .unwrap();
        let table: [(&[&str], &[&str]); 4] = [
            (&["a", "b", "c", "d"], &["b", "c"]),
            (&["a", "b", "d"], &["b"]),
            (&["a", "d"], &["a"]),
            (&["d"], &[]),
        ];
        for (among, before) in table {
            let found = book.before("d", &among.iter().copied().collect());
            assert_eq!(found, before.iter().copied().collect(), "{among:?}");
        }
    }
}

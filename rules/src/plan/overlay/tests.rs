//! What an overlay does to a plan, and what is said where it does not fit.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{
    plan::{Sources, WaveId, build},
    rule::{Rule, TaskTemplate},
    testing::{finding, rule, task},
};

/// A book of tasks: id, wave, hours, and what it comes after.
fn book() -> TaskBook {
    use WaveId::{Directory, Safety};
    let tasks: [(&str, WaveId, f64, &[&str]); 5] = [
        ("backup", Safety, 4.0, &[]),
        ("raise", Directory, 8.0, &["backup"]),
        ("rename", Directory, 16.0, &["raise"]),
        ("clean", Directory, 8.0, &[]),
        ("unneeded", Directory, 1.0, &[]),
    ];
    let rules = tasks.iter().map(|(id, wave, hours, after)| Rule {
        task: Some(TaskTemplate {
            wave: *wave,
            effort_hours: (*hours).into(),
            ..task(id, after)
        }),
        ..rule(&format!("rule-of-{id}"), &["core"])
    });
    TaskBook::new(&rules.collect::<Vec<_>>()).unwrap()
}

/// A plan of all tasks but the one that is not needed.
fn plan(settings: &ScheduleSettings) -> Plan {
    let book = book();
    let findings = ["backup", "raise", "rename", "clean"].map(|id| {
        let rule = format!("rule-of-{id}");
        crate::assessment::Finding {
            task: Some(id.to_owned()),
            ..finding(&rule, &rule)
        }
    });
    let sources = Sources {
        book: &book,
        held_up: BTreeMap::new(),
        checks: BTreeMap::new(),
        schedule: settings,
    };
    build(findings.iter(), &sources)
}

fn dated() -> ScheduleSettings {
    ScheduleSettings {
        start: Some(date(2026, 11, 30)),
        ..ScheduleSettings::default()
    }
}

fn read(text: &str) -> Result<Overlay, String> {
    Overlay::read(&Source::new("plan-overlay.yaml", text), &book()).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("\n")
    })
}

fn ids(plan: &Plan) -> String {
    let ids: Vec<&str> = plan.tasks.iter().map(|task| task.id.as_str()).collect();
    ids.join(" ")
}

#[test]
fn edits_change_owner_effort_order_and_state_and_keep_what_they_replace() {
    let before = plan(&dated());
    assert_eq!(ids(&before), "backup clean raise rename");
    let overlay = read(
        "tasks:\n  raise: {owner: Ann Lee, order: 1, effort_hours: {low: 1, likely: 2, high: 9}}\n  \
         clean: {rejected: we retire that domain, comment: see ticket 7}\n",
    );
    let (after, notices) = overlay.unwrap().apply(before.clone(), &dated());
    assert_eq!(ids(&after), "backup raise clean rename");
    let raise = &after.tasks[1];
    assert_eq!((raise.owner.as_str(), raise.effort_hours), ("Ann Lee", 2.0));
    let replaced = raise.replaced.as_ref().unwrap();
    assert_eq!(replaced.owner.as_deref(), Some("directory-admin"));
    assert_eq!(replaced.effort.unwrap().likely_hours, 8.0);
    assert_eq!(after.tasks[2].state, TaskState::Rejected);
    assert_eq!(after.tasks[2].slot, None);
    assert_eq!(after.effort.likely_hours, 4.0 + 2.0 + 16.0);
    assert_eq!(notices, Vec::<String>::new());
    let shown = after.waves[1].call.must_show.iter();
    assert!(shown.map(|proof| &proof.task).all(|id| id != "clean"));
}

#[test]
fn what_does_not_fit_is_told_and_kept() {
    let overlay = read(
        "tasks:\n  unneeded: {comment: later}\n  rename: {order: 1, date: 2026-12-01}\n  \
         raise: {order: 2, done: true}\n  backup: {rejected: there is one}\n",
    );
    let (plan, notices) = overlay.unwrap().apply(plan(&dated()), &dated());
    insta::assert_snapshot!(notices.join("\n"));
    assert_eq!(
        plan.idle_edits["unneeded"].edit.comment.as_deref(),
        Some("later")
    );
}

#[test]
fn a_date_without_a_start_has_no_effect_and_says_so() {
    let settings = ScheduleSettings::default();
    let overlay = read("tasks: {raise: {date: 2026-12-01}}").unwrap();
    let (plan, notices) = overlay.apply(plan(&settings), &settings);
    assert!(
        notices[0].contains("no `schedule` with a `start`"),
        "{notices:?}"
    );
    assert!(
        plan.tasks
            .iter()
            .all(|task| task.slot.unwrap().start.is_none())
    );
}

#[test]
fn a_wanted_date_moves_a_task_and_what_comes_after_it() {
    let overlay = read("tasks: {raise: {date: 2026-12-12}}").unwrap();
    let (plan, notices) = overlay.apply(plan(&dated()), &dated());
    let start = |id: &str| {
        let task = plan.tasks.iter().find(|task| task.id == id).unwrap();
        task.slot.unwrap().start.unwrap()
    };
    // The twelfth is a Saturday.
    assert_eq!(start("raise"), date(2026, 12, 14));
    assert_eq!(start("rename"), date(2026, 12, 15));
    assert_eq!(start("clean"), date(2026, 12, 1));
    assert_eq!(notices.len(), 1, "{notices:?}");
}

#[test]
fn every_fault_has_its_place_and_says_what_to_do() {
    let all = [
        "tasks:\n  raise: {owner: Ann}\n  raize: {owner: Ann}\n",
        "tasks:\n  raise: {date: 2026-13-01}\n",
        "tasks:\n  raise: {owner: Ann}\n  raise: {owner: Bob}\n",
        "tasks:\n  raise: {ownr: Ann}\n",
        "tasks:\n  raise: {rejected: ''}\n  clean: {effort_hours: -1}\n",
        "task: {}\n",
        "tasks: [raise]\n",
        "tasks:\n  raise: {effort_hours: {low: 3, likely: 2, high: 1}}\n",
    ];
    let faults = all.map(|text| read(text).unwrap_err());
    insta::assert_snapshot!(faults.join("\n"));
}

#[test]
fn an_empty_overlay_changes_nothing() {
    for text in ["", "# nothing yet\n", "{}", "tasks: {}"] {
        let (after, notices) = read(text).unwrap().apply(plan(&dated()), &dated());
        assert_eq!((after, notices), (plan(&dated()), Vec::new()), "{text:?}");
    }
}

#[test]
fn an_overlay_that_a_page_saved_as_json_is_read() {
    let overlay = Overlay {
        tasks: [(
            "raise".to_owned(),
            TaskEdit {
                comment: Some("\"quoted\"\n<b>&amp;\u{202e}".to_owned()),
                date: Some(date(2026, 12, 1)),
                effort_hours: Some(1.5.into()),
                done: true,
                ..TaskEdit::default()
            },
        )]
        .into(),
    };
    let saved = serde_json::to_string_pretty(&overlay).unwrap();
    assert_eq!(read(&saved), Ok(overlay));
}

proptest! {
    #[test]
    fn applying_twice_is_applying_once_and_no_task_is_lost(
        orders in prop::collection::vec(prop::option::of(0_u32..4), 4),
        rejected in prop::collection::vec(any::<bool>(), 4),
    ) {
        let names = ["backup", "raise", "rename", "clean"];
        let edits = names.iter().zip(orders).zip(rejected).map(|((id, order), rejected)| {
            let edit = TaskEdit {
                order,
                rejected: rejected.then(|| "no".to_owned()),
                ..TaskEdit::default()
            };
            ((*id).to_owned(), edit)
        });
        let overlay = Overlay { tasks: edits.collect() };
        let (once, _) = overlay.apply(plan(&dated()), &dated());
        prop_assert_eq!(once.tasks.len(), 4);
        for (place, task) in once.tasks.iter().enumerate() {
            for id in &task.after {
                prop_assert!(once.tasks[..place].iter().any(|earlier| earlier.id == *id));
            }
        }
        let (twice, _) = overlay.apply(once.clone(), &dated());
        prop_assert_eq!(ids(&twice), ids(&once));
        prop_assert_eq!(twice.schedule, once.schedule);
    }
}

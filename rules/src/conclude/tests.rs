use proptest::{prelude::*, sample::Index};

use super::{
    worlds::{TARGETS, World, findings_of, worlds},
    *,
};
use crate::{
    Readiness, Severity, TargetTree, Verdict,
    assessment::{RemainingWork, TargetResult},
    judged::Suspect,
    readiness::count,
    testing::{all_spanned, judged, rule, spanned, target, task, waiver},
};

fn is_ready(target: &TargetResult) -> bool {
    matches!(
        target.readiness,
        Readiness::Ready | Readiness::ReadyWithAdvisories
    )
}

/// A target with its parts and all that it needs, found the slow way: from target to target.
fn answers_for<'a>(targets: &'a [Target], id: &'a str, found: &mut Vec<&'a str>) {
    if found.contains(&id) {
        return;
    }
    found.push(id);
    for other in targets {
        let other_id = other.id.value.as_str();
        let is_part = other
            .parent
            .as_ref()
            .is_some_and(|parent| parent.value == id);
        let is_needed = targets.iter().any(|target| {
            target.id.value == id && target.needs.iter().any(|n| n.value == other_id)
        });
        if is_part || is_needed {
            answers_for(targets, other_id, found);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ready_means_that_every_required_rule_was_assessed_and_is_met_or_waived(world in worlds()) {
        let assessment = world.assess();
        for target in assessment.targets.iter().filter(|target| is_ready(target)) {
            let mut scope = Vec::new();
            answers_for(world.targets.targets(), &target.id, &mut scope);
            let rules: Vec<&RuleResult> = assessment
                .rules
                .iter()
                .filter(|rule| rule.targets.iter().any(|id| scope.contains(&id.as_str())))
                .collect();
            for rule in rules.iter().filter(|rule| rule.required) {
                use Verdict::{Met, NotApplicable, Waived};
                prop_assert!(matches!(rule.verdict, Met | Waived | NotApplicable), "{rule:?}");
            }
            prop_assert!(rules.iter().any(|rule| rule.verdict != Verdict::NotApplicable));
            prop_assert_eq!((target.met, target.assessed), (target.required, target.required));
            prop_assert!(target.blocked_by.is_empty() && target.not_assessed.is_empty());
        }
    }

    #[test]
    fn counts_never_contradict_each_other(world in worlds()) {
        for target in world.assess().targets {
            prop_assert!(target.met <= target.assessed && target.assessed <= target.required);
            prop_assert_eq!(target.assessed - target.met, count(target.blocked_by.len()));
            prop_assert_eq!(target.required - target.assessed, count(target.not_assessed.len()));
            let blocked = target.readiness == Readiness::NotReady;
            prop_assert_eq!(blocked, !target.blocked_by.is_empty());
        }
    }

    #[test]
    fn learning_less_never_makes_anything_readier(world in worlds(), which: Index) {
        prop_assume!(!world.rules.is_empty());
        let before = world.assess();
        let mut world = world;
        let judged = &mut which.get_mut(&mut world.rules).1;
        judged.verdict = Verdict::NotAssessed;
        judged.would_assess = vec!["look again".to_owned()];
        let after = world.assess();
        for (before, after) in before.targets.iter().zip(&after.targets) {
            prop_assert!(is_ready(before) || !is_ready(after), "{before:?} {after:?}");
            let full = |target: &TargetResult| target.readiness == Readiness::Ready;
            prop_assert!(full(before) || !full(after), "{before:?} {after:?}");
        }
    }

    #[test]
    fn naming_causes_changes_no_verdict_and_no_readiness(world in worlds(), which: Vec<Index>) {
        let before = world.assess();
        let mut world = world;
        for number in 1..world.rules.len() {
            let Some(index) = which.get(number) else { break };
            let rule = world.rules[index.index(number)].0.id.value.clone();
            let suspect = Suspect { rule, key: None };
            let judged = &mut world.rules[number].1;
            for finding in &mut judged.findings {
                finding.suspects.push(suspect.clone());
            }
            judged.suspects.push(suspect);
        }
        let after = world.assess();
        prop_assert_eq!(&before.targets, &after.targets);
        for (before, after) in before.rules.iter().zip(&after.rules) {
            prop_assert_eq!((&before.id, before.verdict), (&after.id, after.verdict));
        }
        prop_assert_eq!(before.findings.len(), after.findings.len());
        for finding in after.findings.iter().filter(|finding| !finding.waived) {
            let Some(cause) = &finding.caused_by else { continue };
            let cause = after.findings.iter().find(|one| one.key == *cause).unwrap();
            prop_assert!(!cause.waived && cause.caused_by.is_none());
            prop_assert!(cause.consequences.contains(&finding.key));
        }
    }

    #[test]
    fn one_more_unknown_never_makes_anything_readier(world in worlds(), gated: Index) {
        let before = world.assess();
        let mut world = world;
        let gated = format!("t{}", gated.index(TARGETS));
        let unread = judged("r99", Verdict::NotAssessed, &[]);
        world.rules.push((rule("r99", &[&gated]), unread));
        for (before, after) in before.targets.iter().zip(&world.assess().targets) {
            prop_assert!(is_ready(before) || !is_ready(after), "{before:?} {after:?}");
            prop_assert!(after.id != gated || !is_ready(after), "{after:?}");
        }
    }

    #[test]
    fn a_waiver_never_makes_up_for_what_was_not_assessed(world in worlds()) {
        let assessment = world.assess();
        for (rule, judged) in &world.rules {
            let result = assessment.rules.iter().find(|result| result.id == rule.id.value).unwrap();
            if judged.verdict == Verdict::NotAssessed {
                prop_assert_eq!(result.verdict, Verdict::NotAssessed);
            }
            if result.verdict == Verdict::Waived {
                prop_assert!(judged.verdict == Verdict::NotMet && judged.would_assess.is_empty());
                let own = |finding: &&Finding| finding.rule == rule.id.value;
                prop_assert!(assessment.findings.iter().filter(own).all(|finding| finding.waived));
            }
        }
        let listed = world.rules.iter().map(|(_, judged)| judged.findings.len()).sum::<usize>();
        prop_assert_eq!(assessment.findings.len(), listed);
    }

    #[test]
    fn the_order_of_what_comes_in_leaves_no_trace(
        (world, rules) in worlds().prop_flat_map(|world| {
            let rules = Just(world.rules.clone()).prop_shuffle();
            (Just(world), rules)
        }),
    ) {
        let mut shuffled = World { rules, ..world.clone() };
        shuffled.profile.waivers.reverse();
        for (_, judged) in &mut shuffled.rules {
            judged.findings.reverse();
        }
        prop_assert_eq!(shuffled.assess(), world.assess());
    }

    #[test]
    fn no_task_comes_before_what_it_comes_after_or_before_an_earlier_wave(world in worlds()) {
        let plan = world.assess().plan;
        let place = |id: &str| plan.tasks.iter().position(|task| task.id == id);
        for (here, task) in plan.tasks.iter().enumerate() {
            for earlier in &task.after {
                prop_assert!(place(earlier).is_some_and(|there| there < here), "{task:?}");
            }
        }
        prop_assert!(plan.tasks.is_sorted_by_key(|task| task.wave));
        let in_waves: Vec<&String> = plan.waves.iter().flat_map(|wave| &wave.tasks).collect();
        prop_assert_eq!(in_waves, plan.tasks.iter().map(|task| &task.id).collect::<Vec<_>>());
    }

    #[test]
    fn each_open_finding_with_a_task_is_cleared_by_exactly_one(world in worlds()) {
        let assessment = world.assess();
        for finding in &assessment.findings {
            let clears = |task: &&plan::Task| task.clears.contains(&finding.key);
            let tasks: Vec<&str> =
                assessment.plan.tasks.iter().filter(clears).map(|task| task.id.as_str()).collect();
            let open = finding.task.as_deref().filter(|_| !finding.waived);
            prop_assert_eq!(tasks, open.into_iter().collect::<Vec<_>>());
        }
        prop_assert!(assessment.plan.tasks.iter().all(|task| !task.clears.is_empty()));
    }

    #[test]
    fn remaining_work_falls_by_exactly_the_finding_that_is_fixed(world in worlds(), which: Index) {
        let before = world.assess();
        let open: Vec<&Finding> = before.findings.iter().filter(|finding| !finding.waived).collect();
        prop_assume!(!open.is_empty());
        let fixed = which.get(&open).key.clone();
        let mut world = world;
        for (_, judged) in &mut world.rules {
            judged.findings.retain(|finding| finding.key != fixed);
            if judged.verdict == Verdict::NotMet && judged.findings.is_empty() {
                judged.verdict = Verdict::Met;
            }
        }
        let after = world.assess().remaining_work;
        prop_assert!(after.weight < before.remaining_work.weight + 1e-9, "{after:?}");
        let sum = |work: &RemainingWork| work.blockers + work.majors + work.minors + work.infos;
        prop_assert_eq!(sum(&after) + 1, sum(&before.remaining_work));
        prop_assert!(after.effort_hours <= before.remaining_work.effort_hours + 1e-9);
    }

    #[test]
    fn random_tasks_are_refused_exactly_if_some_come_after_each_other_in_a_circle(
        edges in prop::collection::vec((0_usize..7, 0_usize..7), 0..12),
    ) {
        let rules = (0..7).map(|number| {
            let after = edges.iter().filter(|(task, _)| *task == number);
            let after: Vec<String> = after.map(|(_, earlier)| format!("k{earlier}")).collect();
            let after: Vec<&str> = after.iter().map(String::as_str).collect();
            Rule {
                task: Some(task(&format!("k{number}"), &after)),
                ..rule(&format!("r{number}"), &["core"])
            }
        });
        let book = TaskBook::new(&rules.collect::<Vec<_>>());
        prop_assert_eq!(book.is_err(), has_circle(&edges));
        for fault in book.err().into_iter().flatten() {
            prop_assert!(fault.message.contains(" → "), "{}", fault.message);
        }
    }
}

/// Whether some node reaches itself, by transitive closure.
fn has_circle(edges: &[(usize, usize)]) -> bool {
    let mut reaches = [[false; 7]; 7];
    for (from, to) in edges {
        reaches[*from][*to] = true;
    }
    for middle in 0..7 {
        for from in 0..7 {
            for to in 0..7 {
                reaches[from][to] |= reaches[from][middle] && reaches[middle][to];
            }
        }
    }
    (0..7).any(|node| reaches[node][node])
}

#[test]
fn an_environment_is_concluded_as_a_whole() {
    let low = Rule {
        task: Some(task("raise-level", &[])),
        ..rule("forest-low", &["core"])
    };
    let slow = Rule {
        severity: Severity::Minor,
        task_ref: Some(spanned("raise-level")),
        ..rule("dns-slow", &["core", "intune"])
    };
    let closed = rule("port-closed", &["intune"]);
    let world = World {
        targets: TargetTree::new(vec![
            target("core"),
            Target {
                needs: all_spanned(&["core"]),
                ..target("intune")
            },
        ])
        .unwrap(),
        rules: vec![
            (
                closed.clone(),
                findings_of(&closed, Verdict::NotAssessed, 1, true),
            ),
            (slow.clone(), findings_of(&slow, Verdict::NotMet, 2, false)),
            (low.clone(), findings_of(&low, Verdict::NotMet, 1, false)),
        ],
        profile: Profile {
            waivers: vec![
                waiver("dns-slow/a", "2027-01-01"),
                waiver("dns-slow/z", "2027-01-01"),
            ],
            ..Profile::default()
        },
    };
    insta::assert_json_snapshot!(world.assess());
}

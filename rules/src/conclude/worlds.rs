//! Environments made up at random: trees, rules, verdicts, tasks and waivers.

use proptest::{prelude::*, sample::Index};

use crate::{
    Assessment, Conclusion, Profile, Severity, TargetTree, Verdict,
    attestations::Attestations,
    conclude,
    judged::Judged,
    plan::{TaskBook, WaveId},
    profile::Waiver,
    rule::{Rule, Target, TaskTemplate},
    testing::{date, judged, rule, spanned, target, task, waiver},
    verdict::Confidence,
};

/// Everything that a conclusion is drawn from, owned.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) targets: TargetTree,
    pub(super) rules: Vec<(Rule, Judged)>,
    pub(super) profile: Profile,
}

impl World {
    pub(super) fn assess(&self) -> Assessment {
        let rules: Vec<Rule> = self.rules.iter().map(|(rule, _)| rule.clone()).collect();
        let targets: Vec<&Target> = self.targets.targets().iter().collect();
        let pairs = self
            .rules
            .iter()
            .map(|(rule, judged)| (rule, judged.clone()));
        conclude(Conclusion {
            targets: &targets,
            rules: pairs.collect(),
            tasks: &TaskBook::new(&rules).unwrap(),
            questions: &Attestations::default(),
            profile: &self.profile,
            as_of: date("2026-11-02"),
        })
    }
}

pub(super) const TARGETS: usize = 5;
const WAVES: [WaveId; 3] = [WaveId::Safety, WaveId::Directory, WaveId::Broad];

/// Trees in which later targets are parts of, or needed by, earlier ones: so never in a circle.
fn trees() -> impl Strategy<Value = TargetTree> {
    let link = prop::option::weighted(0.4, any::<Index>());
    prop::collection::vec((link.clone(), link), TARGETS).prop_map(|links| {
        let targets = links.iter().enumerate().map(|(number, (parent, need))| {
            let earlier = parent
                .filter(|_| number > 0)
                .map(|index| index.index(number));
            let later = need.filter(|_| number + 1 < TARGETS);
            let later = later.map(|index| number + 1 + index.index(TARGETS - number - 1));
            Target {
                parent: earlier.map(|number| spanned(&format!("t{number}"))),
                needs: later
                    .iter()
                    .map(|number| spanned(&format!("t{number}")))
                    .collect(),
                ..target(&format!("t{number}"))
            }
        });
        TargetTree::new(targets.collect()).unwrap()
    })
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    use Verdict::{Met, NotApplicable, NotAssessed, NotMet};
    prop_oneof![4 => Just(Met), 3 => Just(NotMet), 1 => Just(NotAssessed), 1 => Just(NotApplicable)]
}

/// What one rule is made of: its targets, severity, confidence, verdict, how many findings, what is
/// unread beside them, and of its task the wave, the hours and the earlier tasks.
type Ingredients = (
    Vec<Index>,
    (Severity, Confidence),
    (Verdict, usize, bool),
    (Option<usize>, f64, Vec<Index>),
);

fn ingredients() -> impl Strategy<Value = Ingredients> {
    use Confidence::{Derived, Documented};
    use Severity::{Blocker, Info, Major, Minor};
    let severity = prop::sample::select(vec![Blocker, Major, Minor, Info]);
    let confidence = prop::sample::select(vec![Documented, Documented, Derived]);
    (
        prop::collection::vec(any::<Index>(), 1..3),
        (severity, confidence),
        (verdicts(), 1_usize..4, prop::bool::weighted(0.2)),
        (
            prop::option::weighted(0.8, 0..WAVES.len()),
            0.1..40.0_f64,
            prop::collection::vec(any::<Index>(), 0..3),
        ),
    )
}

/// Rules of which each writes a task, points at that of the one before, or has none.
fn judged_rules(ingredients: &[Ingredients]) -> Vec<(Rule, Judged)> {
    let mut written: Vec<TaskTemplate> = Vec::new();
    let rules = ingredients.iter().enumerate().map(|(number, ingredients)| {
        let (targets, (severity, confidence), (verdict, count, unread), (wave, hours, after)) =
            ingredients;
        let targets: Vec<String> = targets
            .iter()
            .map(|i| format!("t{}", i.index(TARGETS)))
            .collect();
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        let mut rule = rule(&format!("r{number:02}"), &targets);
        rule.severity = *severity;
        rule.sources[0].confidence = *confidence;
        match (wave, written.last()) {
            (Some(wave), _) => {
                let wave = WAVES[*wave];
                let earlier: Vec<&str> = after
                    .iter()
                    .filter(|_| !written.is_empty())
                    .map(|index| index.get(&written))
                    .filter(|task| task.wave <= wave)
                    .map(|task| task.id.value.as_str())
                    .collect();
                let task = TaskTemplate {
                    wave,
                    effort_hours: (*hours).into(),
                    // Ids whose order says nothing about the order of the tasks.
                    ..task(&format!("k{}-{number}", number * 7 % 10), &earlier)
                };
                written.push(task.clone());
                rule.task = Some(task);
            }
            (None, Some(task)) => rule.task_ref = Some(task.id.clone()),
            (None, None) => {}
        }
        let judged = findings_of(&rule, *verdict, *count, *unread);
        (rule, judged)
    });
    rules.collect()
}

/// What judging this rule gave.
pub(super) fn findings_of(rule: &Rule, verdict: Verdict, count: usize, unread: bool) -> Judged {
    let things = ["a", "b", "c"];
    let count = match verdict {
        Verdict::NotMet => count,
        Verdict::NotAssessed => count - 1,
        _ => 0,
    };
    let mut judged = judged(&rule.id.value, verdict, &things[..count]);
    for finding in &mut judged.findings {
        finding.severity = rule.severity;
        finding.task = rule.task_id().map(str::to_owned);
    }
    if unread && verdict == Verdict::NotMet || verdict == Verdict::NotAssessed {
        judged.would_assess = vec!["look again".to_owned()];
    }
    judged
}

fn waivers() -> impl Strategy<Value = Vec<Waiver>> {
    let names = (
        0_usize..14,
        prop::sample::select(vec!["", "/a", "/b", "/x"]),
    );
    let days = prop::sample::select(vec!["2026-11-01", "2026-11-02", "2027-01-01"]);
    let waiver = (names, days)
        .prop_map(|((number, thing), day)| waiver(&format!("r{number:02}{thing}"), day));
    prop::collection::vec(waiver, 0..6)
}

pub(super) fn worlds() -> impl Strategy<Value = World> {
    let rules = prop::collection::vec(ingredients(), 0..12);
    (trees(), rules, waivers()).prop_map(|(targets, rules, waivers)| World {
        targets,
        rules: judged_rules(&rules),
        profile: Profile {
            waivers,
            ..Profile::default()
        },
    })
}

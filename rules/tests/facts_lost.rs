//! The embedded packs over a whole environment, with one fact after the other taken away.
//!
//! The examples of rules are small and each meets one rule; here every rule meets every fact. The
//! environment was recorded in the lab. Of its endpoints one of each kind is left, and some of these
//! were made reachable, with and without inspection of TLS on the way.

#![allow(clippy::unwrap_used)]

mod common;

use proptest::{prelude::*, sample::Index};
use serde_json::{Value as Json, json};
use waterline_facts::Environment;
use waterline_rules::{
    Assessment, Packs, Profile, Readiness, Verdict,
    facts::{FactView, sieve::Wanted},
    judge::Judge,
    source::Source,
};

/// Everything is chosen, and every question answered.
const PROFILE: &str = "
targets: [entra-premium, intune, co-management, password-writeback, seamless-sso]
domains: [example.com]
attested:
  cloud_management_gateway: true
  co_management_licences: true
  computer_units_synchronised: true
  configuration_manager_supported: true
  domains_verified: true
  mdm_user_scope_set: true
";

fn assess(packs: &Packs, facts: &Json) -> Assessment {
    let profile = Profile::read(&Source::new("profile.yaml", PROFILE)).unwrap();
    let environment: Environment = serde_json::from_value(facts.clone()).unwrap();
    packs.assess(&environment, &profile, None).unwrap()
}

/// The rules and targets of which more is said with less known.
fn bolder(before: &Assessment, after: &Assessment) -> Vec<String> {
    let rules = before.rules.iter().zip(&after.rules);
    let rules = rules
        .filter(|(had, has)| has.verdict != had.verdict && has.verdict != Verdict::NotAssessed)
        .map(|(had, has)| format!("{} was {} and is {}", had.id, had.verdict, has.verdict));
    let targets = before.targets.iter().zip(&after.targets);
    let targets = targets
        .filter(|(had, has)| has.readiness != had.readiness && is_ready(has.readiness))
        .map(|(had, has)| {
            format!(
                "{} was {:?} and is {:?}",
                had.id, had.readiness, has.readiness
            )
        });
    rules.chain(targets).collect()
}

fn is_ready(readiness: Readiness) -> bool {
    matches!(readiness, Readiness::Ready | Readiness::ReadyWithAdvisories)
}

#[test]
fn no_rule_says_more_of_a_whole_environment_when_a_fact_is_lost() {
    let (packs, _) = Packs::read_sound(&Packs::embedded_sources());
    let whole: Json = serde_json::from_str(include_str!("data/lab-environment.json")).unwrap();
    let before = assess(&packs, &whole);
    let mut places = Vec::new();
    common::learned(&whole, "", &mut places);
    assert!(places.len() > 200, "{} facts", places.len());
    for place in places {
        let mut less = whole.clone();
        *less.pointer_mut(&place).unwrap() = json!({"unknown": {"reason": "denied"}});
        let bolder = bolder(&before, &assess(&packs, &less));
        assert!(bolder.is_empty(), "without {place}: {bolder:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_target_becomes_readier_by_losing_any_facts(seed in prop::collection::vec(any::<Index>(), 1..40)) {
        let packs = Packs::embedded();
        let whole: Json = serde_json::from_str(include_str!("data/lab-environment.json")).unwrap();
        let before = assess(packs, &whole);
        let mut less = whole.clone();
        for index in seed {
            let mut places = Vec::new();
            common::learned(&less, "", &mut places);
            if places.is_empty() {
                break;
            }
            let place = index.get(&places).clone();
            *less.pointer_mut(&place).unwrap() = json!({"unknown": {"reason": "timed-out"}});
        }
        let bolder = bolder(&before, &assess(packs, &less));
        prop_assert!(bolder.is_empty(), "{bolder:?}");
    }
}

/// The roots that a probe learns, each lost as a whole.
#[test]
fn no_target_becomes_readier_without_any_one_probe() {
    let packs = Packs::embedded();
    let whole: Json = serde_json::from_str(include_str!("data/lab-environment.json")).unwrap();
    let before = assess(packs, &whole);
    for probe in ["host", "browsers", "dns", "network", "directory", "objects"] {
        let mut less = whole.clone();
        less[probe] = json!({"unknown": {"reason": "not-run"}});
        let bolder = bolder(&before, &assess(packs, &less));
        assert!(bolder.is_empty(), "without {probe}: {bolder:?}");
    }
}

#[test]
fn the_whole_environment_meets_rules_with_every_verdict() {
    let (packs, _) = Packs::read_sound(&Packs::embedded_sources());
    let whole: Json = serde_json::from_str(include_str!("data/lab-environment.json")).unwrap();
    let rules = assess(&packs, &whole).rules;
    for verdict in [Verdict::Met, Verdict::NotMet, Verdict::NotAssessed] {
        let with = rules.iter().filter(|rule| rule.verdict == verdict).count();
        assert!(with >= 5, "{with} rules are {verdict}");
    }
}

/// Only the facts that rules read are handed to them: every other would change nothing.
#[test]
fn no_rule_misses_a_fact_that_the_program_did_not_hand_to_it() {
    let packs = Packs::embedded();
    let whole: Json = serde_json::from_str(include_str!("data/lab-environment.json")).unwrap();
    let environment: Environment = serde_json::from_value(whole).unwrap();
    let profile = Profile::read(&Source::new("profile.yaml", PROFILE)).unwrap();
    let view = |wanted: &Wanted| FactView::new(&environment, wanted, &profile, common::DAY);
    let (all, some) = (view(&Wanted::everything()), view(packs.wanted()));
    let size = |view: &FactView| {
        let sizes = view.roots().map(|named| named.json.to_string().len());
        sizes.sum::<usize>()
    };
    assert!(size(&some) < size(&all));
    let (all, some) = (Judge::new(&all, &profile), Judge::new(&some, &profile));
    for rule in packs.compiled() {
        assert_eq!(all.judge(rule), some.judge(rule), "{}", rule.rule.id.value);
    }
}

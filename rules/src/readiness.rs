//! Readiness of targets from the verdicts of rules.
//!
//! A target answers for a whole scope: itself, its parts and the targets that it needs, and theirs
//! in turn. Its counts and lists cover the rules of that scope, each once, so that they explain its
//! readiness. Silence is never readiness: a target of whose scope nothing was judged is not
//! assessed, and neither is one that waits for a target about which nothing is known.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    assessment::{RuleResult, TargetResult},
    rule::Target,
    targets::waiting,
    verdict::{Readiness, Verdict},
};

/// The chosen targets, each with the ids of the targets for which it answers.
#[derive(Debug)]
pub struct Scopes<'a>(Vec<(&'a Target, HashSet<&'a str>)>);

impl<'a> Scopes<'a> {
    /// The scopes of chosen targets, in the order given.
    pub fn new(targets: &[&'a Target]) -> Self {
        let graph = waiting(targets.iter().copied());
        let scope = |target: &&'a Target| {
            let reach = graph.reach(&target.id.value);
            (*target, reach.into_iter().collect())
        };
        Self(targets.iter().map(scope).collect())
    }

    /// How ready each target is, in the order given.
    pub fn results(&self, rules: &[RuleResult]) -> Vec<TargetResult> {
        let silent = self.silent(rules);
        let result = |(target, scope): &(&Target, HashSet<&str>)| {
            let rules: Vec<&RuleResult> = within(scope, rules).collect();
            let unknown = scope.iter().any(|id| silent.contains(id));
            result(target, &rules, unknown)
        };
        self.0.iter().map(result).collect()
    }

    /// For each required rule, the targets that it holds up when it is not met, sorted.
    pub fn held_up<'r>(&self, rules: &'r [RuleResult]) -> BTreeMap<&'r str, BTreeSet<&'a str>> {
        let required = rules.iter().filter(|rule| rule.required);
        let held_up = required.map(|rule| {
            let concerned = self.0.iter().filter(|(_, scope)| is_within(scope, rule));
            let ids = concerned.map(|(target, _)| target.id.value.as_str());
            (rule.id.as_str(), ids.collect())
        });
        held_up.collect()
    }

    /// Targets about which nothing is known: no rule of their scope was judged, and that not
    /// because each was found not to apply. Includes targets that are needed and not there.
    fn silent(&self, rules: &[RuleResult]) -> BTreeSet<&'a str> {
        let mut silent: BTreeSet<&str> = self
            .0
            .iter()
            .flat_map(|(_, scope)| scope)
            .copied()
            .collect();
        for (target, scope) in &self.0 {
            let mut verdicts = within(scope, rules).map(|rule| rule.verdict).peekable();
            let has_rules = verdicts.peek().is_some();
            let verdicts: BTreeSet<Verdict> = verdicts.collect();
            let unread = verdicts.contains(&Verdict::NotAssessed);
            if verdicts.iter().any(|verdict| was_judged(*verdict)) || has_rules && !unread {
                silent.remove(target.id.value.as_str());
            }
        }
        silent
    }
}

/// Whether a rule gates one of these targets.
fn is_within(scope: &HashSet<&str>, rule: &RuleResult) -> bool {
    rule.targets.iter().any(|id| scope.contains(id.as_str()))
}

/// The rules that gate one of these targets.
fn within<'r>(
    scope: &HashSet<&str>,
    rules: &'r [RuleResult],
) -> impl Iterator<Item = &'r RuleResult> {
    rules.iter().filter(move |rule| is_within(scope, rule))
}

/// Whether the minimum itself was looked at.
fn was_judged(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Met | Verdict::NotMet | Verdict::Waived)
}

/// The result of a target from the rules of its scope, and whether it waits for something unknown.
fn result(target: &Target, rules: &[&RuleResult], unknown: bool) -> TargetResult {
    let required = |verdict: Verdict| {
        let of_it = move |rule: &&&RuleResult| rule.required && rule.verdict == verdict;
        rules
            .iter()
            .filter(of_it)
            .map(|rule| rule.id.clone())
            .collect::<Vec<_>>()
    };
    let blocked_by = required(Verdict::NotMet);
    let not_assessed = required(Verdict::NotAssessed);
    let met = count(required(Verdict::Met).len() + required(Verdict::Waived).len());
    let assessed = met + count(blocked_by.len());
    let advisories = rules
        .iter()
        .filter(|rule| !rule.required && rule.verdict == Verdict::NotMet);
    TargetResult {
        id: target.id.value.clone(),
        title: target.title.clone(),
        parent: target.parent.as_ref().map(|parent| parent.value.clone()),
        readiness: readiness(rules, unknown),
        required: assessed + count(not_assessed.len()),
        met,
        assessed,
        advisories: count(advisories.count()),
        blocked_by,
        not_assessed,
    }
}

/// Readiness from the rules of a scope, and whether it waits for something unknown.
fn readiness(rules: &[&RuleResult], unknown: bool) -> Readiness {
    let any = |required: bool, verdict: Verdict| {
        rules
            .iter()
            .any(|rule| rule.required == required && rule.verdict == verdict)
    };
    if any(true, Verdict::NotMet) {
        return Readiness::NotReady;
    }
    let nothing_judged = !rules.iter().any(|rule| was_judged(rule.verdict));
    if any(true, Verdict::NotAssessed) || unknown || nothing_judged {
        return Readiness::NotAssessed;
    }
    if any(false, Verdict::NotMet) || any(false, Verdict::NotAssessed) {
        return Readiness::ReadyWithAdvisories;
    }
    Readiness::Ready
}

/// A number of rules; packs are bounded far below the limit.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{all_spanned, result as verdict_of, spanned, target};
    use Readiness::{NotAssessed as Unread, NotReady, Ready, ReadyWithAdvisories as Advised};

    /// Results of rules of one target: `R` required or `a` advisory, then the verdict.
    fn rules(target: &str, marks: &str) -> Vec<RuleResult> {
        let marks = marks.split_whitespace().enumerate();
        let rules = marks.map(|(number, mark)| RuleResult {
            required: mark.starts_with('R'),
            targets: vec![target.to_owned()],
            ..verdict_of(
                &format!("{target}-{number}"),
                match &mark[1..] {
                    "+" => Verdict::Met,
                    "-" => Verdict::NotMet,
                    "?" => Verdict::NotAssessed,
                    "w" => Verdict::Waived,
                    "/" => Verdict::NotApplicable,
                    other => panic!("{other}"),
                },
            )
        });
        rules.collect()
    }

    #[test]
    fn readiness_follows_from_the_verdicts_of_required_and_advisory_rules() {
        for (marks, readiness) in [
            ("R+ Rw R/ a+", Ready),
            ("R+ a/", Ready),
            ("R+ aw", Ready),
            ("R+ a-", Advised),
            ("R+ a?", Advised),
            ("R- R? a+", NotReady),
            ("R+ R?", Unread),
            ("R? a-", Unread),
            ("a+", Ready),
            ("a-", Advised),
            ("a+ a?", Advised),
            ("a?", Unread),
            ("a? R/", Unread),
            ("R/ a/", Unread),
            ("", Unread),
        ] {
            let core = target("core");
            let results = Scopes::new(&[&core]).results(&rules("core", marks));
            assert_eq!(results[0].readiness, readiness, "{marks}");
        }
    }

    #[test]
    fn counts_and_lists_explain_the_readiness() {
        let core = target("core");
        let results = Scopes::new(&[&core]).results(&rules("core", "R+ Rw R- R? R/ a- a- a? a+"));
        let result = &results[0];
        assert_eq!((result.required, result.assessed, result.met), (4, 3, 2));
        assert_eq!(result.advisories, 2);
        assert_eq!(result.blocked_by, ["core-2"]);
        assert_eq!(result.not_assessed, ["core-3"]);
    }

    /// Readiness of `core`, its part `sso`, and `intune` which needs `core`.
    fn three(core: &str, sso: &str, intune: &str) -> [Readiness; 3] {
        let targets = [
            target("core"),
            Target {
                parent: Some(spanned("core")),
                ..target("sso")
            },
            Target {
                needs: all_spanned(&["core"]),
                ..target("intune")
            },
        ];
        let rules = [
            rules("core", core),
            rules("sso", sso),
            rules("intune", intune),
        ]
        .concat();
        let results = Scopes::new(&targets.each_ref()).results(&rules);
        [0, 1, 2].map(|index| results[index].readiness)
    }

    #[test]
    fn a_target_is_no_readier_than_its_parts_and_what_it_needs() {
        for (core, sso, intune, expected) in [
            ("R+", "R+", "R+", [Ready, Ready, Ready]),
            ("R+", "R+", "R-", [Ready, Ready, NotReady]),
            ("R+", "R-", "R+", [NotReady, NotReady, NotReady]),
            ("R-", "R+", "R+", [NotReady, Ready, NotReady]),
            ("R+", "R+ a-", "R+", [Advised, Advised, Advised]),
            ("R+", "R?", "R-", [Unread, Unread, NotReady]),
            ("R+", "", "R+", [Unread, Unread, Unread]),
            ("R+", "a?", "R+", [Unread, Unread, Unread]),
            ("", "R+", "R+", [Ready, Ready, Ready]),
            // A part that does not concern the environment holds nothing up, and is not ready itself.
            ("R+", "R/ a/", "R+", [Ready, Unread, Ready]),
        ] {
            assert_eq!(
                three(core, sso, intune),
                expected,
                "{core} | {sso} | {intune}"
            );
        }
    }

    #[test]
    fn a_needed_target_that_was_left_out_is_never_taken_for_ready() {
        let intune = Target {
            needs: all_spanned(&["core"]),
            ..target("intune")
        };
        let results = Scopes::new(&[&intune]).results(&rules("intune", "R+"));
        assert_eq!(results[0].readiness, Unread);
    }

    #[test]
    fn what_blocks_a_needed_target_is_named_at_the_one_that_needs_it() {
        let core = target("core");
        let intune = Target {
            needs: all_spanned(&["core"]),
            ..target("intune")
        };
        let rules = rules("core", "R-");
        let scopes = Scopes::new(&[&core, &intune]);
        assert_eq!(scopes.results(&rules)[1].blocked_by, ["core-0"]);
        assert_eq!(
            scopes.held_up(&rules)["core-0"],
            BTreeSet::from(["core", "intune"])
        );
    }
}

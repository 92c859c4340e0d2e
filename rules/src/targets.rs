//! The tree of targets: what is part of what, what needs what, and which of them are judged.
//!
//! A target is ready only when its parts are and when the targets that it needs are. So choosing it
//! chooses those too, and no target may wait for itself, whichever way round.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Profile,
    graph::Graph,
    misplaced::Misplaced,
    rule::Target,
    source::{Spanned, did_you_mean},
};

/// All targets, checked, in tree order: each followed by its parts, otherwise as written.
#[derive(Debug, Clone, Default)]
pub struct TargetTree {
    targets: Vec<Target>,
}

/// The profile chooses a target that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown target `{id}`{hint}")]
pub struct UnknownTarget {
    /// The id that the profile gives.
    pub id: String,
    /// `; did you mean …?`, or which targets there are.
    pub hint: String,
}

impl TargetTree {
    /// Checks targets and puts them in tree order.
    ///
    /// # Errors
    /// Every duplicate id, every parent and need that is not there, and, if there is none of these,
    /// a circle of targets that wait for each other.
    pub fn new(targets: Vec<Target>) -> Result<Self, Vec<Misplaced>> {
        let mut faults = duplicates(&targets);
        faults.extend(strangers(&targets));
        faults.extend(undecided(&targets));
        if faults.is_empty() {
            faults.extend(circle(&targets));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            targets: in_tree_order(targets),
        })
    }

    /// All targets, in tree order.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The target with this id.
    pub fn get(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id.value == id)
    }

    /// The targets that the profile asks for, in tree order, with their parts and all that they
    /// need. A profile that names none gets those that need no choice, or all if none is such.
    ///
    /// # Errors
    /// The first id in the profile that is not a target.
    pub fn choose(&self, profile: &Profile) -> Result<Vec<&Target>, UnknownTarget> {
        let known = |id: &&String| self.get(id).is_none();
        if let Some(id) = profile.targets.iter().find(known) {
            return Err(self.unknown(id));
        }
        let graph = waiting(&self.targets);
        let asked = self.asked(profile);
        let chosen: BTreeSet<&str> = asked.into_iter().flat_map(|id| graph.reach(id)).collect();
        let is_chosen = |target: &&Target| chosen.contains(target.id.value.as_str());
        Ok(self.targets.iter().filter(is_chosen).collect())
    }

    /// What is not judged because the profile chooses no targets, as a sentence; nothing if it
    /// chooses some, or if nothing is left out.
    pub fn left_out(&self, profile: &Profile) -> Option<String> {
        if !profile.targets.is_empty() {
            return None;
        }
        let chosen = self.choose(profile).ok()?;
        let is_chosen = |target: &&Target| chosen.iter().any(|one| one.id.value == target.id.value);
        let left: Vec<&str> = self
            .targets
            .iter()
            .filter(|target| !is_chosen(target))
            .map(|target| target.id.value.as_str())
            .collect();
        (!left.is_empty()).then(|| {
            format!(
                "The profile chooses no targets, so those that need a choice were left out: {}; \
                 `waterline targets` tells what each is",
                left.join(", ")
            )
        })
    }

    /// The ids that the profile names, or those that stand in where it names none.
    fn asked<'a>(&'a self, profile: &'a Profile) -> BTreeSet<&'a str> {
        if !profile.targets.is_empty() {
            return profile.targets.iter().map(String::as_str).collect();
        }
        let none_is_default = !self.targets.iter().any(|target| target.default);
        let stands_in = |target: &&Target| target.default || none_is_default;
        let stand_in = self.targets.iter().filter(stands_in);
        stand_in.map(|target| target.id.value.as_str()).collect()
    }

    fn unknown(&self, id: &str) -> UnknownTarget {
        let ids = || self.targets.iter().map(|target| target.id.value.as_str());
        let mut hint = did_you_mean(id, ids());
        if hint.is_empty() {
            hint = format!("; there are {}", ids().collect::<Vec<_>>().join(", "));
        }
        UnknownTarget {
            id: id.to_owned(),
            hint,
        }
    }
}

/// Which target waits for which: for its parts, and for what it needs. Includes what is needed
/// and not among them.
pub(crate) fn waiting<'a>(targets: impl IntoIterator<Item = &'a Target>) -> Graph<'a> {
    let mut graph = Graph::default();
    for target in targets {
        graph.add(&target.id.value);
        for need in &target.needs {
            graph.wait(&target.id.value, &need.value);
        }
        if let Some(parent) = &target.parent {
            graph.wait(&parent.value, &target.id.value);
        }
    }
    graph
}

/// A fault of a target, shown where this word stands.
fn fault(target: &Target, word: &Spanned<String>, message: String) -> Misplaced {
    Misplaced {
        id: target.id.value.clone(),
        place: word.referenced,
        message,
    }
}

fn duplicates(targets: &[Target]) -> Vec<Misplaced> {
    let mut seen = BTreeMap::new();
    let mut faults = Vec::new();
    for target in targets {
        let id = &target.id;
        if let Some(line) = seen.insert(id.value.as_str(), id.referenced.line()) {
            let message = format!("target `{}` is already there in line {line}", id.value);
            faults.push(fault(target, id, message));
        }
    }
    faults
}

/// Parents and needs that are no targets.
fn strangers(targets: &[Target]) -> Vec<Misplaced> {
    let ids: BTreeSet<&str> = targets.iter().map(|t| t.id.value.as_str()).collect();
    let mut faults = Vec::new();
    for target in targets {
        for word in target.parent.iter().chain(&target.needs) {
            if !ids.contains(word.value.as_str()) {
                let hint = did_you_mean(&word.value, ids.iter().copied());
                let message = format!("unknown target `{}`{hint}", word.value);
                faults.push(fault(target, word, message));
            }
        }
    }
    faults
}

/// Targets that are judged without a choice, and name one.
fn undecided(targets: &[Target]) -> Vec<Misplaced> {
    let both = targets
        .iter()
        .filter(|target| target.default && !target.choice.trim().is_empty());
    let message = "`choice` is for a target that is not judged by default";
    both.map(|target| fault(target, &target.id, message.to_owned()))
        .collect()
}

/// A circle of targets that wait for each other, shown at the first of them.
fn circle(targets: &[Target]) -> Option<Misplaced> {
    let circle = waiting(targets).cycle()?;
    let first = targets.iter().find(|target| target.id.value == circle[0])?;
    let message = format!(
        "a target waits for its parts and for what it needs, and this one for itself: {}; \
         change a `parent` or a `needs`",
        circle.join(" → ")
    );
    Some(fault(first, &first.id, message))
}

/// Each target followed by its parts, otherwise as written.
fn in_tree_order(targets: Vec<Target>) -> Vec<Target> {
    let mut parts: BTreeMap<Option<String>, Vec<Target>> = BTreeMap::new();
    for target in targets.into_iter().rev() {
        let parent = target.parent.as_ref().map(|id| id.value.clone());
        parts.entry(parent).or_default().push(target);
    }
    let mut open = parts.remove(&None).unwrap_or_default();
    let mut ordered = Vec::new();
    while let Some(target) = open.pop() {
        open.extend(
            parts
                .remove(&Some(target.id.value.clone()))
                .unwrap_or_default(),
        );
        ordered.push(target);
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    const TREE: &str = "
- {id: core, title: Core, meaning: m, default: true}
- {id: intune, title: Intune, meaning: m, needs: [core]}
- {id: federation, title: Federation, meaning: m, parent: core}
- {id: sso, title: Single sign-on, meaning: m, parent: core}
- {id: co-management, title: Co-management, meaning: m, needs: [intune, hybrid-join]}
- {id: hybrid-join, title: Hybrid join, meaning: m}
- {id: certificates, title: Certificates, meaning: m, parent: federation}
";

    fn tree(text: &str) -> Result<TargetTree, Vec<Misplaced>> {
        TargetTree::new(Source::new("targets.yaml", text).read().unwrap())
    }

    fn chosen(text: &str, targets: &[&str]) -> String {
        let profile = Profile {
            targets: targets.iter().map(|id| (*id).to_owned()).collect(),
            ..Profile::default()
        };
        let tree = tree(text).unwrap();
        let chosen = tree.choose(&profile).unwrap();
        let ids: Vec<&str> = chosen.iter().map(|t| t.id.value.as_str()).collect();
        ids.join(" ")
    }

    #[test]
    fn a_target_is_followed_by_its_parts() {
        let tree = tree(TREE).unwrap();
        let ids: Vec<&str> = tree.targets().iter().map(|t| t.id.value.as_str()).collect();
        insta::assert_snapshot!(
            ids.join(" "),
            @"core federation certificates sso intune co-management hybrid-join"
        );
        assert_eq!(tree.get("sso").unwrap().title, "Single sign-on");
        assert!(tree.get("nobody").is_none());
    }

    #[test]
    fn choosing_a_target_chooses_its_parts_and_what_it_needs() {
        let core = "core federation certificates sso";
        let table: [(&[&str], &str); 6] = [
            (&[], core),
            (&["core"], core),
            (&["certificates"], "certificates"),
            (&["hybrid-join", "sso", "hybrid-join"], "sso hybrid-join"),
            (&["intune"], &format!("{core} intune")),
            (
                &["co-management"],
                &format!("{core} intune co-management hybrid-join"),
            ),
        ];
        for (targets, expected) in table {
            assert_eq!(chosen(TREE, targets), expected, "{targets:?}");
        }
    }

    #[test]
    fn what_needs_a_choice_is_left_out_and_named() {
        let left_out = |targets: &[&str]| {
            let profile = Profile {
                targets: targets.iter().map(|id| (*id).to_owned()).collect(),
                ..Profile::default()
            };
            tree(TREE).unwrap().left_out(&profile)
        };
        insta::assert_snapshot!(
            left_out(&[]).unwrap(),
            @"The profile chooses no targets, so those that need a choice were left out: intune, co-management, hybrid-join; `waterline targets` tells what each is"
        );
        assert_eq!(left_out(&["core"]), None);
    }

    #[test]
    fn where_no_target_is_a_default_all_are_judged() {
        let text = "[{id: a, title: A, meaning: m}, {id: b, title: B, meaning: m}]";
        assert_eq!(chosen(text, &[]), "a b");
    }

    #[test]
    fn an_unknown_target_is_named_with_the_nearest_or_all() {
        let choose = |id: &str| {
            let profile = Profile {
                targets: vec!["core".to_owned(), id.to_owned()],
                ..Profile::default()
            };
            tree(TREE)
                .unwrap()
                .choose(&profile)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(choose("intunes"), @"unknown target `intunes`; did you mean `intune`?");
        insta::assert_snapshot!(
            choose("exchange-online"),
            @"unknown target `exchange-online`; there are core, federation, certificates, sso, intune, co-management, hybrid-join"
        );
    }

    fn faults(text: &str) -> String {
        let show = |fault: &Misplaced| {
            let (line, column) = (fault.place.line(), fault.place.column());
            format!("{}:{line}:{column}: {}", fault.id, fault.message)
        };
        let faults: Vec<String> = tree(text).unwrap_err().iter().map(show).collect();
        faults.join("\n")
    }

    #[test]
    fn every_duplicate_and_stranger_is_shown_at_its_place() {
        let text = "
- {id: core, title: Core, meaning: m}
- {id: core, title: Core, meaning: m}
- {id: intune, title: Intune, meaning: m, parent: cor, needs: [core, exchange]}
";
        insta::assert_snapshot!(faults(text), @r"
        core:3:8: target `core` is already there in line 2
        intune:4:51: unknown target `cor`; did you mean `core`?
        intune:4:70: unknown target `exchange`
        ");
    }

    #[test]
    fn targets_that_wait_for_each_other_are_refused_whichever_way_round() {
        let table = [
            "[{id: a, title: A, meaning: m, parent: a}]",
            "[{id: a, title: A, meaning: m, needs: [b]}, {id: b, title: B, meaning: m, needs: [a]}]",
            "[{id: a, title: A, meaning: m, parent: b}, {id: b, title: B, meaning: m, parent: a}]",
            "[{id: b, title: B, meaning: m, parent: a, needs: [a]}, {id: a, title: A, meaning: m}]",
        ];
        let shown: Vec<String> = table.into_iter().map(faults).collect();
        let circles: Vec<&str> = shown
            .iter()
            .map(|fault| fault.split("itself: ").nth(1).unwrap())
            .map(|rest| rest.split(';').next().unwrap())
            .collect();
        assert_eq!(circles, ["a → a", "a → b → a", "a → b → a", "a → b → a"]);
        assert!(shown[3].starts_with("a:1:"), "{}", shown[3]);
    }
}

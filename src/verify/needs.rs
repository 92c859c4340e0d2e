//! Which probes tasks need, and which rules a run can speak about.

use std::collections::BTreeSet;

use waterline_facts::ProbeId;
use waterline_rules::{Packs, plan::Task, rule::Rule};

/// The probes that learn what these tasks' rules read.
pub fn of_tasks<'a>(packs: &Packs, tasks: impl IntoIterator<Item = &'a Task>) -> BTreeSet<ProbeId> {
    let ids: BTreeSet<&String> = tasks
        .into_iter()
        .flat_map(|task| &task.verify_rules)
        .collect();
    let rules = ids.into_iter().filter_map(|id| packs.rule(id));
    let mut probes: BTreeSet<ProbeId> = rules.flat_map(of_rule).collect();
    // Both look at what the directory tells them of: its controllers, and the domains in use.
    if probes.contains(&ProbeId::Protocols) || probes.contains(&ProbeId::Dns) {
        probes.insert(ProbeId::Directory);
    }
    probes
}

/// The probes whose facts a rule reads; none for a rule about answers of the organisation.
pub fn of_rule(rule: &Rule) -> BTreeSet<ProbeId> {
    let each = rule.each.iter();
    let each = each.flat_map(|each| [Some(&each.of), each.concerned.as_ref()]);
    let texts = rule.needs.iter().map(Some).chain(each);
    let texts = texts.chain([rule.applies.as_ref(), Some(&rule.pass)]);
    let words = texts.flatten().flat_map(|text| {
        text.value
            .split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
    });
    words.filter_map(of_word).collect()
}

/// The probe whose facts begin with this word.
fn of_word(word: &str) -> Option<ProbeId> {
    match word {
        // The checks of objects look at what the directory's probe reads.
        "objects" => Some(ProbeId::Directory),
        _ => ProbeId::ALL.into_iter().find(|probe| probe.name() == word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_needs_facts_has_probes_for_all_of_their_roots() {
        for rule in Packs::embedded().rules() {
            let probes = of_rule(rule);
            for need in &rule.needs {
                let root = need.value.split(['.', '[']).next().unwrap();
                if let Some(probe) = of_word(root) {
                    assert!(probes.contains(&probe), "{}", rule.id.value);
                }
            }
            if let Some(each) = &rule.each {
                let root = each.of.value.split('.').next().unwrap();
                assert!(of_word(root).is_none_or(|probe| probes.contains(&probe)));
            }
        }
    }

    #[test]
    fn a_rule_about_objects_needs_the_directory_alone() {
        let rule = Packs::embedded().rule("object-upn-malformed").unwrap();
        assert_eq!(of_rule(rule), BTreeSet::from([ProbeId::Directory]));
    }
}

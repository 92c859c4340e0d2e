//! The catalogue: what it names is there, and what a run would contact is told.

use std::collections::BTreeSet;

use waterline_facts::Cloud;
use waterline_probes::catalog::{Catalog, Role};
use waterline_rules::Packs;

#[test]
fn rules_that_a_requirement_names_exist() {
    let packs = Packs::embedded();
    for requirement in &Catalog::embedded().requirements {
        for rule in &requirement.judged_by {
            let found = packs.rule(rule.as_str());
            assert!(found.is_some(), "{} names {rule}", requirement.id);
        }
    }
}

#[test]
fn every_cloud_and_everybody_who_connects_has_an_entry() {
    let catalog = Catalog::embedded();
    for cloud in Cloud::ALL {
        let groups = catalog.endpoints.iter();
        assert!(groups.filter(|g| g.clouds.contains(&cloud)).count() >= 10);
        let own = catalog.own_hosts.iter();
        assert!(own.filter(|o| o.clouds.contains(&cloud)).count() >= 10);
    }
    let groups = catalog.endpoints.iter().flat_map(|group| &group.roles);
    let own = catalog.own_hosts.iter().flat_map(|own| &own.roles);
    let requirements = catalog.requirements.iter().flat_map(|one| &one.roles);
    let roles: BTreeSet<Role> = groups.chain(own).chain(requirements).copied().collect();
    assert_eq!(roles, Role::ALL.into_iter().collect());
}

//! Gives a reason to every fact that was not learned.

use waterline_facts::{DirectoryFacts, Gap, Reason, Seen};

/// Writes why nothing more was learned into every fact that nobody looked for yet.
pub(super) fn fill(facts: &mut DirectoryFacts, gap: &Gap) {
    set(&mut facts.domain, gap);
    set(&mut facts.connection, gap);
    set(&mut facts.controllers, gap);
    set(&mut facts.domains, gap);
    set(&mut facts.objects_read, gap);
    set(&mut facts.computers, gap);
    set(&mut facts.fleet.machines, gap);
    set(&mut facts.fleet.without_machine, gap);
    set(&mut facts.fleet.sites, gap);
    let counts = &mut facts.counts;
    for count in [
        &mut counts.users,
        &mut counts.users_disabled,
        &mut counts.groups,
        &mut counts.contacts,
        &mut counts.computers,
        &mut counts.computers_disabled,
    ] {
        set(count, gap);
    }
    let forest = &mut facts.forest;
    set(&mut forest.root_domain, gap);
    set(&mut forest.level, gap);
    set(&mut forest.naming_contexts, gap);
    set(&mut forest.upn_suffixes, gap);
    set(&mut forest.recycle_bin, gap);
    set(&mut forest.tombstone_lifetime_days, gap);
    set(&mut forest.sites, gap);
    set(&mut forest.hybrid_join_scp, gap);
    set(&mut forest.device_registration_service, gap);
    set(&mut forest.certification_authorities, gap);
    let schema = &mut forest.schema;
    set(&mut schema.directory, gap);
    set(&mut schema.exchange, gap);
    set(&mut schema.configuration_manager, gap);
    set(&mut schema.laps, gap);
    set(&mut schema.key_credential, gap);
    set(&mut schema.device_registration, gap);
}

fn set<T>(fact: &mut Seen<T>, gap: &Gap) {
    if fact
        .gap()
        .is_some_and(|own| *own == Gap::from(Reason::NotRun))
    {
        *fact = Seen::Unknown(gap.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_gets_the_reason_and_none_is_overwritten() {
        let mut facts = DirectoryFacts {
            domain: Seen::Absent,
            ..DirectoryFacts::default()
        };
        fill(&mut facts, &Gap::new(Reason::Denied, "no"));
        let json = serde_json::to_string(&facts).unwrap();
        assert!(!json.contains("not-run"), "{json}");
        assert_eq!(facts.domain, Seen::Absent);
    }
}

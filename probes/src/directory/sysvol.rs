//! How the domain's policies and scripts (SYSVOL) are replicated: by FRS, by DFS replication, or in
//! between.
//!
//! The migration keeps its state in `msDFSR-Flags`. A domain that was born with DFS replication may
//! have no flags, and one that never began the migration has no settings of DFS replication at all.

use waterline_facts::{Gap, Reason, Seen, directory::SysvolReplication};

use super::{
    entry::{Entry, small_number},
    outcome,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
};

/// The state of the migration within the flags: 16 prepared, 32 redirected, 48 eliminated.
const STATE: u32 = 0x30;

fn settings() -> Query {
    Query {
        base: Place::Domain("CN=DFSR-GlobalSettings,CN=System"),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["msDFSR-Flags"],
        witness: Place::Domain("CN=System"),
    }
}

fn replicated_by_frs() -> Query {
    Query {
        base: Place::Domain(
            "CN=Domain System Volume (SYSVOL share),CN=File Replication Service,CN=System",
        ),
        scope: Scope::OneLevel,
        filter: Filter::Class("nTFRSMember"),
        attributes: &["cn"],
        witness: Place::Domain("CN=System"),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![settings(), replicated_by_frs()]
}

/// Reads how SYSVOL is replicated.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<SysvolReplication> {
    let settings = read_one(directory, &settings()).await;
    let members = read(directory, &replicated_by_frs()).await;
    state(&settings, &members)
}

fn state(settings: &Seen<Entry>, members: &Seen<Vec<Entry>>) -> Seen<SysvolReplication> {
    let members = match members {
        Seen::Known(members) => members.len(),
        Seen::Absent => 0,
        Seen::Unknown(gap) => return Seen::Unknown(gap.clone()),
    };
    match settings {
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        Seen::Absent if members > 0 => Seen::Known(SysvolReplication::Frs),
        Seen::Absent => Seen::Unknown(neither()),
        Seen::Known(entry) => match entry.fact("msDFSR-Flags", small_number) {
            Seen::Known(flags) => Seen::Known(of_flags(flags)),
            Seen::Absent if members > 0 => Seen::Known(SysvolReplication::Frs),
            Seen::Absent => Seen::Known(SysvolReplication::Dfsr),
            Seen::Unknown(gap) => Seen::Unknown(gap),
        },
    }
}

fn of_flags(flags: u32) -> SysvolReplication {
    match flags & STATE {
        0x30 => SysvolReplication::Dfsr,
        0x20 => SysvolReplication::Redirected,
        0x10 => SysvolReplication::Prepared,
        _ => SysvolReplication::Frs,
    }
}

fn neither() -> Gap {
    let what = "the domain shows settings neither of DFS replication nor of FRS";
    Gap::new(Reason::Denied, what).with_remedy(outcome::RIGHTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: Option<&str>, members: usize) -> SysvolReplication {
        let flags = flags.map(|flags| ("msDFSR-Flags".to_owned(), vec![flags.into()]));
        let entry = Entry {
            attributes: flags.into_iter().collect(),
            ..Entry::default()
        };
        let members = Seen::Known(vec![Entry::default(); members]);
        state(&Seen::Known(entry), &members).into_known().unwrap()
    }

    #[test]
    fn flags_tell_how_far_the_migration_is() {
        let cases = [
            ("0", SysvolReplication::Frs),
            ("16", SysvolReplication::Prepared),
            ("32", SysvolReplication::Redirected),
            ("48", SysvolReplication::Dfsr),
        ];
        for (flags, expected) in cases {
            assert_eq!(read(Some(flags), 2), expected, "{flags}");
        }
    }

    #[test]
    fn settings_without_flags_are_of_a_domain_born_so_unless_frs_has_members() {
        assert_eq!(read(None, 0), SysvolReplication::Dfsr);
        assert_eq!(read(None, 1), SysvolReplication::Frs);
    }

    #[test]
    fn domain_without_settings_replicates_by_frs_or_hides_them() {
        let members = |count| Seen::Known(vec![Entry::default(); count]);
        let frs = state(&Seen::Absent, &members(1));
        assert_eq!(frs, Seen::Known(SysvolReplication::Frs));
        let hidden = state(&Seen::Absent, &members(0));
        assert_eq!(hidden.gap().unwrap().reason, Reason::Denied);
    }
}

//! Operations masters: the controllers that alone do some tasks of the forest or of a domain.
//!
//! Each task's object names the settings of its controller, and the configuration tells whose settings
//! these are. Settings that belong to no controller mean that nobody does the task.

use waterline_facts::{
    Seen,
    directory::{DomainMasters, ForestMasters, OperationsMaster},
};

use super::{
    dn::Dn,
    entry::Entry,
    forest::unreadable,
    query::{Filter, Place, Query, Scope},
    replicas::Replica,
    source::{Directory, read_one},
    values,
};

const OWNER: &str = "fSMORoleOwner";

const SCHEMA: Place = Place::Schema("");
const DOMAIN_NAMING: Place = Place::Configuration("CN=Partitions");
const PDC_EMULATOR: Place = Place::Domain("");
const RID: Place = Place::Domain("CN=RID Manager$,CN=System");
const INFRASTRUCTURE: Place = Place::Domain("CN=Infrastructure");

fn owner(task: Place) -> Query {
    Query {
        base: task,
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[OWNER],
        witness: match task {
            Place::Domain(_) | Place::Objects => Place::Domain(""),
            Place::Configuration(_) | Place::Schema(_) => Place::Configuration(""),
        },
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    [SCHEMA, DOMAIN_NAMING, PDC_EMULATOR, RID, INFRASTRUCTURE]
        .map(owner)
        .to_vec()
}

/// Reads who does the forest's tasks.
pub(super) async fn of_forest(
    directory: &dyn Directory,
    replicas: &Seen<Vec<Replica>>,
) -> ForestMasters {
    ForestMasters {
        schema: master(directory, SCHEMA, replicas).await,
        domain_naming: master(directory, DOMAIN_NAMING, replicas).await,
    }
}

/// Reads who does the domain's tasks.
pub(super) async fn of_domain(
    directory: &dyn Directory,
    replicas: &Seen<Vec<Replica>>,
) -> DomainMasters {
    DomainMasters {
        pdc_emulator: master(directory, PDC_EMULATOR, replicas).await,
        rid: master(directory, RID, replicas).await,
        infrastructure: master(directory, INFRASTRUCTURE, replicas).await,
    }
}

async fn master(
    directory: &dyn Directory,
    task: Place,
    replicas: &Seen<Vec<Replica>>,
) -> Seen<OperationsMaster> {
    match read_one(directory, &owner(task)).await {
        Seen::Known(entry) => named(&entry, replicas),
        other => unreadable(&other),
    }
}

/// Every domain has all of these tasks, so an owner that is not there is hidden.
fn named(task: &Entry, replicas: &Seen<Vec<Replica>>) -> Seen<OperationsMaster> {
    let settings = task.fact(OWNER, |value| Some(values::text(value)));
    let settings = super::hidden::existing(settings);
    settings.map(|settings| OperationsMaster {
        host: host(&settings, replicas),
        settings,
    })
}

fn host(settings: &str, replicas: &Seen<Vec<Replica>>) -> Seen<String> {
    let wanted = Dn::parse(settings);
    replicas.as_ref().and_then(|replicas| {
        let mut hosts = replicas.iter().filter(|replica| {
            let own = Dn::parse(&replica.settings);
            own.zip(wanted.as_ref())
                .is_some_and(|(own, wanted)| own.depth_below(wanted) == Some(0))
        });
        hosts
            .next()
            .map_or(Seen::Absent, |replica| Seen::Known(replica.host.clone()))
    })
}

#[cfg(test)]
mod tests {
    use waterline_facts::Reason;

    use super::*;

    const SETTINGS: &str = "CN=NTDS Settings,CN=DC1,CN=Servers,CN=Berlin,CN=Sites,DC=a";

    fn task(owner: &[&str]) -> Entry {
        let values = owner.iter().map(|dn| dn.as_bytes().to_vec()).collect();
        Entry {
            attributes: vec![(OWNER.to_owned(), values)],
            ..Entry::default()
        }
    }

    fn replicas() -> Seen<Vec<Replica>> {
        Seen::Known(vec![Replica {
            settings: SETTINGS.to_owned(),
            ..Replica::new("dc1.a", "Berlin")
        }])
    }

    #[test]
    fn master_is_the_controller_whose_settings_are_named_in_any_case() {
        let master = named(&task(&[&SETTINGS.to_lowercase()]), &replicas());
        let host = master.into_known().unwrap().host;
        assert_eq!(host, Seen::Known("dc1.a".to_owned()));
    }

    #[test]
    fn settings_that_were_deleted_are_of_no_host() {
        let deleted = "CN=NTDS Settings\\0ADEL:1f0e,CN=DC9,CN=Servers,CN=Berlin,CN=Sites,DC=a";
        let master = named(&task(&[deleted]), &replicas()).into_known().unwrap();
        assert_eq!(master.settings, deleted);
        assert_eq!(master.host, Seen::Absent);
    }

    #[test]
    fn owner_that_is_not_shown_is_hidden_and_not_absent() {
        let master = named(&task(&[]), &replicas());
        assert_eq!(master.gap().unwrap().reason, Reason::Denied);
    }

    #[test]
    fn host_is_unknown_where_the_controllers_are() {
        let replicas = Seen::unknown(Reason::Denied, "no");
        let master = named(&task(&[SETTINGS]), &replicas).into_known().unwrap();
        assert!(master.host.is_unknown());
    }
}

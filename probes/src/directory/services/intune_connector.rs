//! The Intune connector for Active Directory: its accounts, and who may make computers where.

use waterline_facts::{
    Seen,
    directory::services::{ComputerCreator, ConnectorAccount, IntuneConnectorFacts},
    objects::ObjectKind,
};

use super::{
    accounts::{Accounts, begins},
    principals::Principals,
    told,
    units::Units,
};
use crate::directory::entry::Entry;

/// Reads the facts of the connector.
pub(super) async fn learn(
    accounts: &Accounts,
    units: &Units,
    principals: &mut Principals<'_>,
) -> IntuneConnectorFacts {
    let managed = |entry: &Entry| {
        let kind = told::kind(entry).into_known();
        begins(entry, "msaODJ") && kind == Some(ObjectKind::ServiceAccount)
    };
    let accounts = accounts.such(managed).map(|entries| {
        let mut accounts: Vec<_> = entries.iter().map(account).collect();
        accounts.sort_by(|a, b| a.name.cmp(&b.name));
        accounts
    });
    IntuneConnectorFacts {
        accounts,
        computer_creators: creators(units, principals).await,
    }
}

fn account(entry: &Entry) -> ConnectorAccount {
    ConnectorAccount {
        name: entry.text("sAMAccountName").unwrap_or_default(),
        created: told::moment(entry, "whenCreated"),
        enabled: told::enabled(entry),
        hosts: told::names(entry, "msDS-HostServiceAccountBL"),
    }
}

async fn creators(units: &Units, principals: &mut Principals<'_>) -> Seen<Vec<ComputerCreator>> {
    let creators = match &units.creators {
        Seen::Known(creators) => creators,
        other => return other.as_ref().map(|_| Vec::new()),
    };
    let mut facts = Vec::new();
    for (sid, units) in creators {
        let named = principals.of([sid.clone()]).await;
        facts.extend(named.into_iter().map(|principal| ComputerCreator {
            principal,
            units: units.iter().cloned().collect(),
        }));
    }
    facts.sort();
    Seen::Known(facts)
}

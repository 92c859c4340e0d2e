//! The Intune connector for Active Directory: its accounts, and who may make computers where.

use waterline_facts::{
    Seen,
    directory::services::{ComputerCreator, ConnectorAccount},
    objects::ObjectKind,
};

use super::{
    accounts::{Accounts, begins},
    principals::Principals,
    told,
    units::Units,
};
use crate::directory::entry::Entry;

/// The connectors' own accounts.
pub(super) fn learn(accounts: &Accounts) -> Seen<Vec<ConnectorAccount>> {
    let managed = |entry: &Entry| {
        let kind = told::kind(entry).into_known();
        begins(entry, "msaODJ") && kind == Some(ObjectKind::ServiceAccount)
    };
    accounts.such(managed).map(|entries| {
        let mut accounts: Vec<_> = entries.iter().map(account).collect();
        accounts.sort_by(|a, b| a.name.cmp(&b.name));
        accounts
    })
}

fn account(entry: &Entry) -> ConnectorAccount {
    ConnectorAccount {
        name: entry.text("sAMAccountName").unwrap_or_default(),
        created: told::moment(entry, "whenCreated"),
        enabled: told::enabled(entry),
        hosts: told::names(entry, "msDS-HostServiceAccountBL"),
    }
}

/// Who may make computers, and where.
pub(super) async fn creators(
    units: &Units,
    principals: &mut Principals<'_>,
) -> Seen<Vec<ComputerCreator>> {
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

//! Active Directory Federation Services: its farms and service accounts.
//!
//! A farm's container hides, as photos of contacts, the keys to its certificates. It is listed one
//! level deep, containers only; what is within is never asked for.

use std::collections::BTreeSet;

use waterline_facts::{
    Gap, Reason, Seen,
    directory::services::{FederationAccount, FederationFacts, FederationFarm},
};

use super::told;
use crate::directory::{
    dn::Dn,
    entry::Entry,
    outcome::RIGHTS,
    query::{Filter, Place, Query, Scope, starts_with},
    source::{Directory, read},
};

/// How the service name of a farm begins.
const HOST: &str = "host/";

fn farms() -> Query {
    Query {
        base: Place::Domain("CN=ADFS,CN=Microsoft,CN=Program Data"),
        scope: Scope::OneLevel,
        filter: Filter::Class("container"),
        attributes: &["cn", "whenCreated"],
        witness: Place::Domain("CN=Microsoft,CN=Program Data"),
    }
}

fn accounts() -> Query {
    let served = Filter::Begins("servicePrincipalName", HOST);
    let account = vec![
        Filter::Category("person"),
        Filter::Class("msDS-GroupManagedServiceAccount"),
    ];
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![Filter::Either(account), served]),
        attributes: &[
            "msDS-SupportedEncryptionTypes",
            "objectClass",
            "sAMAccountName",
            "servicePrincipalName",
        ],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![farms(), accounts()]
}

/// Reads the facts of federation.
pub(super) async fn learn(directory: &dyn Directory) -> FederationFacts {
    let farms = match read(directory, &farms()).await {
        Seen::Absent => Seen::Known(Vec::new()),
        // The container is made together with a farm's own.
        Seen::Known(farms) if farms.is_empty() => Seen::Unknown(hidden()),
        farms => told::each(farms, farm),
    };
    let accounts = told::list(directory, &accounts()).await;
    FederationFacts {
        farms,
        accounts: told::each(accounts, account),
    }
}

fn hidden() -> Gap {
    let what = "AD FS is or was here, but its farms may not be seen";
    Gap::new(Reason::Denied, what).with_remedy(RIGHTS)
}

fn farm(entry: &Entry) -> Option<FederationFarm> {
    Some(FederationFarm {
        id: entry.text("cn").or_else(|| told::own_name(&entry.dn))?,
        created: told::moment(entry, "whenCreated"),
    })
}

fn account(entry: &Entry) -> Option<FederationAccount> {
    let names = entry.texts("servicePrincipalName").into_iter();
    let services: BTreeSet<_> = names
        .filter(|name| starts_with(name, HOST))
        .map(|name| name[HOST.len()..].to_lowercase())
        .collect();
    Some(FederationAccount {
        name: entry.text("sAMAccountName")?,
        kind: told::kind(entry),
        services: services.into_iter().collect(),
        encryption_types: told::number(entry, "msDS-SupportedEncryptionTypes"),
        in_default_container: in_default_container(&entry.dn),
    })
}

fn in_default_container(dn: &str) -> bool {
    Dn::parse(dn).is_some_and(|dn| {
        let parent = dn.value(1).unwrap_or_default();
        dn.above_domain() == 2 && parent.eq_ignore_ascii_case("Managed Service Accounts")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_container_stands_right_below_the_domain() {
        let cases = [
            ("CN=a,CN=Managed Service Accounts,DC=corp,DC=test", true),
            (
                "CN=a,CN=Managed Service Accounts,OU=x,DC=corp,DC=test",
                false,
            ),
            ("CN=a,CN=Users,DC=corp,DC=test", false),
        ];
        for (dn, expected) in cases {
            assert_eq!(in_default_container(dn), expected, "{dn}");
        }
    }
}

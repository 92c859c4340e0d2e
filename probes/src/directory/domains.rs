//! The domains of the forest, and what the domain that is read says about itself.

use std::collections::BTreeSet;

use waterline_facts::{Reason, Seen, directory::DomainFacts, seen::known_or_absent};

use super::{
    dn::Dn,
    entry::{Entry, small_number},
    forest::unreadable,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
    values,
};

/// Where Configuration Manager publishes its sites.
const SYSTEM_MANAGEMENT: &str = "CN=System Management,CN=System";

fn cross_references() -> Query {
    Query {
        base: Place::Configuration("CN=Partitions"),
        scope: Scope::OneLevel,
        // Both bits: a naming context of Active Directory that is a domain (MS-ADTS 6.1.1.2.1.1).
        filter: Filter::All(vec![
            Filter::Class("crossRef"),
            Filter::Bits("systemFlags", 3),
        ]),
        attributes: &["dnsRoot", "nCName", "nETBIOSName"],
        witness: Place::Configuration(""),
    }
}

fn head() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[
            "minPwdAge",
            "ms-DS-MachineAccountQuota",
            "msDS-Behavior-Version",
        ],
        witness: Place::Domain(""),
    }
}

fn system_management() -> Query {
    Query {
        base: Place::Domain(SYSTEM_MANAGEMENT),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["cn"],
        witness: Place::Domain("CN=System"),
    }
}

fn published_sites() -> Query {
    Query {
        base: Place::Domain(SYSTEM_MANAGEMENT),
        scope: Scope::OneLevel,
        filter: Filter::Class("mSSMSSite"),
        attributes: &["mSSMSSiteCode"],
        witness: Place::Domain("CN=System"),
    }
}

fn single_sign_on() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::Is("sAMAccountName", "AZUREADSSOACC$"),
        attributes: &["pwdLastSet"],
        witness: Place::Domain(""),
    }
}

fn sync_accounts() -> Query {
    let begins = |start| Filter::Begins("sAMAccountName", start);
    let people = vec![
        Filter::Category("person"),
        Filter::Either(vec![begins("MSOL_"), begins("AAD_")]),
    ];
    let managed = vec![
        Filter::Class("msDS-GroupManagedServiceAccount"),
        Filter::Either(vec![
            Filter::Is("sAMAccountName", "provAgentgMSA$"),
            begins("pGMSA_"),
        ]),
    ];
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::Either(vec![Filter::All(people), Filter::All(managed)]),
        attributes: &["sAMAccountName"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![
        cross_references(),
        head(),
        system_management(),
        published_sites(),
        single_sign_on(),
        sync_accounts(),
    ]
}

/// Reads the list of domains, and the facts of the one that was entered. Only that one's objects are
/// read; what the others hold is not looked for.
pub(super) async fn learn(directory: &dyn Directory, entered: &str) -> Seen<Vec<DomainFacts>> {
    let listed = match read(directory, &cross_references()).await {
        Seen::Absent => unreadable(&Seen::<()>::Absent),
        found => found.map(|entries| listed(&entries)),
    };
    let own = learn_one(directory, entered).await;
    listed.map(|domains| with_own(domains, own))
}

/// The listed domains, with what is known of the one that was entered.
fn with_own(mut domains: Vec<DomainFacts>, own: DomainFacts) -> Vec<DomainFacts> {
    match domains
        .iter_mut()
        .find(|domain| domain.dns_name == own.dns_name)
    {
        Some(place) => {
            let netbios_name = std::mem::take(&mut place.netbios_name);
            *place = DomainFacts {
                netbios_name,
                ..own
            };
        }
        None => domains.push(own),
    }
    domains.sort_by(|a, b| a.dns_name.cmp(&b.dns_name));
    domains
}

async fn learn_one(directory: &dyn Directory, name: &str) -> DomainFacts {
    let head = match read_one(directory, &head()).await {
        Seen::Absent => unreadable(&Seen::<()>::Absent),
        found => found,
    };
    let container = match read(directory, &system_management()).await {
        Seen::Known(entries) => Seen::Known(!entries.is_empty()),
        Seen::Absent => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    let key = read_one(directory, &single_sign_on()).await;
    let days = |value: &[u8]| values::integer(value).and_then(values::interval_days);
    let moment = |value: &[u8]| values::integer(value).and_then(values::filetime);
    DomainFacts {
        level: head
            .clone()
            .and_then(|head| head.fact("msDS-Behavior-Version", small_number)),
        machine_account_quota: head
            .clone()
            .and_then(|head| head.fact("ms-DS-MachineAccountQuota", small_number)),
        minimum_password_age_days: head.and_then(|head| head.fact("minPwdAge", days)),
        system_management_container: container,
        configuration_manager_sites: texts(
            read(directory, &published_sites()).await,
            "mSSMSSiteCode",
        ),
        seamless_sso_key_changed: key.and_then(|account| {
            match account.fact("pwdLastSet", moment) {
                // The account is there, so its key is not absent: it may not be seen.
                Seen::Absent => unreadable(&Seen::<()>::Absent),
                found => found,
            }
        }),
        sync_accounts: texts(read(directory, &sync_accounts()).await, "sAMAccountName"),
        ..unread(name.to_owned())
    }
}

/// A domain of which nothing is known but its name.
fn unread(dns_name: String) -> DomainFacts {
    DomainFacts {
        dns_name,
        netbios_name: not_entered(),
        read: not_entered(),
        level: not_entered(),
        machine_account_quota: not_entered(),
        minimum_password_age_days: not_entered(),
        system_management_container: not_entered(),
        configuration_manager_sites: not_entered(),
        seamless_sso_key_changed: not_entered(),
        sync_accounts: not_entered(),
    }
}

fn not_entered<T>() -> Seen<T> {
    let gap = waterline_facts::Gap::new(Reason::NotRun, "this domain was not entered");
    Seen::Unknown(gap.with_remedy("run again with --domain"))
}

fn listed(references: &[Entry]) -> Vec<DomainFacts> {
    let domain = |entry: &Entry| {
        let name = Dn::parse(&entry.text("nCName")?)?.dns_name()?;
        Some(DomainFacts {
            netbios_name: known_or_absent(entry.text("nETBIOSName")),
            ..unread(name)
        })
    };
    let mut domains: Vec<_> = references.iter().filter_map(domain).collect();
    domains.sort_by(|a, b| a.dns_name.cmp(&b.dns_name));
    domains.dedup_by(|a, b| a.dns_name == b.dns_name);
    domains
}

/// An attribute's values over all entries, sorted; none where the place does not exist.
fn texts(entries: Seen<Vec<Entry>>, attribute: &str) -> Seen<Vec<String>> {
    match entries {
        Seen::Absent => Seen::Known(Vec::new()),
        found => found.map(|entries| {
            let texts: BTreeSet<_> = entries
                .iter()
                .filter_map(|entry| entry.text(attribute))
                .collect();
            texts.into_iter().collect()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(context: &str, netbios: &str) -> Entry {
        let value = |text: &str| vec![text.as_bytes().to_vec()];
        let attributes = vec![
            ("nCName".to_owned(), value(context)),
            ("nETBIOSName".to_owned(), value(netbios)),
        ];
        Entry {
            attributes,
            ..Entry::default()
        }
    }

    #[test]
    fn domains_are_listed_by_name_and_others_are_not_read() {
        let references = [
            reference("DC=Child,DC=corp,DC=test", "CHILD"),
            reference("DC=corp,DC=test", "CORP"),
        ];
        let own = DomainFacts {
            level: Seen::Known(7),
            ..unread("corp.test".to_owned())
        };
        let domains = with_own(listed(&references), own);
        let names: Vec<_> = domains
            .iter()
            .map(|domain| domain.dns_name.as_str())
            .collect();
        assert_eq!(names, ["child.corp.test", "corp.test"]);
        assert_eq!(domains[0].level.gap().unwrap().reason, Reason::NotRun);
        assert_eq!(domains[1].level, Seen::Known(7));
        assert_eq!(domains[1].netbios_name, Seen::Known("CORP".to_owned()));
    }

    #[test]
    fn domain_that_the_list_lacks_is_added() {
        let domains = with_own(Vec::new(), unread("corp.test".to_owned()));
        assert_eq!(domains.len(), 1);
    }
}

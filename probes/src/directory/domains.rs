//! The domains of the forest, and what the domain that is read says about itself.

use std::collections::BTreeSet;

use waterline_facts::{
    DirectoryFacts, Gap, Reason, Seen,
    directory::{DirectorySource, DomainFacts, services::DomainServices},
};

use super::{
    accounts, backup,
    dn::Dn,
    entry::{Entry, small_number},
    gaps,
    hidden::{existing, required},
    host_names, operations, passwords, protected,
    query::{Extent, Filter, Place, Query, Scope},
    replicas::Replica,
    services,
    source::{Directory, read, read_one},
    sysvol, trusts, values,
};
use crate::Draft;

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
        attributes: &["nCName", "nETBIOSName", "trustParent"],
        witness: Place::Configuration(""),
    }
}

fn head() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[
            "ms-DS-MachineAccountQuota",
            "msDS-AllowedDNSSuffixes",
            "msDS-Behavior-Version",
            "nTMixedDomain",
        ],
        witness: Place::Domain(""),
    }
}

fn units_with_suffixes() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![
            Filter::Present("uPNSuffixes"),
            Filter::Class("organizationalUnit"),
        ]),
        attributes: &["uPNSuffixes"],
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
        units_with_suffixes(),
        system_management(),
        published_sites(),
        single_sign_on(),
        sync_accounts(),
    ]
}

/// Reads the list of domains, and the facts of the one that was entered. Only that one's objects are
/// read; what the others hold is not looked for.
pub(super) async fn learn(
    directory: &dyn Directory,
    entered: &str,
    replicas: &Seen<Vec<Replica>>,
) -> Seen<Vec<DomainFacts>> {
    let listed = existing(read(directory, &cross_references()).await);
    let listed = listed.map(|entries| listed_domains(&entries));
    let own = learn_one(directory, entered, replicas).await;
    listed.map(|domains| with_own(domains, own))
}

/// The listed domains, with what is known of the one that was entered.
fn with_own(mut domains: Vec<DomainFacts>, own: DomainFacts) -> Vec<DomainFacts> {
    match domains
        .iter_mut()
        .find(|domain| domain.dns_name == own.dns_name)
    {
        Some(place) => {
            let (netbios_name, parent) = (place.netbios_name.clone(), place.parent.clone());
            *place = DomainFacts {
                netbios_name,
                parent,
                ..own
            };
        }
        None => domains.push(own),
    }
    domains.sort_by(|a, b| a.dns_name.cmp(&b.dns_name));
    domains
}

async fn learn_one(
    directory: &dyn Directory,
    name: &str,
    replicas: &Seen<Vec<Replica>>,
) -> DomainFacts {
    let mut domain = DomainFacts {
        // Read later.
        services: DomainServices::default(),
        host_suffixes: Seen::not_run(),
        controllers_without_settings: Seen::not_run(),
        objects: Seen::not_run(),
        ..unread(name)
    };
    learn_head(directory, &mut domain).await;
    learn_services(directory, &mut domain).await;
    passwords::learn(directory, &mut domain).await;
    domain.operations_masters = operations::of_domain(directory, replicas).await;
    domain.trusts = trusts::learn(directory).await;
    domain.protected_users = protected::learn(directory).await;
    domain.sysvol_replication = sysvol::learn(directory).await;
    domain.last_backup = backup::learn(directory).await;
    domain.ticket_key_changed = accounts::ticket_key_changed(directory).await;
    domain.services_without_aes = accounts::count_services_without_aes(directory).await;
    domain.des_only_accounts = accounts::count_des_only(directory).await;
    domain
}

async fn learn_head(directory: &dyn Directory, domain: &mut DomainFacts) {
    let head = existing(read_one(directory, &head()).await);
    let number = |name| head.as_ref().and_then(|head| head.fact(name, small_number));
    domain.level = number("msDS-Behavior-Version");
    domain.mixed_mode = number("nTMixedDomain").map(|mixed| mixed != 0);
    domain.machine_account_quota = number("ms-DS-MachineAccountQuota");
    domain.allowed_dns_suffixes =
        head.and_then(
            |head| match head.fact("msDS-AllowedDNSSuffixes", |_| Some(())) {
                Seen::Unknown(gap) => Seen::Unknown(gap),
                _ => Seen::Known(folded(&head.texts("msDS-AllowedDNSSuffixes"))),
            },
        );
    let units = existing(read(directory, &units_with_suffixes()).await);
    domain.unit_upn_suffixes = units.map(|units| {
        let suffixes = units.iter().flat_map(|unit| unit.texts("uPNSuffixes"));
        folded(&suffixes.collect::<Vec<_>>())
    });
}

/// What other products have left in the domain.
async fn learn_services(directory: &dyn Directory, domain: &mut DomainFacts) {
    domain.system_management_container = match read(directory, &system_management()).await {
        Seen::Known(entries) => Seen::Known(!entries.is_empty()),
        Seen::Absent => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    domain.configuration_manager_sites =
        texts(read(directory, &published_sites()).await, "mSSMSSiteCode");
    let key = read_one(directory, &single_sign_on()).await;
    let moment = |value: &[u8]| values::integer(value).and_then(values::filetime);
    // Once the account is there, its key is not absent: it may not be seen.
    domain.seamless_sso_key_changed =
        key.and_then(|account| required(&account, "pwdLastSet", moment));
    domain.sync_accounts = texts(read(directory, &sync_accounts()).await, "sAMAccountName");
}

/// Texts in lower case, sorted, each once.
fn folded(texts: &[String]) -> Vec<String> {
    let texts: BTreeSet<_> = texts.iter().map(|text| text.to_lowercase()).collect();
    texts.into_iter().collect()
}

/// Changes what is known of a domain, if it is listed.
pub(super) fn change(
    facts: &mut DirectoryFacts,
    name: &str,
    change: impl FnOnce(&mut DomainFacts),
) {
    let Seen::Known(domains) = &mut facts.domains else {
        return;
    };
    if let Some(place) = domains.iter_mut().find(|domain| domain.dns_name == name) {
        change(place);
    }
}

/// Writes how the reading of a domain's objects ended, and how many came.
pub(super) fn write_read(domain: &mut DomainFacts, objects: Seen<u64>, extent: Extent) {
    domain.read = objects.as_ref().map(|_| extent == Extent::Whole);
    domain.objects = match extent {
        Extent::Whole => objects,
        Extent::Base | Extent::Part => objects.and_then(|_| {
            let gap = Gap::new(Reason::NotConfigured, "a part of the domain was read");
            Seen::Unknown(gap.with_remedy("read the whole domain, without --base"))
        }),
    };
}

/// Reads what only a sweep over a whole domain tells, and writes it as it is learned.
pub(super) async fn sweep(
    directory: &dyn Directory,
    source: DirectorySource,
    name: &str,
    draft: &Draft<DirectoryFacts>,
) {
    services::sweep(directory, source, name, draft).await;
    let suffixes = host_names::learn(directory).await;
    draft.update(|facts| change(facts, name, |domain| domain.host_suffixes = suffixes));
}

/// A domain of which nothing is known but its name.
fn unread(dns_name: &str) -> DomainFacts {
    let gap = Gap::new(Reason::NotRun, "this domain was not entered");
    let mut domain = DomainFacts::new(dns_name);
    gaps::fill(
        &mut domain,
        &gap.with_remedy(
            "read it too: without --this-domain-only and --base, or in an export of its own",
        ),
    );
    domain
}

/// Writes why a listed domain could not be entered.
pub(super) fn not_entered(domain: &mut DomainFacts, gap: &Gap) {
    let mut unread = DomainFacts::new(domain.dns_name.clone());
    gaps::fill(&mut unread, gap);
    unread.netbios_name = domain.netbios_name.clone();
    unread.parent = domain.parent.clone();
    *domain = unread;
}

fn listed_domains(references: &[Entry]) -> Vec<DomainFacts> {
    let name = |value: &[u8]| Dn::parse(&values::text(value))?.dns_name();
    let domain = |entry: &Entry| {
        Some(DomainFacts {
            netbios_name: required(entry, "nETBIOSName", |value| Some(values::text(value))),
            parent: parent(entry, references),
            ..unread(&name(entry.value("nCName")?)?)
        })
    };
    let mut domains: Vec<_> = references.iter().filter_map(domain).collect();
    domains.sort_by(|a, b| a.dns_name.cmp(&b.dns_name));
    domains.dedup_by(|a, b| a.dns_name == b.dns_name);
    domains
}

/// The domain above: named by the cross-reference to it.
fn parent(entry: &Entry, references: &[Entry]) -> Seen<String> {
    entry.fact("trustParent", |value| {
        let wanted = Dn::parse(&values::text(value))?;
        let mut above = references
            .iter()
            .filter(|other| Dn::parse(&other.dn).as_ref() == Some(&wanted));
        Dn::parse(&above.next()?.text("nCName")?)?.dns_name()
    })
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

    fn reference(name: &str, context: &str, more: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        let own = [("nCName", context), ("nETBIOSName", name)];
        Entry {
            dn: format!("CN={name},CN=Partitions,CN=Configuration,DC=corp,DC=test"),
            attributes: own.iter().chain(more).map(pair).collect(),
            ..Entry::default()
        }
    }

    #[test]
    fn domains_are_listed_by_name_and_others_are_not_read() {
        let above = "CN=Corp,CN=Partitions,CN=Configuration,DC=corp,DC=test";
        let references = [
            reference(
                "CHILD",
                "DC=Child,DC=corp,DC=test",
                &[("trustParent", &above.replace("Corp", "CORP"))],
            ),
            reference("CORP", "DC=corp,DC=test", &[]),
        ];
        let own = DomainFacts {
            level: Seen::Known(7),
            ..unread("corp.test")
        };
        let domains = with_own(listed_domains(&references), own);
        let names: Vec<_> = domains
            .iter()
            .map(|domain| domain.dns_name.as_str())
            .collect();
        assert_eq!(names, ["child.corp.test", "corp.test"]);
        assert_eq!(domains[0].level.gap().unwrap().reason, Reason::NotRun);
        assert_eq!(domains[0].parent, Seen::Known("corp.test".to_owned()));
        assert_eq!(domains[1].level, Seen::Known(7));
        assert_eq!(domains[1].netbios_name, Seen::Known("CORP".to_owned()));
        assert_eq!(domains[1].parent, Seen::Absent);
    }

    #[test]
    fn domain_that_the_list_lacks_is_added() {
        let domains = with_own(Vec::new(), unread("corp.test"));
        assert_eq!(domains.len(), 1);
    }

    #[test]
    fn domain_that_was_not_entered_says_how_to_enter_it() {
        let domain = unread("child.corp.test");
        for gap in [
            domain.last_backup.gap(),
            domain.password_policy.history.gap(),
        ] {
            assert!(gap.is_some_and(|gap| gap.remedy.contains("--this-domain-only")));
        }
    }

    #[test]
    fn domain_that_cannot_be_entered_keeps_its_name_and_says_why() {
        let references = [reference("CORP", "DC=corp,DC=test", &[])];
        let mut domain = listed_domains(&references).remove(0);
        not_entered(&mut domain, &Gap::new(Reason::TimedOut, "silent"));
        assert_eq!(domain.netbios_name, Seen::Known("CORP".to_owned()));
        assert_eq!(domain.parent, Seen::Absent);
        assert_eq!(domain.level.gap().unwrap().reason, Reason::TimedOut);
        let history = domain.password_policy.history;
        assert_eq!(history.gap().unwrap().reason, Reason::TimedOut);
    }

    #[test]
    fn suffixes_are_folded_sorted_and_told_once() {
        let texts = ["B.example", "a.example", "b.EXAMPLE"].map(str::to_owned);
        assert_eq!(folded(&texts), ["a.example", "b.example"]);
    }
}

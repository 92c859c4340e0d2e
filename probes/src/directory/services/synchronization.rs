//! Directory synchronisation: its accounts by name and by rights, their servers, what they may do.
//!
//! A server of synchronisation writes its name into the description of its account, in the language
//! of the installer; the name is taken out, the text is not kept.

use std::collections::BTreeSet;

use waterline_facts::{
    Seen,
    directory::services::{
        Principal, SyncAccount, SyncAccountKind, SyncComputer, SyncRight, SyncServer,
        SynchronizationFacts,
    },
    objects::ObjectKind,
    seen::known_or_absent,
};

use super::{
    accounts::{Accounts, begins},
    descriptor::{AccessList, Sid},
    principals::Principals,
    rights::{Right, bits},
    told::{self, DESCRIPTOR},
};
use crate::directory::{
    entry::{Entry, small_number},
    forest::unreadable,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
    values,
};

/// Primary groups of domain controllers.
const CONTROLLERS: [u32; 2] = [516, 521];

/// Relative identifiers of the protected groups (MS-ADTS 3.1.1.6.1.1): of domains and the forest,
/// and of the built-in ones.
const PROTECTED: [u32; 13] = [
    512, 516, 518, 519, 521, 526, 527, 544, 548, 549, 550, 551, 552,
];

/// Class `user`.
const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";

/// Rights by their GUIDs (MS-ADTS 5.1.3.2.1), attributes by those in the schema. The property sets
/// are `User-Account-Restrictions`, which holds `pwdLastSet`, and `Public-Information`, which holds
/// `proxyAddresses`.
const REPLICATE: [Right; 2] = [
    Right::control(&["1131f6aa-9c07-11d1-f79f-00c04fc2dcd2"]),
    Right::control(&["1131f6ad-9c07-11d1-f79f-00c04fc2dcd2"]),
];
const RIGHTS: [(SyncRight, Right); 7] = [
    (
        SyncRight::ChangePassword,
        Right::control(&["ab721a53-1e2f-11d0-9819-00aa0040529b"]).below(USER),
    ),
    (
        SyncRight::ResetPassword,
        Right::control(&["00299570-246d-11d0-a768-00aa006e0529"]).below(USER),
    ),
    (
        SyncRight::UnexpirePassword,
        Right::control(&["ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501"]),
    ),
    (
        SyncRight::WriteConsistencyGuid,
        write(&["23773dc2-b63a-11d2-90e1-00c04fd91ab1"]),
    ),
    (
        SyncRight::WriteLockoutTime,
        write(&["28630ebf-41d5-11d1-a9c1-0000f80367c1"]),
    ),
    (
        SyncRight::WriteProxyAddresses,
        write(&[
            "bf967a06-0de6-11d0-a285-00aa003049e2",
            "e48d0154-bcf8-11d1-8702-00c04fb96050",
        ]),
    ),
    (
        SyncRight::WritePasswordLastSet,
        write(&[
            "bf967a0a-0de6-11d0-a285-00aa003049e2",
            "4c164200-20c0-11d0-a768-00aa006e0529",
        ]),
    ),
];

const fn write(about: &'static [&'static str]) -> Right {
    Right::here(bits::WRITE_PROPERTY, about).below(USER)
}

fn head() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[DESCRIPTOR],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![head()]
}

/// Reads the facts of synchronisation, but for inheritance, which the units tell.
pub(super) async fn learn(
    directory: &dyn Directory,
    accounts: &Accounts,
    principals: &mut Principals<'_>,
) -> SynchronizationFacts {
    let head = match read_one(directory, &head()).await {
        Seen::Absent => unreadable(&Seen::<()>::Absent),
        head => head.and_then(|head| told::access(&head)),
    };
    let holders = head.as_ref().map(|list| list.holders(&REPLICATE));
    let mut entries = accounts.such(|entry| by_name(entry).is_some());
    if let (Seen::Known(entries), Seen::Known(holders)) = (&mut entries, &holders) {
        entries.extend(others(entries, holders, principals).await);
    }
    let groups = accounts.such(|entry| entry.has("objectClass", "group"));
    SynchronizationFacts {
        accounts: facts_of(entries, &head, principals).await,
        replicators: match holders {
            Seen::Known(holders) => Seen::Known(principals.of(holders).await),
            other => other.map(|_| Vec::new()),
        },
        groups: told::each(groups, |group| group.text("sAMAccountName")),
        inheritance: Seen::not_run(),
    }
}

/// The accounts that hold the rights under another name.
async fn others(
    known: &[Entry],
    holders: &BTreeSet<Sid>,
    principals: &Principals<'_>,
) -> Vec<Entry> {
    let known: BTreeSet<_> = known.iter().filter_map(sid).collect();
    let new: Vec<_> = holders
        .iter()
        .filter(|sid| !sid.built_in() && !known.contains(sid))
        .cloned()
        .collect();
    if new.is_empty() {
        return Vec::new();
    }
    let found = principals.accounts(&new).await;
    let found = found.into_known().unwrap_or_default().into_iter();
    let account = |entry: &Entry| {
        let kind = told::kind(entry).into_known();
        entry.value("sAMAccountName").is_some()
            && kind.is_some_and(|kind| kind != ObjectKind::Group)
    };
    found.filter(account).collect()
}

async fn facts_of(
    entries: Seen<Vec<Entry>>,
    head: &Seen<AccessList>,
    principals: &mut Principals<'_>,
) -> Seen<Vec<SyncAccount>> {
    let entries = match entries {
        Seen::Known(entries) => entries,
        other => return other.map(|_| Vec::new()),
    };
    let mut facts = Vec::new();
    for entry in &entries {
        facts.push(account(entry, head, principals).await);
    }
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    Seen::Known(facts)
}

async fn account(
    entry: &Entry,
    head: &Seen<AccessList>,
    principals: &mut Principals<'_>,
) -> SyncAccount {
    let description = told::text(entry, "description");
    let own = match sid(entry) {
        Some(sid) => head.as_ref().map(|list| (sid, list)),
        None => unreadable(&Seen::<()>::Absent),
    };
    SyncAccount {
        name: entry.text("sAMAccountName").unwrap_or_default(),
        kind: by_name(entry).unwrap_or(SyncAccountKind::Rights),
        enabled: told::enabled(entry),
        created: told::moment(entry, "whenCreated"),
        changed: told::moment(entry, "whenChanged"),
        password_changed: told::file_time(entry, "pwdLastSet"),
        last_logon: told::file_time(entry, "lastLogonTimestamp"),
        admin_count: admin_count(entry),
        member_of: told::names(entry, "memberOf"),
        protected_groups: protected_groups(entry, principals).await,
        replicates: own.clone().map(|(sid, list)| {
            let mut rights = REPLICATE.iter();
            rights.all(|right| list.gives(&sid, *right))
        }),
        rights: own.map(|(sid, list)| {
            let held = RIGHTS.iter().filter(|(_, right)| list.gives(&sid, *right));
            let mut held: Vec<_> = held.map(|(name, _)| *name).collect();
            held.sort();
            held
        }),
        server: server(description.clone(), principals).await,
        tenant: description.and_then(|text| known_or_absent(tenant_in(&text))),
        hosts: hosts(entry, principals).await,
    }
}

fn sid(entry: &Entry) -> Option<Sid> {
    entry.value("objectSid").and_then(Sid::read)
}

fn by_name(entry: &Entry) -> Option<SyncAccountKind> {
    let kind = told::kind(entry).into_known()?;
    let named = |start| begins(entry, start);
    match kind {
        ObjectKind::User if named("MSOL_") => Some(SyncAccountKind::Connect),
        ObjectKind::User if named("AAD_") => Some(SyncAccountKind::ConnectService),
        ObjectKind::ServiceAccount if named("provAgentgMSA$") || named("pGMSA_") => {
            Some(SyncAccountKind::CloudSync)
        }
        _ => None,
    }
}

/// A value that is not set was never 1.
fn admin_count(entry: &Entry) -> Seen<bool> {
    match entry.fact("adminCount", values::integer) {
        Seen::Absent => Seen::Known(false),
        count => count.map(|count| count != 0),
    }
}

/// The protected groups that an account is in.
async fn protected_groups(entry: &Entry, principals: &Principals<'_>) -> Seen<Vec<String>> {
    let protected = |group: &Entry| {
        let sid = group.value("objectSid").and_then(Sid::read)?;
        let relative = sid.built_in().then(|| sid.relative())?;
        PROTECTED.contains(&relative).then_some(())?;
        group.text("sAMAccountName")
    };
    told::each(principals.groups_of(&entry.dn).await, protected)
}

/// Who may fetch a managed account's password: those whom its descriptor lets read.
async fn hosts(entry: &Entry, principals: &mut Principals<'_>) -> Seen<Vec<Principal>> {
    const READ: Right = Right::here(bits::READ_PROPERTY, &[]);
    if told::kind(entry).into_known() != Some(ObjectKind::ServiceAccount) {
        return Seen::Absent;
    }
    match entry.fact("msDS-GroupMSAMembership", AccessList::read) {
        Seen::Known(list) => Seen::Known(principals.of(list.holders(&[READ])).await),
        other => other.map(|_| Vec::new()),
    }
}

async fn server(description: Seen<String>, principals: &Principals<'_>) -> Seen<SyncServer> {
    let name = match description {
        Seen::Known(text) => server_in(&text),
        other => return other.and_then(|_| Seen::Absent),
    };
    let Some(name) = name else {
        return Seen::Absent;
    };
    let computer = principals.computer(&name).await;
    Seen::Known(SyncServer {
        computer: computer.map(|entry| SyncComputer {
            enabled: told::enabled(&entry),
            controller: entry
                .fact("primaryGroupID", small_number)
                .map(|group| CONTROLLERS.contains(&group)),
            operating_system: told::text(&entry, "operatingSystem"),
            build: entry.fact("operatingSystemVersion", |version| {
                values::build(&values::text(version))
            }),
            last_logon: told::file_time(&entry, "lastLogonTimestamp"),
        }),
        name,
    })
}

/// The computer that a description names: `… running on computer SRV1 …`.
fn server_in(description: &str) -> Option<String> {
    let rest = after(description, "running on ")?;
    let rest = after(rest, "computer ")
        .filter(|_| starts(rest, "computer "))
        .unwrap_or(rest);
    let name = word(rest, |letter| {
        letter.is_ascii_alphanumeric() || "-_".contains(letter)
    });
    // A computer's account name has at most 15 characters beside its dollar sign.
    (!name.is_empty() && name.len() <= 15).then(|| name.to_uppercase())
}

/// The tenant that a description names: `… to tenant contoso.onmicrosoft.com …`.
fn tenant_in(description: &str) -> Option<String> {
    let rest = after(description, "to tenant ")?;
    let name = word(rest, |letter| {
        letter.is_ascii_alphanumeric() || "-.".contains(letter)
    });
    let name = name.trim_end_matches('.');
    (!name.is_empty()).then(|| name.to_lowercase())
}

fn starts(text: &str, start: &str) -> bool {
    crate::directory::query::starts_with(text, start)
}

/// What follows some words, in any case.
fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let places = text.char_indices().map(|(at, _)| &text[at..]);
    let mut found = places.filter(|rest| starts(rest, words));
    found.next().map(|rest| rest[words.len()..].trim_start())
}

fn word(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|letter| !belongs(letter)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::{
        super::descriptor::samples::{descriptor, domain_sid, entry},
        *,
    };

    #[test]
    fn server_and_tenant_are_taken_out_of_a_description() {
        let text = "Account created by Microsoft Azure Active Directory Connect with installation \
                    identifier 3f2a91c7d5e4 running on computer SRV-sync1 configured to synchronize \
                    to tenant Contoso.onmicrosoft.com. This account must have replication rights.";
        assert_eq!(server_in(text).as_deref(), Some("SRV-SYNC1"));
        assert_eq!(tenant_in(text).as_deref(), Some("contoso.onmicrosoft.com"));
        assert_eq!(server_in("RUNNING ON SRV2.").as_deref(), Some("SRV2"));
        for other in [
            "",
            "running on",
            "running on (*)",
            "wird auf SRV1 ausgeführt",
        ] {
            assert_eq!(
                (server_in(other), tenant_in(other)),
                (None, None),
                "{other}"
            );
        }
    }

    #[test]
    fn both_rights_are_needed_to_replicate_passwords() {
        let [first, second] = REPLICATE.map(|right| right.about[0]);
        let ace = |guid, who| entry(5, 0, 0x100, [Some(guid), None], &domain_sid(who));
        let list = [ace(first, 1104), ace(second, 1104), ace(first, 1105)];
        let list = AccessList::read(&descriptor(0, &list)).unwrap();
        let holders: Vec<_> = list
            .holders(&REPLICATE)
            .iter()
            .map(Sid::to_string)
            .collect();
        assert_eq!(holders, ["S-1-5-21-1-2-3-1104"]);
    }

    #[test]
    fn rights_are_told_apart_by_their_guids() {
        let who = domain_sid(1104);
        let given: Vec<_> = RIGHTS
            .iter()
            .map(|(_, right)| entry(5, 2, right.mask, [Some(right.about[0]), None], &who))
            .collect();
        let sid = Sid::read(&who).unwrap();
        for (at, (name, right)) in RIGHTS.iter().enumerate() {
            let only = AccessList::read(&descriptor(0, &given[at..=at])).unwrap();
            let held = RIGHTS.iter().filter(|(_, right)| only.gives(&sid, *right));
            let held: Vec<_> = held.map(|(name, _)| *name).collect();
            assert_eq!(held, [*name], "{right:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_description_makes_it_panic(text: String) {
            let text = format!("running on {text} to tenant {text}");
            let _ = (server_in(&text), tenant_in(&text));
        }
    }
}

//! The cloud's Kerberos server in the domain: the read-only controller that is none.

use waterline_facts::{
    Seen,
    directory::services::{KerberosServer, KerberosServerKey},
};

use super::{accounts::Accounts, descriptor::Sid, told};
use crate::directory::{
    dn::Dn,
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
    values,
};

fn computer() -> Query {
    Query {
        base: Place::Domain("OU=Domain Controllers"),
        scope: Scope::OneLevel,
        filter: Filter::Is("cn", "AzureADKerberos"),
        attributes: &[
            "msDS-KrbTgtLink",
            "msDS-NeverRevealGroup",
            "msDS-RevealOnDemandGroup",
            "objectSid",
            "whenCreated",
        ],
        witness: Place::Domain(""),
    }
}

fn pointer() -> Query {
    Query {
        base: Place::Domain("CN=System"),
        scope: Scope::Subtree,
        // The identifier is the same in every domain.
        filter: Filter::Is("name", "900274c4-b7d2-43c8-90ee-00a9f650e335"),
        attributes: &["keywords"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![computer(), pointer()]
}

/// Reads the facts of the cloud's Kerberos server.
pub(super) async fn learn(directory: &dyn Directory, accounts: &Accounts) -> Seen<KerberosServer> {
    let found = read(directory, &computer()).await;
    let computer = match found {
        Seen::Known(mut found) => match found.pop() {
            Some(computer) => computer,
            None => return Seen::Absent,
        },
        Seen::Absent => return Seen::Absent,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    let key = accounts.one("krbtgt_AzureAD");
    let pointer = read_one(directory, &pointer()).await;
    Seen::Known(KerberosServer {
        created: told::moment(&computer, "whenCreated"),
        key_linked: linked(&computer, &key),
        key: key.map(|key| KerberosServerKey {
            changed: told::file_time(&key, "pwdLastSet"),
            disabled: told::control(&key, told::DISABLED),
            number: told::number(&key, "msDS-SecondaryKrbTgtNumber"),
        }),
        allowed: told::names(&computer, "msDS-RevealOnDemandGroup"),
        denied: told::names(&computer, "msDS-NeverRevealGroup"),
        pointer_agrees: pointer.and_then(|pointer| agrees(&pointer, &computer)),
    })
}

fn linked(computer: &Entry, key: &Seen<Entry>) -> Seen<bool> {
    let Seen::Known(key) = key else {
        return key.as_ref().map(|_| false);
    };
    match told::text(computer, "msDS-KrbTgtLink") {
        Seen::Absent => Seen::Known(false),
        link => link.map(|link| Dn::parse(&link) == Dn::parse(&key.dn)),
    }
}

/// The pointer's first keyword is JSON that names the computer by its security identifier.
fn agrees(pointer: &Entry, computer: &Entry) -> Seen<bool> {
    let sid = computer.fact("objectSid", Sid::read);
    let keywords = pointer.fact("keywords", |_| {
        let values = pointer.values("keywords").iter();
        Some(values.map(|value| values::text(value)).collect::<Vec<_>>())
    });
    sid.and_then(|sid| {
        let sid = sid.to_string();
        keywords.map(|keywords| keywords.iter().any(|keyword| names(keyword, &sid)))
    })
}

fn names(keyword: &str, sid: &str) -> bool {
    let json: Option<serde_json::Value> = serde_json::from_str(keyword).ok();
    let named = json
        .as_ref()
        .and_then(|json| json.get("ComputerAccountSid"));
    named
        .and_then(|named| named.as_str())
        .is_some_and(|named| named == sid)
}

#[cfg(test)]
mod tests {
    use super::{super::descriptor::samples::domain_sid, *};

    fn entry(attributes: &[(&str, &[u8])]) -> Entry {
        let pair = |(name, value): &(&str, &[u8])| ((*name).to_owned(), vec![value.to_vec()]);
        Entry {
            attributes: attributes.iter().map(pair).collect(),
            ..Entry::default()
        }
    }

    #[test]
    fn pointer_agrees_if_it_names_the_computers_identifier() {
        let sid = domain_sid(1140);
        let computer = entry(&[("objectSid", &sid)]);
        let says = |json: &str| agrees(&entry(&[("keywords", json.as_bytes())]), &computer);
        let right = r#"{"ComputerAccountSid":"S-1-5-21-1-2-3-1140"}"#;
        assert_eq!(says(right), Seen::Known(true));
        assert_eq!(says(&right.replace("1140", "114")), Seen::Known(false));
        assert_eq!(says("no JSON"), Seen::Known(false));
        assert_eq!(agrees(&entry(&[]), &computer), Seen::Absent);
    }
}

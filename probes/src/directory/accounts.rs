//! Accounts on which Kerberos depends: the age of the domain's own key, and accounts that take weak
//! encryption alone.
//!
//! Counts only. Disabled accounts get no tickets and are not counted; which keys an account really
//! has, no directory tells.

use jiff::Timestamp;
use waterline_facts::Seen;

use super::{
    entry::Entry,
    forest::unreadable,
    hidden::{existing, required},
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
    trusts::ENCRYPTION_TYPES,
    values,
};

/// Bits of `userAccountControl`.
const DISABLED: u32 = 0x2;
const DES_ONLY: u32 = 0x20_0000;

/// The encryption types AES with 128 and with 256 bits.
const AES: u32 = 0x18;

fn below_domain(filter: Filter, attributes: &'static [&'static str]) -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter,
        attributes,
        witness: Place::Domain(""),
    }
}

fn ticket_account() -> Query {
    // Those of read-only controllers have a number behind the name, the cloud's one its own name.
    below_domain(Filter::Is("sAMAccountName", "krbtgt"), &["pwdLastSet"])
}

fn enabled() -> Filter {
    Filter::Not(Box::new(Filter::Bits("userAccountControl", DISABLED)))
}

fn services_without_aes() -> Query {
    let filter = Filter::All(vec![
        Filter::Category("person"),
        Filter::Present("servicePrincipalName"),
        enabled(),
        Filter::Not(Box::new(Filter::AnyBit(ENCRYPTION_TYPES, AES))),
    ]);
    below_domain(filter, &[ENCRYPTION_TYPES])
}

fn des_only() -> Query {
    let types = ["1", "2", "3"].map(|bits| Filter::Is(ENCRYPTION_TYPES, bits));
    let limited = [
        vec![Filter::Bits("userAccountControl", DES_ONLY)],
        types.to_vec(),
    ];
    let filter = Filter::All(vec![
        Filter::Either(limited.concat()),
        Filter::Either(vec![
            Filter::Category("person"),
            Filter::Category("computer"),
        ]),
        enabled(),
    ]);
    below_domain(filter, &["userAccountControl"])
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![ticket_account(), services_without_aes(), des_only()]
}

/// Reads when the key from which all tickets are made last changed.
pub(super) async fn ticket_key_changed(directory: &dyn Directory) -> Seen<Timestamp> {
    match read_one(directory, &ticket_account()).await {
        Seen::Known(account) => required(&account, "pwdLastSet", |value| {
            values::integer(value).and_then(values::filetime)
        }),
        // Every domain has the account.
        other => unreadable(&other),
    }
}

/// Counts the user accounts of services that do not say that they take AES.
pub(super) async fn count_services_without_aes(directory: &dyn Directory) -> Seen<u64> {
    let found = existing(read(directory, &services_without_aes()).await);
    found.and_then(|accounts| without_aes(&accounts))
}

/// Counts the accounts that are limited to DES.
pub(super) async fn count_des_only(directory: &dyn Directory) -> Seen<u64> {
    let found = existing(read(directory, &des_only()).await);
    found.map(|accounts| accounts.len() as u64)
}

/// An export may have left the encryption types out: then no account is known to lack AES.
fn without_aes(accounts: &[Entry]) -> Seen<u64> {
    let untold = accounts.iter().find_map(|account| {
        let types: Seen<()> = account.fact(ENCRYPTION_TYPES, |_| Some(()));
        types.gap().cloned()
    });
    untold.map_or(Seen::Known(accounts.len() as u64), Seen::Unknown)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{entry::Missing, matching::meets},
        *,
    };

    fn account(attributes: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        Entry {
            attributes: attributes.iter().map(pair).collect(),
            ..Entry::default()
        }
    }

    const SERVICE: [(&str, &str); 4] = [
        ("objectClass", "user"),
        ("objectCategory", "CN=Person,CN=Schema"),
        ("servicePrincipalName", "HTTP/intranet"),
        ("userAccountControl", "512"),
    ];

    fn wanted(query: &Query, more: &[(&'static str, &'static str)]) -> bool {
        // What is set later comes before what is set earlier.
        meets(&[more, &SERVICE].concat(), &query.filter)
    }

    #[test]
    fn service_takes_aes_only_if_it_says_so() {
        let query = services_without_aes();
        assert!(wanted(&query, &[]));
        assert!(wanted(&query, &[(ENCRYPTION_TYPES, "4")]));
        assert!(!wanted(&query, &[(ENCRYPTION_TYPES, "12")]));
        assert!(!wanted(&query, &[(ENCRYPTION_TYPES, "24")]));
        assert!(!wanted(&query, &[("userAccountControl", "514")]));
        let computer = [("objectCategory", "CN=Computer,CN=Schema")];
        assert!(!wanted(&query, &computer));
    }

    #[test]
    fn account_is_limited_to_des_by_its_flag_or_its_types() {
        let query = des_only();
        assert!(!wanted(&query, &[]));
        assert!(wanted(&query, &[("userAccountControl", "2097664")]));
        assert!(!wanted(&query, &[("userAccountControl", "2097666")]));
        assert!(wanted(&query, &[(ENCRYPTION_TYPES, "3")]));
        assert!(!wanted(&query, &[(ENCRYPTION_TYPES, "7")]));
    }

    #[test]
    fn types_that_an_export_left_out_leave_the_count_unknown() {
        let left_out = Entry {
            missing: Missing::NotExported,
            ..account(&SERVICE)
        };
        assert!(without_aes(&[left_out]).is_unknown());
        assert_eq!(without_aes(&[account(&SERVICE)]), Seen::Known(1));
        assert_eq!(without_aes(&[]), Seen::Known(0));
    }
}

//! The accounts of services, found by their names in one search.

use waterline_facts::Seen;

use super::told::{self, DESCRIPTOR};
use crate::directory::{
    entry::Entry,
    query::{Filter, Place, Query, Scope, starts_with},
    source::Directory,
};

/// What is asked of accounts.
pub(super) const ATTRIBUTES: &[&str] = &[
    "adminCount",
    "description",
    "lastLogonTimestamp",
    "memberOf",
    "msDS-AllowedToActOnBehalfOfOtherIdentity",
    "msDS-AllowedToDelegateTo",
    "msDS-GroupMSAMembership",
    "msDS-HostServiceAccountBL",
    "msDS-SecondaryKrbTgtNumber",
    "msDS-SupportedEncryptionTypes",
    DESCRIPTOR,
    "objectClass",
    "objectSid",
    "pwdLastSet",
    "sAMAccountName",
    "servicePrincipalName",
    "userAccountControl",
    "whenChanged",
    "whenCreated",
];

/// How the names begin that services give to their accounts.
const NAMES: [&str; 8] = [
    "AAD_",
    "ADSync",
    "AZUREADSSOACC$",
    "MSOL_",
    "krbtgt_AzureAD",
    "msaODJ",
    "pGMSA_",
    "provAgentgMSA$",
];

/// The accounts with such names.
pub(super) fn named() -> Query {
    let begins = |start| Filter::Begins("sAMAccountName", start);
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::Either(NAMES.map(begins).to_vec()),
        attributes: ATTRIBUTES,
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![named()]
}

/// The accounts that were found.
pub(super) struct Accounts(Seen<Vec<Entry>>);

impl Accounts {
    /// Reads them.
    pub async fn read(directory: &dyn Directory) -> Self {
        Self(told::list(directory, &named()).await)
    }

    /// Those of which this holds.
    pub fn such(&self, wanted: impl Fn(&Entry) -> bool) -> Seen<Vec<Entry>> {
        let accounts = self.0.as_ref();
        accounts.map(|all| all.iter().filter(|entry| wanted(entry)).cloned().collect())
    }

    /// The one with this name.
    pub fn one(&self, name: &str) -> Seen<Entry> {
        let found = self.such(|entry| entry.has("sAMAccountName", name));
        found.and_then(|mut found| waterline_facts::seen::known_or_absent(found.pop()))
    }
}

/// Whether an account's name begins so.
pub(super) fn begins(entry: &Entry, start: &str) -> bool {
    let name = entry.text("sAMAccountName");
    name.is_some_and(|name| starts_with(&name, start))
}

//! UPN suffixes: which are in use, and which can be a verified domain.
//!
//! A suffix is routable if a public registry could have delegated it: its last part is a known
//! public suffix and it has at least one label more. `.local`, `.internal`, `.test`, single labels
//! and the like are not; internationalised top-level domains are. That a routable suffix is really
//! verified only the tenant knows, or the profile says.

use std::collections::{BTreeMap, BTreeSet};

use waterline_facts::objects::{SUFFIXES, SuffixUse};

use crate::profile;

/// Public suffixes by the list, but never domains that an organisation can own.
const INFRASTRUCTURE: [&str; 2] = ["arpa", "onion"];

/// The suffixes seen so far, and the domains that the profile names.
#[derive(Debug)]
pub struct Suffixes {
    domains: BTreeSet<String>,
    first: Option<String>,
    users: BTreeMap<String, u64>,
}

impl Suffixes {
    /// No suffix seen yet.
    pub fn new(domains: &[String]) -> Self {
        let folded = domains.iter().map(|domain| profile::fold(domain));
        let named: Vec<String> = folded.filter(|domain| !domain.is_empty()).collect();
        Self {
            first: named.first().cloned(),
            domains: named.into_iter().collect(),
            users: BTreeMap::new(),
        }
    }

    /// Counts users of a suffix, which is folded.
    pub fn count(&mut self, suffix: String, users: u64) {
        *self.users.entry(suffix).or_default() += users;
    }

    /// The domain that the profile names first.
    pub fn first(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// Why this suffix cannot be a verified domain; none if it can. The profile's domains decide
    /// where it names any.
    pub fn fault(&self, suffix: &str) -> Option<&'static str> {
        if self.domains.is_empty() {
            return (!is_routable(suffix)).then_some("suffix is not a public domain");
        }
        (!self.domains.contains(suffix)).then_some("suffix is not among the chosen domains")
    }

    /// The suffixes in use, sorted; the most used [`SUFFIXES`] if there are more.
    pub fn in_use(self) -> Vec<SuffixUse> {
        let mut uses: Vec<SuffixUse> = self
            .users
            .into_iter()
            .map(|(suffix, users)| SuffixUse {
                routable: is_routable(&suffix),
                suffix,
                users,
            })
            .collect();
        uses.sort_by_key(|entry| std::cmp::Reverse(entry.users));
        uses.truncate(SUFFIXES);
        uses.sort_by(|a, b| a.suffix.cmp(&b.suffix));
        uses
    }
}

/// Whether a public registry could have delegated this name.
pub fn is_routable(suffix: &str) -> bool {
    let last = suffix.rsplit('.').next().unwrap_or_default();
    if INFRASTRUCTURE.contains(&last) {
        return false;
    }
    psl::suffix(suffix.as_bytes()).is_some_and(|public| {
        let is_registry_itself = public.as_bytes().len() == suffix.len();
        public.is_known() && !(is_registry_itself && public.typ() == Some(psl::Type::Icann))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_registry_delegates_are_not_routable() {
        for suffix in [
            "contoso.local",
            "corp.internal",
            "contoso.lan",
            "contoso.corp",
            "corp.example.test",
            "contoso",
            "com",
            "co.uk",
            "home.arpa",
            "",
            "contoso.",
            "a.invalid",
            "b.localhost",
        ] {
            assert!(!is_routable(suffix), "{suffix} passed as routable");
        }
    }

    #[test]
    fn names_below_a_public_suffix_are_routable() {
        for suffix in [
            "contoso.com",
            "ad.contoso.com",
            "contoso.co.uk",
            "contoso.travelersinsurance",
            "contoso.xn--p1ai",
            "contoso.onmicrosoft.com",
        ] {
            assert!(is_routable(suffix), "{suffix} failed as not routable");
        }
    }

    #[test]
    fn the_domains_of_the_profile_decide_where_it_names_any() {
        let suffixes = Suffixes::new(&["Contoso.com.".to_owned(), "lab.test".to_owned()]);
        assert_eq!(suffixes.fault("contoso.com"), None);
        assert_eq!(suffixes.fault("lab.test"), None);
        assert!(suffixes.fault("fabrikam.com").is_some());
        assert!(suffixes.fault("eu.contoso.com").is_some());
    }
}

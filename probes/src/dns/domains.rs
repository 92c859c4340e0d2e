//! Which domains to ask about: the profile's, and the suffixes that the directory has besides.

use waterline_facts::{DnsFacts, Seen, dns::DomainOrigin};

use crate::{Draft, learned::Lead};

/// Suffixes of the directory that are asked about, the most used ones; an organisation with more
/// lists those that matter in its profile.
const MOST_SUFFIXES: usize = 100;

/// Top-level names that are never delegated: RFC 2606, 6761, 6762, 8375, 9476, ICANN's `internal`,
/// and those that ICANN keeps back for good because networks use them.
const NEVER_PUBLIC: [&str; 14] = [
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "private",
];

/// A domain to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Domain {
    pub name: String,
    pub origin: DomainOrigin,
}

/// The profile's domains, each once, sorted.
pub(super) fn of_profile(domains: &[String]) -> Vec<Domain> {
    let mut names: Vec<_> = domains.iter().map(|domain| plain(domain)).collect();
    names.sort();
    names.dedup();
    let domain = |name| Domain {
        name,
        origin: DomainOrigin::Profile,
    };
    names.into_iter().map(domain).collect()
}

/// The directory's suffixes beyond those, sorted; which they are becomes a fact.
pub(super) fn of_directory(
    lead: &Seen<Lead>,
    profile: &[Domain],
    draft: &Draft<DnsFacts>,
) -> Vec<Domain> {
    let suffixes = lead.as_ref().and_then(|lead| lead.suffixes.clone());
    let suffixes = suffixes.map(|all| {
        let all = all.iter().map(|suffix| plain(suffix));
        let new = |suffix: &String| {
            can_be_public(suffix) && profile.iter().all(|domain| domain.name != *suffix)
        };
        all.filter(new).collect::<Vec<_>>()
    });
    let suffixes = suffixes.and_then(|mut all| {
        if all.len() > MOST_SUFFIXES {
            let left = all.len() - MOST_SUFFIXES;
            draft.note(format!(
                "the {left} least used of the directory's suffixes were not asked about: list \
                 those that matter under `domains` in the profile"
            ));
            all.truncate(MOST_SUFFIXES);
        }
        all.sort();
        match all.is_empty() {
            true => Seen::Absent,
            false => Seen::Known(all),
        }
    });
    draft.update(|facts| facts.suffixes = suffixes.clone());
    let domain = |name| Domain {
        name,
        origin: DomainOrigin::Directory,
    };
    suffixes
        .into_known()
        .into_iter()
        .flatten()
        .map(domain)
        .collect()
}

/// Whether a name has two labels at least, and ends in none that is never delegated.
fn can_be_public(suffix: &str) -> bool {
    let top = suffix.rsplit_once('.').map(|(_, top)| top);
    top.is_some_and(|top| !top.is_empty() && !NEVER_PUBLIC.contains(&top))
}

fn plain(domain: &str) -> String {
    domain.trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(suffixes: &[&str], profile: &[&str]) -> Vec<String> {
        let all = suffixes.iter().map(|s| (*s).to_owned()).collect();
        let lead = Lead {
            suffixes: Seen::Known(all),
            ..Lead::default()
        };
        let profile: Vec<_> = profile.iter().map(|s| (*s).to_owned()).collect();
        let found = of_directory(&Seen::Known(lead), &of_profile(&profile), &Draft::default());
        found.into_iter().map(|domain| domain.name).collect()
    }

    #[test]
    fn suffixes_that_can_be_public_and_are_not_named_yet_are_asked_about() {
        let suffixes = [
            "us.contoso.com",
            "Contoso.com",
            "corp.local",
            "fabrikam.com.",
            "flat",
        ];
        let found = names(&suffixes, &["contoso.com"]);
        assert_eq!(found, ["fabrikam.com", "us.contoso.com"]);
    }

    #[test]
    fn the_most_used_suffixes_are_kept() {
        let many: Vec<_> = (0..150).map(|n| format!("s{n:03}.com")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let found = names(&many, &[]);
        assert_eq!(found.len(), MOST_SUFFIXES);
        assert_eq!(found.last().unwrap(), "s099.com");
    }

    #[test]
    fn domains_of_the_profile_come_once_and_in_lower_case() {
        let profile = ["B.example.", "a.example", "b.example"].map(str::to_owned);
        let names: Vec<_> = of_profile(&profile).into_iter().map(|d| d.name).collect();
        assert_eq!(names, ["a.example", "b.example"]);
    }
}

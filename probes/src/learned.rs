//! What one probe has learned that another goes on from.
//!
//! Probes run at once and fail alone. So nobody waits for another probe but through here: it
//! learns either what the other has found, or why there is nothing, and by a set moment at the
//! latest. What it knows without the other it asks for first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};
use waterline_facts::{DirectoryFacts, DirectoryObject, Gap, Reason, Seen, objects::ObjectKind};

/// Suffixes that are counted; a directory with more has been filled with nonsense.
const MOST_SUFFIXES: usize = 10_000;

/// What the directory probe has learned, for others.
#[derive(Debug, Clone)]
pub struct Learned(Arc<State>);

#[derive(Debug)]
struct State {
    directory: watch::Sender<Option<Seen<Lead>>>,
    suffixes: Mutex<Tally>,
    until: Instant,
}

/// What the directory tells others to look at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lead {
    /// DNS name of the forest's root domain; none if it was not learned.
    pub forest: Option<String>,
    /// Names of the domain controllers, sorted; unknown if they were not learned.
    pub controllers: Seen<Vec<String>>,
    /// The sites, sorted; unknown if they were not learned.
    pub sites: Seen<Vec<String>>,
    /// Suffixes of sign-in names and of mail, the most used ones first, then those that nobody
    /// uses; unknown if the objects were not all read.
    pub suffixes: Seen<Vec<String>>,
}

/// How often each suffix was seen.
#[derive(Debug, Default)]
struct Tally {
    counts: HashMap<String, u64>,
}

impl Default for Learned {
    /// Nobody reads the directory in this run.
    fn default() -> Self {
        let learned = Self::nothing_until(Instant::now());
        learned.directory_ended(&Seen::unknown(Reason::NotRun, "left out of this run"));
        learned
    }
}

impl Learned {
    /// Nothing learned yet; nobody waits longer than until this moment.
    pub fn nothing_until(until: Instant) -> Self {
        Self(Arc::new(State {
            directory: watch::Sender::new(None),
            suffixes: Mutex::default(),
            until,
        }))
    }

    /// What the directory probe of an earlier run had told.
    pub fn told(lead: Seen<Lead>) -> Self {
        let learned = Self::nothing_until(Instant::now());
        learned.0.directory.send_replace(Some(lead));
        learned
    }

    /// Notes the suffixes of objects on their way to the checks.
    pub fn note(&self, batch: &[DirectoryObject]) {
        let mut tally = self
            .0
            .suffixes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        batch.iter().for_each(|object| tally.note(object));
    }

    /// Tells what became of the directory probe.
    pub fn directory_ended(&self, facts: &Seen<DirectoryFacts>) {
        let tally = self
            .0
            .suffixes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let lead = facts.as_ref().map(|facts| lead(facts, &tally));
        self.0.directory.send_replace(Some(lead));
    }

    /// What the directory tells others to look at, once its probe has ended.
    pub async fn directory(&self) -> Seen<Lead> {
        let mut receiver = self.0.directory.subscribe();
        let ended = timeout_at(self.0.until, receiver.wait_for(Option::is_some)).await;
        match ended {
            Ok(Ok(lead)) => lead.clone().unwrap_or_default(),
            _ => Seen::Unknown(
                Gap::new(Reason::TimedOut, "the directory was still being read")
                    .with_remedy("raise --budget"),
            ),
        }
    }
}

fn lead(facts: &DirectoryFacts, tally: &Tally) -> Lead {
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all.dedup();
        all
    };
    Lead {
        forest: facts.forest.root_domain.known().cloned(),
        controllers: facts
            .controllers
            .clone()
            .map(|all| sorted(all.into_iter().map(|one| one.host.to_lowercase()).collect())),
        sites: facts
            .forest
            .sites
            .clone()
            .map(|all| sorted(all.into_iter().map(|site| site.name).collect())),
        suffixes: facts.objects_read.as_ref().map(|_| {
            let mut suffixes = tally.by_use();
            for declared in declared(facts) {
                if !suffixes.contains(&declared) {
                    suffixes.push(declared);
                }
            }
            suffixes
        }),
    }
}

/// The suffixes that administrators have set up, whether anybody uses them or not.
fn declared(facts: &DirectoryFacts) -> Vec<String> {
    let of_forest = facts.forest.upn_suffixes.known().into_iter().flatten();
    let domains = facts.domains.known().into_iter().flatten();
    let of_units =
        domains.flat_map(|domain| domain.unit_upn_suffixes.known().into_iter().flatten());
    of_forest.chain(of_units).cloned().collect()
}

impl Tally {
    fn note(&mut self, object: &DirectoryObject) {
        if object.kind == ObjectKind::Computer {
            return;
        }
        let mail = object.mail.iter().map(String::as_str);
        let smtp = object.proxy_addresses.iter().filter_map(|address| {
            let (scheme, rest) = address.split_once(':')?;
            scheme.eq_ignore_ascii_case("smtp").then_some(rest)
        });
        let names = object.user_principal_name.iter().map(String::as_str);
        for address in names.chain(mail).chain(smtp) {
            if let Some((_, suffix)) = address.trim().rsplit_once('@') {
                self.count(suffix);
            }
        }
    }

    fn count(&mut self, suffix: &str) {
        // Most are in lower case, and seen before: these cost no allocation.
        if let Some(count) = self.counts.get_mut(suffix) {
            *count += 1;
        } else if suffix.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.count(&suffix.to_ascii_lowercase());
        } else if self.counts.len() < MOST_SUFFIXES && !suffix.is_empty() {
            self.counts.insert(suffix.to_owned(), 1);
        }
    }

    fn by_use(&self) -> Vec<String> {
        let mut all: Vec<_> = self.counts.iter().collect();
        all.sort_by(|(one, few), (other, many)| many.cmp(few).then(one.cmp(other)));
        all.into_iter().map(|(suffix, _)| suffix.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn user(name: &str, addresses: &[&str]) -> DirectoryObject {
        DirectoryObject {
            user_principal_name: Some(name.to_owned()),
            proxy_addresses: addresses.iter().map(|a| (*a).to_owned()).collect(),
            ..DirectoryObject::new(ObjectKind::User, "CN=x".to_owned())
        }
    }

    fn learned() -> Learned {
        Learned::nothing_until(Instant::now() + Duration::from_secs(60))
    }

    #[tokio::test]
    async fn suffixes_come_by_use_and_then_those_that_nobody_uses() {
        let learned = learned();
        learned.note(&[
            user(
                "ann@Us.Contoso.com",
                &["SMTP:ann@contoso.com", "x500:/o=x@y"],
            ),
            user("bob@us.contoso.com", &["smtp:bob@fabrikam.com", "odd"]),
        ]);
        let mut facts = DirectoryFacts {
            objects_read: Seen::Known(2),
            ..DirectoryFacts::default()
        };
        facts.forest.upn_suffixes = Seen::Known(vec!["contoso.com".into(), "new.example".into()]);
        learned.directory_ended(&Seen::Known(facts));
        let lead = learned.directory().await.into_known().unwrap();
        let expected = [
            "us.contoso.com",
            "contoso.com",
            "fabrikam.com",
            "new.example",
        ];
        assert_eq!(lead.suffixes.known().unwrap(), &expected);
    }

    #[tokio::test]
    async fn directory_that_was_not_read_says_why() {
        let learned = learned();
        learned.directory_ended(&Seen::unknown(Reason::NotRun, "left out"));
        let gap = learned.directory().await;
        assert_eq!(gap.gap().unwrap().reason, Reason::NotRun);
        learned.directory_ended(&Seen::Known(DirectoryFacts::default()));
        let lead = learned.directory().await.into_known().unwrap();
        assert!(lead.suffixes.is_unknown());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_beyond_the_set_moment() {
        let learned = learned();
        let gap = learned.directory().await;
        assert_eq!(gap.gap().unwrap().reason, Reason::TimedOut);
    }
}

//! The sender policy of each domain (SPF, RFC 7208), and how many look-ups it takes.
//!
//! Follows what a policy includes or redirects to as a receiver of mail would in the worst case,
//! where no term fits before the last. Look-ups of hosts are counted but not made, except for
//! finding out which of them find nothing. It ends soon after the limit, whatever is published.

use std::collections::BTreeSet;

use futures::{FutureExt, future::BoxFuture};
use waterline_facts::{
    DnsFacts, Gap, Seen,
    dns::{SenderPolicyError, SenderPolicyFacts},
};

use super::{data::Data, domains::Domain, exchange::Server, slots::Slots, views::Views};
use crate::{Context, Draft, catalog::RecordType};

mod term;
use term::{Term, Word};

/// Section 4.6.4.
const MOST_LOOKUPS: u32 = 10;
/// Section 4.6.4.
const MOST_VOID: u32 = 2;
/// Policies are followed no deeper, and counted no further, than this.
const STOP_AT: u32 = 40;

/// Works out the policy of every domain, by the public view where there is one.
pub(super) async fn ask_all(
    domains: &[Domain],
    views: &Views,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let Some((_, server)) = views.all().last() else {
        return;
    };
    let empty = |domain: &Domain| Policy::new(&domain.name).facts(server, None);
    let empty = domains.iter().map(empty).collect();
    let slots = Slots::append(
        draft,
        "sender_policies",
        |facts| &mut facts.sender_policies,
        empty,
    );
    let asks = domains.iter().map(|domain| {
        async move {
            let mut policy = Policy::new(&domain.name);
            let top = policy.top(server).await;
            policy.facts(server, Some(top))
        }
        .boxed()
    });
    slots.fill(cx, asks.collect()).await;
}

/// How many terms of the grammar a text has; also looks at what it says of all senders.
pub(super) fn count_terms(text: &str) -> usize {
    let _ = (term::is_policy(text), term::otherwise(text));
    text.split_ascii_whitespace().filter_map(Term::read).count()
}

/// A policy being worked out.
struct Policy {
    domain: String,
    lookups: u32,
    void: u32,
    includes: BTreeSet<String>,
    /// The domains on the way to where we are.
    path: Vec<String>,
    error: Option<SenderPolicyError>,
    /// Why a part could not be learned.
    gap: Option<Gap>,
}

/// The policies that a domain publishes.
type Published = Seen<Vec<String>>;

impl Policy {
    fn new(domain: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            lookups: 0,
            void: 0,
            includes: BTreeSet::new(),
            path: Vec::new(),
            error: None,
            gap: None,
        }
    }

    async fn top(&mut self, server: &Server) -> Published {
        let published = published(server, &self.domain).await;
        match &published {
            Seen::Known(all) if all.len() > 1 => self.fault(SenderPolicyError::Several),
            Seen::Known(all) => {
                self.path.push(self.domain.clone());
                let text = all.first().cloned().unwrap_or_default();
                self.follow(server, &text).await;
            }
            Seen::Absent | Seen::Unknown(_) => {}
        }
        published
    }

    /// The first fault is the one that a receiver meets.
    fn fault(&mut self, error: SenderPolicyError) {
        self.error.get_or_insert(error);
    }

    fn follow<'a>(&'a mut self, server: &'a Server, text: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let words: Vec<_> = text.split_ascii_whitespace().skip(1).collect();
            let terms: Vec<_> = words.iter().map(|word| Term::read(word)).collect();
            // A redirect counts only where no mechanism fits all senders (section 6.1).
            let ends = terms.iter().any(|term| {
                matches!(
                    term,
                    Some(Term {
                        word: Word::All,
                        ..
                    })
                )
            });
            for term in terms {
                match term {
                    None => self.fault(SenderPolicyError::Syntax),
                    Some(Term {
                        word: Word::Redirect,
                        ..
                    }) if ends => {}
                    Some(term) => self.apply(server, &term).await,
                }
                if self.lookups >= STOP_AT {
                    return;
                }
            }
        })
    }

    async fn apply(&mut self, server: &Server, term: &Term) {
        if !term.word.looks_up() {
            return;
        }
        self.lookups += 1;
        if self.lookups > MOST_LOOKUPS {
            self.fault(SenderPolicyError::TooManyLookups);
        }
        let here = self.path.last().cloned().unwrap_or_default();
        let name = term.domain.clone().unwrap_or(here);
        // What stands in for parts of the mail cannot be known.
        if name.contains('%') {
            return;
        }
        match term.word {
            Word::Include | Word::Redirect => self.include(server, name).await,
            Word::A => self.host(server, &name, RecordType::A).await,
            Word::Exists => self.host(server, &name, RecordType::A).await,
            Word::Mx => self.host(server, &name, RecordType::Mx).await,
            _ => {}
        }
    }

    async fn include(&mut self, server: &Server, name: String) {
        let name = name.trim_end_matches('.').to_lowercase();
        if self.path.contains(&name) {
            return self.fault(SenderPolicyError::Loop);
        }
        self.includes.insert(name.clone());
        match published(server, &name).await {
            Seen::Known(all) if all.len() > 1 => self.fault(SenderPolicyError::Several),
            Seen::Known(all) => {
                self.path.push(name);
                let text = all.first().cloned().unwrap_or_default();
                self.follow(server, &text).await;
                self.path.pop();
            }
            Seen::Absent => {
                self.nothing();
                self.fault(SenderPolicyError::IncludedMissing);
            }
            Seen::Unknown(gap) => {
                self.gap.get_or_insert(gap);
            }
        }
    }

    /// A host that is looked up only to learn whether it is there.
    async fn host(&mut self, server: &Server, name: &str, kind: RecordType) {
        let mut found = server.look_up(name, kind).await.found;
        let absent = |found: &Result<_, super::error::LookupError>| {
            found.as_ref().is_err_and(|error| error.is_absence())
        };
        if kind == RecordType::A && absent(&found) {
            found = server.look_up(name, RecordType::Aaaa).await.found;
        }
        match found {
            Ok(_) => {}
            Err(error) if error.is_absence() => self.nothing(),
            Err(error) => {
                let gap = Gap::new(error.reason(), format!("{name}: {error}"));
                self.gap.get_or_insert(gap);
            }
        }
    }

    fn nothing(&mut self) {
        self.void += 1;
        if self.void > MOST_VOID {
            self.fault(SenderPolicyError::TooManyVoidLookups);
        }
    }

    fn facts(self, server: &Server, published: Option<Published>) -> SenderPolicyFacts {
        let published = published.unwrap_or_default();
        let text = published.clone().and_then(|all| match &all[..] {
            [one] => Seen::Known(one.clone()),
            _ => Seen::Absent,
        });
        let counted = |count: u32| match (&text, &self.gap) {
            (Seen::Known(_), Some(gap)) if count <= MOST_LOOKUPS => Seen::Unknown(gap.clone()),
            (text, _) => text.as_ref().map(|_| count),
        };
        SenderPolicyFacts {
            server: server.address.to_string(),
            policies: published.map(|all| all.len() as u32),
            lookups: counted(self.lookups),
            void_lookups: counted(self.void),
            error: match (&text, self.error, self.gap) {
                (_, Some(error), _) => Seen::Known(error),
                (Seen::Known(_), None, Some(gap)) => Seen::Unknown(gap),
                (Seen::Unknown(gap), None, _) => Seen::Unknown(gap.clone()),
                _ => Seen::Absent,
            },
            otherwise: text.as_ref().and_then(|text| match term::otherwise(text) {
                Some(sign) => Seen::Known(sign.to_string()),
                None => Seen::Absent,
            }),
            text,
            includes: self.includes.into_iter().collect(),
            domain: self.domain,
        }
    }
}

/// The policies at a name (section 4.5).
async fn published(server: &Server, name: &str) -> Published {
    let found = server.look_up(name, RecordType::Txt).await.found;
    super::seen(found, name).and_then(|data| {
        let texts = data.into_iter().filter_map(|data| match data {
            Data::Text(text) if term::is_policy(&text) => Some(text),
            _ => None,
        });
        let texts: Vec<_> = texts.collect();
        match texts.is_empty() {
            true => Seen::Absent,
            false => Seen::Known(texts),
        }
    })
}

#[cfg(test)]
mod tests;

//! DNS suffixes of the domain's computers: those that differ from the domain's name have to be
//! declared, and each computer needs service names under its own.
//!
//! A sweep over all computers. Names stream by and are counted, none is kept.

use std::collections::BTreeMap;

use async_trait::async_trait;
use waterline_facts::{Gap, Reason, Seen, directory::HostSuffix};

use super::{
    entry::Entry,
    forest::unreadable,
    query::{Filter, Place, Query, Scope},
    source::{Directory, Reader, Stop},
};

/// More suffixes than this are not told apart.
const MOST: usize = 1000;

fn computers() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![
            Filter::Category("computer"),
            Filter::Present("dNSHostName"),
        ]),
        attributes: &["dNSHostName"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![computers()]
}

/// Reads the suffixes, sorted by name.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<Vec<HostSuffix>> {
    let mut count = Count::default();
    match directory.search(&computers(), &mut count).await {
        // Every domain has a controller, and that has a name.
        Ok(()) if count.0.is_empty() => unreadable(&Seen::<()>::Absent),
        Ok(()) => Seen::Known(count.suffixes()),
        Err(Stop::NoBase) => unreadable(&Seen::<()>::Absent),
        Err(Stop::Failed(gap)) => Seen::Unknown(gap),
    }
}

#[derive(Default)]
struct Count(BTreeMap<String, u64>);

impl Count {
    fn suffixes(self) -> Vec<HostSuffix> {
        let one = |(suffix, computers)| HostSuffix { suffix, computers };
        self.0.into_iter().map(one).collect()
    }
}

#[async_trait]
impl Reader for Count {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        for name in batch.iter().filter_map(|entry| entry.text("dNSHostName")) {
            *self.0.entry(suffix(&name)).or_default() += 1;
        }
        if self.0.len() > MOST {
            let what = format!("computers have more than {MOST} DNS suffixes");
            let gap = Gap::new(Reason::Malformed, what);
            return Err(gap.with_remedy("look at dNSHostName of computers in the directory"));
        }
        Ok(())
    }
}

/// What follows the first label, lower case; empty for a name without a dot.
fn suffix(name: &str) -> String {
    let name = name.trim_end_matches('.');
    let (_, suffix) = name.split_once('.').unwrap_or_default();
    suffix.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Entry {
        Entry {
            attributes: vec![("dNSHostName".to_owned(), vec![name.as_bytes().to_vec()])],
            ..Entry::default()
        }
    }

    #[tokio::test]
    async fn suffixes_are_folded_and_counted() {
        let mut count = Count::default();
        let names = ["a.Corp.test", "b.corp.test.", "c.branch.corp.test", "d"];
        count.take(names.map(named).to_vec()).await.unwrap();
        let told = count.suffixes().into_iter();
        let told: Vec<_> = told.map(|one| (one.suffix, one.computers)).collect();
        let expected = [("", 1), ("branch.corp.test", 1), ("corp.test", 2)];
        assert_eq!(told, expected.map(|(name, many)| (name.to_owned(), many)));
    }

    #[tokio::test]
    async fn suffixes_without_end_are_given_up() {
        let names: Vec<_> = (0..=MOST).map(|at| named(&format!("a.s{at}"))).collect();
        assert!(Count::default().take(names).await.is_err());
    }
}

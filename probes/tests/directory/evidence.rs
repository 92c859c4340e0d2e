//! What a controller sent, read again: the same facts of the forest and its services.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use waterline_facts::{DirectoryFacts, ProbeId, Seen};
use waterline_probes::{
    Context, Evidence, ObjectSink,
    directory::{self, DirectoryProbe, DirectorySettings},
    evidence::{Asked, Came, Item, Keeper},
    runner::{Runner, Unobserved},
};

use crate::{
    FOREST, context,
    server::{Fault, Security, serve},
    untrusting,
    wire::{settings, url},
};

/// Keeps everything.
#[derive(Default)]
struct All(Mutex<Vec<Item>>);

impl Keeper for All {
    fn keep(&self, item: &Item) {
        self.0.lock().unwrap().push(item.clone());
    }
}

/// What a run learns, and what it kept.
async fn run(settings: DirectorySettings) -> (DirectoryFacts, Vec<Item>) {
    let all = Arc::new(All::default());
    let context = Context {
        evidence: Evidence::kept_by(all.clone()),
        ..context(ObjectSink::discard(), untrusting())
    };
    let began = tokio::time::Instant::now();
    let limit = Duration::from_secs(60);
    let runner = Runner {
        context: &context,
        began,
        deadline: began + limit,
        observer: &Unobserved,
    };
    let probe = DirectoryProbe::new(settings);
    let (facts, _) = runner.run(ProbeId::Directory, Some(probe), limit).await;
    let Seen::Known(facts) = facts else {
        panic!("{facts:?}")
    };
    let items = all.0.lock().unwrap().clone();
    (facts, items)
}

async fn recorded(fault: Fault) -> (DirectoryFacts, Vec<Item>) {
    let server = serve(FOREST, fault, Security::Clear).await;
    run(settings(&[url(&server)])).await
}

#[tokio::test]
async fn forest_and_services_are_derived_as_they_were_learned() {
    for fault in [Fault::None, Fault::ConfigurationDenied] {
        let (facts, items) = recorded(fault.clone()).await;
        // Where nothing is rightly recorded, it is the evidence that tells.
        let blank = DirectoryFacts {
            forest: DirectoryFacts::default().forest,
            services: DirectoryFacts::default().services,
            ..facts.clone()
        };
        let again = directory::again(items.clone(), facts.clone())
            .await
            .unwrap();
        assert!(again.misses.is_empty(), "{:?}", again.misses);
        assert_eq!(again.facts, facts, "{fault:?}");
        let derived = directory::again(items, blank).await.unwrap().facts;
        assert_eq!(derived.forest.schema, facts.forest.schema);
        assert_eq!(derived.forest.sites, facts.forest.sites);
        assert_eq!(derived.services, facts.services);
    }
}

#[tokio::test]
async fn search_whose_answer_lacks_is_missed_for_its_facts() {
    let (facts, items) = recorded(Fault::None).await;
    let is_schema = |item: &Item| matches!(&item.asked, Asked::Search { base, .. } if base.starts_with("CN=Schema"));
    assert!(items.iter().any(is_schema));
    let without: Vec<_> = items.into_iter().filter(|item| !is_schema(item)).collect();
    let again = directory::again(without, facts).await.unwrap();
    assert!(
        again.misses.contains_key("directory.forest"),
        "{:?}",
        again.misses
    );
    assert!(
        directory::again(Vec::new(), DirectoryFacts::default())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn objects_are_not_kept_as_evidence() {
    let (_, items) = recorded(Fault::None).await;
    let entries = items.iter().filter_map(|item| match &item.came {
        Came::Entries(entries) => Some(entries),
        _ => None,
    });
    let mut attributes = entries.flatten().flat_map(|entry| &entry.attributes);
    assert!(attributes.all(|(name, _)| !name.eq_ignore_ascii_case("proxyAddresses")));
}

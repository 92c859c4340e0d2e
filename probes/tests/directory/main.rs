//! The directory probe against LDAP servers and LDIF exports, good ones and bad ones.
//!
//! Servers are this test's own, on loopback; all of them serve `forest.ldif`, and so does the export.

#![allow(clippy::unwrap_used, reason = "tests")]

mod certificates;
mod documented;
mod entering;
mod entries;
mod evidence;
mod forest;
mod hostile;
mod ldif;
mod reading;
mod resolver;
mod safety;
mod server;
mod services;
mod stage;
mod wire;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use waterline_facts::{DirectoryFacts, DirectoryObject};
use waterline_probes::{
    Clock, Context, Draft, Learned, Probe,
    context::{ObjectSink, Progress},
    directory::{DirectoryProbe, DirectorySettings},
    tls,
};

/// The forest that every server and export here holds.
const FOREST: &str = include_str!("forest.ldif");

/// The longest wait for a single answer: long enough for a busy machine.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What a probe left behind.
struct Read {
    facts: Value,
    notes: Vec<String>,
    /// Why it ended early, if it did.
    ended: Option<String>,
    objects: Vec<DirectoryObject>,
}

fn context(objects: ObjectSink, tls: Arc<rustls::ClientConfig>) -> Context {
    Context {
        clock: Clock::Fixed("2026-11-23T00:00:00Z".parse().unwrap()),
        cancel: CancellationToken::new(),
        patience: PATIENCE,
        concurrency: 4,
        tls,
        progress: Progress::default(),
        objects,
        learned: Learned::default(),
        evidence: waterline_probes::Evidence::default(),
    }
}

/// Settings that trust no authority of these tests.
fn untrusting() -> Arc<rustls::ClientConfig> {
    static SETTINGS: OnceLock<Arc<rustls::ClientConfig>> = OnceLock::new();
    Arc::clone(SETTINGS.get_or_init(|| tls::client_config(Vec::new()).unwrap()))
}

async fn read(settings: DirectorySettings) -> Read {
    read_trusting(settings, untrusting()).await
}

async fn read_trusting(settings: DirectorySettings, tls: Arc<rustls::ClientConfig>) -> Read {
    let (sink, mut batches) = ObjectSink::channel(1000);
    let draft = Draft::<DirectoryFacts>::default();
    let cx = context(sink, tls);
    let ended = DirectoryProbe::new(settings).run(&cx, &draft).await;
    drop(cx);
    let mut objects = Vec::new();
    while let Some(batch) = batches.recv().await {
        objects.extend(batch);
    }
    let (facts, notes) = draft.snapshot();
    Read {
        facts: serde_json::to_value(facts).unwrap(),
        notes,
        ended: ended.err().map(|error| error.to_string()),
        objects,
    }
}

impl Read {
    /// A fact by its path: its value, `"absent"`, or the reason why it is unknown.
    fn fact(&self, path: &str) -> Value {
        let mut at = &self.facts;
        for step in path.split('.') {
            at = at.get("known").unwrap_or(at);
            at = at
                .get(step)
                .or_else(|| at.get(step.parse::<usize>().ok()?))
                .unwrap_or_else(|| panic!("{path} is not in {at}"));
        }
        if at.get("absent").is_some() {
            return "absent".into();
        }
        at.pointer("/unknown/reason")
            .or_else(|| at.get("known"))
            .unwrap_or(at)
            .clone()
    }

    /// What is said of a fact that is unknown.
    fn detail(&self, path: &str) -> String {
        let pointer = format!("/{}/unknown/detail", path.replace('.', "/"));
        let detail = self.facts.pointer(&pointer).and_then(Value::as_str);
        detail.unwrap_or_default().to_owned()
    }

    fn assert_facts(&self, name: &str, expected: &[(&str, Value)]) {
        for (path, value) in expected {
            assert_eq!(self.fact(path), *value, "{name}: {path}");
        }
    }

    /// Every fact that is unknown says what would make it known.
    fn assert_remedies(&self, name: &str) {
        let mut rest = vec![&self.facts];
        while let Some(value) = rest.pop() {
            if let Some(gap) = value.get("unknown") {
                let remedy = gap.get("remedy").and_then(Value::as_str);
                assert!(remedy.is_some_and(|text| !text.is_empty()), "{name}: {gap}");
                continue;
            }
            match value {
                Value::Object(fields) => rest.extend(fields.values()),
                Value::Array(items) => rest.extend(items),
                _ => {}
            }
        }
    }
}

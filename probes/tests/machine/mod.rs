//! Runs one probe over a machine, live or recorded, and shows installs in lines to compare.

#![allow(dead_code, reason = "each test program uses a part")]

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use waterline_facts::{
    Seen,
    browsers::{Browser, Scope},
};
use waterline_probes::{Clock, Context, Draft, Learned, ObjectSink, Probe, context::Progress, tls};

/// The facts and notes of a probe that must come to its end.
pub async fn run<P: Probe>(probe: P) -> (P::Facts, Vec<String>) {
    let context = Context {
        clock: Clock::System,
        cancel: CancellationToken::new(),
        patience: Duration::from_secs(5),
        concurrency: 4,
        tls: tls::client_config(Vec::new()).unwrap(),
        progress: Progress::default(),
        objects: ObjectSink::discard(),
        learned: Learned::default(),
        evidence: waterline_probes::Evidence::default(),
    };
    let draft = Draft::default();
    probe.run(&context, &draft).await.unwrap();
    draft.snapshot()
}

/// The value, or `?` for one that is not known.
pub fn text(seen: &Seen<String>) -> &str {
    seen.known().map_or("?", String::as_str)
}

/// One line for each install: product, channel, version, scope, source.
pub fn lines(browsers: &[Browser]) -> Vec<String> {
    browsers
        .iter()
        .map(|browser| {
            let scope = match browser.scope {
                Scope::User => "user",
                Scope::Machine => "machine",
            };
            let (channel, version) = (text(&browser.channel), text(&browser.version));
            let (product, source) = (browser.product, &browser.source);
            format!("{product:?} {channel} {version} {scope} {source}")
        })
        .collect()
}

//! A probe, run on what was kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use waterline_facts::ProbeId;

use super::{Evidence, Given, of_probe};
use crate::{Clock, Context, Draft, Learned, ObjectSink, Probe, context::Progress, tls};

/// How long a probe may take that waits for nobody.
const LIMIT: Duration = Duration::from_secs(60);

/// What a probe has learned again.
#[derive(Debug)]
pub struct Again<T> {
    /// The facts; those that lack an answer are not to be believed.
    pub facts: T,
    /// What was asked in vain, by the path of the fact that it was asked for.
    pub misses: BTreeMap<String, BTreeSet<String>>,
}

/// Does a part of a probe's work on what was kept; gives what was asked in vain.
pub(crate) async fn given_to<F: Future>(
    given: &Arc<Given>,
    probe: ProbeId,
    work: F,
) -> BTreeMap<String, BTreeSet<String>> {
    let evidence = Evidence::from(Arc::clone(given));
    of_probe(evidence, probe, work).await;
    given.misses()
}

/// Runs a probe on what was kept for it, at the time of the run. Nobody outside is asked.
///
/// # Errors
/// If the probe does not come to its end, in words.
pub async fn again<P: Probe>(
    probe: P,
    given: Given,
    learned: Learned,
    captured: Timestamp,
) -> Result<Again<P::Facts>, String> {
    let given = Arc::new(given);
    let evidence = Evidence::from(Arc::clone(&given));
    let context = Context {
        clock: Clock::Fixed(captured),
        cancel: CancellationToken::new(),
        patience: Duration::from_secs(1),
        concurrency: 1,
        tls: tls::client_config(Vec::new()).map_err(|error| error.to_string())?,
        progress: Progress::default(),
        objects: ObjectSink::discard(),
        learned,
        evidence: evidence.clone(),
    };
    let draft = Draft::default();
    let run = of_probe(evidence, probe.id(), probe.run(&context, &draft));
    match timeout(LIMIT, run).await {
        Ok(Ok(())) => Ok(Again {
            facts: draft.snapshot().0,
            misses: given.misses(),
        }),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it did not come to its end".to_owned()),
    }
}

//! Runs probes at once, each under its own time limit and isolated from the others.
//!
//! A probe that fails, panics, hangs or is interrupted loses nothing that it had already written
//! into its draft; every fact that it had not learned by then takes over the reason. The run lasts
//! as long as its slowest probe.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    task::JoinError,
    time::{Instant, timeout},
};
use waterline_facts::{
    Gap, ProbeId, Reason, Seen,
    run::{ProbeOutcome, ProbeRun},
};

use crate::{Context, Draft, Probe, ProbeError, context::Progress, evidence};

/// Is told how a run goes, to show it.
pub trait Observer: Send + Sync {
    /// A probe has started; its progress can be read at any time.
    fn started(&self, id: ProbeId, progress: &Progress);
    /// A probe has ended.
    fn ended(&self, run: &ProbeRun);
}

/// Watches nothing.
#[derive(Debug)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn started(&self, _: ProbeId, _: &Progress) {}
    fn ended(&self, _: &ProbeRun) {}
}

/// Starts probes within one run.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    /// What every probe is given; each gets a progress of its own.
    pub context: &'a Context,
    /// When the run began.
    pub began: Instant,
    /// When it must have ended.
    pub deadline: Instant,
    /// Who watches.
    pub observer: &'a dyn Observer,
}

impl Runner<'_> {
    /// Runs one probe to its end, whatever that is, within `limit` and the run's deadline.
    ///
    /// Await several of these at once. `None` stands for a probe that the user left out.
    pub async fn run<P: Probe>(
        &self,
        id: ProbeId,
        probe: Option<P>,
        limit: Duration,
    ) -> (Seen<P::Facts>, ProbeRun) {
        let started = Instant::now();
        let Some(probe) = probe else {
            let gap = Gap::new(Reason::NotRun, "left out of this run")
                .with_remedy(format!("run again with the {id} probe"));
            return (
                Seen::Unknown(gap),
                self.record(id, started, ProbeOutcome::Skipped, vec![]),
            );
        };
        let context = Context {
            progress: Progress::default(),
            ..self.context.clone()
        };
        self.observer.started(id, &context.progress);
        let limit = limit.min(self.deadline.saturating_duration_since(started));
        let draft = Draft::default();
        let ended = supervise(probe, context, draft.clone(), limit).await;
        let (facts, notes) = draft.snapshot();
        let (facts, outcome) = match ended {
            Ok(()) => (facts, ProbeOutcome::Completed),
            Err(ProbeError { gap }) => (explain_gaps(facts, &gap), ProbeOutcome::Ended(gap)),
        };
        let run = self.record(id, started, outcome, notes);
        self.observer.ended(&run);
        (Seen::Known(facts), run)
    }

    fn record(
        &self,
        id: ProbeId,
        started: Instant,
        outcome: ProbeOutcome,
        notes: Vec<String>,
    ) -> ProbeRun {
        ProbeRun {
            id,
            started_ms: millis(started - self.began),
            took_ms: millis(started.elapsed()),
            outcome,
            notes,
        }
    }
}

/// A duration in whole milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Runs a probe in a task of its own until it ends, its time is up or the run is cancelled.
async fn supervise<P: Probe>(
    probe: P,
    context: Context,
    draft: Draft<P::Facts>,
    limit: Duration,
) -> Result<(), ProbeError> {
    let cancel = context.cancel.clone();
    let mut task = tokio::spawn(async move {
        let run = probe.run(&context, &draft);
        evidence::of_probe(context.evidence.clone(), probe.id(), run).await
    });
    let ended = tokio::select! {
        biased;
        joined = timeout(limit, &mut task) => match joined {
            Ok(joined) => joined.unwrap_or_else(|error| Err(crashed(&error))),
            Err(_) => Err(out_of_time(limit)),
        },
        () = cancel.cancelled() => Err(ProbeError::new(Reason::Cancelled, "")),
    };
    // A task that is stuck in blocking code cannot be ended; it is left behind and its answer lost.
    task.abort();
    ended
}

fn out_of_time(limit: Duration) -> ProbeError {
    let detail = format!("the probe had not ended after {:.1} s", limit.as_secs_f64());
    let gap = Gap::new(Reason::TimedOut, detail).with_remedy("raise --budget");
    ProbeError { gap }
}

fn crashed(error: &JoinError) -> ProbeError {
    ProbeError::new(
        Reason::Failed,
        format!("the probe stopped by a fault of its own: {error}"),
    )
}

/// Gives every fact that nobody had looked for yet the reason why the probe ended. One that bears a
/// detail was left out on purpose, and keeps its own reason.
fn explain_gaps<T: Serialize + DeserializeOwned + Clone>(facts: T, gap: &Gap) -> T {
    let (Ok(mut json), Ok(gap)) = (serde_json::to_value(&facts), serde_json::to_value(gap)) else {
        return facts;
    };
    replace_not_run(&mut json, &gap);
    serde_json::from_value(json).unwrap_or(facts)
}

fn replace_not_run(json: &mut serde_json::Value, gap: &serde_json::Value) {
    match json {
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(|item| replace_not_run(item, gap));
        }
        serde_json::Value::Object(fields) => {
            if let Some(unknown) = fields.get_mut("unknown")
                && is_not_run(unknown)
            {
                *unknown = gap.clone();
            } else {
                fields
                    .values_mut()
                    .for_each(|field| replace_not_run(field, gap));
            }
        }
        _ => {}
    }
}

fn is_not_run(unknown: &serde_json::Value) -> bool {
    let reason = unknown.get("reason");
    reason.is_some_and(|reason| reason == "not-run") && unknown.get("detail").is_none()
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use tokio_util::sync::CancellationToken;
    use waterline_facts::HostFacts;

    use super::*;
    use crate::{Clock, Learned, context::ObjectSink, tls};

    /// A probe that learns the machine's name and then does as told.
    enum Fake {
        Ends,
        Fails,
        Panics,
        Hangs,
    }

    #[async_trait]
    impl Probe for Fake {
        type Facts = HostFacts;

        fn id(&self) -> ProbeId {
            ProbeId::Host
        }

        async fn run(&self, _: &Context, draft: &Draft<HostFacts>) -> Result<(), ProbeError> {
            draft.update(|facts| facts.name = Seen::Known("pc1".to_owned()));
            match self {
                Self::Ends => Ok(()),
                Self::Fails => Err(ProbeError::new(Reason::Denied, "no entry")),
                Self::Panics => panic!("a fault"),
                Self::Hangs => std::future::pending().await,
            }
        }
    }

    fn context() -> Context {
        Context {
            clock: Clock::System,
            cancel: CancellationToken::new(),
            patience: Duration::from_secs(1),
            concurrency: 1,
            tls: tls::client_config(Vec::new()).unwrap(),
            progress: Progress::default(),
            objects: ObjectSink::discard(),
            learned: Learned::default(),
            evidence: crate::Evidence::default(),
        }
    }

    async fn run(probe: Option<Fake>, context: &Context) -> (Seen<HostFacts>, ProbeRun) {
        let began = Instant::now();
        let deadline = began + Duration::from_secs(60);
        let runner = Runner {
            context,
            began,
            deadline,
            observer: &Unobserved,
        };
        runner
            .run(ProbeId::Host, probe, Duration::from_secs(5))
            .await
    }

    /// The reason of the facts that the probe had not come to.
    fn reason(facts: &Seen<HostFacts>) -> Option<Reason> {
        facts
            .known()
            .and_then(|facts| facts.memory_bytes.gap())
            .map(|gap| gap.reason)
    }

    #[tokio::test(start_paused = true)]
    async fn every_early_end_keeps_what_was_learned_and_explains_the_rest() {
        let context = context();
        let endings = [
            (Fake::Ends, Reason::NotRun),
            (Fake::Fails, Reason::Denied),
            (Fake::Panics, Reason::Failed),
            (Fake::Hangs, Reason::TimedOut),
        ];
        for (probe, expected) in endings {
            let (facts, _) = run(Some(probe), &context).await;
            assert_eq!(facts.known().unwrap().name, Seen::Known("pc1".to_owned()));
            assert_eq!(reason(&facts), Some(expected));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn interruption_ends_a_hanging_probe_at_once() {
        let context = context();
        context.cancel.cancel();
        let began = Instant::now();
        let (facts, run) = run(Some(Fake::Hangs), &context).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert!(matches!(run.outcome, ProbeOutcome::Ended(gap) if gap.reason == Reason::Cancelled));
        // It may have been ended before it had learned anything; nothing is ever made up.
        assert_eq!(reason(&facts), Some(Reason::Cancelled));
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_left_out_is_unknown_as_a_whole() {
        let (facts, run) = run(None, &context()).await;
        assert_eq!(facts.gap().unwrap().reason, Reason::NotRun);
        assert_eq!(run.outcome, ProbeOutcome::Skipped);
    }
}

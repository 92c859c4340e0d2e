//! One run: all probes at once, the object checks beside them, and the facts that come of it.
//!
//! Nothing is printed or judged here. Whatever ends a probe early, the run gives an environment in
//! which every fact is known, absent, or unknown with the reason.

mod contacts;
pub mod log;
mod objects;
mod settings;

pub use contacts::PlannedContact;
pub use objects::recheck;
pub use settings::{MachineRead, RunSettings};

use std::{io, sync::Arc, time::Duration};

use tokio::{task, time::Instant};
use tokio_util::sync::CancellationToken;
use waterline_facts::{Environment, FORMAT, Gap, ProbeId, Reason, RunFacts, Seen, run::ProbeRun};
use waterline_probes::{
    Context, Evidence, Learned, ObjectSink,
    browsers::{BrowserProbe, Catalog as BrowserCatalog},
    context::Progress,
    directory::DirectoryProbe,
    dns::DnsProbe,
    host::HostProbe,
    network::NetworkProbe,
    protocols::ProtocolProbe,
    rights,
    runner::{Observer, Runner},
};

use crate::{
    findings::{Findings, Spool},
    idfix::Comparison,
    recording::{Checkpoints, RecordingError, RecordingWriter},
};
use objects::{Collector, Taken};

/// The longest wait for any single answer of a network.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many conversations a probe has at once: enough to overlap waits, few enough for a home
/// router's table.
const CONCURRENCY: usize = 32;
/// How long probes may take that only read this machine.
const LOCAL_LIMIT: Duration = Duration::from_secs(30);
/// What is left of the budget for probes that wait for the directory, when they wait no longer.
const RESERVE: Duration = Duration::from_secs(15);
/// Batches of directory objects that may wait for the checks.
const WAITING_BATCHES: usize = 8;

/// What takes the objects besides the checks.
#[derive(Debug, Default)]
pub struct Takers {
    /// The recording in the making; none if none was asked for.
    pub recording: Option<RecordingWriter>,
    /// Where the findings of the object checks are put aside; none if nobody wants them all.
    pub findings: Option<Spool>,
    /// The table of another tool; none if none was asked for.
    pub comparison: Option<Comparison>,
}

/// What a run gave.
#[derive(Debug)]
pub struct Outcome {
    /// The facts.
    pub environment: Environment,
    /// The recording in the making, all objects in it; none if none was asked for.
    pub recording: Option<RecordingWriter>,
    /// All findings of the object checks; none if nobody wanted them, or no objects were checked.
    pub findings: Option<io::Result<Findings>>,
    /// The table of another tool, of all objects that came; none if none was asked for.
    pub comparison: Option<Comparison>,
    /// Why objects could not be added to the recording, which is then lost.
    pub recording_error: Option<RecordingError>,
}

/// Probes the environment, while `observer` watches, until all probes have ended, the budget is
/// spent or `cancel` is set.
pub async fn probe(
    settings: RunSettings,
    takers: Takers,
    observer: &dyn Observer,
    cancel: CancellationToken,
) -> Outcome {
    let began = Instant::now();
    let mut takers = takers;
    let (sink, batches) = ObjectSink::channel(WAITING_BATCHES);
    let learned = Learned::nothing_until(began + settings.budget.saturating_sub(RESERVE));
    let run = RunFacts {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started: settings.clock.now(),
        took_ms: 0,
        budget_s: settings.budget.as_secs(),
        rights: rights::rights(),
        interrupted: false,
        probes: Vec::new(),
    };
    let (checkpoints, begin_error) = begin(&mut takers, &run);
    let context = Context {
        clock: settings.clock,
        cancel: cancel.clone(),
        patience: PATIENCE,
        concurrency: CONCURRENCY,
        tls: settings.tls.clone(),
        progress: Progress::default(),
        objects: sink.telling(learned.clone()),
        learned,
        evidence: evidence(&mut takers),
    };
    let read_all = CancellationToken::new();
    let spent = context.objects.spent();
    let collector = Collector::new(&settings.profile, run.started, takers, spent);
    let collecting = tokio::spawn(collector.collect(batches, read_all.clone()));
    let mut environment = run_probes(settings, &context, began, observer, (run, checkpoints)).await;
    // A probe that is stuck may hold on to its end of the channel for ever.
    read_all.cancel();
    drop(context);
    environment.run.interrupted = cancel.is_cancelled();
    let mut taken = collecting.await.unwrap_or_else(|error| Taken::lost(&error));
    let (objects, findings) = taken.facts(&environment.directory);
    environment.objects = objects;
    environment.run.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Outcome {
        environment,
        recording: taken.recording,
        findings,
        comparison: taken.comparison,
        recording_error: begin_error.or(taken.recording_error),
    }
}

/// Begins the recording, if one was asked for; one that cannot begin costs itself alone.
fn begin(takers: &mut Takers, run: &RunFacts) -> (Checkpoints, Option<RecordingError>) {
    let begun = takers.recording.as_mut().map(|writer| writer.begin(run));
    match begun {
        None => (Checkpoints::default(), None),
        Some(Ok(checkpoints)) => (checkpoints, None),
        Some(Err(error)) => {
            takers.recording = None;
            (Checkpoints::default(), Some(error))
        }
    }
}

/// Where raw evidence goes: into the recording, if there is one.
fn evidence(takers: &mut Takers) -> Evidence {
    let recording = takers.recording.as_mut();
    recording.map_or_else(Evidence::default, RecordingWriter::evidence)
}

/// Waits for a probe, and keeps what it has learned.
async fn kept<T: serde::Serialize>(
    checkpoints: &Checkpoints,
    probe: impl Future<Output = (Seen<T>, ProbeRun)>,
) -> (Seen<T>, ProbeRun) {
    let ended = probe.await;
    task::block_in_place(|| checkpoints.probe_ended(&ended.0, &ended.1));
    ended
}

async fn run_probes(
    settings: RunSettings,
    context: &Context,
    began: Instant,
    observer: &dyn Observer,
    (run, checkpoints): (RunFacts, Checkpoints),
) -> Environment {
    let runner = Runner {
        context,
        began,
        deadline: began + settings.budget,
        observer,
    };
    let only = settings.only;
    let chosen = |id| only.contains(&id);
    let local = LOCAL_LIMIT;
    let remote = settings.budget;
    let machine = settings.machine.0;
    let host = chosen(ProbeId::Host)
        .then(|| HostProbe::of(Arc::clone(&machine)).with_device_status(settings.device_status));
    let catalog = BrowserCatalog::embedded;
    let browsers = chosen(ProbeId::Browsers).then(|| BrowserProbe::of(machine, catalog()));
    let dns = chosen(ProbeId::Dns).then(|| DnsProbe::new(settings.dns));
    let network = chosen(ProbeId::Network).then(|| NetworkProbe::new(settings.network));
    let protocols = chosen(ProbeId::Protocols).then(|| ProtocolProbe::new(settings.protocols));
    let directory = chosen(ProbeId::Directory).then(|| DirectoryProbe::new(settings.directory));
    let (host, browsers, dns, network, protocols, directory) = tokio::join!(
        kept(&checkpoints, runner.run(ProbeId::Host, host, local)),
        kept(&checkpoints, runner.run(ProbeId::Browsers, browsers, local)),
        kept(&checkpoints, runner.run(ProbeId::Dns, dns, remote)),
        kept(&checkpoints, runner.run(ProbeId::Network, network, remote)),
        kept(
            &checkpoints,
            runner.run(ProbeId::Protocols, protocols, remote)
        ),
        async {
            let ended = runner.run(ProbeId::Directory, directory, remote).await;
            context.learned.directory_ended(&ended.0);
            kept(&checkpoints, async { ended }).await
        },
    );
    Environment {
        format: FORMAT,
        run: RunFacts {
            probes: vec![
                host.1,
                browsers.1,
                dns.1,
                network.1,
                protocols.1,
                directory.1,
            ],
            ..run
        },
        host: host.0,
        browsers: browsers.0,
        dns: dns.0,
        network: network.0,
        protocols: protocols.0,
        directory: directory.0,
        objects: Seen::Unknown(Gap::new(Reason::NotRun, "")),
        hosts: settings.hosts,
    }
}

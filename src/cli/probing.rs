//! Runs the probes for a command: on a runtime of its own, interruptible, with progress shown.

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use waterline_probes::runner::{Observer, Unobserved};

use super::console::Console;
use crate::{
    progress::ProgressLines,
    run::{self, Outcome, RunSettings, Takers},
};

/// Probes until all is learned, the budget is spent, or the user presses Ctrl-C; in each case what
/// was learned is kept.
///
/// # Errors
/// If the system gives no threads.
pub fn probe(settings: RunSettings, takers: Takers, console: &Console) -> anyhow::Result<Outcome> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads of the probes")?;
    let cancel = CancellationToken::new();
    listen(&runtime, cancel.clone());
    let lines = (!console.is_quiet()).then(ProgressLines::default);
    let observer: &dyn Observer = match &lines {
        Some(lines) => lines,
        None => &Unobserved,
    };
    let outcome = runtime.block_on(run::probe(settings, takers, observer, cancel));
    if let Some(lines) = &lines {
        lines.clear();
    }
    // A probe that is stuck in a call of the system must not keep the program from ending.
    runtime.shutdown_background();
    if outcome.environment.run.interrupted {
        console.say("interrupted: what was learned so far is judged, the rest is not assessed");
    }
    Ok(outcome)
}

/// Cancels at Ctrl-C. Where that cannot be listened for, Ctrl-C ends the program as usual.
fn listen(runtime: &Runtime, cancel: CancellationToken) {
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
        }
    });
}

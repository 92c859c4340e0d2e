//! Runs a program and tells how long it took and how much memory it held.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// How often the memory is looked at; the system keeps the highest figure itself.
const PAUSE: Duration = Duration::from_millis(5);

/// One run of a program.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// From start to end, in seconds.
    pub seconds: f64,
    /// The most memory that it held at once, in MB.
    pub peak_mb: f64,
}

/// Runs a program to its end; its exit code must be one of these.
///
/// # Errors
/// If it cannot be started, or ends otherwise.
pub fn run(command: &mut Command, codes: &[i32]) -> Result<Run> {
    let program = command.get_program().to_os_string();
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let status = format!("/proc/{}/status", child.id());
    let (ended, peak) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let watching = thread::spawn({
        let (ended, peak) = (Arc::clone(&ended), Arc::clone(&peak));
        move || {
            while !ended.load(Ordering::Relaxed) {
                if let Some(held) = fs_err::read_to_string(&status)
                    .ok()
                    .as_deref()
                    .and_then(high)
                {
                    peak.fetch_max(held, Ordering::Relaxed);
                }
                thread::sleep(PAUSE);
            }
        }
    });
    let code = child.wait()?.code();
    let seconds = began.elapsed().as_secs_f64();
    ended.store(true, Ordering::Relaxed);
    let _ = watching.join();
    ensure!(
        code.is_some_and(|code| codes.contains(&code)),
        "{} ended with {code:?}",
        program.display()
    );
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let peak_mb = peak.load(Ordering::Relaxed) as f64 * 1024.0 / 1e6;
    Ok(Run { seconds, peak_mb })
}

/// The highest resident size so far, in KiB.
fn high(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The run in the middle by time, with the highest memory of all.
pub fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let peaks = runs.iter().map(|run| run.peak_mb);
    Run {
        seconds: runs[runs.len() / 2].seconds,
        peak_mb: peaks.fold(0.0, f64::max),
    }
}

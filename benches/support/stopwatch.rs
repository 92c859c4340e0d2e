//! Runs a program and tells how long it took and how much memory it held.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
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
    /// Processor time, in seconds.
    pub processor: f64,
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
    let process = child.id();
    let ended = Arc::new(AtomicBool::new(false));
    let watching = thread::spawn({
        let ended = Arc::clone(&ended);
        move || watch(process, &ended)
    });
    let code = child.wait()?.code();
    let seconds = began.elapsed().as_secs_f64();
    ended.store(true, Ordering::Relaxed);
    let (peak, processor) = watching.join().unwrap_or_default();
    ensure!(
        code.is_some_and(|code| codes.contains(&code)),
        "{} ended with {code:?}",
        program.display()
    );
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let peak_mb = peak as f64 * 1024.0 / 1e6;
    Ok(Run {
        seconds,
        processor,
        peak_mb,
    })
}

/// The highest resident size of a process in KiB, and its processor time, as last seen before it ended.
fn watch(process: u32, ended: &AtomicBool) -> (u64, f64) {
    let status = format!("/proc/{process}/status");
    let (mut peak, mut processor) = (0, 0.0);
    while !ended.load(Ordering::Relaxed) {
        if let Some(held) = fs_err::read_to_string(&status)
            .ok()
            .as_deref()
            .and_then(high)
        {
            peak = held;
        }
        processor = processor_time(process).unwrap_or(processor);
        thread::sleep(PAUSE);
    }
    (peak, processor)
}

/// The processor time that a running process has had, in seconds: the 14th and 15th field of its line,
/// in hundredths.
pub fn processor_time(process: u32) -> Option<f64> {
    let line = fs_err::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name, which may hold anything.
    let (_, fields) = line.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(f64::from(user + system) / 100.0)
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
        processor: runs[runs.len() / 2].processor,
        peak_mb: peaks.fold(0.0, f64::max),
    }
}

//! The steps of a run: each timed, each remembered with what became of it.
#![expect(
    clippy::print_stdout,
    reason = "a chore's answer goes to standard output"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// What was run so far, and what was left out.
#[derive(Debug)]
pub struct Steps {
    root: PathBuf,
    begun: Instant,
    done: Vec<Done>,
    left_out: Vec<(String, String)>,
}

#[derive(Debug)]
struct Done {
    name: String,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// None yet; commands will run in `root`.
    #[must_use]
    pub fn in_folder(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            begun: Instant::now(),
            done: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Runs `cargo` with these arguments as one step; whether it passed.
    pub fn cargo(&mut self, name: &str, arguments: &[&str]) -> bool {
        self.command(name, Self::cargo_command().args(arguments))
    }

    /// The very cargo that runs this program, whatever `PATH` says.
    #[must_use]
    pub fn cargo_command() -> Command {
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Runs a command as one step; whether it passed.
    pub fn command(&mut self, name: &str, command: &mut Command) -> bool {
        let root = self.root.clone();
        let title = describe(command);
        self.step(name, &title, || succeed(command.current_dir(root)))
    }

    /// Runs any work as one step; whether it passed.
    pub fn step(&mut self, name: &str, title: &str, work: impl FnOnce() -> Result<()>) -> bool {
        println!("\n=== {name}: {title}");
        let begun = Instant::now();
        let result = work();
        let took = begun.elapsed();
        if let Err(error) = &result {
            println!("{name} failed: {error:#}");
        }
        self.done.push(Done {
            name: name.to_owned(),
            took,
            passed: result.is_ok(),
        });
        result.is_ok()
    }

    /// Notes that something was not run, and why.
    pub fn leave_out(&mut self, name: &str, reason: &str) {
        println!("\n=== {name}: not run, as {reason}");
        self.left_out.push((name.to_owned(), reason.to_owned()));
    }

    /// Says what became of all steps; exit code 1 if any failed.
    #[must_use]
    pub fn finish(&self) -> ExitCode {
        println!("\n=== summary");
        for step in &self.done {
            let outcome = if step.passed { "passed" } else { "FAILED" };
            println!(
                "{outcome}   {:<14} {:>7.1} s",
                step.name,
                step.took.as_secs_f64()
            );
        }
        for (name, reason) in &self.left_out {
            println!("not run  {name:<14} {reason}");
        }
        if self.left_out.is_empty() {
            println!("nothing was left out");
        }
        println!("in all {:.1} s", self.begun.elapsed().as_secs_f64());
        println!("{}", self.total());
        if self.failed() == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// How many steps passed, failed and were left out, in one line.
    fn total(&self) -> String {
        let (failed, left_out) = (self.failed(), self.left_out.len());
        let passed = self.done.len() - failed;
        format!("{passed} passed, {failed} failed, {left_out} not run")
    }

    fn failed(&self) -> usize {
        self.done.iter().filter(|step| !step.passed).count()
    }
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .context("it cannot be started")?;
    ensure!(status.success(), "{status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn failed_step_fails_the_run_and_does_not_stop_it() {
        let mut steps = Steps::in_folder(Path::new("."));
        assert!(!steps.step("one", "fails", || bail!("broken")));
        assert!(steps.step("two", "passes", || Ok(())));
        assert_eq!(steps.total(), "1 passed, 1 failed, 0 not run");
        assert_eq!(
            format!("{:?}", steps.finish()),
            format!("{:?}", ExitCode::FAILURE)
        );
    }

    #[test]
    fn what_is_left_out_is_told_and_does_not_fail_the_run() {
        let mut steps = Steps::in_folder(Path::new("."));
        steps.leave_out("lab", "this is no Linux");
        assert_eq!(
            steps.left_out,
            [("lab".to_owned(), "this is no Linux".to_owned())]
        );
        assert_eq!(
            format!("{:?}", steps.finish()),
            format!("{:?}", ExitCode::SUCCESS)
        );
    }

    #[test]
    fn command_that_is_not_there_fails_its_step() {
        let mut steps = Steps::in_folder(Path::new("."));
        assert!(!steps.command("gone", &mut Command::new("no-such-program-anywhere")));
    }
}

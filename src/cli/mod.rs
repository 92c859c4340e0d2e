//! The command line: reads options, runs a command, prints what comes of it.
//!
//! Data goes to standard output, messages and progress to standard error. Everything that the user
//! has to put right is found before the first packet is sent.

mod assess;
mod check;
mod comparison;
mod console;
mod diff;
mod findings;
mod init;
mod options;
mod outputs;
mod probing;
mod record;
mod redact;
mod replay;
mod replays;
mod rules;
mod runs;
mod schema;
mod show;
mod targets;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::exit::Exit;
use console::{Console, ConsoleOptions};

/// Assesses an environment for onboarding to Microsoft Entra ID Premium, Intune and co-management.
///
/// Probes inspect DNS, network reachability, browsers, the operating system and the on-premises
/// Active Directory; rules hold what they learned against the minimums of each service. What cannot
/// be read is "not assessed", never "met". Nothing is changed anywhere.
#[derive(Debug, Parser)]
#[command(
    name = "waterline",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
#[command(after_help = EXIT_CODES)]
struct Arguments {
    #[command(flatten)]
    console: ConsoleOptions,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  every chosen target is ready, advisories allowed
  1  the program failed, or could not write what it was asked for
  2  wrong use: an option, profile or file that cannot be used
  3  some target is not ready; with --as, the table has lines; with diff, something required is
     not met that was
  3  some target is not ready; with --as, the table has lines; `check`: some part is damaged, or
     the signature does not hold; `replay --expect`: the verdicts are others than expected
  4  none is known to be not ready, but some could not be assessed; with --as, the objects were
     not read to their end; with diff, something required is no longer assessed";

#[derive(Debug, Subcommand)]
enum Command {
    /// Probes this environment, judges it, and plans the remediation.
    Assess(Box<assess::AssessOptions>),
    /// Probes this environment and keeps the facts, to be judged elsewhere.
    Record(Box<record::RecordOptions>),
    /// Judges a recorded environment; uses no network at all.
    Replay(replay::ReplayOptions),
    /// Shows what one can onboard to, and what judging it takes.
    Targets(targets::TargetsOptions),
    /// Asks what only the organisation knows, and writes its profile.
    Init(init::InitOptions),
    /// Tells what changed between runs, and why.
    Diff(diff::DiffOptions),
    /// Looks which tasks of a plan are done, and which targets may be enabled.
    Verify(Box<verify::VerifyOptions>),
    /// Checks that a recording is what its run wrote, and names every damaged part.
    Check(check::CheckOptions),
    /// Prints any fact of a recording, with where it comes from.
    Show(show::ShowOptions),
    /// Writes a recording under pseudonyms, which gives the same verdicts and tells no names.
    Redact(redact::RedactOptions),
    /// Tells what pseudonyms stand for, or puts the names back into a recording.
    Reveal(redact::RevealOptions),
    /// Lists, shows and tests the rules.
    #[command(subcommand)]
    Rules(rules::RulesCommand),
    /// Prints the JSON Schema of a format.
    Schema(schema::SchemaOptions),
}

/// The whole program: parses the process's arguments, and gives its exit code.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output, errors to standard error; either may be closed.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ready
            }
            .into();
        }
    };
    let console = Console::new(&arguments.console);
    let exit = match arguments.command {
        Command::Assess(options) => assess::run(&options, &console),
        Command::Record(options) => record::run(&options, &console),
        Command::Replay(options) => replay::run(&options, &console),
        Command::Targets(options) => targets::run(&options, &console),
        Command::Init(options) => init::run(&options, &console),
        Command::Diff(options) => diff::run(&options, &console),
        Command::Verify(options) => verify::run(&options, &console),
        Command::Check(options) => check::run(&options, &console),
        Command::Show(options) => show::run(&options, &console),
        Command::Redact(options) => redact::redact(&options, &console),
        Command::Reveal(options) => redact::reveal(&options, &console),
        Command::Rules(command) => rules::run(&command, &console),
        Command::Schema(options) => schema::run(&options, &console),
    };
    exit.unwrap_or_else(|error| console.fail(&error)).into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_option_is_declared_soundly() {
        Arguments::command().debug_assert();
    }
}

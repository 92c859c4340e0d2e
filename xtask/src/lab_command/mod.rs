//! `cargo xtask lab …`: what the lab's commands print.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;

use crate::test_command::Steps;
use xtask::lab::namespace::NAME_VARIABLE;
use xtask::lab::network::{self, NetworkLab};
use xtask::lab::{ADDRESS, DOMAIN, Lab, REALM, SERVER, State, provision, ready};

/// The lab's commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Brings the lab up and waits until it answers.
    Up,
    /// Ends the lab and removes its namespace.
    Down {
        /// Deletes `target/lab` too.
        #[arg(long)]
        purge: bool,
    },
    /// Says how the lab is; exit code 3 if it does not answer.
    Status,
    /// Prints shell exports for programs that are to read the lab.
    Env,
    /// The lab's network of its own: an internet, a filter and proxies.
    #[command(subcommand)]
    Network(NetworkCommand),
    /// Runs a command inside the lab, with its environment.
    Exec {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

/// The commands of the lab's network.
#[derive(Debug, Subcommand)]
pub enum NetworkCommand {
    /// Brings it up and waits until it answers.
    Up,
    /// Ends it and removes its namespace.
    Down,
    /// Runs a command inside it.
    Exec {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

/// Runs a command for the checkout in `root`.
///
/// # Errors
/// As the lab's own operations.
pub fn run(command: Command, root: &Path) -> Result<ExitCode> {
    let lab = Lab::of_checkout(root)?;
    match command {
        Command::Up => up(&lab),
        Command::Down { purge } => down(&lab, purge),
        Command::Status => Ok(status(&lab)),
        Command::Env => Ok(print_environment(&lab)),
        Command::Network(command) => run_network(&command, root),
        Command::Exec { command } => execute(&lab, &command),
    }
}

fn run_network(command: &NetworkCommand, root: &Path) -> Result<ExitCode> {
    let lab = NetworkLab::of_checkout(root)?;
    match command {
        NetworkCommand::Up => {
            lab.up()?;
            println!(
                "The lab's network is up, in the namespace {}.",
                lab.namespace().name()
            );
            println!("public authority    {}", lab.public_authority().display());
            println!("gateway's authority {}", lab.gateway_authority().display());
            println!(
                "proxies             {}, {} (asks for a sign-in), {} (opens TLS)",
                network::PLAIN_PROXY,
                network::ASKING_PROXY,
                network::OPENING_PROXY
            );
            Ok(ExitCode::SUCCESS)
        }
        NetworkCommand::Down => {
            lab.down()?;
            println!("The lab's network is down.");
            Ok(ExitCode::SUCCESS)
        }
        NetworkCommand::Exec { command } => {
            ensure!(
                lab.is_up(),
                "the lab's network is not up: cargo xtask lab network up"
            );
            passed_on(command, |program| lab.command(program))
        }
    }
}

fn up(lab: &Lab) -> Result<ExitCode> {
    let before = lab.state();
    lab.up()?;
    match before {
        State::Up(id) => println!("The lab is up already (process {id})."),
        State::Down | State::Absent => println!("The lab is up."),
    }
    println!("Run programs in it with `cargo xtask lab exec -- <command>`.");
    Ok(ExitCode::SUCCESS)
}

fn down(lab: &Lab, purge: bool) -> Result<ExitCode> {
    lab.down()?;
    if purge {
        lab.purge()?;
    }
    println!("The lab is down.");
    Ok(ExitCode::SUCCESS)
}

fn status(lab: &Lab) -> ExitCode {
    let made =
        provision::record(lab).map_or_else(|| "-".to_owned(), |record| record.made.to_string());
    println!("folder     {}", lab.folder().display());
    println!(
        "namespace  {} ({NAME_VARIABLE} changes it)",
        lab.namespace().name()
    );
    println!("domain     {DOMAIN}, realm {REALM}, controller {SERVER} at {ADDRESS}");
    println!("made       {made}");
    match lab.state() {
        State::Absent => println!("state      nothing here yet: cargo xtask lab up"),
        State::Down => println!("state      down: cargo xtask lab up"),
        State::Up(id) => return answers(lab, id),
    }
    ExitCode::from(3)
}

fn answers(lab: &Lab, id: u32) -> ExitCode {
    match ready::check(lab) {
        Ok(()) => {
            println!("state      up, process {id}; DNS, Kerberos, LDAP and LDAPS answer");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("state      process {id} runs and does not answer: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn print_environment(lab: &Lab) -> ExitCode {
    for (name, value) in lab.environment() {
        println!("export {name}='{}'", value.replace('\'', r"'\''"));
    }
    ExitCode::SUCCESS
}

fn execute(lab: &Lab, command: &[OsString]) -> Result<ExitCode> {
    ensure!(
        matches!(lab.state(), State::Up(_)),
        "the lab is not up: cargo xtask lab up"
    );
    passed_on(command, |program| lab.command(program))
}

/// Runs a command that `inside` leads into the lab, and takes over its exit code.
fn passed_on(
    command: &[OsString],
    inside: impl Fn(&str) -> std::process::Command,
) -> Result<ExitCode> {
    let (program, arguments) = command.split_first().context("no command is given")?;
    let program = program
        .to_str()
        .context("the command's name is not UTF-8")?;
    let status = inside(program).args(arguments).status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Brings the lab's network up, runs the tests in it, and leaves it as it was found.
pub fn check_network(steps: &mut Steps, root: &Path, workspace: &[&str]) {
    let lab = match NetworkLab::of_checkout(root) {
        Ok(lab) => lab,
        Err(error) => return steps.leave_out("lab network", &format!("{error:#}")),
    };
    if let Err(error) = network::check_machine() {
        return steps.leave_out("lab network", &format!("{error:#}"));
    }
    let found_up = lab.is_up();
    if steps.step("lab network up", lab.namespace().name(), || lab.up()) {
        let tests = ["--test", "lab", "--", "--ignored", "network"];
        steps.cargo("lab network", &[&["test"], workspace, &tests].concat());
    } else {
        steps.leave_out("lab network", "it did not come up");
    }
    if !found_up {
        steps.step("lab network down", lab.namespace().name(), || lab.down());
    }
}

/// Brings the lab up, runs the tests against it, and leaves it as it was found.
///
/// `workspace` selects what cargo builds, as in the other steps.
pub fn check(steps: &mut Steps, root: &Path, workspace: &[&str]) {
    let lab = match Lab::of_checkout(root) {
        Ok(lab) => lab,
        Err(error) => return steps.leave_out("lab", &format!("{error:#}")),
    };
    if let Err(error) = xtask::lab::check_machine() {
        return steps.leave_out("lab", &format!("{error:#}"));
    }
    let found_up = matches!(lab.state(), State::Up(_));
    if steps.step("lab up", lab.namespace().name(), || lab.up()) {
        let tests = ["--test", "lab", "--", "--ignored", "--skip"];
        let readers = [&tests[..], &["network", "--skip", "changes"]].concat();
        steps.cargo("lab", &[&["test"], workspace, &readers].concat());
        // By themselves: the others count what these change for a while.
        let tests = ["--test", "lab", "--", "--ignored", "changes"];
        steps.cargo("lab changed", &[&["test"], workspace, &tests].concat());
    } else {
        steps.leave_out("lab", "it did not come up");
    }
    if !found_up {
        steps.step("lab down", lab.namespace().name(), || lab.down());
    }
}

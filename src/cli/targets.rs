//! `waterline targets`: what one can onboard to, and what judging it takes.

use std::io::{self, Write};

use clap::Args;
use waterline_rules::outline::Outline;

use super::{
    console::Console,
    options::{PackOption, ProfileOption},
};
use crate::exit::{Exit, Usage};

/// Options of `waterline targets`.
#[derive(Debug, Args)]
pub struct TargetsOptions {
    #[command(flatten)]
    profile: ProfileOption,
    #[command(flatten)]
    pack: PackOption,
    /// Only the ids, one a line
    #[arg(long)]
    ids: bool,
}

/// Columns of a line.
const WIDTH: usize = 80;

/// Runs the command.
///
/// # Errors
/// If the profile or the pack cannot be read.
pub fn run(options: &TargetsOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.pack.read()?;
    let profile = options.profile.read(packs)?;
    let chosen = packs.tree().choose(&profile);
    let chosen = chosen.map_err(|error| Usage::new(error.to_string()))?;
    let is_chosen = |outline: &Outline<'_>| {
        let id = &outline.target.id.value;
        chosen.iter().any(|target| target.id.value == *id)
    };
    console.print(|out| {
        for outline in packs.outline() {
            match options.ids {
                true => writeln!(out, "{}", outline.target.id.value)?,
                false => write_target(&outline, is_chosen(&outline), out)?,
            }
        }
        Ok(())
    })?;
    if let Some(left_out) = packs.tree().left_out(&profile) {
        console.say(left_out);
    }
    Ok(Exit::Ready)
}

fn write_target(outline: &Outline<'_>, chosen: bool, out: &mut dyn Write) -> io::Result<()> {
    let target = outline.target;
    let indent = "  ".repeat(outline.depth);
    let mark = if chosen { "*" } else { "-" };
    writeln!(out, "{indent}{mark} {}: {}", target.id.value, target.title)?;
    let indent = format!("{indent}    ");
    for line in lines(outline) {
        let layout = textwrap::Options::new(WIDTH)
            .initial_indent(&indent)
            .subsequent_indent(&indent);
        for line in textwrap::wrap(&line, layout) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out)
}

/// What is told of a target below its name.
fn lines(outline: &Outline<'_>) -> Vec<String> {
    let target = outline.target;
    let mut lines = vec![target.meaning.trim().to_owned()];
    let needs: Vec<&str> = target.needs.iter().map(|id| id.value.as_str()).collect();
    let asked = outline
        .asked
        .iter()
        .map(|question| question.id.value.as_str());
    let asked: Vec<&str> = asked.collect();
    let probed: Vec<&str> = outline.probed.iter().copied().collect();
    if !needs.is_empty() {
        lines.push(format!("needs first: {}", needs.join(", ")));
    }
    if !target.choice.trim().is_empty() {
        lines.push(format!("a choice: {}", target.choice.trim()));
    }
    if !probed.is_empty() {
        lines.push(format!("probed: {}", probed.join(", ")));
    }
    if !asked.is_empty() {
        lines.push(format!("attested: {}", asked.join(", ")));
    }
    lines.push(match (outline.rules, outline.required) {
        (0, _) => "rules: those of its parts and needs alone".to_owned(),
        (rules, required) => format!("rules: {rules}, of which {required} required"),
    });
    lines
}

//! `waterline show`: any fact of a recording, with where it comes from.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use waterline_facts::DirectoryObject;
use waterline_probes::evidence::Item;

use super::console::{Console, printable};
use crate::{
    exit::{Exit, Usage},
    recording::{self, Opened},
    shown::{self, Provenance, Shown, raw},
};

/// Options of `waterline show`.
#[derive(Debug, Args)]
pub struct ShowOptions {
    /// The recording: a folder, or a .waterline file
    recording: PathBuf,
    /// The fact, such as directory.domains[0].level or dns.resolvers[].address; else what there is
    #[arg(conflicts_with = "object")]
    path: Option<String>,
    /// The directory object of this distinguished name, instead of a fact
    #[arg(long, value_name = "DN")]
    object: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// If the recording cannot be read, or has no such fact.
pub fn run(options: &ShowOptions, console: &Console) -> anyhow::Result<Exit> {
    let opened = recording::open(&options.recording)?;
    for problem in &opened.problems {
        console.warn(printable(&problem.to_string()));
    }
    if let Some(dn) = &options.object {
        let object = object(&opened, dn)?;
        console.print(|out| shown::write_json(&object, out))?;
        return Ok(Exit::Ready);
    }
    match &options.path {
        Some(path) => {
            let facts = shown::find(&opened, path).map_err(Usage::new)?;
            let evidence = raw::evidence(&opened, path).unwrap_or_else(|error| {
                console.warn(printable(&error.to_string()));
                Vec::new()
            });
            console.print(|out| {
                facts.iter().try_for_each(|fact| write_fact(fact, out))?;
                evidence
                    .iter()
                    .try_for_each(|item| write_evidence(item, out))
            })?;
        }
        None => console.print(|out| write_overview(&opened, out))?,
    }
    Ok(Exit::Ready)
}

/// The recorded object of that name, in any case.
fn object(opened: &Opened, dn: &str) -> anyhow::Result<DirectoryObject> {
    let objects = opened.objects()?;
    let objects = objects.context("the recording holds no objects that can be read")?;
    for batch in objects {
        let mut batch = batch?.into_iter();
        if let Some(found) = batch.find(|object| object.dn.to_lowercase() == dn.to_lowercase()) {
            return Ok(found);
        }
    }
    let message = format!("the recording holds no object {}", dn.escape_debug());
    Err(Usage::new(message).into())
}

fn write_fact(fact: &Shown, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", printable(&fact.path))?;
    shown::write_json(&fact.value, out)?;
    write_provenance(&fact.provenance, out)?;
    writeln!(out)
}

fn write_provenance(provenance: &Provenance, out: &mut dyn Write) -> io::Result<()> {
    for (name, words) in provenance.lines() {
        writeln!(out, "  {name:<9} {}", printable(&words))?;
    }
    Ok(())
}

/// One piece of raw evidence, under the facts that came of it.
fn write_evidence(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "evidence  {}", printable(&raw::title(item)))?;
    for line in raw::lines(item) {
        writeln!(out, "  {}", printable(&line))?;
    }
    writeln!(out)
}

fn write_overview(opened: &Opened, out: &mut dyn Write) -> io::Result<()> {
    for (root, state) in shown::roots(opened) {
        writeln!(out, "{root:<12} {}", printable(&state))?;
    }
    writeln!(out)?;
    write_provenance(&Provenance::of_recording(opened), out)
}

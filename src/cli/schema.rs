//! `waterline schema`: the JSON Schema of each format.

use clap::{Args, ValueEnum};
use schemars::{Schema, schema_for};
use waterline_facts::Environment;
use waterline_probes::{catalog::CatalogFile, evidence::Item};
use waterline_rules::{Packs, plan::Overlay, rule::Rule};

use super::console::Console;
use crate::{diff::Changes, exit::Exit, recording::Manifest, report::Document, verify::Record};

/// Options of `waterline schema`.
#[derive(Debug, Args)]
pub struct SchemaOptions {
    /// Which format
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// All facts of one run
    Facts,
    /// The manifest of a recording
    Recording,
    /// A line of raw evidence in a recording
    Evidence,
    /// The JSON report
    Report,
    /// What changed between runs
    Changes,
    /// What an organisation wants
    Profile,
    /// What specialists decided about tasks
    Overlay,
    /// What a verification found
    Verification,
    /// One onboarding minimum
    Rule,
    /// A catalogue of your own
    Catalog,
}

impl Format {
    fn schema(self) -> Schema {
        match self {
            Self::Facts => schema_for!(Environment),
            Self::Recording => schema_for!(Manifest),
            Self::Evidence => schema_for!(Item),
            Self::Report => schema_for!(Document),
            Self::Changes => schema_for!(Changes),
            Self::Profile => Packs::embedded().profile_schema(),
            Self::Overlay => schema_for!(Overlay),
            Self::Verification => schema_for!(Record),
            Self::Rule => schema_for!(Rule),
            Self::Catalog => schema_for!(CatalogFile),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written to.
pub fn run(options: &SchemaOptions, console: &Console) -> anyhow::Result<Exit> {
    let schema = options.format.schema();
    console.print(|out| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        writeln!(out)
    })?;
    Ok(Exit::Ready)
}

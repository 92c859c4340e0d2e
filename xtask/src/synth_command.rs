//! `cargo xtask synth`: a synthetic directory as LDIF, and beside it the list of what was planted.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use jiff::{civil::Date, tz::TimeZone};
use xtask::{
    clock,
    synth::{self, Planted, Selection, Settings},
};

/// What directory is wanted.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many users, groups, contacts, computers and service accounts in all; 100 or more.
    #[arg(long, value_name = "NUMBER", required_unless_present = "list")]
    objects: Option<u64>,
    /// Decides all that is left to chance: the same seed gives the same bytes.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// The file to write; the list of what was planted stands beside it, as FILE.planted.json.
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    out: Option<PathBuf>,
    /// Faults to plant, by name and comma, or `none`; without it all of them.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    faults: Option<Vec<String>>,
    /// The directory's day, before which all its dates lie; without it today (UTC).
    #[arg(long, value_name = "DATE")]
    day: Option<Date>,
    /// Lists the faults and traps, and writes nothing.
    #[arg(long)]
    list: bool,
}

/// Writes the directory and the list.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.list {
        synth::fault_names().for_each(|name| println!("{name}"));
        return Ok(ExitCode::SUCCESS);
    }
    let out = arguments.out.as_deref().context("--out is missing")?;
    let objects = arguments.objects.context("--objects is missing")?;
    let day = arguments
        .day
        .unwrap_or_else(|| clock::now().to_zoned(TimeZone::UTC).date());
    let faults = selection(arguments.faults.as_deref());
    let planted = write(
        out,
        &Settings {
            objects,
            seed: arguments.seed,
            day,
            faults,
        },
    )?;
    let list = beside(out);
    fs_err::write(&list, serde_json::to_string_pretty(&planted)? + "\n")?;
    println!(
        "{}: {objects} objects, {} of them with a fault or trap, listed in {}",
        out.display(),
        planted.faults.values().sum::<u64>(),
        list.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn selection(names: Option<&[String]>) -> Selection {
    match names {
        None => Selection::All,
        Some([none]) if none == "none" => Selection::Only(Vec::new()),
        Some(names) => Selection::Only(names.to_vec()),
    }
}

/// Writes the directory under another name first, so that a part of one never passes for it.
fn write(out: &Path, settings: &Settings) -> Result<Planted> {
    ensure!(!out.is_dir(), "{} is a folder", out.display());
    let unfinished = out.with_added_extension("unfinished");
    let mut file = BufWriter::with_capacity(1 << 20, fs_err::File::create(&unfinished)?);
    let planted = synth::write(settings, &mut file)?;
    file.flush()?;
    fs_err::rename(&unfinished, out)?;
    Ok(planted)
}

fn beside(out: &Path) -> PathBuf {
    out.with_added_extension("planted.json")
}

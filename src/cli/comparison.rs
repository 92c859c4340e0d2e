//! `--as`: the table of another tool in place of the report.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use waterline_facts::{DirectoryFacts, Seen};
use waterline_rules::objects::idfix::{RuleSet, TopLevelDomains};

use super::{
    console::Console,
    outputs::{self, OutputOptions},
};
use crate::{
    exit::{Exit, FailOn, Usage},
    idfix::{Compared, Comparison},
};

/// Name of the file that `--out` writes.
const FILE_NAME: &str = "idfix.csv";

/// Most bytes that a list of top-level domains may have; all there are take a hundredth.
const LIST_BYTES: u64 = 1 << 20;

/// Options about the table of another tool.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub struct ComparisonOptions {
    /// In place of the report print, as CSV, the table that the withdrawn tool IdFix would show,
    /// its mistakes included: by its multi-tenant rules (idfix) or its dedicated ones
    /// (idfix-dedicated). Only the directory is probed then, unless --only says more
    #[arg(
        long = "as",
        value_name = "TOOL",
        env = "WATERLINE_AS",
        conflicts_with = "report"
    )]
    tool: Option<Tool>,
    /// That tool's own list of top-level domains, its domains.txt; else the public suffix list
    /// stands in for it
    #[arg(long, value_name = "FILE", requires = "tool")]
    idfix_domains: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tool {
    Idfix,
    IdfixDedicated,
}

/// Where the table goes: standard output, or a file.
#[derive(Debug)]
pub struct Target(Option<PathBuf>);

impl Target {
    /// The file in the folder of `--out`, which is made if it is not there yet, else standard
    /// output.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn of(options: &OutputOptions) -> Result<Self, Usage> {
        let folder = options.folder()?;
        Ok(Self(folder.map(|folder| folder.join(FILE_NAME))))
    }
}

impl ComparisonOptions {
    /// Whether a table is wanted.
    pub fn is_wanted(&self) -> bool {
        self.tool.is_some()
    }

    /// A table of nothing yet; none if none is wanted.
    ///
    /// # Errors
    /// If the list of top-level domains cannot be used, or there is no room for a table.
    pub fn start(&self, console: &Console) -> anyhow::Result<Option<Comparison>> {
        let Some(tool) = self.tool else {
            return Ok(None);
        };
        let rules = match tool {
            Tool::Idfix => RuleSet::MultiTenant,
            Tool::IdfixDedicated => RuleSet::Dedicated,
        };
        let comparison = Comparison::new(rules, self.domains(console)?);
        comparison.map(Some).context("cannot make room for a table")
    }

    fn domains(&self, console: &Console) -> Result<TopLevelDomains, Usage> {
        let Some(file) = &self.idfix_domains else {
            console.say(
                "top-level domains are those of the public suffix list, not the tool's own list; \
                 name its domains.txt with --idfix-domains for the same lines",
            );
            return Ok(TopLevelDomains::public());
        };
        let domains = TopLevelDomains::listed(&read_list(file)?);
        match domains.entries() {
            Some(0) | None => Err(unusable(file, "it has no entries")),
            Some(_) => Ok(domains),
        }
    }
}

fn unusable(file: &Path, why: impl std::fmt::Display) -> Usage {
    Usage::new(format!("--idfix-domains: {}: {why}", file.display()))
}

/// The text of a file in UTF-8, or in UTF-16 with its mark, as which the tool comes.
fn read_list(file: &Path) -> Result<String, Usage> {
    let size = fs_err::metadata(file).map_err(|error| unusable(file, error))?;
    if size.len() > LIST_BYTES {
        return Err(unusable(file, "it is too large for a list of domains"));
    }
    let bytes = fs_err::read(file).map_err(|error| unusable(file, error))?;
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    };
    text.ok_or_else(|| {
        unusable(
            file,
            "it is neither UTF-8 nor UTF-16 with a byte order mark",
        )
    })
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).ok()
}

/// Writes the table where it is to go, and says on standard error how far it can be relied on.
///
/// # Errors
/// If it could not be kept or cannot be written.
pub fn finish(
    comparison: Comparison,
    directory: &Seen<DirectoryFacts>,
    target: &Target,
    line: FailOn,
    console: &Console,
) -> anyhow::Result<Exit> {
    let mut compared = comparison
        .finish(directory)
        .context("cannot keep the lines of the table")?;
    write(&mut compared, target, console)?;
    tell(&compared, directory, console);
    Ok(compared.exit(line))
}

fn write(compared: &mut Compared, target: &Target, console: &Console) -> anyhow::Result<()> {
    let gap = compared.gap.clone();
    let table = &mut compared.table;
    let Target(Some(path)) = target else {
        return console.print(|out| table.write(gap.as_ref(), out));
    };
    outputs::write_whole(path, |out| table.write(gap.as_ref(), out))
        .with_context(|| format!("cannot write the table to {}", path.display()))?;
    console.say(format_args!("wrote {}", path.display()));
    Ok(())
}

fn tell(compared: &Compared, directory: &Seen<DirectoryFacts>, console: &Console) {
    let totals = compared.totals;
    console.say(format_args!(
        "{} objects found, {} skipped; {} values with errors, {} of them duplicates",
        totals.found, totals.skipped, totals.errors, totals.duplicates
    ));
    let domains = directory.known().and_then(|facts| facts.domains.known());
    for domain in domains.into_iter().flatten() {
        if domain.read != Seen::Known(true) {
            let name = &domain.dns_name;
            console.say(format_args!("not all objects of {name} are in the table"));
        }
    }
    if let Some(gap) = &compared.gap {
        console.warn(format_args!(
            "the objects were not read to their end, so the table is not whole: {gap}"
        ));
    }
}

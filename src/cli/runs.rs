//! Runs that were made before, to compare with: recordings, or reports as JSON.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::civil::Date;
use serde::Deserialize;
use waterline_facts::FormatVersion;
use waterline_rules::{Packs, Profile};

use crate::{
    diff::{self, Changes, Side},
    exit::Usage,
    recording,
    report::{Document, FORMAT, Report},
    run,
};

/// The largest report that is read, in bytes.
const LARGEST: u64 = 512 << 20;

/// The option that names an earlier run.
#[derive(Debug, Args)]
pub struct BaselineOption {
    /// Tell what changed since this run and why, in the reports: a recording, or a report as JSON;
    /// given several times, changes are told since the first, and remaining work of all
    #[arg(
        long,
        value_name = "RUN",
        env = "WATERLINE_BASELINE",
        value_delimiter = ',',
        help_heading = "Reports"
    )]
    baseline: Vec<PathBuf>,
}

/// Runs that were read.
#[derive(Debug)]
pub struct Baseline<'a> {
    packs: &'a Packs,
    runs: Vec<EarlierRun>,
}

impl BaselineOption {
    /// The runs, judged by this profile where they are recordings.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn read<'a>(&self, packs: &'a Packs, profile: &Profile) -> anyhow::Result<Baseline<'a>> {
        let runs = self.baseline.iter();
        let runs = runs.map(|path| EarlierRun::read(path, packs, profile, None));
        Ok(Baseline {
            packs,
            runs: runs.collect::<Result<_, _>>()?,
        })
    }
}

impl Baseline<'_> {
    /// What changed since the first of the runs; none if no run was named.
    ///
    /// # Errors
    /// If a run is of another environment, or a recording changed since it was read.
    pub fn changes(&self, new: &Document, profile: &Profile) -> anyhow::Result<Option<Changes>> {
        match &self.runs[..] {
            [] => Ok(None),
            [first, between @ ..] => {
                let changes = changes(first, between, new, (self.packs, profile));
                changes.map(Some)
            }
        }
    }
}

/// What changed from `old` to `new`, whose profile is given with the packs.
///
/// # Errors
/// If a run is of another environment, or a recording changed since it was read.
pub fn changes(
    old: &EarlierRun,
    between: &[EarlierRun],
    new: &Document,
    (packs, profile): (&Packs, &Profile),
) -> anyhow::Result<Changes> {
    let again = old.judged_again(packs, profile, new.run.as_of)?;
    let between: Vec<Document> = between.iter().map(|run| run.document.clone()).collect();
    let side = Side {
        document: &old.document,
        judged_again: again.as_ref(),
    };
    diff::changes(&side, &between, new).map_err(|error| Usage::new(error.to_string()).into())
}

/// A run that was made before.
#[derive(Debug)]
pub struct EarlierRun {
    /// Its report.
    pub document: Document,
    /// Where its facts are; none if only its report is there.
    recording: Option<PathBuf>,
}

impl EarlierRun {
    /// Reads a recording and judges it, or reads a report.
    ///
    /// # Errors
    /// If there is neither at the path, or it cannot be read whole.
    pub fn read(
        path: &Path,
        packs: &Packs,
        profile: &Profile,
        as_of: Option<Date>,
    ) -> anyhow::Result<Self> {
        if path.is_dir() || recording::is_recording(path) {
            return Ok(Self {
                document: judge(path, packs, profile, as_of)?,
                recording: Some(path.to_owned()),
            });
        }
        Ok(Self {
            document: report(path)?,
            recording: None,
        })
    }

    /// What its facts give under another profile at another day; none if they are not there.
    fn judged_again(
        &self,
        packs: &Packs,
        profile: &Profile,
        as_of: Date,
    ) -> anyhow::Result<Option<Document>> {
        let recording = self.recording.as_deref();
        recording
            .map(|path| judge(path, packs, profile, Some(as_of)))
            .transpose()
    }
}

/// The report of a recording.
fn judge(
    path: &Path,
    packs: &Packs,
    profile: &Profile,
    as_of: Option<Date>,
) -> anyhow::Result<Document> {
    let opened = recording::open(path)?;
    let mut environment = opened.environment.clone();
    (environment.objects, _) = run::recheck(&opened, profile, None)?;
    let assessment = packs.assess(&environment, profile, as_of)?;
    let report = Report {
        environment: &environment,
        assessment: &assessment,
        profile,
        tool_version: env!("CARGO_PKG_VERSION"),
        damage: &opened.problems,
        catalog: None,
        changes: None,
    };
    Ok(report.document())
}

/// A report that was written as JSON.
fn report(path: &Path) -> Result<Document, Usage> {
    let wrong = |what: String| {
        Usage::new(format!(
            "{}: {what}\n  name a recording, or a report written by `--report json=PATH`",
            path.display()
        ))
    };
    let text = text(path).map_err(|error| wrong(error.to_string()))?;
    let head: Head = serde_json::from_str(&text)
        .map_err(|error| wrong(format!("neither a recording nor a report: {error}")))?;
    if head.format.major != FORMAT.major {
        let (found, reads) = (head.format.major, FORMAT.major);
        let what = format!("a report of form {found}; this version reads form {reads}");
        return Err(wrong(what));
    }
    serde_json::from_str(&text).map_err(|error| wrong(format!("not a whole report: {error}")))
}

/// What every report begins with.
#[derive(Deserialize)]
struct Head {
    format: FormatVersion,
    #[serde(rename = "remaining_work")]
    _remaining_work: serde::de::IgnoredAny,
}

fn text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let mut file = File::open(path)?.take(LARGEST + 1);
    file.read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        let words = format!("larger than a report can be ({LARGEST} bytes)");
        return Err(std::io::Error::other(words));
    }
    Ok(text)
}

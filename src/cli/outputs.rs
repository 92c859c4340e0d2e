//! Where reports go: one to standard output, any number to files, and the usual set to a folder.
//!
//! Paths are checked before anything is probed, so that no run is lost for want of a folder. Files
//! are written whole or not at all, and are readable by their owner alone, as they tell much about
//! an environment.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::Context;
use clap::Args;

use super::console::Console;
pub use crate::files::write_whole;
use crate::{
    exit::Usage,
    files::folder,
    report::{Format, Layout, Report, UnknownFormat},
};

/// Options about reports.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reports")]
pub struct OutputOptions {
    /// Write a report: terminal, json, markdown, html, csv (findings), csv-tasks, csv-rules, junit,
    /// sarif, ics (checkpoint calls) or firewall (a table of what is missing in the network), to a
    /// file if one is named after `=`, else to standard output; may be given several times
    #[arg(
        long,
        value_name = "FORMAT[=PATH]",
        env = "WATERLINE_REPORT",
        value_delimiter = ','
    )]
    report: Vec<Wanted>,
    /// Write the usual set into this folder: the reports that are files, and on a live run the
    /// recording
    #[arg(long, value_name = "FOLDER", env = "WATERLINE_OUT")]
    pub out: Option<PathBuf>,
}

/// Stands for the name of a recording in paths.
const PLACE: &str = "{name}";

/// A report that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    format: Format,
    path: Option<PathBuf>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("no path after `=`".to_owned()),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let format = name
            .parse()
            .map_err(|error: UnknownFormat| error.to_string())?;
        Ok(Self { format, path })
    }
}

/// Where reports go.
#[derive(Debug)]
pub struct Outputs {
    standard: Option<Format>,
    files: Vec<(Format, PathBuf)>,
}

impl OutputOptions {
    /// Where reports go; makes the folder of `--out` if it is not there yet.
    ///
    /// # Errors
    /// If two reports would go to standard output or to the same file, or a folder is missing.
    pub fn outputs(&self) -> anyhow::Result<Outputs> {
        let (to_files, to_standard): (Vec<_>, Vec<_>) =
            self.report.iter().partition(|wanted| wanted.path.is_some());
        if to_standard.len() > 1 {
            let message = "only one --report can go to standard output: name a path for the \
                           others, as in --report json=report.json";
            return Err(Usage::new(message).into());
        }
        let standard = to_standard.first().map(|wanted| wanted.format);
        let usual = self.report.is_empty().then_some(Format::Terminal);
        let named = to_files.into_iter();
        let mut files: Vec<_> = named
            .filter_map(|wanted| Some((wanted.format, wanted.path.clone()?)))
            .collect();
        if let Some(folder) = self.folder()? {
            files.extend(usual_files(folder));
        }
        check_paths(&files)?;
        Ok(Outputs {
            standard: standard.or(usual),
            files,
        })
    }

    /// The same for one of several recordings: `{name}` in a path is its name, and its set of files
    /// has a folder of that name.
    ///
    /// # Errors
    /// If reports of several recordings would go to one place.
    pub fn of_one(&self, name: &str) -> anyhow::Result<Self> {
        let mut report = self.report.clone();
        for wanted in &mut report {
            let path = wanted.path.as_ref().map(|path| path.to_string_lossy());
            let path = path.filter(|path| path.contains(PLACE)).ok_or_else(|| {
                Usage::new(format!(
                    "--report {}: several recordings need a path each, as in {}={PLACE}.txt",
                    wanted.format.name(),
                    wanted.format.name()
                ))
            })?;
            wanted.path = Some(path.replace(PLACE, name).into());
        }
        let out = self.out.as_ref().map(|folder| folder.join(name));
        Ok(Self { report, out })
    }

    /// The format that is wanted on standard output by name.
    pub fn standard(&self) -> Option<Format> {
        let mut wanted = self.report.iter().filter(|one| one.path.is_none());
        wanted.next().map(|one| one.format)
    }

    /// The folder of `--out`; makes it if it is not there yet.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn folder(&self) -> Result<Option<&Path>, Usage> {
        if let Some(folder) = &self.out {
            fs_err::create_dir_all(folder)
                .map_err(|error| Usage::new(format!("--out: {error}")))?;
        }
        Ok(self.out.as_deref())
    }

    /// Where the recording of a live run goes if only the folder was named.
    pub fn recording(&self) -> Option<PathBuf> {
        self.out
            .as_ref()
            .map(|folder| folder.join("recording.waterline"))
    }
}

/// The files of the usual set.
fn usual_files(folder: &Path) -> impl Iterator<Item = (Format, PathBuf)> {
    let formats = Format::ALL.into_iter();
    formats.filter_map(move |format| Some((format, folder.join(format.file_name()?))))
}

fn check_paths(files: &[(Format, PathBuf)]) -> Result<(), Usage> {
    for (number, (_, path)) in files.iter().enumerate() {
        if files[..number].iter().any(|(_, earlier)| earlier == path) {
            let message = format!("two reports would be written to {}", path.display());
            return Err(Usage::new(message));
        }
        if path.is_dir() {
            let message = format!("--report: {} is a folder; name a file", path.display());
            return Err(Usage::new(message));
        }
        if !folder(path).is_dir() {
            let message = format!(
                "--report: there is no folder {}; make it first",
                folder(path).display()
            );
            return Err(Usage::new(message));
        }
        check_writable(path)?;
    }
    Ok(())
}

/// Whether a file can be made at this path: found out now, as a run may take long.
fn check_writable(path: &Path) -> Result<(), Usage> {
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return Ok(());
    }
    let made = tempfile::NamedTempFile::new_in(folder(path));
    made.map(drop).map_err(|error| {
        let folder = folder(path).display();
        Usage::new(format!(
            "--report: no file can be made in {folder}: {error}"
        ))
    })
}

impl Outputs {
    /// The same, but nothing goes to standard output.
    #[must_use]
    pub fn without_standard(mut self) -> Self {
        self.standard = None;
        self
    }

    /// Writes every report. One that cannot be written does not keep the others from being written.
    ///
    /// # Errors
    /// The first report that could not be written.
    pub fn write(&self, report: &Report, console: &Console) -> anyhow::Result<()> {
        let mut written = Ok(());
        for (format, path) in &self.files {
            let result = write_file(report, *format, path);
            if result.is_ok() {
                console.say(format_args!("wrote {}", path.display()));
            }
            written = written.and(result);
        }
        if let Some(format) = self.standard {
            let layout = console.layout();
            let printed = console.print(|out| format.render(report, layout, out));
            written = written.and(printed);
        }
        written
    }
}

fn write_file(report: &Report, format: Format, path: &Path) -> anyhow::Result<()> {
    let written = write_whole(path, |out| format.render(report, Layout::default(), out));
    written.with_context(|| {
        format!(
            "cannot write the {} report to {}",
            format.name(),
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(reports: &[&str]) -> OutputOptions {
        OutputOptions {
            report: reports.iter().map(|text| text.parse().unwrap()).collect(),
            out: None,
        }
    }

    #[test]
    fn without_options_the_terminal_report_is_shown() {
        let outputs = options(&[]).outputs().unwrap();
        assert_eq!(
            (outputs.standard, outputs.files.len()),
            (Some(Format::Terminal), 0)
        );
    }

    #[test]
    fn one_report_goes_to_standard_output_and_others_to_files() {
        let outputs = options(&["json", "markdown=plan.md"]).outputs().unwrap();
        assert_eq!(outputs.standard, Some(Format::Json));
        assert_eq!(
            outputs.files,
            [(Format::Markdown, PathBuf::from("plan.md"))]
        );
    }

    #[test]
    fn wrong_combinations_say_what_to_do() {
        let cases: [(&[&str], &str); 4] = [
            (&["json", "markdown"], "only one --report"),
            (
                &["json=a", "markdown=a"],
                "two reports would be written to a",
            ),
            (
                &["json=/nowhere/at/all/x.json"],
                "there is no folder /nowhere/at/all",
            ),
            (&["json=."], "is a folder; name a file"),
        ];
        for (reports, expected) in cases {
            let error = options(reports).outputs().unwrap_err().to_string();
            assert!(error.contains(expected), "{reports:?}: {error}");
        }
    }

    #[test]
    fn a_format_that_is_not_known_is_named() {
        assert!("pdf".parse::<Wanted>().unwrap_err().contains("pdf"));
        assert!("json=".parse::<Wanted>().unwrap_err().contains("no path"));
    }
}

//! The plan that is verified: the JSON report of an earlier run.

use std::{
    fmt::Write,
    io::Read,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use waterline_facts::FormatVersion;

use crate::{
    exit::Usage,
    report::{Document, FORMAT},
};

/// The largest report that is read, in bytes: several times that of the largest directory.
const MAX_BYTES: u64 = 256 << 20;

/// The name under which `--out` writes the report.
const FILE_NAME: &str = "report.json";

/// A plan that was read.
#[derive(Debug)]
pub struct PlanFile {
    /// The report.
    pub report: Document,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// What every version of a report has.
#[derive(Deserialize)]
struct Preamble {
    format: FormatVersion,
    #[expect(dead_code, reason = "only its being there is asked")]
    plan: serde::de::IgnoredAny,
}

impl PlanFile {
    /// Reads the plan at this path: a JSON report, or the folder of `--out` that holds one.
    ///
    /// # Errors
    /// If there is none, it is too large, no report, or of another major version.
    pub fn read(path: &Path) -> Result<Self, Usage> {
        let path = match path.is_dir() {
            true => path.join(FILE_NAME),
            false => path.to_owned(),
        };
        let bytes = bytes(&path)?;
        let unusable = |why: String| {
            Usage::new(format!(
                "{}: {why}\n  name the JSON report of an earlier run, as --report json=PATH writes it",
                path.display()
            ))
        };
        let preamble: Preamble = serde_json::from_slice(&bytes)
            .map_err(|error| unusable(format!("it is no report with a plan: {error}")))?;
        if preamble.format.major != FORMAT.major {
            return Err(other_version(&path, preamble.format));
        }
        let report = serde_json::from_slice(&bytes)
            .map_err(|error| unusable(format!("it is a damaged report: {error}")))?;
        Ok(Self {
            report,
            sha256: hexadecimal(&Sha256::digest(&bytes)),
        })
    }
}

fn other_version(path: &Path, found: FormatVersion) -> Usage {
    Usage::new(format!(
        "{}: it is a report of form {}.{}, and this version reads {}.x\n  verify it with the version \
         that made it, or make the plan anew with this one: waterline replay its recording",
        path.display(),
        found.major,
        found.minor,
        FORMAT.major
    ))
}

fn bytes(path: &PathBuf) -> Result<Vec<u8>, Usage> {
    let file = fs_err::File::open(path).map_err(|error| Usage::new(error.to_string()))?;
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Usage::new(error.to_string()))?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(Usage::new(format!(
            "{}: it is larger than any report ({MAX_BYTES} bytes)",
            path.display()
        ))),
        false => Ok(bytes),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(content: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        fs_err::write(&path, content).unwrap();
        PlanFile::read(&path).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_plan_of_this_version_is_refused_with_what_to_do() {
        for (content, expected) in [
            ("", "no report with a plan"),
            ("{}", "no report with a plan"),
            (
                r#"{"format": {"major": 1, "minor": 0}}"#,
                "missing field `plan`",
            ),
            (
                r#"{"format": {"major": 2, "minor": 3}, "plan": {}}"#,
                "a report of form 2.3, and this version reads 1.x",
            ),
            (
                r#"{"format": {"major": 1, "minor": 9}, "plan": {"tasks": 1}}"#,
                "a damaged report",
            ),
        ] {
            let fault = fault(content);
            assert!(fault.contains(expected), "{content}: {fault}");
            assert!(fault.contains("plan.json"), "{fault}");
        }
        assert!(PlanFile::read(Path::new("/nowhere/plan.json")).is_err());
    }
}

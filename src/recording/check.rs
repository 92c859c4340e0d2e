//! Holds a recording against what it says of itself: every part, read to its end.

use std::path::Path;

use super::{Manifest, Problem, RecordingError, VerifyingKey, evidence, objects, open};

/// What a check of a recording gave.
#[derive(Debug)]
pub struct Checked {
    /// What the recording says of itself.
    pub manifest: Manifest,
    /// What is damaged, by part, in the order of the parts; empty for a sound recording.
    pub problems: Vec<Problem>,
    /// What became of its signature.
    pub signature: Signed,
}

/// What is known of a recording's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// It bears none, and none was asked for.
    No,
    /// It bears one, and no key was named to hold it against.
    NotVerified,
    /// It is that of the named key.
    Verified,
    /// It is not, or there is none, for this reason.
    Refused(String),
}

impl Checked {
    /// Whether nothing is wrong with the recording.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && !matches!(self.signature, Signed::Refused(_))
    }

    /// What is wrong with a part, in words; none if nothing is.
    pub fn problem(&self, part: &str) -> Option<&str> {
        let mut problems = self.problems.iter();
        let found = problems.find(|problem| problem.part == part);
        found.map(|problem| problem.what.as_str())
    }
}

/// Checks a recording: hash, size and form of every part, and its signature if a key is named.
///
/// # Errors
/// If there is no recording at the path that this program could read at all.
pub fn check(path: &Path, key: Option<&VerifyingKey>) -> Result<Checked, RecordingError> {
    let opened = open(path)?;
    let mut problems = opened.problems.clone();
    if let Some(stream) = opened.objects()? {
        let broken = stream.filter_map(Result::err).next();
        problems.extend(broken.map(|error| Problem::new(objects::NAME, words(&error))));
    }
    for probe in opened.evident() {
        if let Err(error) = opened.evidence(probe) {
            let named = evidence::part_name(probe);
            problems.push(Problem::new(&named, words(&error)));
        }
    }
    problems.sort_by(|a, b| a.part.cmp(&b.part));
    let signature = match (key, opened.is_signed()) {
        (None, false) => Signed::No,
        (None, true) => Signed::NotVerified,
        (Some(key), _) => match opened.verify(key) {
            Ok(()) => Signed::Verified,
            Err(RecordingError::Signature { why, .. }) => Signed::Refused(why),
            Err(error) => Signed::Refused(error.to_string()),
        },
    };
    Ok(Checked {
        manifest: opened.manifest,
        problems,
        signature,
    })
}

/// What is wrong with a part, without naming it and the recording again.
fn words(error: &RecordingError) -> String {
    match error {
        RecordingError::Damaged { what, .. } => what.clone(),
        other => other.to_string(),
    }
}

//! Why a recording could not be written or read.

use std::{io, path::PathBuf};

use waterline_facts::{FormatVersion, Gap, Reason};

/// Why a recording could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file system refused.
    #[error("failed to {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The recording.
        path: PathBuf,
        /// Why it failed; names the file where it is not the recording itself.
        #[source]
        source: io::Error,
    },
    /// There is something at the path, but not a recording.
    #[error("{} is not a recording that can be read: {why}", path.display())]
    NotARecording {
        /// What was opened.
        path: PathBuf,
        /// What is missing or wrong.
        why: String,
    },
    /// A recording of another product.
    #[error("{} was written by another product, {product:?}", path.display())]
    OtherProduct {
        /// What was opened.
        path: PathBuf,
        /// What the manifest names.
        product: String,
    },
    /// Another major version, which this program would misread.
    #[error("{} has {what} format {found}, and this program reads {reads}", path.display())]
    OtherMajor {
        /// What was opened.
        path: PathBuf,
        /// Whose version it is: the recording's or the facts'.
        what: &'static str,
        /// The version found.
        found: FormatVersion,
        /// The version that this program writes.
        reads: FormatVersion,
    },
    /// A name, link or number of parts that no recording has; nothing of it is read.
    #[error("{} holds {name:?}, {why}", path.display())]
    Unsafe {
        /// What was opened.
        path: PathBuf,
        /// The part's name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// One part is damaged.
    #[error("part {part} of {} is damaged: {what}", path.display())]
    Damaged {
        /// The recording.
        path: PathBuf,
        /// The part.
        part: String,
        /// How it shows.
        what: String,
    },
    /// The signature is not that of the named key over this recording.
    #[error("the signature of {} does not hold: {why}", path.display())]
    Signature {
        /// The recording.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The target of a new recording is taken by something else.
    #[error("{} exists and is not a recording, so it is not replaced", path.display())]
    TargetTaken {
        /// The target.
        path: PathBuf,
    },
    /// A part has grown beyond what a reader would take.
    #[error("part {part} has {size} bytes, more than a recording can hold ({limit})")]
    TooLarge {
        /// The part.
        part: String,
        /// Its size in bytes.
        size: u64,
        /// The largest size in bytes.
        limit: u64,
    },
}

impl RecordingError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::OtherMajor { found, reads, .. } if found.major > reads.major => {
                Some("use a newer version of waterline")
            }
            Self::OtherMajor { .. } => Some("use the version of waterline that wrote it"),
            Self::NotARecording { .. } | Self::OtherProduct { .. } => Some(
                "name a folder or a .waterline file written by `waterline record` or `--record`",
            ),
            Self::Signature { .. } => {
                Some("do not trust this recording; ask its sender for another, or for their key")
            }
            Self::Unsafe { .. } => Some("do not trust this file; ask its sender for another"),
            Self::TargetTaken { .. } => Some("name another path, or move away what is there"),
            _ => None,
        }
    }

    /// Whether the path that was named is wrong, rather than something failing on the way.
    pub fn is_wrong_use(&self) -> bool {
        match self {
            Self::NotARecording { .. }
            | Self::OtherProduct { .. }
            | Self::OtherMajor { .. }
            | Self::Unsafe { .. }
            | Self::TargetTaken { .. } => true,
            Self::Io { source, .. } => source.kind() == io::ErrorKind::NotFound,
            Self::Damaged { .. } | Self::TooLarge { .. } | Self::Signature { .. } => false,
        }
    }

    /// The gap in the facts that this error leaves.
    pub fn gap(&self) -> Gap {
        let reason = match self {
            Self::Damaged { .. } => Reason::Damaged,
            _ => Reason::Failed,
        };
        Gap::new(reason, self.to_string())
    }
}

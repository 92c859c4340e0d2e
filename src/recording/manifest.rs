//! The manifest: what a recording is, who took it when, and of which parts it consists.

use std::{
    fmt::Write as _,
    io::{self, Read, Write},
    path::Path,
};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use waterline_facts::{Environment, FormatVersion, RunFacts, run::Rights};

use super::{RecordingError, limits, parts, read::Problem};

/// The product that every manifest names.
pub const PRODUCT: &str = "waterline";

/// The version of the recording's form: another major is refused, any minor is read.
///
/// 1.1 added `complete` and `sha256` to the manifest, and the signature beside it; 1.2 raw evidence.
pub const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 2 };

/// From this version on, manifests bear their own hash.
const SEALED_SINCE: FormatVersion = FormatVersion { major: 1, minor: 1 };

/// What is said of a recording that was not finished.
const UNFINISHED: &str = "the recording was not finished, as its run was killed: what had not been \
                          learned and recorded by then is lost";

/// Name of the manifest.
pub(super) const NAME: &str = "manifest.json";

/// What a recording is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Always `waterline`.
    pub product: String,
    /// Version of the recording's form.
    pub format: FormatVersion,
    /// Version of the program that wrote it.
    pub tool_version: String,
    /// When probing began.
    pub captured: Timestamp,
    /// The rights with which the probes ran.
    pub rights: Rights,
    /// Whether the run came to its end. If not, it was killed, and what is not here was lost. Since
    /// 1.1; true before.
    #[serde(default = "is_complete")]
    pub complete: bool,
    /// SHA-256 of this manifest as it lies there, with these 64 digits read as zeros, in lower-case
    /// hexadecimal. As the manifest lists the SHA-256 of every part, it stands for the whole
    /// recording. Since 1.1; empty before.
    #[serde(default)]
    pub sha256: String,
    /// Every other part, sorted by name.
    pub parts: Vec<Part>,
}

/// Before 1.1 only finished recordings were written.
fn is_complete() -> bool {
    true
}

/// What stands for the manifest's own hash while it is computed.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One part of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Its path within the recording, with `/`, of lower-case letters, digits, `-` and `.`.
    pub name: String,
    /// Its size in bytes, as it lies there (compressed, if it is).
    pub size: u64,
    /// SHA-256 of the same bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// The few fields that every version will keep, so that a newer one can be told from damage.
#[derive(Deserialize)]
struct Preamble {
    product: String,
    format: FormatVersion,
}

impl Manifest {
    /// The manifest of an environment's recording with these parts.
    pub(super) fn new(environment: &Environment, parts: Vec<Part>) -> Self {
        Self {
            complete: true,
            ..Self::unfinished(&environment.run, parts)
        }
    }

    /// The manifest of what a run has recorded that has not come to its end.
    pub(super) fn unfinished(run: &RunFacts, mut parts: Vec<Part>) -> Self {
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            product: PRODUCT.to_owned(),
            format: FORMAT,
            tool_version: run.tool_version.clone(),
            captured: run.started,
            rights: run.rights.clone(),
            complete: false,
            sha256: NO_HASH.to_owned(),
            parts,
        }
    }

    /// The text of this manifest, its own hash in it.
    pub(super) fn sealed(&self) -> Result<Vec<u8>, serde_json::Error> {
        let open = Self {
            sha256: NO_HASH.to_owned(),
            ..self.clone()
        };
        let bytes = parts::json(&open)?;
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        // Nothing stands before the hash that could be taken for it: no text of so many zeros.
        let text = String::from_utf8_lossy(&bytes);
        let sealed = text.replacen(&format!("\"{NO_HASH}\""), &format!("\"{sha256}\""), 1);
        Ok(sealed.into_bytes())
    }

    /// What is wrong with the manifest itself, of which these are the bytes.
    pub(super) fn problem(&self, bytes: &[u8]) -> Option<Problem> {
        let problem = |what: &str| Some(Problem::new(NAME, what.to_owned()));
        if self.sha256.is_empty() && self.format < SEALED_SINCE {
            return None;
        }
        let is_hash = self.sha256.len() == NO_HASH.len()
            && self.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let text = String::from_utf8_lossy(bytes);
        let quoted = format!("\"{}\"", self.sha256);
        let open = text.replacen(&quoted, &format!("\"{NO_HASH}\""), 1);
        if !is_hash || hexadecimal(&Sha256::digest(open.as_bytes())) != self.sha256 {
            return problem("its SHA-256 is not the one it bears");
        }
        (!self.complete).then(|| Problem::new(NAME, UNFINISHED.to_owned()))
    }

    /// Reads a manifest and holds it against what this program can read.
    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, RecordingError> {
        let refuse = |error: serde_json::Error| RecordingError::NotARecording {
            path: path.to_owned(),
            why: limits::damage(format_args!("{NAME}: {error}")),
        };
        let preamble: Preamble = serde_json::from_slice(bytes).map_err(refuse)?;
        if preamble.product != PRODUCT {
            return Err(RecordingError::OtherProduct {
                path: path.to_owned(),
                product: limits::damage(preamble.product),
            });
        }
        check_major(path, "recording", preamble.format, FORMAT)?;
        let manifest: Self = serde_json::from_slice(bytes).map_err(refuse)?;
        manifest.check_parts(path)?;
        Ok(manifest)
    }

    /// What the manifest says of a part.
    pub(super) fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    fn check_parts(&self, path: &Path) -> Result<(), RecordingError> {
        let mut names: Vec<&str> = self.parts.iter().map(|part| part.name.as_str()).collect();
        if names.len() > limits::PARTS {
            return Err(unsafe_part(path, NAME, "which lists too many parts"));
        }
        for name in &names {
            check_name(path, name)?;
        }
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(unsafe_part(path, pair[0], "listed twice in its manifest")),
            None => Ok(()),
        }
    }
}

impl Part {
    /// The entry for a part with this content.
    pub(super) fn of(name: &str, mut content: impl Read) -> io::Result<Self> {
        let mut tee = Tee {
            hash: Sha256::new(),
            sink: io::sink(),
        };
        let size = io::copy(&mut content, &mut tee)?;
        Ok(Self {
            name: name.to_owned(),
            size,
            sha256: hexadecimal(&tee.hash.finalize()),
        })
    }

    /// Reads a part to its end into `sink` and holds it against this entry; never reads more than
    /// one byte beyond the size it should have.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn check(&self, content: impl Read, sink: impl Write) -> Result<(), String> {
        let mut tee = Tee {
            hash: Sha256::new(),
            sink,
        };
        let most = self.size.saturating_add(1);
        let size = io::copy(&mut content.take(most), &mut tee).map_err(limits::damage)?;
        if size != self.size {
            let than = if size > self.size { "more" } else { "fewer" };
            let listed = self.size;
            return Err(format!(
                "it has {than} bytes than the {listed} its manifest lists"
            ));
        }
        if hexadecimal(&tee.hash.finalize()) != self.sha256 {
            return Err("its SHA-256 is not the one its manifest lists".to_owned());
        }
        Ok(())
    }
}

/// Writes to a hash and to a sink.
struct Tee<W> {
    hash: Sha256,
    sink: W,
}

impl<W: Write> Write for Tee<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Refuses another major version.
pub(super) fn check_major(
    path: &Path,
    what: &'static str,
    found: FormatVersion,
    reads: FormatVersion,
) -> Result<(), RecordingError> {
    if found.major == reads.major {
        return Ok(());
    }
    Err(RecordingError::OtherMajor {
        path: path.to_owned(),
        what,
        found,
        reads,
    })
}

/// Refuses names that could lead out of the recording, or mean two things on some platform.
pub(super) fn check_name(path: &Path, name: &str) -> Result<(), RecordingError> {
    let plain = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
            })
    };
    let sound = name.len() <= 100 && name.split('/').count() <= 2 && name.split('/').all(plain);
    if sound {
        return Ok(());
    }
    Err(unsafe_part(path, name, "which is no name of a part"))
}

/// The error for a part that no recording has.
pub(super) fn unsafe_part(path: &Path, name: &str, why: &'static str) -> RecordingError {
    RecordingError::Unsafe {
        path: path.to_owned(),
        name: limits::damage(name),
        why,
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

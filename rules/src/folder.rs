//! Reads packs from a folder, for those who write rules of their own.
//!
//! Follows no links, and is bounded in depth, number and size, so that a folder named by mistake
//! costs a message and nothing more.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    Packs,
    source::{MAX_BYTES, Source},
};

/// How many levels of folders are read.
const MAX_DEPTH: usize = 8;

/// How many files are read.
const MAX_FILES: usize = 2_000;

/// Why a folder was not read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It, or something in it, cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It has no rules in it.
    #[error("no .yaml files in {0}; name a folder with one rule a file")]
    Empty(PathBuf),
    /// It is too large to be a folder of rules.
    #[error(
        "{0} has more than {MAX_FILES} rules or {MAX_DEPTH} levels of folders; name the one with the rules"
    )]
    Large(PathBuf),
    /// A file is too large to be a rule.
    #[error("{0} is larger than {MAX_BYTES} bytes")]
    LargeFile(PathBuf),
}

/// A pack of one's own on top of that of the program.
#[derive(Debug)]
pub struct OwnPack {
    /// The texts of both: a rule of the program gives way to one's own of the same file name, and
    /// targets, questions and disagreements are added to those of the program.
    pub sources: Vec<Source>,
    /// The ids of one's own rules, by their file names.
    pub rules: BTreeSet<String>,
}

/// Reads a pack of one's own from a folder or a file.
///
/// # Errors
/// What cannot be read, or is too large.
pub fn own_pack(folder: &Path) -> Result<OwnPack, FolderError> {
    let own = sources(folder)?;
    let names = own.iter().filter(|source| source.holds_rule());
    let rules: BTreeSet<String> = names
        .filter_map(|source| source.file_name().strip_suffix(".yaml"))
        .map(str::to_owned)
        .collect();
    let gives_way = |source: &Source| {
        let name = source.file_name().strip_suffix(".yaml");
        name.is_some_and(|name| rules.contains(name))
    };
    let mut all = Packs::embedded_sources();
    all.retain(|source| !gives_way(source));
    all.extend(own);
    Ok(OwnPack {
        sources: all,
        rules,
    })
}

/// The texts of all `.yaml` files below a folder, or of one such file, by name.
///
/// # Errors
/// What cannot be read, or is too large.
pub fn sources(folder: &Path) -> Result<Vec<Source>, FolderError> {
    let mut files = Vec::new();
    if folder.is_file() {
        files.push(folder.to_owned());
    } else {
        collect(folder, MAX_DEPTH, &mut files)?;
    }
    files.sort();
    if files.is_empty() {
        return Err(FolderError::Empty(folder.to_owned()));
    }
    files.iter().map(|file| text(file)).collect()
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), FolderError> {
    let failed = |error| FolderError::Read {
        path: folder.to_owned(),
        error,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
        if kind.is_dir() {
            let depth = depth
                .checked_sub(1)
                .ok_or_else(|| FolderError::Large(folder.to_owned()))?;
            collect(&path, depth, files)?;
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
        if files.len() > MAX_FILES {
            return Err(FolderError::Large(folder.to_owned()));
        }
    }
    Ok(())
}

fn text(file: &Path) -> Result<Source, FolderError> {
    let failed = |error| FolderError::Read {
        path: file.to_owned(),
        error,
    };
    let size = fs::metadata(file).map_err(failed)?.len();
    if size > MAX_BYTES as u64 {
        return Err(FolderError::LargeFile(file.to_owned()));
    }
    let text = fs::read_to_string(file).map_err(failed)?;
    Ok(Source::new(
        file.display().to_string().replace('\\', "/"),
        text,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_stands_on_top_of_that_of_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let name = "connect-sync/directory-forest-level-low.yaml";
        fs::write(
            folder.path().join("directory-forest-level-low.yaml"),
            "id: a",
        )
        .unwrap();
        fs::write(folder.path().join("attestations.yaml"), "[]").unwrap();
        let pack = own_pack(folder.path()).unwrap();
        assert_eq!(pack.rules, ["directory-forest-level-low".to_owned()].into());
        let names: Vec<&str> = pack.sources.iter().map(|source| &*source.name).collect();
        assert!(!names.contains(&format!("packs/{name}").as_str()));
        let own = folder.path().join("attestations.yaml");
        let own = own.display().to_string();
        for register in ["packs/attestations.yaml", &own] {
            assert!(names.contains(&register), "{names:?}");
        }
        assert!(names.contains(&"packs/targets.yaml"));
    }

    #[test]
    fn only_files_of_rules_are_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("core")).unwrap();
        fs::write(folder.path().join("core/a.yaml"), "id: a").unwrap();
        fs::write(folder.path().join("core/README.md"), "no rule").unwrap();
        let sources = sources(folder.path()).unwrap();
        assert_eq!(sources.len(), 1);
        assert!(sources[0].name.ends_with("core/a.yaml"));
    }

    #[test]
    fn a_folder_that_is_not_there_or_has_no_rules_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let empty = sources(folder.path()).unwrap_err().to_string();
        assert!(empty.starts_with("no .yaml files in "), "{empty}");
        let missing = sources(&folder.path().join("missing"))
            .unwrap_err()
            .to_string();
        assert!(missing.contains("missing"), "{missing}");
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.yaml"), " ".repeat(MAX_BYTES + 1)).unwrap();
        assert!(matches!(
            sources(folder.path()),
            Err(FolderError::LargeFile(_))
        ));
    }
}

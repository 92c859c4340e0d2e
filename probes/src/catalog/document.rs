//! Reads one YAML document of the catalogue and says where a fault is.
//!
//! Unknown keys, wrong types and impossible values are faults; the parser bounds depth, size and
//! aliases. Files are read up to a limit, so that a wrong path cannot fill the memory.

use std::{fs::File, io::Read, path::Path};

use serde::de::DeserializeOwned;
use serde_saphyr::Location;

use super::CatalogError;

/// No catalogue comes near this size.
const LIMIT: u64 = 4 << 20;

/// The document in this text.
pub(super) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let location = error.location().unwrap_or(Location::UNKNOWN);
        // The parser repeats the place at the end of its message.
        let message = error.to_string();
        let problem = message.split(" at line ").next().unwrap_or(&message);
        invalid(file, location, problem)
    })
}

/// A fault at this place.
pub(super) fn invalid(file: &str, place: Location, problem: impl Into<String>) -> CatalogError {
    CatalogError::Invalid {
        file: file.to_owned(),
        line: place.line(),
        column: place.column(),
        problem: problem.into(),
    }
}

/// The text of a file.
pub(super) fn read_file(path: &Path) -> Result<String, CatalogError> {
    let unreadable = |problem: String| CatalogError::Unreadable {
        file: path.display().to_string(),
        problem,
    };
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut text = String::new();
    file.take(LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > LIMIT {
        return Err(unreadable(format!("larger than {LIMIT} bytes")));
    }
    Ok(text)
}

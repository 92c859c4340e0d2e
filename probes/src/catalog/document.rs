//! Reads one YAML document of the catalogue and says where a fault is.
//!
//! Unknown keys, wrong types and impossible values are faults; the parser bounds depth, size and
//! aliases. Files are read up to a limit, so that a wrong path cannot fill the memory.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

use super::{CatalogError, names::Slug};

/// No catalogue comes near this size.
const LIMIT: u64 = 4 << 20;

/// Longest excerpt, in characters.
const LONGEST_EXCERPT: usize = 160;

/// A text and the name that messages show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// The name, usually a path.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
}

/// The document in this text.
pub(super) fn parse<T: DeserializeOwned>(source: Source<'_>) -> Result<T, CatalogError> {
    serde_saphyr::from_str(source.text).map_err(|error| {
        let error = error.without_snippet();
        let location = error.location().unwrap_or(Location::UNKNOWN);
        // The parser repeats the place at the end of its message.
        let message = error.to_string();
        let problem = message.split(" at line ").next().unwrap_or(&message);
        source.fault(location, problem)
    })
}

impl Source<'_> {
    /// A fault at this place.
    pub(super) fn fault(self, place: Location, problem: impl Into<String>) -> CatalogError {
        let line = usize::try_from(place.line()).unwrap_or(0);
        let excerpt = self.text.lines().nth(line.saturating_sub(1));
        let harmless = |c: char| if c.is_control() { ' ' } else { c };
        let excerpt = excerpt.unwrap_or_default().chars().map(harmless);
        CatalogError::Invalid {
            file: self.name.to_owned(),
            line: place.line(),
            column: place.column(),
            problem: problem.into(),
            excerpt: excerpt.take(LONGEST_EXCERPT).collect(),
        }
    }
}

/// These entries, sorted by id. `look` gives the id of one and what is wrong with it.
///
/// # Errors
/// At the first entry whose id was already taken or that something is wrong with.
pub(super) fn unique<T>(
    source: Source<'_>,
    entries: Vec<Spanned<T>>,
    kind: &str,
    look: impl Fn(&T) -> (&Slug, Option<String>),
) -> Result<Vec<T>, CatalogError> {
    let mut sorted = BTreeMap::new();
    for entry in entries {
        let (id, problem) = look(&entry.value);
        let id = id.clone();
        let taken = sorted
            .contains_key(&id)
            .then(|| format!("there is another {kind} `{id}`"));
        if let Some(problem) = taken.or(problem) {
            return Err(source.fault(entry.referenced, problem));
        }
        sorted.insert(id, entry.value);
    }
    Ok(sorted.into_values().collect())
}

/// The first of these lists that is empty, in words.
pub(super) fn empty_list(id: &Slug, lists: &[(&str, bool)]) -> Option<String> {
    let (name, _) = lists.iter().find(|(_, empty)| *empty)?;
    Some(format!("`{name}` of `{id}` is empty"))
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

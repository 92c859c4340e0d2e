//! Text that people wrote, such as a rule file, and what is wrong with it: file, line, column, excerpt.
//!
//! Every YAML document of this crate is read here, under one budget of size, depth and aliases, so
//! that a hostile file costs a message and nothing more.

use std::fmt;

use serde::de::DeserializeOwned;
pub use serde_saphyr::{Location, Spanned};

use crate::expr::Problem;

/// The largest document that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A named text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The name that messages show, usually a path.
    pub name: String,
    /// The text.
    pub text: String,
    form: Form,
}

/// In what a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// By a person.
    Yaml,
    /// By the build, from what a person wrote.
    Json,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The text's name.
    pub file: String,
    /// Line from 1; 0 if the fault is in the file as a whole.
    pub line: u64,
    /// Column from 1, in characters; 0 if the fault is in the file as a whole.
    pub column: u64,
    /// What is wrong and what to do, in words.
    pub message: String,
    /// The line of the text; empty if the fault is in the file as a whole.
    pub excerpt: String,
}

/// Longest excerpt, in characters.
const MAX_EXCERPT: usize = 160;

impl Source {
    /// A named text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            form: Form::Yaml,
        }
    }

    /// A named text that was checked as YAML and then made JSON, without the cases of a rule. What is
    /// wrong with it is told without its place.
    pub fn prepared(name: impl Into<String>, json: impl Into<String>) -> Self {
        Self {
            form: Form::Json,
            ..Self::new(name, json)
        }
    }

    /// Whether it stands as a person wrote it.
    pub fn is_written(&self) -> bool {
        self.form == Form::Yaml
    }

    /// Reads the text as one document.
    ///
    /// # Errors
    /// The first fault: of YAML, of the form (unknown key, wrong type, duplicate key), or of size.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        if self.text.len() > MAX_BYTES {
            return Err(self.whole(format!("larger than {MAX_BYTES} bytes")));
        }
        match self.form {
            Form::Yaml => self.yaml(),
            Form::Json => {
                serde_json::from_str(&self.text).map_err(|error| self.whole(error.to_string()))
            }
        }
    }

    fn yaml<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_saphyr::from_str_with_options(&self.text, options()).map_err(|error| {
            let message = plain(&error);
            match error.location() {
                Some(location) => self.at(location, message),
                None => self.whole(message),
            }
        })
    }

    /// A fault of the text as a whole.
    pub fn whole(&self, message: impl Into<String>) -> Fault {
        Fault {
            file: self.name.clone(),
            line: 0,
            column: 0,
            message: message.into(),
            excerpt: String::new(),
        }
    }

    /// A fault at a place of the text.
    pub fn at(&self, place: Location, message: impl Into<String>) -> Fault {
        self.beyond(place, 0, message)
    }

    /// A fault this many characters after a place, on the same line.
    pub fn beyond(&self, place: Location, characters: u64, message: impl Into<String>) -> Fault {
        if place.line() == 0 {
            return self.whole(message);
        }
        Fault {
            file: self.name.clone(),
            line: place.line(),
            column: place.column() + characters,
            message: message.into(),
            excerpt: self.line(place.line()).chars().take(MAX_EXCERPT).collect(),
        }
    }

    /// What is wrong with an expression that stands in this text.
    pub(crate) fn problems(&self, text: &Spanned<String>, problems: Vec<Problem>) -> Vec<Fault> {
        let start = self.content_offset(text.referenced, &text.value);
        let fault = |problem: Problem| {
            let offset = start.map_or(0, |start| start + problem.offset);
            self.beyond(text.referenced, offset, problem.message)
        };
        problems.into_iter().map(fault).collect()
    }

    /// The last part of the name: that of the file.
    pub fn file_name(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next();
        name.unwrap_or_default()
    }

    /// How many characters after a scalar's place its content begins, if all of it stands on that
    /// line as it is: 0 for a plain scalar, 1 for a quoted one.
    pub fn content_offset(&self, place: Location, content: &str) -> Option<u64> {
        let column = usize::try_from(place.column().checked_sub(1)?).ok()?;
        let rest: String = self.line(place.line()).chars().skip(column).collect();
        if rest.starts_with(content) {
            return Some(0);
        }
        let quoted = rest.strip_prefix(['"', '\''])?;
        quoted.starts_with(content).then_some(1)
    }

    /// One line, counted from 1; empty if there is no such line.
    fn line(&self, number: u64) -> &str {
        let index = usize::try_from(number).unwrap_or(0).saturating_sub(1);
        self.text.lines().nth(index).unwrap_or_default()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "{}: {}", self.file, self.message);
        }
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let indent = usize::try_from(self.column)
            .unwrap_or(1)
            .clamp(1, MAX_EXCERPT)
            - 1;
        writeln!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {}", self.excerpt.escape_debug_controls())?;
        write!(f, "{gutter} | {}^", " ".repeat(indent))
    }
}

/// Makes control characters harmless to a terminal, one for one, so that columns stay.
trait EscapeControls {
    /// The same text with every control character replaced.
    fn escape_debug_controls(&self) -> String;
}

impl EscapeControls for str {
    fn escape_debug_controls(&self) -> String {
        let harmless = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        self.chars().map(harmless).collect()
    }
}

/// The message without the place and the excerpt that the reader adds, which [`Fault`] shows itself,
/// in words that do not ask to know the reader.
fn plain(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let text = text.lines().next().unwrap_or_default();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    let text = text[..end].trim_end_matches([',', ':']);
    match text {
        "expected mapping start" => "expected keys with values".to_owned(),
        text if text.starts_with("cannot deserialize null") => {
            "expected text, found nothing".to_owned()
        }
        "expected sequence start" => "expected a list".to_owned(),
        "expected string scalar" => "expected text; quote it if it has `: ` in it".to_owned(),
        text if text.starts_with("invalid u") || text.starts_with("invalid i") => {
            "expected a whole number".to_owned()
        }
        text if text.starts_with("invalid f") => "expected a number".to_owned(),
        text if text.starts_with("invalid bool") => "expected true or false".to_owned(),
        text => text.replace(", set DuplicateKeyPolicy in Options if acceptable", ""),
    }
}

/// Limits of a document: far above what a person writes, far below what hurts.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_reader_input_bytes: Some(MAX_BYTES),
            max_events: 200_000,
            max_nodes: 100_000,
            max_aliases: 1_000,
            max_anchors: 100,
            max_depth: 32,
            max_documents: 1,
            max_total_scalar_bytes: MAX_BYTES,
        },
        with_snippet: false,
    }
}

/// The candidate nearest to a word that is not among them, if any is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(2);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `; did you mean …?` or nothing.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// How many single-character changes lie between two words (Levenshtein); words are cut at 64.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replace = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is tested")]
    struct Sample {
        name: String,
        count: u32,
    }

    #[test]
    fn a_wrong_type_is_shown_with_line_column_and_excerpt() {
        let source = Source::new("a.yaml", "name: x\ncount: many\n");
        let fault = source.read::<Sample>().unwrap_err();
        assert_eq!((fault.line, fault.column), (2, 8));
        insta::assert_snapshot!(fault, @r"
        a.yaml:2:8: expected a whole number
          |
        2 | count: many
          |        ^
        ");
    }

    #[test]
    fn an_unknown_key_is_named() {
        let fault = Source::new("a.yaml", "name: x\ncoumt: 1\n")
            .read::<Sample>()
            .unwrap_err();
        assert!(fault.message.contains("coumt"), "{fault}");
        assert_eq!(fault.line, 2);
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (from, to) in ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map(|s| s.split_at(1)) {
            text.push_str(&format!(
                "{to}: &{to} [{}]\n",
                vec![format!("*{from}"); 9].join(",")
            ));
        }
        assert!(
            Source::new("bomb.yaml", text)
                .read::<serde_json::Value>()
                .is_err()
        );
    }

    #[test]
    fn a_control_character_never_reaches_the_terminal() {
        let fault = Source::new("a.yaml", "x: \u{1b}[31m").whole("m");
        let shown = Fault {
            line: 1,
            column: 1,
            excerpt: "x: \u{1b}[31m".into(),
            ..fault
        }
        .to_string();
        assert!(!shown.contains('\u{1b}'));
    }

    #[test]
    fn only_near_words_are_offered() {
        assert_eq!(nearest("levl", ["level", "label"]), Some("level"));
        assert_eq!(nearest("completely-other", ["level"]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,400}") {
            let _ = Source::new("any", text).read::<serde_json::Value>();
        }
    }
}

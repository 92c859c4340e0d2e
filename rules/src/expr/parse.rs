//! Texts of expressions as trees.

use std::sync::LazyLock;

use cel::{
    Program,
    common::ast::{IdedExpr, SourceInfo},
    parser::PrattParser,
};

use super::{Problem, helpers};

/// Longest expression that is read, in characters.
const MAX_LENGTH: usize = 2_000;

/// The tree of an expression.
#[derive(Debug)]
pub enum Parsed {
    /// With the place of each part in the text.
    Placed(Program),
    /// Without: nothing will be wrong with it.
    Bare(IdedExpr),
}

impl Parsed {
    /// Its outermost operation.
    pub fn root(&self) -> &IdedExpr {
        match self {
            Self::Placed(program) => program.expression(),
            Self::Bare(root) => root,
        }
    }

    /// Where its parts stand in the text.
    pub fn source_info(&self) -> &SourceInfo {
        static NOWHERE: LazyLock<SourceInfo> = LazyLock::new(SourceInfo::default);
        match self {
            Self::Placed(program) => program.source_info(),
            Self::Bare(_) => &NOWHERE,
        }
    }
}

/// Parses what a person wrote.
///
/// # Errors
/// The first fault, if it is no CEL.
pub fn written(text: &str) -> Result<Parsed, Vec<Problem>> {
    if text.chars().count() > MAX_LENGTH {
        let message = format!("longer than {MAX_LENGTH} characters");
        return Err(vec![Problem { offset: 0, message }]);
    }
    let program = helpers::environment().compile(text).map_err(|errors| {
        let first = errors.errors.first();
        let offset = first.map_or(0, |error| u64::try_from(error.pos.1 - 1).unwrap_or(0));
        let words = first.map_or("", |error| error.msg.as_str());
        // What the parser says of depth is not meant for people.
        let message = match words.contains("Recursion limit") {
            true => "nested too deep".to_owned(),
            false => format!("not a CEL expression: {words}"),
        };
        vec![Problem { offset, message }]
    })?;
    Ok(Parsed::Placed(program))
}

/// Parses what was parsed before, by the library's second parser: it takes a tenth of the time, but
/// knows no functions of our own and is not promised to stay. A test wants the same trees of it for
/// every expression that the program carries.
///
/// # Errors
/// As [`written`].
pub fn prepared(text: &str) -> Result<Parsed, Vec<Problem>> {
    if helpers::has_own_macro(text) {
        return written(text);
    }
    match PrattParser::default().parse(text) {
        Ok(root) => Ok(Parsed::Bare(root)),
        Err(_) => written(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::Packs;

    /// The texts in a document.
    fn texts(document: &Value) -> Vec<&str> {
        match document {
            Value::String(text) => vec![text],
            Value::Array(items) => items.iter().flat_map(texts).collect(),
            Value::Object(fields) => fields.values().flat_map(texts).collect(),
            _ => Vec::new(),
        }
    }

    /// A tree without the numbers of its parts, which each parser gives in an order of its own.
    fn unnumbered(parsed: &Parsed) -> String {
        let tree = format!("{:?}", parsed.root());
        let mut parts = tree.split("id: ");
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            plain.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        }
        plain
    }

    #[test]
    fn both_parsers_give_the_same_tree_for_all_that_the_embedded_packs_say_in_cel() {
        let mut compared = 0;
        for source in Packs::embedded_sources() {
            let document: Value = serde_saphyr::from_str(&source.text).unwrap_or_default();
            for text in texts(&document) {
                if let Ok(written) = written(text) {
                    let prepared = prepared(text).expect("the other parser reads it");
                    assert_eq!(unnumbered(&prepared), unnumbered(&written), "{text}");
                    compared += usize::from(matches!(prepared, Parsed::Bare(_)));
                }
            }
        }
        assert!(compared > 1_000, "{compared} trees were compared");
    }

    #[test]
    fn what_has_functions_of_our_own_is_read_by_the_parser_that_knows_them() {
        let text = "days_until(host.os.end_of_servicing) < 90";
        assert!(matches!(prepared(text), Ok(Parsed::Placed(_))));
        assert!(matches!(prepared("1 < 2"), Ok(Parsed::Bare(_))));
    }
}

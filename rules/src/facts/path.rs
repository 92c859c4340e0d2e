//! The name of a fact: fields from a root, with `[]` for every element of a list.

use std::fmt;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A field of a structure.
    Field(String),
    /// Every element of a list.
    Each,
}

/// The name of a fact, such as `directory.domains[].level`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactPath {
    /// The steps, the root first.
    pub steps: Vec<Step>,
}

/// Longest path that is read, in characters; the longest real one is a fifth of it.
const MAX_LENGTH: usize = 256;

impl FactPath {
    /// Reads the text form; nothing if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let mut steps = Vec::new();
        for part in text.split('.') {
            let name = part.trim_end_matches("[]");
            let named = !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            if !named {
                return None;
            }
            steps.push(Step::Field(name.to_owned()));
            let lists = (part.len() - name.len()) / "[]".len();
            steps.extend(std::iter::repeat_n(Step::Each, lists));
        }
        Some(Self { steps })
    }

    /// The same path, one field further.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.with(Step::Field(name.to_owned()))
    }

    /// The elements of the list at this path.
    #[must_use]
    pub fn each(&self) -> Self {
        self.with(Step::Each)
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { steps }
    }

    /// The root's name; empty for the empty path.
    pub fn root(&self) -> &str {
        match self.steps.first() {
            Some(Step::Field(name)) => name,
            _ => "",
        }
    }

    /// Whether this path leads to the other or through it.
    pub fn leads_through(&self, other: &Self) -> bool {
        self.steps.starts_with(&other.steps)
    }

    /// The part of this path after the other, if it leads through it.
    pub fn after(&self, other: &Self) -> Option<&[Step]> {
        self.steps.strip_prefix(other.steps.as_slice())
    }
}

impl fmt::Display for FactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Field(name) if index == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Each => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_reads_and_prints() {
        for text in [
            "host",
            "directory.forest.level",
            "directory.domains[].level",
            "a[][].b",
        ] {
            assert_eq!(FactPath::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", ".", "a..b", "a.[]", "a b", "a.b()", "a[0]", "a.b]"] {
            assert_eq!(FactPath::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,300}") {
            if let Some(path) = FactPath::parse(&text) {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}

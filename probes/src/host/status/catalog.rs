//! The documented fields and error codes of `dsregcmd /status`, from `catalog/dsregcmd.yaml`.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

/// The catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalog {
    sections: HashMap<String, HashMap<String, Field>>,
    codes: HashMap<String, Code>,
}

/// A documented field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    /// What it says.
    pub meaning: String,
    /// Whether its value is not kept.
    #[serde(default)]
    pub private: bool,
}

/// A documented error code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    /// The vendor's name.
    pub name: String,
    /// What it means and what to do.
    pub meaning: String,
}

/// A field with its place in the documents.
pub(super) struct Documented<'a> {
    pub section: &'a str,
    pub name: &'a str,
    pub field: &'a Field,
}

impl Catalog {
    /// The catalogue that the program carries.
    pub(super) fn embedded() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
            let text = include_str!("../../../catalog/dsregcmd.yaml");
            serde_saphyr::from_str(text).expect("a test reads the embedded catalogue")
        });
        &CATALOG
    }

    /// The field of this name, that of this section first: versions of Windows print a field in
    /// different sections, and write its letters differently.
    pub(super) fn field(&self, section: &str, name: &str) -> Option<Documented<'_>> {
        let mut found: Vec<Documented<'_>> = Vec::new();
        for (own, fields) in &self.sections {
            let named = fields.iter().find(|(known, _)| alike(known, name));
            found.extend(named.map(|(known, field)| Documented {
                section: own,
                name: known,
                field,
            }));
        }
        found.sort_by_key(|one| (!alike(one.section, section), one.section));
        found.into_iter().next()
    }

    /// The section of this name.
    pub(super) fn section(&self, name: &str) -> Option<&str> {
        let mut names = self.sections.keys().map(String::as_str);
        names.find(|known| alike(known, name))
    }

    /// What is known of a code.
    pub(super) fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(code)
    }
}

/// The same but for case and blanks.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|letter| !letter.is_whitespace());
        kept.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_code_says_something() {
        let catalog = Catalog::embedded();
        let fields: Vec<&Field> = catalog
            .sections
            .values()
            .flat_map(HashMap::values)
            .collect();
        assert!(fields.len() >= 90, "{}", fields.len());
        assert!(fields.iter().all(|field| !field.meaning.is_empty()));
        assert!(catalog.codes.len() >= 50, "{}", catalog.codes.len());
        for (code, told) in &catalog.codes {
            assert!(!told.name.is_empty() && !told.meaning.is_empty(), "{code}");
            let hexadecimal = code.strip_prefix("0x");
            assert!(hexadecimal.is_none_or(|digits| digits.len() == 8), "{code}");
        }
    }

    #[test]
    fn section_decides_between_fields_of_one_name() {
        let catalog = Catalog::embedded();
        let found = |section| catalog.field(section, "onpremTGT").unwrap().section;
        assert_eq!(found("SSO State"), "SSO State");
        assert_eq!(found("Ngc Prerequisite Check"), "Ngc Prerequisite Check");
    }
}

//! One line of the withdrawn tool's table.

use std::fmt;

/// What is wrong with a value: a set, as one rule may find several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ErrorTypes(u8);

impl ErrorTypes {
    /// Not of the form of an address.
    pub const FORMAT: Self = Self(1);
    /// Missing or empty.
    pub const BLANK: Self = Self(2);
    /// Held by an earlier object too.
    pub const DUPLICATE: Self = Self(4);
    /// Holds a character that it must not hold.
    pub const CHARACTER: Self = Self(8);
    /// Ends in no known top-level domain.
    pub const TOP_LEVEL_DOMAIN: Self = Self(16);
    /// The domain is not sound.
    pub const DOMAIN_PART: Self = Self(32);
    /// The part before the `@` is not sound.
    pub const LOCAL_PART: Self = Self(64);
    /// Too long.
    pub const LENGTH: Self = Self(128);

    /// The tool's names, in the order in which it prints a set.
    const NAMES: [(Self, &'static str); 8] = [
        (Self::FORMAT, "Format"),
        (Self::BLANK, "Blank"),
        (Self::DUPLICATE, "Duplicate"),
        (Self::CHARACTER, "Character"),
        (Self::TOP_LEVEL_DOMAIN, "TopLevelDomain"),
        (Self::DOMAIN_PART, "DomainPart"),
        (Self::LOCAL_PART, "LocalPart"),
        (Self::LENGTH, "Length"),
    ];

    /// Adds what the other set holds.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn holds(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl fmt::Display for ErrorTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = Self::NAMES.iter().filter(|(error, _)| self.holds(*error));
        for (number, (_, name)) in held.enumerate() {
            let separator = if number > 0 { ", " } else { "" };
            write!(f, "{separator}{name}")?;
        }
        Ok(())
    }
}

/// What the tool proposes to do about a value. Others of its words (`None`, `Fail`, `Undo`) only
/// appear after something was changed, which nothing here does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The value may stay.
    Complete,
    /// Replace it by the proposed one.
    Edit,
    /// Remove it.
    Remove,
}

impl Action {
    /// The tool's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "Complete",
            Self::Edit => "Edit",
            Self::Remove => "Remove",
        }
    }
}

/// One rule of a chain that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it found.
    pub errors: ErrorTypes,
    /// What it proposes to do.
    pub action: Action,
    /// The value that it proposes; it may be the same as before.
    pub update: Option<String>,
}

impl Failure {
    /// A failure that proposes to take this value instead.
    pub fn edit(errors: ErrorTypes, update: impl Into<String>) -> Self {
        Self {
            errors,
            action: Action::Edit,
            update: Some(update.into()),
        }
    }
}

/// One line of the table: a value with errors. Text is as the directory holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The object's distinguished name.
    pub distinguished_name: &'a str,
    /// Its common name.
    pub common_name: &'a str,
    /// Its own class; in the line of the first holder of a duplicate that of the second one.
    pub object_class: &'a str,
    /// The attribute, spelled as the tool does.
    pub attribute: &'static str,
    /// What each failed rule found, in the order of the rules.
    pub errors: &'a [ErrorTypes],
    /// The value as it stands; none if the object has none.
    pub value: Option<&'a str>,
    /// The proposed value; none or the same as before where there is nothing to propose.
    pub update: Option<&'a str>,
    /// What the tool proposes to do.
    pub action: Action,
}

impl Row<'_> {
    /// The text of the column `ERROR`.
    pub fn error_text(&self) -> String {
        let texts: Vec<String> = self.errors.iter().map(ToString::to_string).collect();
        texts.join(", ")
    }
}

/// Where lines go, in the order in which the tool finds them.
pub trait RowSink {
    /// Why a line could not be taken.
    type Error;

    /// Takes one line.
    ///
    /// # Errors
    /// If it cannot be kept; nothing more is handed over then.
    fn take(&mut self, row: &Row<'_>) -> Result<(), Self::Error>;
}

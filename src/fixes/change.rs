//! One change of one object: what a fix file carries out and its undo takes back.

use waterline_facts::objects::{Proposal, Violation};

/// Longest value that findings hold whole, in characters; a longer one was cut, and nothing may be
/// scripted from it.
const WHOLE: usize = 300;

/// A value of an attribute put in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Distinguished name of the object.
    pub dn: String,
    /// The attribute's LDAP name.
    pub attribute: String,
    /// The value that has to be there; none where the attribute lacks it.
    pub old: Option<String>,
    /// The value to be there afterwards; none to have none.
    pub new: Option<String>,
}

/// What becomes of a violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It can be scripted.
    Scripted(Change),
    /// It cannot, for this reason.
    Left(&'static str),
}

impl Decision {
    /// What becomes of a violation: scripted only where a value is proposed and all values are
    /// known whole.
    pub fn of(violation: &Violation) -> Self {
        let Proposal::Proposed(proposed) = &violation.proposal else {
            return Self::Left("a person must decide");
        };
        let is_cut = |text: &str| text.chars().count() > WHOLE;
        if is_cut(&violation.value) {
            return Self::Left("the old value is not known whole: change it by hand");
        }
        if !is_attribute(&violation.attribute) {
            return Self::Left("the attribute's name is none: change it by hand");
        }
        Self::Scripted(Change {
            dn: violation.dn.clone(),
            attribute: violation.attribute.clone(),
            old: Some(violation.value.clone()).filter(|old| !old.is_empty()),
            new: Some(proposed.clone()),
        })
    }
}

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            old: self.new.clone(),
            new: self.old.clone(),
            ..self.clone()
        }
    }
}

/// Whether this is the name of an attribute (RFC 4512, 2.5, without options).
fn is_attribute(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

//! What is searched for: places relative to the naming contexts, filters, and named attributes.
//!
//! A query is written once and served by both fillings of the seam: a server is sent its text, an
//! export's entries are held against it.

use std::fmt;

use ldap3::ldap_escape;

use super::{
    attributes::forbidden,
    dn::{Dn, Partition},
};

/// One search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    /// Where it begins.
    pub base: Place,
    /// How far it reaches.
    pub scope: Scope,
    /// Which entries it wants.
    pub filter: Filter,
    /// The attributes it asks for.
    pub attributes: &'static [&'static str],
    /// A container that always exists and would hold the base: only where an export holds it, a
    /// base that is missing is absent.
    pub witness: Place,
}

/// A place in the directory, relative to a naming context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The part of the domain whose objects are read: all of it, unless a base was named.
    Objects,
    /// The domain that is being read.
    Domain(&'static str),
    /// The forest's configuration.
    Configuration(&'static str),
    /// The forest's schema.
    Schema(&'static str),
}

/// The naming contexts of the server or export that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contexts {
    /// The domain's distinguished name.
    pub domain: String,
    /// Where objects are read: the domain's name, or a base within it.
    pub objects: String,
    /// The configuration's distinguished name.
    pub configuration: String,
    /// The schema's distinguished name.
    pub schema: String,
}

/// How much of a domain's objects is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of them.
    Whole,
    /// Those below a base that was named.
    Base,
    /// Those that an export happens to hold.
    Part,
}

impl Contexts {
    /// How much is read: all, unless a base was named.
    pub fn extent(&self) -> Extent {
        if Dn::parse(&self.objects) == Dn::parse(&self.domain) {
            Extent::Whole
        } else {
            Extent::Base
        }
    }
}

/// How far a search reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The base alone.
    Base,
    /// What stands right below the base.
    OneLevel,
    /// The base and everything below it.
    Subtree,
}

/// Which entries a search wants. Values are the program's own, but for [`Filter::Outside`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filter {
    /// Every entry.
    Any,
    /// Entries of this class.
    Class(&'static str),
    /// Entries of this category, named as in a filter.
    Category(&'static str),
    /// An attribute has this value.
    Is(&'static str, &'static str),
    /// An attribute has this value, which came from the directory itself.
    Outside(&'static str, String),
    /// An attribute has a value that begins so.
    Begins(&'static str, &'static str),
    /// An attribute has a value.
    Present(&'static str),
    /// All these bits of a number are set.
    Bits(&'static str, u32),
    /// One of these bits of a number is set.
    AnyBit(&'static str, u32),
    /// An attribute that links objects leads to this one, over as many others as there are; for
    /// servers alone.
    Leads(&'static str, String),
    /// It does not hold.
    Not(Box<Filter>),
    /// All of them hold.
    All(Vec<Filter>),
    /// One of them holds.
    Either(Vec<Filter>),
}

impl Place {
    /// The distinguished name of the place.
    pub fn resolve(self, contexts: &Contexts) -> String {
        let (path, head) = match self {
            Self::Objects => ("", &contexts.objects),
            Self::Domain(path) => (path, &contexts.domain),
            Self::Configuration(path) => (path, &contexts.configuration),
            Self::Schema(path) => (path, &contexts.schema),
        };
        if path.is_empty() {
            head.clone()
        } else {
            format!("{path},{head}")
        }
    }
}

impl Place {
    /// The naming context of the place, and its path within that.
    pub fn locate(self) -> (Partition, &'static str) {
        match self {
            Self::Objects => (Partition::Domain, ""),
            Self::Domain(path) => (Partition::Domain, path),
            Self::Configuration(path) => (Partition::Configuration, path),
            Self::Schema(path) => (Partition::Schema, path),
        }
    }
}

impl Scope {
    /// Whether an entry so far below the base is within reach.
    pub fn reaches(self, depth: usize) -> bool {
        match self {
            Self::Base => depth == 0,
            Self::OneLevel => depth == 1,
            Self::Subtree => true,
        }
    }
}

impl Query {
    /// The first attribute that must never be asked for, in the list or in the filter.
    pub fn forbidden(&self) -> Option<&'static str> {
        let decides = self.filter.attributes();
        self.attributes
            .iter()
            .copied()
            .chain(decides)
            .find(|name| forbidden(name))
    }
}

impl Filter {
    /// The attributes that decide.
    pub fn attributes(&self) -> Vec<&'static str> {
        match self {
            Self::Any => Vec::new(),
            Self::Class(_) => vec!["objectClass"],
            Self::Category(_) => vec!["objectCategory", "objectClass"],
            Self::Is(name, _)
            | Self::Outside(name, _)
            | Self::Leads(name, _)
            | Self::Begins(name, _)
            | Self::Present(name)
            | Self::Bits(name, _)
            | Self::AnyBit(name, _) => vec![*name],
            Self::Not(filter) => filter.attributes(),
            Self::All(filters) | Self::Either(filters) => {
                filters.iter().flat_map(Self::attributes).collect()
            }
        }
    }
}

/// Whether a text begins with another, without regard to the case of ASCII letters.
pub(super) fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

impl fmt::Display for Filter {
    /// The filter's text (RFC 4515).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("(objectClass=*)"),
            Self::Class(class) => write!(f, "(objectClass={})", ldap_escape(*class)),
            Self::Category(category) => write!(f, "(objectCategory={})", ldap_escape(*category)),
            Self::Is(attribute, value) => write!(f, "({attribute}={})", ldap_escape(*value)),
            Self::Outside(attribute, value) => {
                write!(f, "({attribute}={})", ldap_escape(value.as_str()))
            }
            // The matching rule that follows links (MS-ADTS 3.1.1.3.4.4.3).
            Self::Leads(attribute, dn) => write!(
                f,
                "({attribute}:1.2.840.113556.1.4.1941:={})",
                ldap_escape(dn.as_str())
            ),
            Self::Begins(attribute, start) => write!(f, "({attribute}={}*)", ldap_escape(*start)),
            Self::Present(attribute) => write!(f, "({attribute}=*)"),
            // The matching rules for bits that are set: all of them (MS-ADTS 3.1.1.3.4.4.1) …
            Self::Bits(attribute, bits) => {
                write!(f, "({attribute}:1.2.840.113556.1.4.803:={bits})")
            }
            // … or any of them (3.1.1.3.4.4.2).
            Self::AnyBit(attribute, bits) => {
                write!(f, "({attribute}:1.2.840.113556.1.4.804:={bits})")
            }
            Self::Not(filter) => write!(f, "(!{filter})"),
            Self::All(filters) => group(f, '&', filters),
            Self::Either(filters) => group(f, '|', filters),
        }
    }
}

fn group(f: &mut fmt::Formatter<'_>, operator: char, filters: &[Filter]) -> fmt::Result {
    write!(f, "({operator}")?;
    filters
        .iter()
        .try_for_each(|filter| write!(f, "{filter}"))?;
    f.write_str(")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_text_is_escaped_and_nested() {
        let filter = Filter::All(vec![
            Filter::Class("crossRef"),
            Filter::Either(vec![
                Filter::Bits("systemFlags", 3),
                Filter::Begins("sAMAccountName", "a*b("),
            ]),
            Filter::Leads("member", "CN=a(".to_owned()),
        ]);
        let expected = "(&(objectClass=crossRef)(|(systemFlags:1.2.840.113556.1.4.803:=3)\
                        (sAMAccountName=a\\2ab\\28*))\
                        (member:1.2.840.113556.1.4.1941:=CN=a\\28))";
        assert_eq!(filter.to_string(), expected);
        assert!(ldap3::parse_filter(filter.to_string()).is_ok());
    }

    #[test]
    fn forbidden_attribute_is_found_in_list_and_filter() {
        let query = |attributes, filter| Query {
            base: Place::Domain(""),
            scope: Scope::Subtree,
            filter,
            attributes,
            witness: Place::Domain(""),
        };
        assert_eq!(query(&["cn"], Filter::Any).forbidden(), None);
        assert_eq!(query(&["cn", "*"], Filter::Any).forbidden(), Some("*"));
        let filter = Filter::All(vec![Filter::Begins("unicodePwd", "x")]);
        assert_eq!(query(&["cn"], filter).forbidden(), Some("unicodePwd"));
    }
}

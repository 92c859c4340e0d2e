//! The rules of one attribute, run one after the other over a value.
//!
//! What a rule proposes is what the next one sees, and the last rule that fails decides what is
//! proposed in the end. Whether a value is a duplicate depends on the objects before this one, and
//! does not change the value: a chain only asks for it, so that chains of many objects can run at
//! once, and the answer is put in where it was asked for.

use std::borrow::Cow;

use waterline_facts::DirectoryObject;

use super::{
    holders::{self, Key},
    patterns::Pattern,
    rfc2822,
    row::{Action, ErrorTypes, Failure},
    text,
    top_level_domains::TopLevelDomains,
};

/// One rule of a chain.
pub enum Rule {
    /// At most so many UTF-16 code units; cut to that.
    Length(usize),
    /// Nothing that matches; all matches are removed, and what would be empty is the common name.
    Character(&'static Pattern),
    /// No second colon after the one of the prefix; further ones are removed. A value that begins
    /// with a colon has no prefix and is not looked at.
    SecondColon,
    /// An address by RFC 2822, as the tool reads it.
    Address,
    /// Neither missing nor empty.
    Blank(Blank),
    /// Held by no earlier object.
    Unique(Unique),
}

/// Who must have a value, and what is proposed where there is none.
pub struct Blank {
    /// Whether an object must have one.
    pub concerns: fn(&DirectoryObject) -> bool,
    /// The proposed value; none if the tool has no proposal either.
    pub fill: fn(&DirectoryObject) -> Option<String>,
}

/// Whose values must differ, and what is proposed to those that come later.
pub struct Unique {
    /// Whether an object takes part.
    pub concerns: fn(&DirectoryObject) -> bool,
    /// What is proposed to a later holder of this value, if no rule before changed it.
    pub action: fn(&DirectoryObject, &str) -> Action,
}

/// The rules of one attribute.
pub struct Chain {
    /// The attribute, spelled as the tool does.
    pub attribute: &'static str,
    /// Its values.
    pub values: fn(&DirectoryObject) -> &[String],
    /// The rules for a value, none standing for an attribute that is not there.
    pub rules: fn(&DirectoryObject, Option<&str>) -> &'static [Rule],
}

/// A value that went through its chain.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The attribute, spelled as the tool does.
    pub attribute: &'static str,
    /// The value as it stands; none if there is none.
    pub value: Option<&'a str>,
    /// The rules that failed, in order.
    pub failures: Vec<Failure>,
    /// Whether it is a duplicate is still to be found out.
    pub question: Option<Question<'a>>,
}

/// Whether an earlier object holds a value.
#[derive(Debug)]
pub struct Question<'a> {
    /// The value in the form in which it is compared.
    pub key: Key,
    /// How many rules had failed before.
    pub after: usize,
    /// The value as the rules before had left it.
    pub value: Cow<'a, str>,
    /// What is proposed if it is.
    pub action: Action,
}

impl Chain {
    /// What the chain finds in an object: an entry for each value with failures or a question.
    pub fn judge<'a>(
        &self,
        object: &'a DirectoryObject,
        domains: &TopLevelDomains,
    ) -> Vec<Judged<'a>> {
        let values = (self.values)(object);
        let judged = match values.first() {
            None => vec![self.judge_missing(object)],
            Some(first) => values
                .iter()
                .map(|value| self.judge_value(object, value, first, domains))
                .collect(),
        };
        let tells = |judged: &Judged| !judged.failures.is_empty() || judged.question.is_some();
        judged.into_iter().filter(tells).collect()
    }

    /// Only a rule against blanks looks at an attribute that is not there, and only the first one.
    fn judge_missing<'a>(&self, object: &DirectoryObject) -> Judged<'a> {
        let mut rules = (self.rules)(object, None).iter();
        let blank = rules.find_map(|rule| match rule {
            Rule::Blank(blank) => Some(blank),
            _ => None,
        });
        Judged {
            attribute: self.attribute,
            value: None,
            failures: blank
                .and_then(|blank| blank.failure(object, ""))
                .into_iter()
                .collect(),
            question: None,
        }
    }

    fn judge_value<'a>(
        &self,
        object: &'a DirectoryObject,
        value: &'a str,
        first: &str,
        domains: &TopLevelDomains,
    ) -> Judged<'a> {
        let mut current = Cow::Borrowed(value);
        let mut judged = Judged {
            attribute: self.attribute,
            value: Some(value),
            failures: Vec::new(),
            question: None,
        };
        for rule in (self.rules)(object, Some(value)) {
            if let Rule::Unique(unique) = rule {
                judged.question = (unique.concerns)(object).then(|| Question {
                    key: holders::key(self.attribute, &current),
                    after: judged.failures.len(),
                    action: unique.action(object, &current, first),
                    value: current.clone(),
                });
            } else if let Some(failure) = rule.failure(object, &current, domains) {
                current = Cow::Owned(failure.update.clone().unwrap_or_default());
                judged.failures.push(failure);
            }
        }
        judged
    }
}

impl Rule {
    fn failure(
        &self,
        object: &DirectoryObject,
        value: &str,
        domains: &TopLevelDomains,
    ) -> Option<Failure> {
        match self {
            Self::Length(most) => text::is_longer(value, *most)
                .then(|| Failure::edit(ErrorTypes::LENGTH, text::cut(value, *most))),
            Self::Character(pattern) => without(pattern, value, object),
            Self::SecondColon => without_second_colon(value),
            Self::Address => rfc2822::test(value, domains),
            Self::Blank(blank) => blank.failure(object, value),
            Self::Unique(_) => None,
        }
    }
}

impl Blank {
    fn failure(&self, object: &DirectoryObject, value: &str) -> Option<Failure> {
        (value.is_empty() && (self.concerns)(object)).then(|| Failure {
            errors: ErrorTypes::BLANK,
            action: Action::Edit,
            update: (self.fill)(object),
        })
    }
}

impl Unique {
    /// The tool compares with the *first* value of the attribute to see whether a rule before
    /// changed the value; so all but the first of several proxy addresses pass for changed.
    fn action(&self, object: &DirectoryObject, value: &str, first: &str) -> Action {
        if value == first {
            (self.action)(object, value)
        } else {
            Action::Edit
        }
    }
}

fn without(pattern: &Pattern, value: &str, object: &DirectoryObject) -> Option<Failure> {
    if !pattern.is_match(value) {
        return None;
    }
    let left = pattern.replace_all(value, "");
    let update = if left.is_empty() {
        common_name(object)
    } else {
        &*left
    };
    Some(Failure::edit(ErrorTypes::CHARACTER, update))
}

fn without_second_colon(value: &str) -> Option<Failure> {
    let (prefix, rest) = value.split_once(':')?;
    (!prefix.is_empty() && rest.contains(':')).then(|| {
        let rest = rest.replace(':', "");
        Failure::edit(ErrorTypes::CHARACTER, format!("{prefix}:{rest}"))
    })
}

/// The common name; empty if an export left it out, with which the tool could not begin at all.
pub fn common_name(object: &DirectoryObject) -> &str {
    object.common_name.as_deref().unwrap_or_default()
}

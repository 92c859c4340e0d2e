//! People of many languages: their names as written and in ASCII, and where they work.
//!
//! The list is `names.txt`. The n-th person of a language has a name of its own: when all pairs of
//! names are used up, a number is added, as administrators do.

use std::sync::LazyLock;

const LIST: &str = include_str!("names.txt");

/// A name as written, and in ASCII.
pub(super) type Name = (&'static str, &'static str);

/// A language: its names, and the place where they are at home.
#[derive(Debug)]
pub(super) struct Language {
    /// The country.
    pub country: &'static str,
    /// The city.
    pub city: &'static str,
    /// The domain of mail addresses and user principal names.
    pub domain: &'static str,
    given: Vec<Name>,
    surnames: Vec<Name>,
}

/// All languages.
pub(super) static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let places = LIST.split("\nplace ").skip(1);
    places
        .map(|block| language(block).expect("a test reads the list"))
        .collect()
});

fn language(block: &'static str) -> Option<Language> {
    let mut lines = block.lines();
    let mut place = lines.next()?.split('|');
    let (country, city, domain) = (place.next()?, place.next()?, place.next()?);
    let names = |line: Option<&'static str>, head| {
        let names = line?.strip_prefix(head)?.split_whitespace();
        names
            .map(|name| name.split_once('='))
            .collect::<Option<Vec<_>>>()
    };
    let given = names(lines.next(), "given ")?;
    let surnames = names(lines.next(), "surnames ")?;
    Some(Language {
        country,
        city,
        domain,
        given,
        surnames,
    })
}

/// A person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Given name.
    pub given: Name,
    /// Surname.
    pub surname: Name,
    /// Which of those with the same name, from 1.
    pub namesake: u64,
}

impl Language {
    /// The n-th person; all are different.
    pub fn person(&self, number: u64) -> Person {
        let (given, surnames) = (self.given.len() as u64, self.surnames.len() as u64);
        let pair = number % (given * surnames);
        let choose = |names: &[Name], at: u64| names[usize::try_from(at).expect("an index")];
        Person {
            given: choose(&self.given, pair % given),
            // Shifted, so that neighbours differ in both names.
            surname: choose(&self.surnames, (pair / given + pair) % surnames),
            namesake: number / (given * surnames) + 1,
        }
    }
}

impl Person {
    /// What stands before the @ of an address: both names in ASCII, and a number for namesakes.
    pub fn local(&self) -> String {
        let number = self.number();
        format!("{}.{}{number}", self.given.1, self.surname.1)
    }

    /// The number that tells namesakes apart; nothing for the first.
    pub fn number(&self) -> String {
        match self.namesake {
            1 => String::new(),
            number => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_people_have_the_same_address() {
        let mut seen = HashSet::new();
        for language in LANGUAGES.iter() {
            for number in 0..250 {
                let local = language.person(number).local();
                assert!(seen.insert(local.clone()), "{local} in {}", language.city);
            }
        }
    }

    #[test]
    fn ascii_forms_are_plain_and_short() {
        assert_eq!(LANGUAGES.len(), LIST.matches("\nplace ").count());
        for language in LANGUAGES.iter() {
            assert!(language.given.len() >= 10 && language.surnames.len() >= 10);
            for (written, ascii) in language.given.iter().chain(&language.surnames) {
                assert!(!written.is_empty());
                let plain = ascii.bytes().all(|byte| byte.is_ascii_lowercase());
                assert!(
                    plain && !ascii.is_empty() && ascii.len() <= 16,
                    "{written}={ascii}"
                );
            }
        }
    }
}

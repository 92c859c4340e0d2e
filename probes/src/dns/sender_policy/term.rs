//! The terms of a sender policy (RFC 7208 sections 4.6 and 12).

/// One term: a mechanism or a modifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub word: Word,
    /// The domain that it names; none where it means the policy's own.
    pub domain: Option<String>,
}

/// What a term does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    All,
    Include,
    A,
    Mx,
    Ptr,
    Exists,
    Redirect,
    /// An address, an explanation, or a modifier that nobody has defined: it costs nothing.
    Other,
}

impl Word {
    /// Whether evaluating it takes a look-up that counts (section 4.6.4).
    pub(super) fn looks_up(self) -> bool {
        !matches!(self, Self::All | Self::Other)
    }
}

impl Term {
    /// The term that this word is; none if the grammar has no such term.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, _) = text.split_once('=').unwrap_or((text, ""));
        if text.contains('=') && is_name(name) {
            return modifier(text);
        }
        let body = text.strip_prefix(['+', '-', '~', '?']).unwrap_or(text);
        let end = body.find([':', '/']).unwrap_or(body.len());
        let (name, rest) = body.split_at(end);
        let domain = rest.strip_prefix(':').map(|rest| {
            let end = rest.find('/').unwrap_or(rest.len());
            rest[..end].to_owned()
        });
        let word = match name.to_ascii_lowercase().as_str() {
            "all" if rest.is_empty() => Word::All,
            "include" => Word::Include,
            "a" => Word::A,
            "mx" => Word::Mx,
            "ptr" => Word::Ptr,
            "exists" => Word::Exists,
            "ip4" | "ip6" if rest.len() > 1 => return Some(other()),
            _ => return None,
        };
        let must_name = matches!(word, Word::Include | Word::Exists);
        let named = domain.as_ref().map(|domain| !domain.is_empty());
        (named.unwrap_or(!must_name)).then_some(Self { word, domain })
    }
}

fn modifier(text: &str) -> Option<Term> {
    let (name, value) = text.split_once('=')?;
    if !name.eq_ignore_ascii_case("redirect") {
        return Some(other());
    }
    (!value.is_empty()).then(|| Term {
        word: Word::Redirect,
        domain: Some(value.to_owned()),
    })
}

fn other() -> Term {
    Term {
        word: Word::Other,
        domain: None,
    }
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

/// Whether a text record is a policy (section 4.5).
pub(super) fn is_policy(text: &str) -> bool {
    let version = text.split(' ').next().unwrap_or_default();
    version.eq_ignore_ascii_case("v=spf1")
}

/// What a policy says of all senders that no other term fits: the sign before `all`.
pub(super) fn otherwise(text: &str) -> Option<char> {
    let mut words = text.split_ascii_whitespace().skip(1);
    words.find_map(|word| {
        let (sign, name) = match word.chars().next() {
            Some(sign @ ('+' | '-' | '~' | '?')) => (sign, &word[1..]),
            _ => ('+', word),
        };
        name.eq_ignore_ascii_case("all").then_some(sign)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_by_the_grammar() {
        let term = |word, domain: Option<&str>| {
            Some(Term {
                word,
                domain: domain.map(str::to_owned),
            })
        };
        let cases = [
            ("-all", term(Word::All, None)),
            ("ALL", term(Word::All, None)),
            ("include:a.example", term(Word::Include, Some("a.example"))),
            ("?include:a.example", term(Word::Include, Some("a.example"))),
            ("a", term(Word::A, None)),
            ("a/24", term(Word::A, None)),
            ("a:b.example/24//64", term(Word::A, Some("b.example"))),
            ("mx:b.example", term(Word::Mx, Some("b.example"))),
            ("ptr", term(Word::Ptr, None)),
            (
                "exists:%{i}.x.example",
                term(Word::Exists, Some("%{i}.x.example")),
            ),
            (
                "redirect=c.example",
                term(Word::Redirect, Some("c.example")),
            ),
            ("ip4:192.0.2.0/24", term(Word::Other, None)),
            ("ip6:2001:db8::/32", term(Word::Other, None)),
            ("exp=e.example", term(Word::Other, None)),
            ("include", None),
            ("include:", None),
            ("redirect=", None),
            ("ipv4:192.0.2.0", None),
            ("inclde:a.example", None),
            ("all:x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Term::read(text), expected, "{text}");
        }
    }

    #[test]
    fn policies_are_known_by_their_first_word() {
        assert!(is_policy("v=spf1 -all"));
        assert!(is_policy("V=SPF1"));
        assert!(!is_policy("v=spf10 -all"));
        assert!(!is_policy("spf2.0/pra -all"));
        assert_eq!(otherwise("v=spf1 a ~all"), Some('~'));
        assert_eq!(otherwise("v=spf1 all"), Some('+'));
        assert_eq!(otherwise("v=spf1 a"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_word_is_read_without_panic(word: String) {
            Term::read(&word);
            otherwise(&word);
        }
    }
}

//! What no probe can see, as questions to the organisation, and the answers of its profile.
//!
//! Packs declare each question once, in a file `attestations.yaml` of any folder; rules read the
//! answer as `profile.attested.<id>`. An answer that is not given is not learned, so that a rule
//! which reads it is not assessed, and the plan asks its owner to confirm it.

use std::{collections::BTreeMap, fmt, sync::Arc};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    facts::{Kind, Node, Schema},
    source::{Spanned, did_you_mean},
};

/// A question to the organisation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Its id, in lower case with `_`, as rules read it.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What is asked, in one sentence that ends with a question mark.
    pub question: String,
    /// The role that knows the answer, such as `intune-admin`; the task to confirm it is theirs.
    pub owner: String,
    /// What an answer is.
    pub kind: AnswerKind,
    /// The answers to choose from; only with `kind: choice`.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The targets for which it matters, by id.
    #[schemars(with = "Vec<String>")]
    pub targets: Vec<Spanned<String>>,
    /// Where to look for the answer; empty if whoever owns it knows.
    #[serde(default)]
    pub help: String,
    /// CEL: the answer that the facts suggest, for `waterline init` to offer; never taken unasked.
    /// Only for `yes-no`, `choice` and `number`.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub default: Option<Spanned<String>>,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// True or false.
    YesNo,
    /// One of a few words.
    Choice,
    /// A day.
    Date,
    /// A whole number.
    Number,
    /// A list of words.
    List,
}

/// An answer of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected an answer: true or false, a whole number, a word, a date or a list of words"
)]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Number(i64),
    /// A word, or a day such as 2026-01-31.
    Word(String),
    /// A list of words.
    List(Vec<String>),
}

/// Every question that packs ask, by id.
#[derive(Debug, Clone, Default)]
pub struct Attestations(BTreeMap<String, Attestation>);

impl Attestations {
    /// The questions by id; of two with one id the first.
    pub fn new(all: impl IntoIterator<Item = Attestation>) -> Self {
        let mut questions = BTreeMap::new();
        for one in all {
            questions.entry(one.id.value.clone()).or_insert(one);
        }
        Self(questions)
    }

    /// The question with this id.
    pub fn get(&self, id: &str) -> Option<&Attestation> {
        self.0.get(id)
    }

    /// The questions, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Attestation> {
        self.0.values()
    }

    /// Why an answer does not fit its question; nothing if it does, or if nobody asks it.
    pub fn misfit(&self, id: &str, answer: &Answer) -> Option<String> {
        let question = self.get(id)?;
        (!question.takes(answer)).then(|| {
            let wanted = question.wanted();
            format!("the answer to `{id}` is {wanted}, not {answer}")
        })
    }

    /// `; did you mean …?` for a question that nobody asks, or nothing.
    pub fn near(&self, id: &str) -> String {
        did_you_mean(id, self.0.keys().map(String::as_str))
    }

    /// The type of the profile in expressions: its answers are fields, each with its own type.
    pub(crate) fn profile(&self) -> Node {
        let answer = |(id, question): (&String, &Attestation)| (id.clone(), question.node());
        let answers: BTreeMap<String, Node> = self.0.iter().map(answer).collect();
        let mut fields = match &Schema::current().roots()["profile"].kind {
            Kind::Struct(fields) => BTreeMap::clone(fields),
            _ => BTreeMap::new(),
        };
        fields.insert("attested".to_owned(), told(Kind::Struct(Arc::new(answers))));
        told(Kind::Struct(Arc::new(fields)))
    }
}

impl Attestation {
    /// Whether this can be an answer.
    pub fn takes(&self, answer: &Answer) -> bool {
        match (self.kind, answer) {
            (AnswerKind::YesNo, Answer::YesNo(_))
            | (AnswerKind::Number, Answer::Number(_))
            | (AnswerKind::List, Answer::List(_)) => true,
            (AnswerKind::Choice, Answer::Word(word)) => self.choices.contains(word),
            (AnswerKind::Date, Answer::Word(word)) => day(word).is_some(),
            _ => false,
        }
    }

    /// What an answer is, in words.
    pub fn wanted(&self) -> String {
        match self.kind {
            AnswerKind::YesNo => "true or false".to_owned(),
            AnswerKind::Choice => format!("one of {}", self.choices.join(", ")),
            AnswerKind::Date => "a date such as 2026-01-31".to_owned(),
            AnswerKind::Number => "a whole number".to_owned(),
            AnswerKind::List => "a list of words".to_owned(),
        }
    }

    /// Its type in expressions; not learned until it is answered.
    fn node(&self) -> Node {
        let kind = match self.kind {
            AnswerKind::YesNo => Kind::Bool,
            AnswerKind::Choice => Kind::Word(Arc::new(self.choices.clone())),
            AnswerKind::Date => Kind::Date,
            AnswerKind::Number => Kind::Int,
            AnswerKind::List => Kind::List(Arc::new(told(Kind::Text))),
        };
        Node { kind, seen: true }
    }

    /// What is wrong with the question by itself, in words.
    pub(crate) fn faults(&self) -> Vec<String> {
        let id = &self.id.value;
        let word = |text: &str| {
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(good)
        };
        let chooses = self.kind == AnswerKind::Choice;
        let defaults = !matches!(self.kind, AnswerKind::Date | AnswerKind::List);
        let checks = [
            (
                !word(id),
                format!("`{id}` is no id such as mdm_user_scope_set"),
            ),
            (
                !self.question.trim().ends_with('?'),
                "`question` does not end with a question mark".to_owned(),
            ),
            (
                self.owner.trim().is_empty(),
                "`owner` is empty: who knows the answer?".to_owned(),
            ),
            (
                self.targets.is_empty(),
                "`targets` is empty: for what does it matter?".to_owned(),
            ),
            (
                chooses == (self.choices.len() < 2),
                "`choices` has two or more words with `kind: choice`, and none otherwise"
                    .to_owned(),
            ),
            (
                self.choices.iter().any(|choice| day(choice).is_some()),
                "a choice looks like a date: use `kind: date`, or a word".to_owned(),
            ),
            (
                self.default.is_some() && !defaults,
                "`default` is for the kinds yes-no, choice and number".to_owned(),
            ),
        ];
        let wrong = checks.into_iter().filter(|(wrong, _)| *wrong);
        wrong.map(|(_, message)| message).collect()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YesNo(answer) => write!(f, "{answer}"),
            Self::Number(answer) => write!(f, "{answer}"),
            Self::Word(answer) => write!(f, "`{answer}`"),
            Self::List(answer) => write!(f, "the list [{}]", answer.join(", ")),
        }
    }
}

impl From<bool> for Answer {
    fn from(answer: bool) -> Self {
        Self::YesNo(answer)
    }
}

/// A value that is always there.
fn told(kind: Kind) -> Node {
    Node { kind, seen: false }
}

/// A day, if the text is one in the form YYYY-MM-DD.
fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

/// The type of an answer, by its form alone: what the profile says was held against the question
/// before.
pub(crate) fn form(answer: &Json) -> Option<&'static Node> {
    static YES_NO: Node = told_static(Kind::Bool);
    static NUMBER: Node = told_static(Kind::Int);
    static DATE: Node = told_static(Kind::Date);
    static WORD: Node = told_static(Kind::Text);
    static LIST: std::sync::LazyLock<Node> =
        std::sync::LazyLock::new(|| told(Kind::List(Arc::new(told(Kind::Text)))));
    match answer {
        Json::Bool(_) => Some(&YES_NO),
        Json::Number(number) if number.is_i64() => Some(&NUMBER),
        Json::String(text) if day(text).is_some() => Some(&DATE),
        Json::String(_) => Some(&WORD),
        Json::Array(_) => Some(&LIST),
        _ => None,
    }
}

const fn told_static(kind: Kind) -> Node {
    Node { kind, seen: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn questions(text: &str) -> Attestations {
        let all: Vec<Attestation> = Source::new("attestations.yaml", text).read().unwrap();
        Attestations::new(all)
    }

    const ALL: &str = "
- {id: mdm_scope, question: Is it set?, owner: o, kind: yes-no, targets: [intune]}
- {id: sign_in, question: Which?, owner: o, kind: choice, choices: [hash, federation], targets: [core]}
- {id: expires, question: When?, owner: o, kind: date, targets: [intune]}
- {id: seats, question: How many?, owner: o, kind: number, targets: [core]}
- {id: platforms, question: Which?, owner: o, kind: list, targets: [intune]}
";

    #[test]
    fn an_answer_fits_only_the_kind_that_is_asked() {
        let questions = questions(ALL);
        let answers = [
            ("mdm_scope", "true"),
            ("sign_in", "hash"),
            ("expires", "2027-03-01"),
            ("seats", "500"),
            ("platforms", "[ios, android]"),
        ];
        for (id, _) in answers {
            for (other, text) in answers {
                let answer: Answer = Source::new("a", text).read().unwrap();
                let fits = questions.misfit(id, &answer).is_none();
                assert_eq!(fits, id == other, "{id}: {text}");
            }
        }
        let word = Answer::Word("smoke".to_owned());
        insta::assert_snapshot!(
            questions.misfit("sign_in", &word).unwrap(),
            @"the answer to `sign_in` is one of hash, federation, not `smoke`"
        );
    }

    #[test]
    fn what_is_no_answer_is_refused_in_words() {
        for text in ["2.5", "{a: 1}", "[1, 2]", "~"] {
            let fault = Source::new("a", text).read::<Answer>().unwrap_err();
            assert!(fault.message.contains("expected an answer"), "{fault}");
        }
    }

    #[test]
    fn a_question_that_cannot_be_asked_says_why() {
        let faults = |text: &str| {
            let one: Attestation = Source::new("a", text).read().unwrap();
            one.faults().join("; ")
        };
        for (text, part) in [
            (
                "{id: Scope, question: a?, owner: o, kind: date, targets: [a]}",
                "no id",
            ),
            (
                "{id: a, question: a, owner: o, kind: date, targets: [a]}",
                "question mark",
            ),
            (
                "{id: a, question: a?, owner: ' ', kind: date, targets: [a]}",
                "owner",
            ),
            (
                "{id: a, question: a?, owner: o, kind: date, targets: []}",
                "targets",
            ),
            (
                "{id: a, question: a?, owner: o, kind: choice, targets: [a]}",
                "choices",
            ),
            (
                "{id: a, question: a?, owner: o, kind: date, choices: [a, b], targets: [a]}",
                "choices",
            ),
            (
                "{id: a, question: a?, owner: o, kind: list, targets: [a], default: 'true'}",
                "default",
            ),
            (
                "{id: a, question: a?, owner: o, kind: choice, choices: [a, '2026-01-01'], targets: [a]}",
                "looks like a date",
            ),
        ] {
            assert!(faults(text).contains(part), "{text}: {}", faults(text));
        }
        let sound = questions(ALL);
        assert!(sound.iter().all(|one| one.faults().is_empty()));
    }
}

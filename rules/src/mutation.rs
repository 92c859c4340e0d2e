//! Whether the examples of a rule would notice if a threshold were another one.
//!
//! Each parameter of a rule, and each whole number that its expressions compare with, is made a
//! little different; if no example then has another verdict or other findings, nothing holds the
//! threshold where it is. The rule is sound all the same, but whoever changes it will not be told.

use std::fmt;

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::{
    Packs, Profile,
    bounds::plain,
    cases::outcome,
    compile::{Asked, Compiled, CompiledCase, compile},
    expr::Programs,
    rule::Rule,
    source::Source,
};

/// A changed threshold that no example noticed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Survivor {
    /// The rule.
    pub rule: String,
    /// The threshold: a parameter's name, or the name of an expression.
    pub threshold: String,
    /// What it is.
    pub own: String,
    /// What it was changed into.
    pub changed: String,
}

/// How the examples took changed thresholds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MutationResults {
    /// How many changes were tried.
    pub tried: usize,
    /// Those that no example noticed, by rule.
    pub survivors: Vec<Survivor>,
}

impl Packs {
    /// Changes each threshold of these rules, by id, in turn, and runs the rule's examples.
    pub fn test_thresholds(&self, is_tested: impl Fn(&str) -> bool) -> MutationResults {
        let mut results = MutationResults::default();
        let tested = |rule: &&Compiled| is_tested(&rule.rule.id.value);
        for rule in self.compiled().iter().filter(tested) {
            parameters(rule, &mut results);
            self.literals(rule, &mut results);
        }
        results.survivors.sort();
        results.survivors.dedup();
        results
    }

    /// Changes the whole numbers with which the expressions of a rule compare.
    fn literals(&self, compiled: &Compiled, results: &mut MutationResults) {
        for (name, field) in EXPRESSIONS {
            let mut rule = compiled.rule.clone();
            let Some(text) = field(&mut rule).map(|text| text.clone()) else {
                continue;
            };
            for (start, end) in compared_numbers(&text) {
                let own = &text[start..end];
                for changed in near(&json!(own.parse::<i64>().unwrap_or(0))) {
                    let changed = plain(&changed);
                    let mutant = format!("{}{changed}{}", &text[..start], &text[end..]);
                    if let Some(field) = field(&mut rule) {
                        *field = mutant;
                    }
                    let noticed = self.notices(compiled, rule.clone());
                    results.tally(compiled, (name, own), changed, noticed);
                }
            }
        }
    }

    /// Whether an example tells a changed rule from the rule. One that cannot be read is noticed.
    fn notices(&self, compiled: &Compiled, mutant: Rule) -> bool {
        let source = Source::new(format!("{}.yaml", mutant.id.value), String::new());
        let asked = Asked {
            questions: self.questions(),
            profile: &self.questions().profile(),
            programs: &Programs::written(),
        };
        let Ok(mutant) = compile(&source, mutant, &asked) else {
            return true;
        };
        let differs = |case: &CompiledCase| {
            outcome(&mutant, case, &case.profile) != outcome(compiled, case, &case.profile)
        };
        compiled.cases.iter().any(differs)
    }
}

type Field = fn(&mut Rule) -> Option<&mut String>;

/// The expressions whose numbers are thresholds.
const EXPRESSIONS: [(&str, Field); 3] = [
    ("pass", |rule| Some(&mut rule.pass.value)),
    ("applies", |rule| {
        rule.applies.as_mut().map(|text| &mut text.value)
    }),
    ("where", |rule| {
        let concerned = rule.each.as_mut()?.concerned.as_mut();
        concerned.map(|text| &mut text.value)
    }),
];

/// Changes the parameters of a rule.
fn parameters(rule: &Compiled, results: &mut MutationResults) {
    for (name, own) in &rule.rule.params {
        for changed in near(&own.value) {
            let id = rule.rule.id.value.clone();
            let differs = |case: &CompiledCase| {
                let mut profile: Profile = case.profile.clone();
                let own = profile.parameters.entry(id.clone()).or_default();
                // An example that sets the parameter itself says nothing about the rule's.
                if own.contains_key(name) {
                    return false;
                }
                own.insert(name.clone(), changed.clone());
                outcome(rule, case, &profile) != outcome(rule, case, &case.profile)
            };
            let noticed = rule.cases.iter().any(differs);
            results.tally(rule, (name, &plain(&own.value)), plain(&changed), noticed);
        }
    }
}

impl MutationResults {
    fn tally(&mut self, rule: &Compiled, own: (&str, &str), changed: String, noticed: bool) {
        self.tried += 1;
        if !noticed {
            self.survivors.push(Survivor {
                rule: rule.rule.id.value.clone(),
                threshold: own.0.to_owned(),
                own: own.1.to_owned(),
                changed,
            });
        }
    }
}

/// The nearest other values: one less and one more of a number, another text, a list of numbers
/// without one of them, and no list of texts, which is a set of names and no threshold.
fn near(value: &Json) -> Vec<Json> {
    if let Some(number) = value.as_i64() {
        let near = [number.checked_sub(1), number.checked_add(1)];
        return near.into_iter().flatten().map(|near| json!(near)).collect();
    }
    match value {
        Json::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            vec![json!(number - 1.0), json!(number + 1.0)]
        }
        Json::Bool(truth) => vec![json!(!truth)],
        Json::String(text) => beside(text),
        Json::Array(values) if !values.iter().all(Json::is_number) => vec![json!([])],
        Json::Array(values) => (0..values.len())
            .map(|index| {
                let mut rest = values.clone();
                rest.remove(index);
                json!(rest)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Texts beside one: the versions before and after, or the text with a letter more.
fn beside(text: &str) -> Vec<Json> {
    let (head, last) = match text.rsplit_once('.') {
        Some((head, last)) => (format!("{head}."), last),
        None => (String::new(), text),
    };
    match last.parse::<u32>() {
        Ok(number) => [number.checked_sub(1), number.checked_add(1)]
            .into_iter()
            .flatten()
            .map(|near| json!(format!("{head}{near}")))
            .collect(),
        Err(_) => vec![json!(format!("{text}x"))],
    }
}

/// Where the whole numbers stand that come after `<`, `<=`, `>` or `>=`.
fn compared_numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = text[rest..].find(['<', '>']) {
        rest += at + 1;
        let after = &text[rest..];
        let number = after.trim_start_matches('=').trim_start();
        let start = rest + after.len() - number.len();
        let length = number
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(number.len());
        let fraction = number[length..].starts_with('.');
        if length > 0 && !fraction {
            found.push((start, start + length));
        }
    }
    found
}

impl fmt::Display for Survivor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            threshold,
            own,
            changed,
        } = self;
        write!(
            f,
            "{rule}, {threshold}: no case notices if {own} becomes {changed}; add one at the limit"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_other_values_are_on_both_sides() {
        assert_eq!(near(&json!(5)), [json!(4), json!(6)]);
        assert_eq!(near(&json!(0.5)), [json!(-0.5), json!(1.5)]);
        assert_eq!(near(&json!("24.04")), [json!("24.3"), json!("24.5")]);
        assert_eq!(near(&json!("O=DigiCert")), [json!("O=DigiCertx")]);
        assert_eq!(near(&json!([1, 2])), [json!([2]), json!([1])]);
        assert_eq!(near(&json!(["a", "b"])), [json!([])]);
    }

    #[test]
    fn only_numbers_that_are_compared_with_are_thresholds() {
        let text = "a >= 10 && b<2 || c == 7 || d > 1.5 || 'x > 3' != e";
        let found: Vec<&str> = compared_numbers(text)
            .into_iter()
            .map(|(start, end)| &text[start..end])
            .collect();
        // A number within a text is taken for one too: its change is then noticed or reported.
        assert_eq!(found, ["10", "2", "3"]);
    }
}

//! Evidence in words: the name of a figure, its value in one line, and what of it tells something
//! that is not said already.

use std::collections::BTreeMap;

use serde_json::Value;
use waterline_rules::assessment::{Evidence, Finding};

use super::{groups::Group, text};

/// Longest value that a short report shows, in characters.
const SHORT: usize = 40;

/// The name of a figure: its path, from the element on where the path names one, as in
/// `directory.domains[corp.example.test].machine_account_quota`.
pub(super) fn label(path: &str) -> &str {
    match path.rsplit_once("].") {
        Some((_, field)) if !field.is_empty() => field,
        _ => path,
    }
}

/// A value in one line, raw and uncut: no JSON, but `name value` for each field of an object.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Null => "absent".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "none".to_owned(),
        Value::Array(list) => list.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Object(_) => match failure(value) {
            Some((stage, _, detail)) => format!("{stage}: {detail}"),
            None => fields(value).join(", "),
        },
    }
}

/// The fields of an object that have a value, each with its name, sorted.
fn fields(value: &Value) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    let sorted: BTreeMap<_, _> = fields.filter(|(_, value)| !value.is_null()).collect();
    let named = sorted.into_iter();
    named
        .map(|(name, value)| format!("{} {}", name.replace('_', " "), self::value(value)))
        .collect()
}

/// Stage, reason and detail, if the value is the failure of an endpoint.
fn failure(value: &Value) -> Option<(&str, &str, &str)> {
    let word = |name| value.get(name)?.as_str();
    Some((word("stage")?, word("reason")?, word("detail")?))
}

/// Lists of objects, which are better shown as a table.
pub(super) fn objects(value: &Value) -> Option<&[Value]> {
    let list = value.as_array()?;
    (!list.is_empty() && list.iter().all(Value::is_object)).then_some(list)
}

/// How the endpoints of a group fail, the most frequent first: `36 name not found (resolve)`; the
/// number is left out where all fail alike. Empty for other findings. Raw text.
pub(super) fn failures(group: &Group) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in &group.findings {
        let found = finding.evidence.iter();
        if let Some((stage, reason, _)) = found.filter_map(|fact| failure(&fact.value)).next() {
            *counts.entry((stage, reason)).or_default() += 1;
        }
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let show = |((stage, reason), count): ((&str, &str), usize)| {
        let words = format!("{} ({stage})", reason.replace('-', " "));
        if count == group.findings.len() {
            words
        } else {
            format!("{count} {words}")
        }
    };
    sorted.into_iter().map(show).collect()
}

/// The evidence that a short report shows with a finding: numbers and short texts with a number in
/// them, such as versions, which neither its title nor its key say. Clean text.
pub(super) fn telling(finding: &Finding) -> Vec<String> {
    let evidence = finding.evidence.iter();
    evidence.filter_map(|fact| short(finding, fact)).collect()
}

fn short(finding: &Finding, fact: &Evidence) -> Option<String> {
    let shown = match &fact.value {
        Value::Number(number) if number.as_u64() != Some(finding.affected) => number.to_string(),
        Value::String(text) if text.contains(|digit: char| digit.is_ascii_digit()) => text.clone(),
        _ => return None,
    };
    let said = says(&finding.title, &shown) || says(&finding.key, &shown);
    let fits = shown.chars().count() <= SHORT;
    (fits && !said).then(|| {
        let label = text::clean(label(&fact.path));
        format!("{label} = {}", text::visible(&shown))
    })
}

/// Whether a text has a value in it, as words of their own.
fn says(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(at, found)| {
        let free = |character: Option<char>| !character.is_some_and(char::is_alphanumeric);
        free(text[..at].chars().next_back()) && free(text[at + found.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::{fixture, groups::groups};

    #[test]
    fn figures_are_named_from_their_element_on() {
        let cases = [
            ("directory.forest.level", "directory.forest.level"),
            ("directory.domains[corp.example.test].quota", "quota"),
            ("a[b].c[d].e.f", "e.f"),
            ("a[b].", "a[b]."),
            ("", ""),
        ];
        for (path, name) in cases {
            assert_eq!(label(path), name);
        }
    }

    #[test]
    fn values_are_words_and_never_json() {
        let failure = json!({"stage": "tls", "reason": "expired", "detail": "ended in May"});
        let cases = [
            (json!(null), "absent"),
            (json!(false), "no"),
            (json!([]), "none"),
            (json!(["a", 2]), "a, 2"),
            (json!({"b_c": 1, "a": "x", "n": null}), "a x, b c 1"),
            (failure, "tls: ended in May"),
        ];
        for (raw, shown) in cases {
            assert_eq!(value(&raw), shown);
        }
    }

    #[test]
    fn failures_are_counted_unless_all_are_alike() {
        let mut assessment = fixture::assessment();
        let fact = |reason: &str| Evidence {
            path: "network.endpoints[x].failure".to_owned(),
            value: json!({"stage": "connect", "reason": reason, "detail": "x"}),
        };
        let mut one = assessment.findings[0].clone();
        one.evidence = vec![fact("timed-out")];
        assessment.findings[0] = one.clone();
        assert_eq!(failures(&groups(&assessment)[0]), ["timed out (connect)"]);
        assessment.findings.push(one.clone());
        assert_eq!(failures(&groups(&assessment)[0]), ["timed out (connect)"]);
        one.evidence = vec![fact("refused")];
        assessment.findings.push(one);
        assert_eq!(
            failures(&groups(&assessment)[0]),
            ["2 timed out (connect)", "1 refused (connect)"]
        );
        assert_eq!(failures(&groups(&assessment)[1]), [""; 0]);
    }

    #[test]
    fn only_what_is_not_said_yet_is_telling() {
        let mut finding = fixture::assessment().findings.remove(0);
        finding.title = "Every user may join 10 machines".to_owned();
        finding.affected = 7;
        let fact = |path: &str, value: Value| Evidence {
            path: path.to_owned(),
            value,
        };
        finding.evidence = vec![
            fact("d[x].quota", json!(10)),
            fact("d[x].count", json!(7)),
            fact("d[x].level", json!(1)),
            fact("d[x].flag", json!(true)),
            fact("d[x].none", json!(null)),
            fact("d[x].list", json!([1, 2])),
            fact("d[x].word", json!("vm")),
            fact("d[x].long", json!("x".repeat(41))),
            fact("d[x].version", json!("2.4\u{1b}[31m")),
        ];
        assert_eq!(telling(&finding), ["level = 1", "version = 2.4\\u{1b}[31m"]);
    }
}

//! Gives a reason to every fact that was not learned.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use waterline_facts::{Gap, Reason, Seen};

/// Writes why nothing more was learned into every fact that nobody looked for yet, however deep.
pub(super) fn fill<T: Serialize + DeserializeOwned>(facts: &mut T, gap: &Gap) {
    let not_run = json!(Seen::<()>::not_run());
    replace(facts, gap, &|form| *form == not_run);
}

/// The same, also for facts of which it was said beforehand that nobody would look for them.
pub(super) fn explain<T: Serialize + DeserializeOwned>(facts: &mut T, gap: &Gap) {
    let not_run = json!(Reason::NotRun);
    replace(facts, gap, &|form| {
        form.pointer("/unknown/reason") == Some(&not_run)
    });
}

/// By way of the facts' own form in JSON, so that no fact can be forgotten here.
fn replace<T: Serialize + DeserializeOwned>(facts: &mut T, gap: &Gap, is: &dyn Fn(&Value) -> bool) {
    let told = json!(Seen::<()>::Unknown(gap.clone()));
    let mut form = serde_json::to_value(&*facts).expect("facts have a form in JSON");
    replace_in(&mut form, &told, is);
    *facts = serde_json::from_value(form).expect("facts are read from their own form");
}

fn replace_in(form: &mut Value, told: &Value, is: &dyn Fn(&Value) -> bool) {
    if is(form) {
        form.clone_from(told);
        return;
    }
    match form {
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| replace_in(field, told, is)),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_in(item, told, is)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::{DirectoryFacts, directory::DomainFacts};

    use super::*;

    #[test]
    fn every_fact_gets_the_reason_and_none_is_overwritten() {
        let mut facts = DirectoryFacts {
            domain: Seen::Absent,
            domains: Seen::Known(vec![DomainFacts::new("corp.test")]),
            ..DirectoryFacts::default()
        };
        fill(&mut facts, &Gap::new(Reason::Denied, "no"));
        let json = serde_json::to_string(&facts).unwrap();
        assert!(!json.contains("not-run"), "{json}");
        assert_eq!(facts.domain, Seen::Absent);
    }

    #[test]
    fn reason_that_a_fact_has_already_is_kept() {
        let own = Seen::Unknown(Gap::new(Reason::NotRun, "this domain was not entered"));
        let mut domain = DomainFacts {
            level: own.clone(),
            ..DomainFacts::new("corp.test")
        };
        fill(&mut domain, &Gap::new(Reason::Denied, "no"));
        assert_eq!(domain.level, own);
        assert_eq!(domain.read.gap().unwrap().reason, Reason::Denied);
        domain.level = own;
        explain(&mut domain, &Gap::new(Reason::Denied, "no"));
        assert_eq!(domain.level.gap().unwrap().reason, Reason::Denied);
    }
}

//! Small rules and small facts, for the tests of the engine.

#![allow(dead_code, reason = "each test uses a part")]

use jiff::civil::Date;
use serde_json::{Value as Json, json};
use waterline_rules::{
    Packs, Profile,
    facts::{FactPath, FactView, mark},
    judge::Judge,
    judged::Judged,
    source::{Fault, Source},
};

/// The day at which the tests judge.
pub const DAY: Date = Date::constant(2026, 11, 23);

/// One target, and one rule with the fields that it must have and those given here.
pub fn sources(body: &str) -> Vec<Source> {
    let severity = if body.contains("severity:") {
        ""
    } else {
        "severity: blocker"
    };
    let evidence = if body.contains("evidence:") {
        ""
    } else {
        "evidence: [host.name]"
    };
    let rule = format!(
        "id: probe\n\
         title: Something is low\n\
         targets: [core]\n\
         {body}\n\
         {severity}\n\
         {evidence}\n\
         since: 0.1.0\n\
         why: Because.\n\
         task: {{id: raise, title: Raise it, wave: directory, owner: directory-admin, effort_hours: 2,\n  \
         risk: low, outage: none, reversible: false, steps: [Raise it.], verify: Look.}}\n\
         sources: [{{doc: a page, as_of: 2026-09-29, confidence: documented}}]\n\
         cases:\n\
         - {{name: met, expect: met}}\n\
         - {{name: low, expect: not-met}}\n\
         - {{name: unknown, expect: not-assessed}}\n\
         - {{name: elsewhere, expect: not-applicable}}\n"
    );
    let targets = "[{id: core, title: Core, meaning: Something., default: true}]";
    let asked = ["asked", "exempt", "mfa_planned"];
    let asked = asked.map(|id| {
        format!("- {{id: {id}, question: Is it?, owner: ops, kind: yes-no, targets: [core]}}\n")
    });
    vec![
        Source::new("targets.yaml", targets),
        Source::new("core/probe.yaml", rule),
        Source::new("attestations.yaml", asked.concat()),
    ]
}

/// Reads one rule.
pub fn read(body: &str) -> Result<Packs, Vec<Fault>> {
    Packs::read(&sources(body))
}

/// Reads one rule that must be sound.
pub fn sound(body: &str) -> Packs {
    read(body).unwrap_or_else(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{}", faults.join("\n"))
    })
}

/// Facts by path, as cases write them.
pub fn facts(plain: &Json) -> Json {
    let mut facts = json!({});
    for (path, value) in plain.as_object().unwrap() {
        mark::insert(&mut facts, &FactPath::parse(path).unwrap(), value).unwrap();
    }
    facts
}

/// Judges the one rule of some packs by facts in their serde form.
pub fn judge(packs: &Packs, facts: &Json, profile: &Profile) -> Judged {
    let view = FactView::of(facts, profile, DAY);
    Judge::new(&view, profile).judge(&packs.compiled()[0])
}

/// The places of all facts that are learned.
pub fn learned(json: &Json, place: &str, places: &mut Vec<String>) {
    if let Json::Object(fields) = json {
        if fields.contains_key("known") || fields.contains_key("absent") {
            places.push(place.to_owned());
        }
        for (name, value) in fields {
            learned(value, &format!("{place}/{name}"), places);
        }
    } else if let Json::Array(items) = json {
        for (index, item) in items.iter().enumerate() {
            learned(item, &format!("{place}/{index}"), places);
        }
    }
}

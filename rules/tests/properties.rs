//! What holds for any facts: losing one never makes a rule met, and order leaves no trace.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::LazyLock;

use common::{judge, learned, read, sound, sources};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use waterline_rules::{Packs, Profile, Verdict, source::Source};

/// Rules of every kind, over the facts that the tests make.
static RULES: LazyLock<Vec<Packs>> = LazyLock::new(|| {
    let needs = "needs: [directory.forest.level, directory.forest.recycle_bin, \
                 'directory.domains[].level', 'directory.domains[].read']\n";
    let plain = [
        "directory.forest.level >= 4",
        "directory.forest.level != 4",
        "directory.forest.recycle_bin == null || directory.forest.level >= 4",
        "!(directory.forest.level >= 4) || directory.forest.recycle_bin == true",
        "directory.domains.all(d, d.level >= 4)",
        "directory.domains.exists(d, d.level >= 4)",
        "!directory.domains.exists(d, d.level < 4 && d.read == true)",
        "directory.domains.filter(d, d.level < 4).size() == 0",
        "directory.domains.exists_one(d, d.level == 4)",
        "directory.domains.map(d, d.level).all(l, directory.domains.all(d, d.level >= l))",
        "directory.forest.recycle_bin == true ? true : directory.domains.size() > 1",
        "directory.domains == null || directory.domains[0].level >= 4",
    ];
    let plain = plain.iter().map(|pass| format!("{needs}pass: '{pass}'"));
    let applies = format!(
        "{needs}applies: directory.forest.recycle_bin == true\npass: directory.forest.level >= 4"
    );
    let each = "needs: [d.level, d.read, directory.forest.level]\n\
                each: {of: directory.domains, as: d, where: d.read == true, key: d.dns_name}\n\
                pass: d.level >= directory.forest.level";
    plain
        .chain([applies, each.to_owned()])
        .map(|body| sound(&body))
        .collect()
});

fn seen(value: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    prop_oneof![
        6 => value.prop_map(|value| json!({"known": value})),
        1 => Just(json!({"absent": true})),
        1 => Just(json!({"unknown": {"reason": "timed-out"}})),
    ]
}

fn domain() -> impl Strategy<Value = Json> {
    let parts = (
        "[a-c]",
        seen((0..8).prop_map(Json::from)),
        seen(any::<bool>().prop_map(Json::from)),
    );
    parts.prop_map(|(name, level, read)| json!({"dns_name": name, "level": level, "read": read}))
}

fn environment() -> impl Strategy<Value = Json> {
    let level = seen((0..8).prop_map(Json::from));
    let bin = seen(any::<bool>().prop_map(Json::from));
    let domains = seen(prop::collection::vec(domain(), 0..4).prop_map(Json::from));
    let directory = (level, bin, domains).prop_map(|(level, bin, domains)| {
        json!({"forest": {"level": level, "recycle_bin": bin}, "domains": domains})
    });
    seen(directory).prop_map(|directory| json!({"directory": directory}))
}

/// The same facts with every list turned round.
fn reversed(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().rev().map(reversed).collect(),
        Json::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), reversed(value)))
            .collect(),
        other => other.clone(),
    }
}

/// JSON of any form.
fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
    ];
    let names = "directory|forest|domains|level|recycle_bin|read|dns_name|known|absent|unknown|x";
    leaf.prop_recursive(6, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((names, inner), 0..5)
                .prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn losing_a_fact_never_gives_another_verdict_than_not_assessed(facts in environment()) {
        let profile = Profile::default();
        let mut places = Vec::new();
        learned(&facts, "", &mut places);
        for packs in RULES.iter() {
            let before = judge(packs, &facts, &profile).verdict;
            for place in &places {
                let mut less = facts.clone();
                *less.pointer_mut(place).unwrap() = json!({"unknown": {"reason": "denied"}});
                let after = judge(packs, &less, &profile).verdict;
                let pass = &packs.compiled()[0].rule.pass.value;
                prop_assert!(
                    after == before || after == Verdict::NotAssessed,
                    "{pass}: {before} became {after} without {place}",
                );
            }
        }
    }

    #[test]
    fn the_order_of_lists_leaves_no_trace(facts in environment()) {
        let profile = Profile::default();
        // All but the one rule that asks for the first element.
        for packs in RULES.iter().filter(|packs| !packs.compiled()[0].rule.pass.value.contains("[0]")) {
            let judged = judge(packs, &facts, &profile);
            prop_assert_eq!(&judged, &judge(packs, &reversed(&facts), &profile));
            prop_assert_eq!(&judged, &judge(packs, &facts, &profile));
        }
    }

    #[test]
    fn facts_of_any_form_are_judged_without_a_panic(facts in anything()) {
        for packs in RULES.iter() {
            let judged = judge(packs, &facts, &Profile::default());
            if !facts.to_string().contains("known\"") {
                prop_assert_eq!(judged.verdict, Verdict::NotAssessed);
            }
        }
    }

    #[test]
    fn any_text_as_a_pack_is_read_or_refused(text in ".{0,300}") {
        let _ = Packs::read(&[Source::new("x.yaml", text.clone()), Source::new("targets.yaml", text)]);
    }

    #[test]
    fn a_rule_damaged_anywhere_is_read_or_refused(at in 0usize..600, with in ".{0,3}") {
        let mut sources = sources("needs: [directory.forest.level]\npass: directory.forest.level > 1");
        let text: Vec<char> = sources[1].text.chars().collect();
        let at = at.min(text.len() - 1);
        let before: String = text[..at].iter().collect();
        let after: String = text[at + 1..].iter().collect();
        let damaged = format!("{before}{with}{after}");
        sources[1] = Source::new("core/probe.yaml", damaged);
        let _ = Packs::read(&sources);
    }

    #[test]
    fn any_text_as_an_expression_is_read_or_refused(text in "[a-z0-9 ().,<>=!&|?:+*/%\\[\\]'\"-]{0,80}") {
        let quoted = serde_json::to_string(&text).unwrap();
        let _ = read(&format!("pass: {quoted}"));
    }
}

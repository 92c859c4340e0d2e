//! What public documents ask for is judged, or it is said why not: `coverage.yaml` is complete, names
//! rules and targets that there are, and `docs/coverage.md` is written from it.
//!
//! `WATERLINE_DOCS=write cargo test -p waterline-rules --test coverage` writes the page anew.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde::{Deserialize, de::DeserializeOwned};
use waterline_rules::{Packs, source::Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    areas: Vec<Area>,
    catalogue: Catalogue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    area: String,
    title: String,
    requirements: Vec<Requirement>,
}

/// One requirement, or `count` rows of a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    id: String,
    count: Option<u32>,
    #[serde(default)]
    rules: Vec<String>,
    target: Option<String>,
    why: Option<String>,
    #[serde(default)]
    doc: String,
    as_of: Option<Date>,
}

/// Groups of endpoints are judged each by the rules of the targets that ask for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    endpoints: BTreeMap<String, Vec<String>>,
    without_rule: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    #[serde(default)]
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Records {
    records: Vec<Group>,
}

fn project() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap().to_owned()
}

fn read<T: DeserializeOwned>(file: &str) -> T {
    let text = fs::read_to_string(project().join(file)).unwrap();
    match Source::new(file, text).read() {
        Ok(read) => read,
        Err(fault) => panic!("{fault}"),
    }
}

fn coverage() -> Coverage {
    read("rules/coverage.yaml")
}

#[test]
fn every_requirement_has_one_outcome_that_is_there() {
    let packs = Packs::embedded();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for area in coverage().areas {
        for one in area.requirements {
            let ways = [
                !one.rules.is_empty(),
                one.target.is_some(),
                one.why.is_some(),
            ];
            if ways.iter().filter(|way| **way).count() != 1 {
                wrong.push(format!("{} has not one of rules, target and why", one.id));
            }
            let strange = one.rules.iter().filter(|rule| packs.rule(rule).is_none());
            wrong.extend(strange.map(|rule| format!("{}: no rule {rule}", one.id)));
            let strange = one
                .target
                .iter()
                .filter(|id| packs.tree().get(id).is_none());
            wrong.extend(strange.map(|target| format!("{}: no target {target}", one.id)));
            if one.doc.is_empty() && area.area != "features" {
                wrong.push(format!("{} has no source", one.id));
            }
            if !seen.insert(one.id.clone()) {
                wrong.push(format!("{} is there twice", one.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was collected; whoever finds more adds to it, and whoever takes away says so here.
#[test]
fn no_requirement_was_lost() {
    let collected = [
        ("forest", 119),
        ("objects", 116),
        ("systems", 73),
        ("machine", 40),
        ("browsers", 31),
        ("features", 33),
    ];
    let areas = coverage().areas;
    for (id, least) in collected {
        let area = areas.iter().find(|area| area.area == id).unwrap();
        assert!(area.requirements.len() >= least, "{id}");
    }
}

#[test]
fn every_row_of_the_catalogue_is_covered() {
    let coverage = coverage();
    let ids: BTreeSet<&str> = coverage
        .areas
        .iter()
        .flat_map(|area| area.requirements.iter().map(|one| one.id.as_str()))
        .collect();
    let mut rows: Vec<Group> = Vec::new();
    for file in ["requirements", "own-hosts", "own-records"] {
        rows.extend(read::<Vec<Group>>(&format!("probes/catalog/{file}.yaml")));
    }
    rows.extend(read::<Records>("probes/catalog/dns-records.yaml").records);
    let uncovered: Vec<&str> = rows
        .iter()
        .map(|row| row.id.as_str())
        .filter(|id| !ids.contains(id))
        .collect();
    assert!(uncovered.is_empty(), "add to coverage.yaml: {uncovered:?}");
}

#[test]
fn every_group_of_endpoints_is_judged_by_rules_of_a_target() {
    let Catalogue {
        endpoints,
        without_rule,
    } = coverage().catalogue;
    let packs = Packs::embedded();
    for (target, rules) in &endpoints {
        assert!(packs.tree().get(target).is_some(), "no target {target}");
        for id in rules {
            let rule = packs.rule(id).unwrap_or_else(|| panic!("no rule {id}"));
            assert!(
                rule.targets.iter().any(|one| one.value == *target),
                "{id} does not gate {target}"
            );
        }
    }
    let folder = project().join("probes/catalog/endpoints");
    let mut groups = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name();
        let file = format!("probes/catalog/endpoints/{}", name.to_str().unwrap());
        for group in read::<Vec<Group>>(&file) {
            let known = |id: &String| endpoints.contains_key(id) || without_rule.contains_key(id);
            assert!(!group.targets.is_empty(), "{}", group.id);
            assert!(
                group.targets.iter().all(known),
                "{}: {:?}",
                group.id,
                group.targets
            );
            groups += 1;
        }
    }
    assert!(groups > 100, "{groups} groups");
}

#[test]
fn every_target_that_is_no_group_has_a_rule() {
    let packs = Packs::embedded();
    let parents: BTreeSet<&str> = packs
        .targets()
        .iter()
        .filter_map(|target| Some(target.parent.as_ref()?.value.as_str()))
        .collect();
    for target in packs.targets() {
        let id = target.id.value.as_str();
        let gates = |rule: &waterline_rules::rule::Rule| rule.targets.iter().any(|t| t.value == id);
        assert!(parents.contains(id) || packs.rules().any(gates), "{id}");
    }
}

#[test]
fn the_page_is_current() {
    let page = page(&coverage());
    let path = project().join("docs/coverage.md");
    if env::var_os("WATERLINE_DOCS").is_some_and(|wanted| wanted == "write") {
        return fs::write(path, page).unwrap();
    }
    let written = fs::read_to_string(path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        written == page,
        "docs/coverage.md is stale: see the head of this test"
    );
}

fn page(coverage: &Coverage) -> String {
    let mut page = String::from(
        "# Coverage\n\nWritten from `rules/coverage.yaml`, which a test holds complete. What public documents ask for \
         before onboarding, and what became of each: the rules that judge it, the target that it is, or why nothing \
         judges it.\n\n| area | asked | judged by rules | a target | not judged |\n| --- | --- | --- | --- | --- |\n",
    );
    for area in &coverage.areas {
        let count = |of: &dyn Fn(&&Requirement) -> bool| -> u32 {
            let those = area.requirements.iter().filter(of);
            those.map(|one| one.count.unwrap_or(1)).sum()
        };
        page.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            area.title,
            count(&|_| true),
            count(&|one| !one.rules.is_empty()),
            count(&|one| one.target.is_some()),
            count(&|one| one.why.is_some()),
        ));
    }
    page.push_str("\n## Endpoints\n\nEach host of each group in the catalogue is judged by the rules of the targets that ask for it.\n\n| target | rules |\n| --- | --- |\n");
    for (target, rules) in &coverage.catalogue.endpoints {
        page.push_str(&format!("| `{target}` | {} |\n", links(rules)));
    }
    for (target, why) in &coverage.catalogue.without_rule {
        page.push_str(&format!("| `{target}` | {why} |\n"));
    }
    for area in &coverage.areas {
        page.push_str(&section(area));
    }
    page
}

fn section(area: &Area) -> String {
    let mut text = format!(
        "\n## {}\n\n| asked | outcome | source |\n| --- | --- | --- |\n",
        area.title
    );
    for one in &area.requirements {
        let id = match one.count {
            Some(rows) => format!("`{}` ({rows} rows)", one.id),
            None => format!("`{}`", one.id),
        };
        let outcome = match (&one.target, &one.why) {
            (Some(target), _) => format!("target `{target}`"),
            (None, Some(why)) => why.clone(),
            (None, None) => links(&one.rules),
        };
        let day = one.as_of.map(|day| format!(", {day}")).unwrap_or_default();
        text.push_str(&format!("| {id} | {outcome} | {}{day} |\n", one.doc));
    }
    text
}

fn links(rules: &[String]) -> String {
    let links = rules
        .iter()
        .map(|rule| format!("[{rule}](rules/{rule}.md)"));
    links.collect::<Vec<_>>().join(", ")
}

//! The embedded packs load, and every example of every rule has its verdict.

use waterline_rules::Packs;

#[test]
fn the_embedded_packs_load() {
    if let Err(faults) = Packs::read(&Packs::embedded_sources()) {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{} faults\n{}", faults.len(), faults.join("\n"));
    }
}

#[test]
fn every_example_of_a_rule_has_its_verdict() {
    let (packs, _) = Packs::read_sound(&Packs::embedded_sources());
    let results = packs.test_cases();
    let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
    let (rules, cases) = (results.rules, results.cases);
    assert!(
        failures.is_empty(),
        "of {cases} cases of {rules} rules:\n{}",
        failures.join("\n")
    );
}

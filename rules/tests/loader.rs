//! What the loader refuses, and how it says so.

mod common;

use common::{read, sound, sources};
use waterline_rules::{Packs, source::Source};

/// The faults of one rule, as they are shown.
fn faults(body: &str) -> String {
    shown(&read(body).expect_err("it must be refused"))
}

fn shown(faults: &[waterline_rules::source::Fault]) -> String {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    faults.join("\n")
}

/// The messages of the faults of a rule with this expression and every need that it could have.
fn messages(pass: &str) -> Vec<String> {
    let needs = "needs: [directory.forest.level, 'directory.domains[].level', host.os.family, \
                 host.os.version, host.memory_bytes, 'dns.resolvers[].median_ms', \
                 'browsers.installed[].ends', directory.forest.hybrid_join_scp, \
                 directory.forest.upn_suffixes, 'directory.controllers[].answers']";
    let quoted = serde_json::to_string(pass).unwrap();
    let faults = match read(&format!("{needs}\nparams: {{limit: 2}}\npass: {quoted}")) {
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    };
    let unused = "no expression reads `params.limit`";
    faults
        .into_iter()
        .map(|fault| fault.message)
        .filter(|message| message != unused)
        .collect()
}

#[test]
fn sound_expressions_are_taken() {
    let all = [
        "directory.forest.level >= 2 && directory.forest.level < 10.5",
        "directory.domains.all(d, d.level >= 2 || d.dns_name.endsWith('.test'))",
        "directory.domains.filter(d, d.level >= 2).exists(d, d.dns_name != 'a')",
        "directory.domains.map(d, d.level + 1).all(level, level > 1)",
        "directory.domains.exists_one(d, directory.domains.all(o, o.level <= d.level))",
        "host.os.family in ['windows', 'linux'] && 'core' in profile.targets",
        "version(host.os.version) >= version('10.0.19045') && size(host.os.version) > 2",
        "host.memory_bytes / 1024 > 0 && double(host.memory_bytes) / 2.5 > 1.0",
        "browsers.installed.all(b, b.ends == null || days_until(b.ends) > 30 && b.ends > date('2026-01-31'))",
        "directory.forest.hybrid_join_scp != null && directory.forest.hybrid_join_scp.keywords == 2",
        "dns.resolvers.all(r, r.median_ms <= 100 && r.sent >= 1)",
        "'a.test' in directory.forest.upn_suffixes || directory.forest.upn_suffixes.size() > -1",
        "build_end(22631, 'ent-edu') >= as_of && profile.cloud == 'usgov' && profile.attested.asked",
    ];
    for pass in all {
        assert_eq!(messages(pass), [""; 0], "{pass}");
    }
}

#[test]
fn what_is_wrong_with_an_expression_is_said() {
    let all = [
        (
            "directory.forest.levl > 2",
            "there is no `levl`; did you mean `level`?",
        ),
        (
            "directry.forest.level > 2",
            "there is no `directry`; did you mean `directory`?",
        ),
        (
            "params.limt > 2",
            "there is no `limt`; did you mean `limit`?",
        ),
        (
            "directory.forest.level > '2'",
            "compares `directory.forest.level` (a whole number) with text",
        ),
        (
            "directory.forest.level == '2'",
            "compares `directory.forest.level` (a whole number) with text",
        ),
        (
            "directory.forest.level > null",
            "compares `directory.forest.level` (a whole number) with null",
        ),
        (
            "host.os.version >= '10.0'",
            "letter by letter: use version()",
        ),
        (
            "host.os.family == 'windwos'",
            "never 'windwos'; did you mean `windows`?",
        ),
        (
            "host.os.family in ['windows', 'linx']",
            "never 'linx'; did you mean `linux`?",
        ),
        (
            "directory.forest.level",
            "must give true or false, but gives `directory.forest.level`",
        ),
        ("'a' + 'b'", "must give true or false, but gives text"),
        (
            "has(directory.forest.level)",
            "`has` turns what is missing into false",
        ),
        ("directory.?forest.level == 2", "not a CEL expression"),
        ("directory.forest.level >", "not a CEL expression"),
        ("", "not a CEL expression"),
        (
            "directory.forest.recycle_bin == true",
            "reads `directory.forest.recycle_bin`, which may be unknown: add it to `needs`",
        ),
        (
            "directory.domains.all(d, d.machine_account_quota == 0)",
            "reads `directory.domains[].machine_account_quota`",
        ),
        (
            "directory.domains.filter(d, d.level > 1).exists(d, d.sync_accounts == null)",
            "reads `directory.domains[].sync_accounts`",
        ),
        (
            "directory.domains[0].netbios_name == 'A'",
            "reads `directory.domains[].netbios_name`",
        ),
        (
            "directory.domains.map(d, d).exists(d, d.netbios_name == 'A')",
            "reads `directory.domains[].netbios_name`",
        ),
        (
            "directory.counts.users.size() > 1",
            "`size` does not take `directory.counts.users`",
        ),
        (
            "directory.domains == directory.domains",
            "compares structures or lists as a whole",
        ),
        (
            "directory.domains in [directory.domains]",
            "compares structures or lists as a whole",
        ),
        (
            "(true ? directory.domains : directory.domains).size() > 1",
            "a choice between structures",
        ),
        (
            "[directory.domains, directory.domains].size() > 1",
            "a list of structures or lists",
        ),
        (
            "(directory.domains + directory.domains).size() > 1",
            "joins lists of structures",
        ),
        ("directory.domains.all(dns, true)", "`dns` is taken"),
        ("host.os.all(d, true)", "has no elements"),
        ("{'a': 1}.all(k, true)", "no use for maps"),
        ("directory.forest.level + 1.5 > 2.0", "write the fraction"),
        ("directory.forest.level + 'a' == 'b'", "calculates with"),
        ("true && directory.forest.level", "is not true or false"),
        (
            "timestamp('2026-01-01T00:00:00Z') < as_of",
            "there is no function `timestamp`",
        ),
        (
            "versoin('1') > version('2')",
            "there is no function `versoin` for this; did you mean `version`?",
        ),
        ("'1'.version() > version('2')", "write `version(…)`"),
        ("size('a', 'b') == 1", "`size` takes 1 values, not 2"),
        (
            "run.probes.all(p, p.outcome == 'completed')",
            "compares structures",
        ),
        (
            "[1, 2].all(a, [1].all(b, [1].all(c, true)))",
            "loops nested more than 2 deep",
        ),
        ("1u == 1u", "write numbers without `u`"),
    ];
    for (pass, expected) in all {
        let messages = messages(pass);
        let said = messages.iter().any(|message| message.contains(expected));
        assert!(said, "{pass}: {messages:?}");
    }
}

#[test]
fn expressions_are_bounded_in_length_and_depth() {
    let long = format!("true{}", " || true".repeat(400));
    assert!(messages(&long)[0].contains("longer than 2000 characters"));
    let deep = format!("{}true{}", "!(".repeat(200), ")".repeat(200));
    assert!(!messages(&deep).is_empty());
    let chain = format!("1{} > 0", " + 1".repeat(300));
    assert!(
        messages(&chain)[0].contains("nested more than 48 deep"),
        "{:?}",
        messages(&chain)
    );
}

#[test]
fn every_fault_is_shown_in_its_place() {
    insta::assert_snapshot!(
        "all_at_once",
        faults(
            "needs: [directory.forest.levl, 'directory.domains[', host.os.family]\n\
         applies: \"host.os.family == 'windwos'\"\n\
         each:\n  of: directory.domains\n  as: domain\n  key: domain.level\n  title: '{domain.nam} is low'\n\
         pass: domain.level >= params.min_level && domain.read\n\
         params: {min_level: 2, max_level: 9, odd: {a: 1}}\n\
         affected: domain.dns_name\n\
         evidence: [domain.levels]\n\
         task_ref: other"
        )
    );
}

#[test]
fn a_form_that_is_wrong_is_shown_in_its_place() {
    let bodies = [
        "pass: true\nneed: [host.name]",
        "pass: true\nseverity: fatal",
        "pass: true\nparams: 5",
        "pass: true\npass: false",
        "needs: host.name\npass: true",
    ];
    let all: Vec<String> = bodies.iter().map(|body| faults(body)).collect();
    insta::assert_snapshot!("forms", all.join("\n\n"));
}

#[test]
fn a_rule_that_lacks_what_a_rule_must_have_is_refused() {
    let rule = "id: Low_level\ntitle: ''\ntargets: [coer]\nseverity: major\nsince: 0.1.0\n\
                pass: true\napplies: true\nwhy: w\nsources: []\n\
                cases: [{name: a, expect: waived}, {name: a, expect: met, facts: \
                {host.name: 5, host.os.family: beos, directory.forest.level: low, host.os: 3, run.x: 1, 'a b': 2}}]\n";
    let mut sources = sources("pass: true");
    sources.push(Source::new("core/level-low.yaml", rule));
    sources.push(Source::new("core/copy.yaml", sources[1].text.clone()));
    insta::assert_snapshot!("lacking", shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn a_wave_that_is_not_there_is_refused() {
    let mut sources = sources("pass: true");
    let text = sources[1].text.replace("wave: directory", "wave: later");
    sources[1] = Source::new("core/probe.yaml", text);
    insta::assert_snapshot!("wave", shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn tasks_and_targets_that_wait_for_each_other_are_refused() {
    let mut sources = sources("pass: true");
    let text = sources[1]
        .text
        .replace("reversible: false,", "reversible: false, after: [raise],");
    sources[1] = Source::new("core/probe.yaml", text);
    sources[0] = Source::new(
        "targets.yaml",
        sources[0].text.replace("default: true", "needs: [core]"),
    );
    insta::assert_snapshot!("circles", shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn a_rule_reads_as_markdown() {
    let packs = sound(
        "applies: host.os.family == 'windows'\n\
         needs: [host.os.family, domain.level]\n\
         each: {of: directory.domains, as: domain, where: domain.dns_name != '', key: domain.dns_name}\n\
         pass: domain.level >= params.min_level\n\
         params: {min_level: 2}",
    );
    insta::assert_snapshot!("markdown", packs.rule("probe").unwrap().to_markdown());
}

#[test]
fn the_examples_of_a_rule_name_every_wrong_verdict() {
    let mut sources = sources(
        "needs: [directory.forest.level]\npass: directory.forest.level >= 4\nevidence: [host.name]",
    );
    let (head, _) = sources[1].text.split_once("cases:").unwrap();
    let text = format!(
        "{head}cases:\n\
         - {{name: good, facts: {{directory.forest.level: 4}}, expect: met}}\n\
         - {{name: noisy, facts: {{directory.forest.level: 3}}, expect: met}}\n\
         - {{name: missed, facts: {{directory.forest.level: 4}}, expect: not-met}}\n\
         - {{name: rash, facts: {{directory.forest.level: 4}}, expect: not-assessed}}\n\
         - {{name: shy, expect: met}}\n\
         - {{name: other, facts: {{directory.forest.level: 3}}, expect: not-met, findings: [a]}}\n"
    );
    sources[1] = Source::new("core/probe.yaml", text);
    let results = Packs::read(&sources).unwrap().test_cases();
    assert_eq!((results.rules, results.cases), (1, 6));
    let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("wrong_cases", failures.join("\n"));
}

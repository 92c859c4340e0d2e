//! Which expressions are taken, which are refused, and how that is said.

#![allow(clippy::unwrap_used)]

mod common;

use common::read;

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

/// Facts that are read without need.
const READS: &[(&str, &str)] = &[
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
];

/// Names that are not there.
const NAMES: &[(&str, &str)] = &[
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
        "host.os.family == 'windwos'",
        "never 'windwos'; did you mean `windows`?",
    ),
    (
        "host.os.family in ['windows', 'linx']",
        "never 'linx'; did you mean `linux`?",
    ),
    ("directory.domains.all(dns, true)", "`dns` is taken"),
    (
        "timestamp('2026-01-01T00:00:00Z') < as_of",
        "there is no function `timestamp`",
    ),
    (
        "versoin('1') > version('2')",
        "there is no function `versoin` for this; did you mean `version`?",
    ),
];

/// Types that do not fit.
const TYPES: &[(&str, &str)] = &[
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
        "directory.forest.level",
        "must give true or false, but gives `directory.forest.level`",
    ),
    ("'a' + 'b'", "must give true or false, but gives text"),
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
    ("host.os.all(d, true)", "has no elements"),
    ("directory.forest.level + 1.5 > 2.0", "write the fraction"),
    ("directory.forest.level + 'a' == 'b'", "calculates with"),
    ("true && directory.forest.level", "is not true or false"),
    (
        "run.probes.all(p, p.outcome == 'completed')",
        "compares structures",
    ),
];

/// What rules cannot say.
const FORMS: &[(&str, &str)] = &[
    (
        "has(directory.forest.level)",
        "`has` turns what is missing into false",
    ),
    ("directory.?forest.level == 2", "not a CEL expression"),
    ("directory.forest.level >", "not a CEL expression"),
    ("", "not a CEL expression"),
    ("{'a': 1}.all(k, true)", "no use for maps"),
    ("'1'.version() > version('2')", "write `version(…)`"),
    ("size('a', 'b') == 1", "`size` takes 1 values, not 2"),
    (
        "[1, 2].all(a, [1].all(b, [1].all(c, true)))",
        "loops nested more than 2 deep",
    ),
    ("1u == 1u", "write numbers without `u`"),
];

#[test]
fn what_is_wrong_with_an_expression_is_said() {
    let all = [READS, NAMES, TYPES, FORMS].concat();
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

//! A redacted recording gives the same verdicts, counts and plan, and shows no name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use waterline_facts::{
    DirectoryFacts, DirectoryObject, Environment, Seen,
    objects::{ObjectKind, account_control},
};
use waterline_rules::{Assessment, Packs, Profile};

use super::*;
use crate::{
    recording::{self, RecordingWriter},
    run, testing,
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// Judges on a thread of its own: loading rules takes more stack than a test has left.
fn judge(opened: &Opened) -> Assessment {
    std::thread::scope(|scope| {
        let roomy = std::thread::Builder::new().stack_size(32 << 20);
        let judging = roomy.spawn_scoped(scope, || judge_here(opened));
        judging.unwrap().join().unwrap()
    })
}

fn judge_here(opened: &Opened) -> Assessment {
    let profile = Profile::default();
    let mut environment = opened.environment.clone();
    environment.objects = run::recheck(opened, &profile, None).unwrap().0;
    Packs::embedded()
        .assess(&environment, &profile, None)
        .unwrap()
}

/// Verdicts, findings by rule, affected objects by rule, and the plan without its names.
type Outline = (
    BTreeMap<String, String>,
    BTreeMap<String, (usize, u64)>,
    Vec<String>,
);

fn outline(assessment: &Assessment) -> Outline {
    let targets = assessment.targets.iter();
    let targets = targets.map(|one| (one.id.clone(), format!("{:?}", one.readiness)));
    let rules = assessment.rules.iter();
    let rules = rules.map(|one| (one.id.clone(), format!("{:?}", one.verdict)));
    let mut findings = BTreeMap::<String, (usize, u64)>::new();
    for finding in &assessment.findings {
        let count = findings.entry(finding.rule.clone()).or_default();
        *count = (count.0 + 1, count.1 + finding.affected);
    }
    let plan = serde_json::to_value(&assessment.plan).unwrap();
    let mut tasks = Vec::new();
    walk::each(&plan, &mut |path, text| {
        if path.ends_with("tasks[].id") || path.ends_with("wave") || path.ends_with("waves[].id") {
            tasks.push(format!("{path}={text}"));
        }
    });
    tasks.push(format!("{:?}", assessment.remaining_work));
    (targets.chain(rules).collect(), findings, tasks)
}

/// Redacts a recording, and gives both opened.
fn redacted(folder: &Path, from: &Path) -> (Opened, Opened, Mapping) {
    let opened = recording::open(from).unwrap();
    let to = folder.join("redacted");
    let mapping = redact(&opened, &Secret::of(b"of a test"), &to, None).unwrap();
    (opened, recording::open(&to).unwrap(), mapping)
}

fn assert_same_outline(original: &Opened, redacted: &Opened) {
    let (one, other) = (outline(&judge(original)), outline(&judge(redacted)));
    let others = |one: &Outline, other: &Outline| -> Vec<String> {
        let verdicts = one
            .0
            .iter()
            .filter(|(id, verdict)| other.0.get(*id) != Some(verdict));
        let findings = one
            .1
            .iter()
            .filter(|(id, count)| other.1.get(*id) != Some(count));
        let verdicts = verdicts.map(|one| format!("{one:?}"));
        verdicts
            .chain(findings.map(|one| format!("{one:?}")))
            .collect()
    };
    assert_eq!(others(&one, &other), others(&other, &one));
    assert_eq!(others(&one, &other), [""; 0]);
    assert_eq!(one.2, other.2, "plan");
}

#[test]
fn recorded_environments_give_the_same_verdicts_counts_and_plan() {
    for name in ["lab-domain", "unjoined-machine"] {
        let folder = tempfile::tempdir().unwrap();
        let (original, redacted, _) = redacted(folder.path(), &fixture(name));
        assert_eq!(redacted.problems, []);
        assert_same_outline(&original, &redacted);
    }
}

/// All that is on the disk of a recording, unpacked, in lower case.
fn everything(path: &Path, opened: &Opened) -> String {
    let mut text = String::new();
    for part in &opened.manifest.parts {
        let bytes = fs::read(path.join(&part.name)).unwrap();
        let bytes = match part.name.ends_with(".zst") {
            true => zstd::decode_all(bytes.as_slice()).unwrap(),
            false => bytes,
        };
        text.push_str(&String::from_utf8(bytes).unwrap().to_lowercase());
    }
    text
}

#[test]
fn no_name_of_the_lab_is_found_anywhere_in_its_redacted_recording() {
    let folder = tempfile::tempdir().unwrap();
    let (original, redacted, _) = redacted(folder.path(), &fixture("lab-domain"));
    let mut names = BTreeSet::new();
    for object in original
        .objects()
        .unwrap()
        .unwrap()
        .flat_map(Result::unwrap)
    {
        let is_person = matches!(object.kind, ObjectKind::User | ObjectKind::Contact);
        let given = [object.given_name, object.surname].into_iter().flatten();
        names.extend(given.filter(|_| is_person).map(|name| name.to_lowercase()));
        names.extend(object.guid.split('-').next_back().map(str::to_owned));
        let account = object.sam_account_name.filter(|_| is_person);
        names.extend(account.map(|name| name.trim_end_matches(char::is_numeric).to_lowercase()));
    }
    names.extend(["sync1", "dc1.corp", "example.com"].map(str::to_owned));
    // Words of the facts' own names, which every recording holds.
    let schema = serde_json::to_string(&schemars::schema_for!(Environment)).unwrap();
    names.retain(|name| !schema.to_lowercase().contains(name.as_str()));
    let text = everything(&folder.path().join("redacted"), &redacted);
    let letters = |name: &str| name.chars().filter(|c| c.is_alphabetic()).count();
    let found: Vec<_> = names
        .iter()
        .filter(|name| letters(name) >= 4 && name.chars().all(char::is_alphanumeric))
        .filter(|name| !words::is_vocabulary(name) && text.contains(name.as_str()))
        .collect();
    assert!(names.len() > 100, "{}", names.len());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn revealed_recording_is_the_original_but_for_what_was_withheld() {
    let folder = tempfile::tempdir().unwrap();
    let (original, redacted, mapping) = redacted(folder.path(), &fixture("lab-domain"));
    let to = folder.path().join("revealed");
    reveal(&redacted, &mapping, &to).unwrap();
    let revealed = recording::open(&to).unwrap();
    let objects = |opened: &Opened| -> Vec<DirectoryObject> {
        let batches = opened.objects().unwrap().unwrap();
        batches.flat_map(Result::unwrap).collect()
    };
    assert_eq!(objects(&revealed), objects(&original));
    assert_ne!(objects(&redacted), objects(&original));
    let host = |opened: &Opened| opened.environment.host.known().unwrap().name.clone();
    assert_eq!(host(&revealed), host(&original));
    let pseudonym = host(&redacted);
    let name = reveal_name(&mapping, pseudonym.known().unwrap());
    assert_eq!(Some(&name), host(&original).known());
}

#[test]
fn two_secrets_give_two_recordings_and_one_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let opened = recording::open(&fixture("unjoined-machine")).unwrap();
    let bytes = |secret: &[u8], name: &str| {
        let to = folder.path().join(name);
        redact(&opened, &Secret::of(secret), &to, None).unwrap();
        fs::read(to).unwrap()
    };
    let one = bytes(b"one", "one.waterline");
    assert_eq!(one, bytes(b"one", "again.waterline"));
    assert_ne!(one, bytes(b"two", "two.waterline"));
}

#[test]
fn damaged_recording_is_not_redacted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let writer = RecordingWriter::create(&path).unwrap();
    writer.finish(&testing::environment(), &[]).unwrap();
    fs::write(path.join("log.ndjson"), "damage").unwrap();
    let opened = recording::open(&path).unwrap();
    let to = folder.path().join("redacted");
    let error = redact(&opened, &Secret::of(b"x"), &to, None).unwrap_err();
    assert!(matches!(error, RedactError::Damaged { .. }), "{error}");
    assert!(!to.exists());
}

#[test]
fn what_rules_look_at_stays_in_every_kind_of_text() {
    let secret = Secret::of(b"of a test");
    let mut renamer = Renamer::new(Table::new(&secret));
    let mut rename = |class, text: &str| renamer.rename(class, text);
    let upn = rename(Class::Address, "Mila.Berg@contoso.co.uk");
    let mail = rename(Class::Address, "SMTP:mila.berg@CONTOSO.co.uk");
    assert!(
        upn.ends_with(".co.uk") && mail.starts_with("SMTP:"),
        "{upn} {mail}"
    );
    assert_eq!(upn.to_lowercase(), mail[5..].to_lowercase());
    assert_eq!(upn.len(), "Mila.Berg@contoso.co.uk".len());
    assert!(upn.starts_with(char::is_uppercase));
    let faulty = rename(Class::Address, "jör g,müller@@contoso..local.");
    for kept in ["ö", " ", ",", "ü", "@@", "..local."] {
        assert!(faulty.contains(kept), "{faulty}");
    }
    let dn = rename(
        Class::Dn,
        "CN=Berg\\, Mila\\0ACNF:dcf24200-94e3-4bf3-b98a-1b6e654cc7e0,OU=Staff,DC=contoso,DC=com",
    );
    assert!(
        dn.ends_with(",DC=com") && dn.contains("\\0ACNF:") && dn.starts_with("CN="),
        "{dn}"
    );
    assert!(
        !dn.contains("Berg") && !dn.contains("contoso") && !dn.contains("dcf24200"),
        "{dn}"
    );
    assert!(rename(Class::Name, "MSOL_1a2b3c").starts_with("MSOL_"));
    assert_eq!(rename(Class::Name, "Administrator"), "Administrator");
    let computer = rename(Class::Name, "CONTOSO\\SRV01$");
    assert!(
        computer.ends_with('$') && computer.contains('\\'),
        "{computer}"
    );
    let locator = rename(Class::Host, "_ldap._tcp.dc._msdcs.contoso.local");
    assert!(locator.starts_with("_ldap._tcp.dc._msdcs.") && locator.ends_with(".local"));
    assert_eq!(
        rename(Class::Host, "login.microsoftonline.com:443"),
        "login.microsoftonline.com:443"
    );
    let proxy = rename(Class::Host, "http://proxy.contoso.com:8080");
    assert!(
        proxy.starts_with("http://") && proxy.ends_with(".com:8080"),
        "{proxy}"
    );
    let cyrillic = rename(Class::Name, "Иванов");
    assert!(cyrillic != "Иванов" && cyrillic.len() == "Иванов".len());
}

/// Words of which some meet, in any case, with faults in them.
fn word() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[a-d]{1,3}",
        4 => "(ann|mila|berg|Kontor|SRV|Müller|Иван|admin|root)",
        1 => "[ -~]{0,12}",
        1 => "\\PC{0,4}",
    ]
    .boxed()
}

fn domain() -> BoxedStrategy<String> {
    let ending = "(com|co\\.uk|local|test|corp|onmicrosoft\\.com|xn--p1ai|COM|com\\.)";
    (word(), ending)
        .prop_map(|(name, ending)| format!("{name}.{ending}"))
        .boxed()
}

fn address() -> BoxedStrategy<String> {
    prop_oneof![
        6 => (word(), word(), domain()).prop_map(|(a, b, domain)| format!("{a}.{b}@{domain}")),
        1 => (word(), domain()).prop_map(|(a, domain)| format!("{a}@@{domain}")),
        1 => word(),
        1 => (word(), domain()).prop_map(|(a, domain)| format!(" {a}@{domain} ")),
    ]
    .boxed()
}

fn proxy() -> BoxedStrategy<String> {
    let prefix = "(SMTP:|smtp:|sip:|X500:|x400:|)";
    (prefix, address())
        .prop_map(|(prefix, address)| format!("{prefix}{address}"))
        .boxed()
}

fn account() -> BoxedStrategy<String> {
    let prefix = "(|MSOL_|AAD_|\\$DUPLICATE-|CAS_\\{)";
    (prefix, word(), "(|\\$|\\}|[0-9]{1,3})")
        .prop_map(|(a, b, c)| format!("{a}{b}{c}"))
        .boxed()
}

prop_compose! {
    fn object()(
        kind in prop_oneof![
            6 => Just(ObjectKind::User),
            2 => Just(ObjectKind::Group),
            1 => Just(ObjectKind::Contact),
            1 => Just(ObjectKind::Computer),
        ],
        name in word(),
        unit in word(),
        domain in domain(),
        account in prop::option::of(account()).boxed(),
        upn in prop::option::of(address()).boxed(),
        mail in prop::option::of(address()).boxed(),
        nickname in prop::option::of(account()).boxed(),
        display in prop::option::of("( ?(Ann|Mila|Ян) ?(Berg)? ?(\\(MSOL\\))? ?|[ ]{0,2})"),
        proxies in prop::collection::vec(proxy(), 0..4),
        target in prop::option::of(proxy()),
        guid in 0_u8..6,
        anchor in prop::option::of(0_u8..6),
    ) -> DirectoryObject {
        let hex = |number: u8| format!("dcf24200-94e3-4bf3-b98a-1b6e654cc7{number:02x}");
        let disabled = if guid == 3 { account_control::DISABLED } else { 0 };
        DirectoryObject {
            guid: hex(guid),
            consistency_guid: anchor.map(hex),
            sam_account_name: account,
            user_principal_name: upn,
            mail,
            mail_nickname: nickname,
            display_name: display,
            proxy_addresses: proxies,
            target_address: target,
            account_control: Some(512 | disabled),
            ..DirectoryObject::new(
                kind,
                format!("CN={},OU={unit},DC={},DC=x", escape(&name), domain.replace('.', ",DC=")),
            )
        }
    }
}

/// A name as distinguished names hold it.
fn escape(name: &str) -> String {
    name.replace('\\', "").replace(',', "\\,").replace('=', "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn made_up_directories_give_the_same_verdicts_counts_and_plan(
        objects in prop::collection::vec(object(), 1..40),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let mut writer = RecordingWriter::create(&path).unwrap();
        writer.push(&objects).unwrap();
        let mut environment: Environment = testing::environment();
        environment.directory = Seen::Known(DirectoryFacts {
            objects_read: Seen::Known(objects.len() as u64),
            ..environment.directory.into_known().unwrap()
        });
        writer.finish(&environment, &[]).unwrap();
        let (original, redacted, _) = redacted(folder.path(), &path);
        assert_same_outline(&original, &redacted);
    }

    #[test]
    fn different_words_stay_different_and_equal_ones_equal(
        words in prop::collection::vec("[a-cA-C]{1,3}|[a-z0-9]{1,8}", 1..60),
    ) {
        let secret = Secret::of(b"of a test");
        let mut renamer = Renamer::new(Table::new(&secret));
        for word in &words {
            renamer.learn(&Value::String(word.clone()));
        }
        let renamed: Vec<_> = words.iter().map(|word| renamer.rename(Class::Name, word)).collect();
        for (one, renamed_one) in words.iter().zip(&renamed) {
            prop_assert_eq!(one.chars().count(), renamed_one.chars().count());
            for (other, renamed_other) in words.iter().zip(&renamed) {
                prop_assert_eq!(one == other, renamed_one == renamed_other);
                let folded = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
                prop_assert_eq!(folded(one, other), folded(renamed_one, renamed_other));
            }
        }
    }
}

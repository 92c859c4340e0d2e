//! Live servers: what is learned from a good one, and what each fault leaves unknown.

use std::time::Duration;

use ldap3_proto::LdapResultCode as Code;
use serde_json::{Value, json};
use waterline_facts::{ProbeId, Reason, Seen};
use waterline_probes::{
    context::ObjectSink,
    directory::{AuthChoice, Cleartext, DirectoryProbe, DirectorySettings, Reach},
    runner::{Runner, Unobserved},
};

use crate::{
    FOREST, Read, context, read,
    server::{Fault, PASSWORD, Security, Server, serve},
    untrusting,
};

pub fn simple(password: &str) -> AuthChoice {
    AuthChoice::Simple {
        bind_dn: "reader@corp.test".to_owned(),
        password: password.into(),
    }
}

pub fn settings(servers: &[String]) -> DirectorySettings {
    DirectorySettings {
        servers: servers.iter().map(|url| url.parse().unwrap()).collect(),
        auth: simple(PASSWORD),
        cleartext: Cleartext::LoopbackOnly,
        reach: Reach::Domain,
        ..DirectorySettings::default()
    }
}

pub fn url(server: &Server) -> String {
    format!("ldap://{}", server.address)
}

pub async fn read_from(fault: Fault) -> Read {
    let server = serve(FOREST, fault, Security::Clear).await;
    read(settings(&[url(&server)])).await
}

/// What is asked of the forest, of its domain and of its objects.
fn parts(read: &Read) -> [Value; 3] {
    [
        "forest.schema.directory",
        "domains.0.machine_account_quota",
        "objects_read",
    ]
    .map(|path| match path.split_once(".0.") {
        Some((list, _)) if read.fact(list).is_string() => read.fact(list),
        _ => read.fact(path),
    })
}

/// What `forest.ldif` holds.
pub fn forest_facts() -> Vec<(&'static str, Value)> {
    vec![
        ("domain", json!("corp.test")),
        ("forest.root_domain", json!("corp.test")),
        ("forest.level", json!(7)),
        ("forest.schema.directory", json!(88)),
        ("forest.schema.exchange", json!("absent")),
        ("forest.schema.device_registration", json!(true)),
        ("forest.schema.laps", json!(false)),
        ("forest.upn_suffixes", json!(["contoso.com"])),
        ("forest.recycle_bin", json!(true)),
        ("forest.tombstone_lifetime_days", json!(180)),
        (
            "forest.sites",
            json!([{"name": "Berlin", "subnets": 1, "controllers": 1}]),
        ),
        (
            "forest.subnets",
            json!([{"prefix": "10.0.0.0/8", "site": {"known": "Berlin"}}]),
        ),
        ("forest.heuristics.upn_uniqueness", json!(true)),
        ("forest.trusted_forests", json!(["fabrikam.example"])),
        ("forest.key_distribution_root_keys", json!("denied")),
        ("forest.hybrid_join_scp", json!("absent")),
        ("forest.device_registration_service", json!(false)),
        ("forest.certification_authorities", json!([])),
        ("domains.0.dns_name", json!("child.corp.test")),
        ("domains.0.level", json!("not-run")),
        ("domains.1.netbios_name", json!("CORP")),
        ("domains.1.read", json!(true)),
        ("domains.1.machine_account_quota", json!(10)),
        ("domains.1.minimum_password_age_days", json!(1.0)),
        ("domains.1.password_policy.lockout_minutes", json!(30.0)),
        ("domains.1.password_policy.minimum_length", json!("denied")),
        ("domains.1.fine_grained_policies", json!("denied")),
        ("domains.1.unit_upn_suffixes", json!(["people.example"])),
        ("domains.1.sysvol_replication", json!("dfsr")),
        ("domains.1.services_without_aes", json!(1)),
        ("domains.1.des_only_accounts", json!(0)),
        ("domains.1.last_backup", json!("denied")),
        (
            "domains.1.operations_masters.pdc_emulator.host",
            json!("dc1.corp.test"),
        ),
        ("domains.1.system_management_container", json!(false)),
        ("domains.1.seamless_sso_key_changed", json!("absent")),
        ("domains.1.sync_accounts", json!(["MSOL_1"])),
        ("controllers.0.host", json!("dc1.corp.test")),
        ("controllers.0.site", json!("Berlin")),
        ("controllers.0.build", json!(20348)),
        ("objects_read", json!(8)),
        ("counts.users", json!(4)),
        ("counts.users_disabled", json!(1)),
        ("counts.groups", json!(1)),
        ("counts.contacts", json!(1)),
        ("counts.computers", json!(2)),
        ("computers.0.build", json!(26100)),
        ("computers.0.active", json!(1)),
        ("computers.1.server", json!(true)),
    ]
}

#[tokio::test]
async fn good_server_tells_everything() {
    let read = read_from(Fault::None).await;
    assert_eq!(read.ended, None);
    read.assert_facts("good", &forest_facts());
    read.assert_facts(
        "good",
        &[
            ("connection.authentication", json!("simple")),
            ("connection.protection", json!("none")),
            ("controllers.0.answers", json!(true)),
            ("controllers.0.clock_offset_ms", json!(2500)),
        ],
    );
    assert_eq!(read.objects.len(), 8);
    let joerg = read
        .objects
        .iter()
        .find(|object| object.dn.contains("Doe"))
        .unwrap();
    assert_eq!(joerg.display_name.as_deref(), Some("Doe, Jörg"));
    read.assert_remedies("good");
}

#[tokio::test]
async fn slow_server_is_waited_for() {
    let read = read_from(Fault::Slow).await;
    read.assert_facts("slow", &forest_facts());
}

/// What was read before the fault stays known, what was read after it has the reason, and no count
/// is known of objects that came in part.
#[tokio::test]
async fn fault_leaves_known_what_was_read_and_nothing_of_what_was_not() {
    let known = |objects: &str| [json!(88), json!(10), json!(objects)];
    let cases = [
        (Fault::ObjectsEnd(Code::SizeLimitExceeded), known("denied")),
        (
            Fault::ObjectsEnd(Code::TimeLimitExceeded),
            known("timed-out"),
        ),
        (Fault::ObjectsEnd(Code::AdminLimitExceeded), known("denied")),
        (
            Fault::ObjectsEnd(Code::InsufficentAccessRights),
            known("denied"),
        ),
        (Fault::ObjectsEnd(Code::Referral), known("not-configured")),
        (Fault::ObjectsEnd(Code::Busy), known("unreachable")),
        (Fault::ObjectsEnd(Code::NoSuchObject), known("denied")),
        (Fault::ObjectsEnd(Code::Other), known("failed")),
        (Fault::ObjectsSilent, known("timed-out")),
        (Fault::ObjectsCut, known("unreachable")),
        (Fault::ObjectsReferred, known("not-configured")),
        (Fault::ObjectsBadCookie, known("malformed")),
        (Fault::ClassesHidden, known("denied")),
        (
            Fault::ConfigurationDenied,
            [json!("denied"), json!("denied"), json!(8)],
        ),
        (Fault::SilentAfterBind, ["timed-out"; 3].map(Value::from)),
    ];
    let checks = cases.map(|(fault, expected)| leaves(fault, expected));
    futures::future::join_all(checks).await;
}

/// Reads from a server with this fault, and checks what is known of the forest, its domain and objects.
async fn leaves(fault: Fault, expected: [Value; 3]) {
    let name = format!("{fault:?}");
    let server = serve(FOREST, fault, Security::Clear).await;
    let mut settings = settings(&[url(&server)]);
    settings.domain = Some("corp.test".to_owned());
    let read = read(settings).await;
    let mut found = parts(&read);
    if expected[1] == json!(10) {
        found[1] = read.fact("domains.1.machine_account_quota");
    }
    assert_eq!(found, expected, "{name}");
    if expected[2] != json!(8) {
        for path in [
            "counts.users",
            "counts.users_disabled",
            "counts.groups",
            "computers",
        ] {
            assert_eq!(read.fact(path), expected[2], "{name}: {path}");
        }
        assert!(
            read.notes
                .iter()
                .any(|note| note.contains("not read to their end")),
            "{name}"
        );
    }
    assert_eq!(read.fact("forest.level"), json!(7), "{name}");
    assert_eq!(read.fact("controllers.0.answers"), json!(true), "{name}");
    read.assert_remedies(&name);
}

#[tokio::test]
async fn one_hidden_account_hides_how_many_are_disabled_and_nothing_else() {
    let read = read_from(Fault::OneAccountHidden).await;
    let expected = [
        ("counts.users", json!(4)),
        ("counts.users_disabled", json!("denied")),
        ("counts.computers_disabled", json!(0)),
        ("computers.0.enabled", json!(1)),
    ];
    read.assert_facts("hidden", &expected);
}

/// What cannot be entered ends the probe with its reason, and every fact has that reason.
/// One wrong password counts towards a lock-out; it must not be tried on every controller.
#[tokio::test]
async fn interrupted_probe_keeps_what_it_has_learned() {
    let server = serve(FOREST, Fault::ObjectsSilent, Security::Clear).await;
    let mut context = context(ObjectSink::discard(), untrusting());
    context.patience = Duration::from_secs(30);
    let began = tokio::time::Instant::now();
    let runner = Runner {
        context: &context,
        began,
        deadline: began + Duration::from_secs(60),
        observer: &Unobserved,
    };
    let probe = DirectoryProbe::new(settings(&[url(&server)]));
    let interrupt = async {
        server.seen.left_waiting.notified().await;
        context.cancel.cancel();
    };
    let limit = Duration::from_secs(60);
    let run = runner.run(ProbeId::Directory, Some(probe), limit);
    let ((facts, _), ()) = tokio::join!(run, interrupt);
    let facts = facts.into_known().unwrap();
    assert_eq!(facts.forest.schema.directory, Seen::Known(88));
    assert_eq!(facts.domains.known().unwrap().len(), 2);
    for count in [&facts.objects_read, &facts.counts.users] {
        assert_eq!(count.gap().unwrap().reason, Reason::Cancelled);
    }
    assert_eq!(facts.computers.gap().unwrap().reason, Reason::Cancelled);
}

#[tokio::test]
async fn base_bounds_the_objects_and_must_be_in_the_domain() {
    let server = serve(FOREST, Fault::None, Security::Clear).await;
    let with_base = |base: &str| DirectorySettings {
        base_dn: Some(base.to_owned()),
        ..settings(&[url(&server)])
    };
    let part = read(with_base("OU=People,DC=corp,DC=test")).await;
    assert_eq!(part.fact("objects_read"), json!(8));
    assert_eq!(part.fact("domains.1.read"), json!(false));
    let missing = read(with_base("OU=None,DC=corp,DC=test")).await;
    assert_eq!(missing.fact("counts.users"), json!("denied"));
    let outside = read(with_base("DC=other,DC=test")).await;
    assert!(outside.ended.unwrap().contains("is not in DC=corp,DC=test"));
}

//! What probes of this version make of raw evidence is what they made of it live.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use waterline_facts::{
    Environment, ProbeId, Seen,
    host::OsFamily,
    run::{ProbeOutcome, ProbeRun},
};
use waterline_probes::{
    Context, Evidence, Learned, ObjectSink,
    browsers::{self, BrowserProbe},
    catalog::Catalog,
    context::Progress,
    dns::{DnsProbe, DnsSettings},
    host::HostProbe,
    runner::{Runner, Unobserved},
    system::Recorded,
    tls,
};

use super::*;
use crate::{
    recording::{self, RecordingWriter},
    testing,
};

/// Runs probes on loopback and records what they learn.
async fn record(path: &Path, servers: Vec<SocketAddr>) -> Environment {
    let mut environment = testing::environment();
    let mut writer = RecordingWriter::create(path).unwrap();
    writer.begin(&environment.run).unwrap();
    let context = context(writer.evidence());
    let began = tokio::time::Instant::now();
    let limit = std::time::Duration::from_secs(60);
    let runner = Runner {
        context: &context,
        began,
        deadline: began + limit,
        observer: &Unobserved,
    };
    let system = Arc::new(machine());
    let host = HostProbe::of(system.clone());
    let browser = BrowserProbe::of(system, browsers::Catalog::embedded());
    let settings = DnsSettings {
        domains: vec!["corp.example".to_owned()],
        directory_domain: Some("corp.example".to_owned()),
        resolvers: servers,
        ..DnsSettings::new(Catalog::embedded())
    };
    let (host, browsers, dns) = tokio::join!(
        runner.run(ProbeId::Host, Some(host), limit),
        runner.run(ProbeId::Browsers, Some(browser), limit),
        runner.run(ProbeId::Dns, Some(DnsProbe::new(settings)), limit),
    );
    environment.host = known(host);
    environment.browsers = known(browsers);
    environment.dns = known(dns);
    writer.finish(&environment, &[]).unwrap();
    environment
}

fn known<T>((facts, run): (Seen<T>, ProbeRun)) -> Seen<T> {
    assert_eq!(run.outcome, ProbeOutcome::Completed);
    facts
}

fn context(evidence: Evidence) -> Context {
    Context {
        clock: waterline_probes::Clock::Fixed(testing::environment().run.started),
        cancel: tokio_util::sync::CancellationToken::new(),
        patience: std::time::Duration::from_millis(400),
        concurrency: 8,
        tls: tls::client_config(Vec::new()).unwrap(),
        progress: Progress::default(),
        objects: ObjectSink::discard(),
        learned: Learned::default(),
        evidence,
    }
}

fn machine() -> Recorded {
    Recorded::new(OsFamily::Linux)
        .with_file(
            "/etc/os-release",
            "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n",
        )
        .with_file(
            "/etc/sssd/sssd.conf",
            "[sssd]\ndomains = corp.example\n[domain/corp.example]\nid_provider = ad\n\
             ldap_default_authtok = hunter2\n",
        )
        .with_denied("/etc/krb5.keytab")
        .with_file(
            "/var/lib/dpkg/status",
            "Package: firefox-esr\nStatus: install ok installed\nVersion: 128.3.0esr-1\n\n",
        )
}

/// A server that answers each question by its name: addresses, text, absence, failure, silence.
async fn server() -> SocketAddr {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut query = [0; 1500];
        while let Ok((size, from)) = socket.recv_from(&mut query).await {
            if let Some(answer) = answer(&query[..size]) {
                let _ = socket.send_to(&answer, from).await;
            }
        }
    });
    address
}

fn answer(query: &[u8]) -> Option<Vec<u8>> {
    use hickory_proto::{
        op::{Message, MessageType, ResponseCode},
        rr::{RData, Record, RecordType, rdata},
    };
    let mut message = Message::from_vec(query).unwrap();
    message.metadata.message_type = MessageType::Response;
    let asked = message.queries[0].clone();
    let name = asked.name().to_ascii();
    match (name.as_str(), asked.query_type()) {
        (name, _) if name.starts_with("lyncdiscover") => return None,
        (_, RecordType::A) => {
            let data = RData::A(rdata::A::new(192, 0, 2, 7));
            let record = Record::from_rdata(asked.name().clone(), 60, data);
            message.answers.push(record);
        }
        ("corp.example.", RecordType::TXT) => {
            let policy = vec!["v=spf1 include:corp.example -all".to_owned()];
            let data = RData::TXT(rdata::TXT::new(policy));
            let record = Record::from_rdata(asked.name().clone(), 60, data);
            message.answers.push(record);
        }
        (_, RecordType::SRV) => {
            let host = hickory_proto::rr::Name::from_ascii("dc1.corp.example.").unwrap();
            let data = RData::SRV(rdata::SRV::new(0, 100, 389, host));
            let record = Record::from_rdata(asked.name().clone(), 60, data);
            message.answers.push(record);
        }
        (_, RecordType::MX) => message.metadata.response_code = ResponseCode::ServFail,
        _ => message.metadata.response_code = ResponseCode::NXDomain,
    }
    Some(message.to_vec().unwrap())
}

async fn recorded(name: &str) -> (tempfile::TempDir, PathBuf, Environment) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    // Two that answer: what they say of names that nobody has (an address) is a fact.
    let servers = vec![server().await, server().await];
    let environment = record(&path, servers).await;
    (folder, path, environment)
}

fn derived(opened: &Opened) -> (Environment, Account) {
    let mut environment = opened.environment.clone();
    let account = reinterpret(opened, &mut environment);
    (environment, account)
}

#[tokio::test(flavor = "multi_thread")]
async fn same_program_derives_the_facts_that_it_had_learned() {
    for name in ["run", "run.waterline"] {
        let (_folder, path, live) = recorded(name).await;
        let (anew, account) = tokio::task::spawn_blocking(move || {
            let opened = recording::open(&path).unwrap();
            assert_eq!(opened.problems, []);
            assert_eq!(opened.evident().count(), 3);
            derived(&opened)
        })
        .await
        .unwrap();
        for (probe, outcome) in account.probes() {
            let same = Outcome::Derived {
                changed: Vec::new(),
                kept: Vec::new(),
            };
            match probe {
                ProbeId::Host | ProbeId::Browsers | ProbeId::Dns => {
                    assert_eq!(*outcome, same, "{probe}");
                }
                _ => assert!(matches!(outcome, Outcome::AsRecorded(_)), "{probe}"),
            }
        }
        assert_eq!(anew, live);
        assert!(live.dns.known().unwrap().controllers.known().unwrap().len() == 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_of_the_evidence_and_not_of_the_record() {
    let (_folder, path, live) = recorded("run").await;
    tokio::task::spawn_blocking(move || {
        let opened = recording::open(&path).unwrap();
        let mut environment = Environment {
            dns: Seen::Known(waterline_facts::DnsFacts::default()),
            host: Seen::Known(waterline_facts::HostFacts::default()),
            ..live.clone()
        };
        let account = reinterpret(&opened, &mut environment);
        assert_eq!(environment, live);
        let changed = account.probes().find(|(probe, _)| *probe == ProbeId::Dns);
        let Some((_, Outcome::Derived { changed, .. })) = changed else {
            panic!("{account:?}");
        };
        assert!(changed.contains(&"dns.records".to_owned()), "{changed:?}");
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_no_evidence() {
    let (_folder, path, _) = recorded("run").await;
    tokio::task::spawn_blocking(move || {
        let opened = recording::open(&path).unwrap();
        let items = opened.evidence(ProbeId::Host).unwrap();
        let all: Vec<String> = items.iter().flat_map(crate::shown::raw::lines).collect();
        let all = all.join("\n");
        assert!(
            all.contains("id_provider = ad") && !all.contains("hunter2"),
            "{all}"
        );
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn fact_is_shown_with_the_answers_that_it_came_from_alone() {
    let (_folder, path, _) = recorded("run").await;
    tokio::task::spawn_blocking(move || {
        let opened = recording::open(&path).unwrap();
        let items = crate::shown::raw::evidence(&opened, "dns.controllers[0].ipv4").unwrap();
        assert!(!items.is_empty());
        let about = |item: &waterline_probes::evidence::Item| item.about == "dns.controllers[0]";
        assert!(items.iter().all(about));
        let text: Vec<String> = items.iter().flat_map(crate::shown::raw::lines).collect();
        let text = text.join("\n");
        assert!(
            text.contains("dc1.corp.example. 60 IN A 192.0.2.7"),
            "{text}"
        );
    })
    .await
    .unwrap();
}

#[test]
fn recording_without_evidence_stands_as_recorded_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let writer = RecordingWriter::create(&path).unwrap();
    writer.finish(&testing::environment(), &[]).unwrap();
    let opened = recording::open(&path).unwrap();
    let (anew, account) = derived(&opened);
    assert_eq!(anew, opened.environment);
    let all = |(_, outcome): (ProbeId, &Outcome)| matches!(outcome, Outcome::AsRecorded(_));
    assert!(account.probes().all(all), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn redacted_recording_has_no_evidence_and_nothing_of_it() {
    let (folder, path, _) = recorded("run").await;
    tokio::task::spawn_blocking(move || {
        let opened = recording::open(&path).unwrap();
        let target = folder.path().join("redacted");
        let secret = crate::redact::Secret::draw().unwrap();
        crate::redact::redact(&opened, &secret, &target, None).unwrap();
        let redacted = recording::open(&target).unwrap();
        assert_eq!(redacted.evident().count(), 0);
        assert!(!target.join("evidence").exists());
        let (_, account) = derived(&redacted);
        let (_, outcome) = account.probes().next().unwrap();
        assert!(outcome.to_string().contains("no raw evidence"), "{outcome}");
    })
    .await
    .unwrap();
}

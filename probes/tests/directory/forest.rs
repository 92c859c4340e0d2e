//! A forest of two domains on two controllers: found, entered and read together.

use std::sync::atomic::Ordering;

use ldap3_proto::LdapResultCode as Code;
use rustls::pki_types::CertificateDer;
use serde_json::json;
use waterline_probes::{
    directory::{AuthChoice, Cleartext, DirectorySettings, Reach, StartTls},
    tls,
};

use crate::{
    FOREST, Read,
    certificates::certificate,
    read, read_trusting,
    resolver::{Locator, resolver},
    server::{Fault, PASSWORD, Security, Server, Stage, perform, serve},
    wire::{settings, simple, url},
};

/// What the child's controller holds: its domain, and the configuration of the forest.
fn child_text() -> String {
    let (_, configuration) = FOREST.split_at(FOREST.find("dn: CN=Configuration").unwrap());
    format!("{}{configuration}", include_str!("child.ldif"))
}

/// A controller of the child domain.
pub fn child(fault: Fault, security: Security) -> Stage {
    Stage {
        text: child_text(),
        fault,
        security,
        domain: "child.corp.test",
        host: "DC1.child.corp.test",
        ..Stage::new("")
    }
}

/// Settings that enter the whole forest.
pub fn whole(servers: &[String]) -> DirectorySettings {
    DirectorySettings {
        reach: Reach::Forest,
        ..settings(servers)
    }
}

/// Settings that find every controller by DNS and begin TLS on it.
pub async fn by_dns(locators: Vec<Locator>) -> (DirectorySettings, crate::resolver::Resolver) {
    let resolver = resolver(locators).await;
    let settings = DirectorySettings {
        domain: Some("corp.test".to_owned()),
        cleartext: Cleartext::Refused,
        start_tls: StartTls::Always,
        resolvers: vec![resolver.address],
        ..whole(&[])
    };
    (settings, resolver)
}

pub async fn read_with(settings: DirectorySettings, authority: CertificateDer<'static>) -> Read {
    read_trusting(settings, tls::client_config(vec![authority]).unwrap()).await
}

fn assert_whole(read: &Read, name: &str) {
    assert_eq!(read.ended, None, "{name}");
    let expected = [
        ("domain", json!("corp.test")),
        ("objects_read", json!(12)),
        ("counts.users", json!(6)),
        ("counts.groups", json!(2)),
        ("domains.0.dns_name", json!("child.corp.test")),
        ("domains.0.netbios_name", json!("CHILD")),
        ("domains.0.read", json!(true)),
        ("domains.0.level", json!(6)),
        ("domains.0.machine_account_quota", json!(0)),
        ("domains.0.minimum_password_age_days", json!(0.0)),
        ("domains.1.read", json!(true)),
        ("domains.1.machine_account_quota", json!(10)),
        (
            "domains.0.services.configuration_manager.sites.0.code",
            json!("C01"),
        ),
        ("domains.0.services.seamless_sso", json!("absent")),
        ("domains.0.services.delegation.resource_based", json!(0)),
        (
            "domains.1.services.configuration_manager.container",
            json!("absent"),
        ),
        (
            "domains.1.services.synchronization.accounts.0.name",
            json!("MSOL_1"),
        ),
        ("controllers.0.host", json!("dc1.child.corp.test")),
        ("controllers.0.domain", json!("child.corp.test")),
        ("controllers.0.answers", json!(true)),
        ("controllers.0.build", json!(17763)),
        ("controllers.1.build", json!(20348)),
    ];
    read.assert_facts(name, &expected);
    assert_eq!(read.objects.len(), 12, "{name}");
    let anns = read.objects.iter();
    let anns = anns.filter(|object| object.user_principal_name.as_deref() == Some("ann@corp.test"));
    assert_eq!(anns.count(), 2, "{name}: both holders come");
    read.assert_remedies(name);
}

#[tokio::test]
async fn every_domain_is_found_by_dns_and_read_from_its_own_controller() {
    let (config, authority) = certificate();
    let security = Security::StartTls(config);
    let root = serve(FOREST, Fault::None, security.clone()).await;
    let other = perform(child(Fault::None, security)).await;
    let port = |server: &Server| server.address.port();
    let (settings, _resolver) = by_dns(vec![
        Locator::of("corp.test", "dc1.corp.test", port(&root)),
        Locator::of("child.corp.test", "dc1.child.corp.test", port(&other)),
    ])
    .await;
    let read = read_with(settings, authority).await;
    assert_whole(&read, "by dns");
    assert_eq!(read.fact("connection.protection"), json!("start-tls"));
}

#[tokio::test]
async fn controllers_that_were_named_serve_their_own_domains() {
    let root = serve(FOREST, Fault::None, Security::Clear).await;
    let other = perform(child(Fault::None, Security::Clear)).await;
    assert_whole(&read(whole(&[url(&root), url(&other)])).await, "named");
}

#[tokio::test]
async fn one_domain_is_read_if_no_more_is_wanted() {
    let root = serve(FOREST, Fault::None, Security::Clear).await;
    let other = perform(child(Fault::None, Security::Clear)).await;
    let read = read(settings(&[url(&root), url(&other)])).await;
    let expected = [
        ("objects_read", json!(8)),
        ("domains.0.read", json!("not-run")),
        ("domains.1.read", json!(true)),
    ];
    read.assert_facts("one domain", &expected);
}

/// The domain that was entered is read and told all the same; nothing is concluded of the pool.
#[tokio::test]
async fn domain_that_cannot_be_read_leaves_the_pool_unknown_for_its_reason() {
    let cases = [
        (
            Fault::Bind(Code::InvalidCredentials, "data 532, v1"),
            "denied",
        ),
        (Fault::Bind(Code::StrongerAuthRequired, ""), "denied"),
        (Fault::ClosesAtOnce, "not-configured"),
        (Fault::Silent, "timed-out"),
        (Fault::OtherForest, "not-configured"),
        (Fault::SilentAfterBind, "timed-out"),
        (Fault::ObjectsEnd(Code::InsufficentAccessRights), "denied"),
    ];
    let checks = cases.map(|(fault, reason)| leaves_unknown(fault, reason));
    futures::future::join_all(checks).await;
}

async fn leaves_unknown(fault: Fault, reason: &str) {
    let name = format!("{fault:?}");
    let root = serve(FOREST, Fault::None, Security::Clear).await;
    let other = perform(child(fault, Security::Clear)).await;
    let nobody = resolver(Vec::new()).await;
    let read = read(DirectorySettings {
        resolvers: vec![nobody.address],
        ..whole(&[url(&root), url(&other)])
    })
    .await;
    assert_eq!(read.ended, None, "{name}");
    let expected = [
        ("domains.0.read", json!(reason)),
        ("domains.1.read", json!(true)),
        ("domains.1.machine_account_quota", json!(10)),
        ("objects_read", json!(reason)),
        ("counts.users", json!(reason)),
        ("counts.computers", json!(reason)),
        ("forest.level", json!(7)),
    ];
    read.assert_facts(&name, &expected);
    assert!(read.objects.len() >= 8, "{name}: what can be read is read");
    if read.fact("domains.0.level") == reason {
        for services in ["seamless_sso", "synchronization.accounts", "laps.computers"] {
            let fact = format!("domains.0.services.{services}");
            assert_eq!(read.fact(&fact), json!(reason), "{name}: {fact}");
        }
    }
    read.assert_remedies(&name);
}

#[tokio::test]
async fn domain_without_controllers_is_told_by_name() {
    let root = serve(FOREST, Fault::None, Security::Clear).await;
    let nobody = resolver(Vec::new()).await;
    let read = read(DirectorySettings {
        resolvers: vec![nobody.address],
        ..whole(&[url(&root)])
    })
    .await;
    for fact in ["objects_read", "domains.0.read", "domains.0.level"] {
        assert_eq!(read.fact(fact), json!("not-configured"), "{fact}");
    }
    assert!(read.detail("objects_read").contains("child.corp.test"));
    let noted = |note: &String| note.starts_with("child.corp.test was not read");
    assert!(read.notes.iter().any(noted), "{:?}", read.notes);
}

#[tokio::test]
async fn forest_whose_domains_are_hidden_is_not_read_whole() {
    let root = serve(FOREST, Fault::ConfigurationDenied, Security::Clear).await;
    let read = read(whole(&[url(&root)])).await;
    assert_eq!(read.fact("objects_read"), json!("denied"));
    assert!(read.detail("objects_read").contains("which domains"));
    assert_eq!(read.objects.len(), 8);
}

#[tokio::test]
async fn controller_of_this_machines_site_is_taken_first() {
    let (config, authority) = certificate();
    let stage = |host| Stage {
        security: Security::StartTls(config.clone()),
        host,
        site: Some("Berlin"),
        ..Stage::new(FOREST)
    };
    let far = perform(stage("dc1.corp.test")).await;
    let near = perform(stage("dc9.corp.test")).await;
    let near_port = near.address.port();
    let (mut settings, _resolver) = by_dns(vec![
        Locator::of("corp.test", "dc1.corp.test", far.address.port()),
        Locator::of("corp.test", "dc9.corp.test", near_port),
        Locator {
            name: "_ldap._tcp.berlin._sites.dc._msdcs.corp.test".to_owned(),
            ..Locator::of("corp.test", "dc9.corp.test", near_port)
        },
    ])
    .await;
    settings.reach = Reach::Domain;
    let read = read_with(settings, authority).await;
    assert_eq!(read.fact("connection.server"), json!("dc9.corp.test"));
    assert_eq!(read.fact("objects_read"), json!(8));
}

#[tokio::test]
async fn suggested_domain_is_taken_if_dns_knows_it_and_never_for_a_password() {
    let server = serve(FOREST, Fault::None, Security::Clear).await;
    let resolver = resolver(vec![Locator::of(
        "corp.test",
        "dc1.corp.test",
        server.address.port(),
    )])
    .await;
    let suggested = DirectorySettings {
        suggested: vec!["athena.test".to_owned(), "corp.test".to_owned()],
        auth: AuthChoice::Anonymous,
        resolvers: vec![resolver.address],
        ..DirectorySettings::default()
    };
    let read = read(suggested.clone()).await;
    assert_eq!(read.fact("domain"), json!("corp.test"));
    assert_eq!(read.fact("forest.level"), json!(7));
    let password = DirectorySettings {
        auth: simple(PASSWORD),
        ..suggested
    };
    let connections = server.seen.connections.load(Ordering::Relaxed);
    let refused = crate::read(password).await;
    assert_eq!(refused.fact("connection"), json!("not-configured"));
    let after = server.seen.connections.load(Ordering::Relaxed);
    assert_eq!(after, connections, "nobody is contacted");
}

//! Entering a directory: sign-in, TLS, and which of several servers is taken.

use std::{sync::atomic::Ordering, time::Instant};

use ldap3_proto::LdapResultCode as Code;
use rcgen::CertificateParams;
use serde_json::json;
use waterline_probes::{
    directory::{AuthChoice, Cleartext, DirectorySettings},
    tls,
};

use crate::{
    FOREST, PATIENCE,
    certificates::{certificate, certificate_of},
    read, read_trusting,
    server::{Fault, Security, Server, serve},
    wire::{read_from, settings, simple, url},
};

#[tokio::test]
async fn server_that_cannot_be_entered_says_why() {
    let cases = [
        (Fault::Silent, "timed-out", "did not answer in time"),
        (Fault::NotLdap, "unreachable", "ended the connection"),
        (Fault::ClosesAtOnce, "unreachable", "ended the connection"),
        (Fault::OtherDirectory, "malformed", "no Active Directory"),
        (
            Fault::Bind(Code::StrongerAuthRequired, ""),
            "denied",
            "signed or encrypted",
        ),
        (
            Fault::Bind(Code::InvalidCredentials, "x, data 775, y"),
            "denied",
            "locked out",
        ),
        (
            Fault::Bind(Code::Unavailable, ""),
            "unreachable",
            "too busy",
        ),
    ];
    for (fault, reason, detail) in cases {
        let name = format!("{fault:?}");
        let read = read_from(fault).await;
        assert!(
            read.ended.as_ref().unwrap().contains(detail),
            "{name}: {:?}",
            read.ended
        );
        for path in ["connection", "objects_read", "forest.sites", "domains"] {
            assert_eq!(read.fact(path), json!(reason), "{name}: {path}");
        }
        assert!(read.objects.is_empty());
        read.assert_remedies(&name);
    }
}

#[tokio::test]
async fn refused_account_is_told_why_and_what_to_do() {
    let cases = [
        ("525", "does not exist", "--bind-dn"),
        ("52e", "wrong name or password", "--bind-dn"),
        ("530", "at this time", "that may"),
        ("532", "password has expired", "change the password"),
        ("533", "is disabled", "enabled"),
        ("701", "account has expired", "enabled"),
        ("773", "must be changed", "change the password"),
        ("775", "locked out", "no further sign-in"),
        ("80090346", "channel binding", "sealed"),
    ];
    for (code, words, remedy) in cases {
        let text = format!("80090308: comment: AcceptSecurityContext error, data {code}, v4f7c");
        let text: &'static str = Box::leak(text.into_boxed_str());
        let server = serve(
            FOREST,
            Fault::Bind(Code::InvalidCredentials, text),
            Security::Clear,
        )
        .await;
        let read = read(settings(&[url(&server), url(&server)])).await;
        let ended = read.ended.as_ref().unwrap();
        assert!(ended.contains(words), "{code}: {ended}");
        assert_eq!(read.fact("connection"), json!("denied"), "{code}");
        let told = read.facts.pointer("/connection/unknown/remedy").unwrap();
        assert!(told.as_str().unwrap().contains(remedy), "{code}: {told}");
        let tried = server.seen.passwords.load(Ordering::Relaxed);
        assert_eq!(tried, 1, "{code}: one refused sign-in ends the try");
    }
}

#[tokio::test]
async fn certificate_of_another_name_or_of_another_time_is_not_trusted() {
    let names = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned());
        CertificateParams::new(names.collect::<Vec<_>>()).unwrap()
    };
    let mut expired = names(&["127.0.0.1"]);
    expired.not_before = rcgen::date_time_ymd(2020, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let cases = [
        (names(&["dc9.corp.test"]), "by a name in its certificate"),
        (expired, "renew the server's certificate"),
    ];
    for (own, remedy) in cases {
        let (config, authority) = certificate_of(own);
        for (scheme, security) in [
            ("ldaps", Security::Ldaps(config.clone())),
            ("ldap", Security::StartTls(config)),
        ] {
            let server = serve(FOREST, Fault::None, security).await;
            let mut settings = settings(&[format!("{scheme}://{}", server.address)]);
            settings.cleartext = Cleartext::Refused;
            let trusted = tls::client_config(vec![authority.clone()]).unwrap();
            let read = read_trusting(settings, trusted).await;
            assert_eq!(read.fact("connection"), json!("untrusted"), "{remedy}");
            let told = read.facts.pointer("/connection/unknown/remedy").unwrap();
            assert!(told.as_str().unwrap().contains(remedy), "{told}");
            assert!(read.ended.unwrap().contains("127.0.0.1"), "{remedy}");
            assert_eq!(server.seen.passwords.load(Ordering::Relaxed), 0);
        }
    }
}

#[tokio::test]
async fn tls_and_plain_ldap_at_the_wrong_port_are_told() {
    let (config, _) = certificate();
    let plain = serve(FOREST, Fault::None, Security::Clear).await;
    let tls = serve(FOREST, Fault::None, Security::Ldaps(config)).await;
    for (scheme, server) in [("ldaps", &plain), ("ldap", &tls)] {
        let mut settings = settings(&[format!("{scheme}://{}", server.address)]);
        settings.cleartext = Cleartext::Refused;
        let read = read(settings).await;
        let reason = read.fact("connection");
        let known = ["malformed", "unreachable", "timed-out"].map(|reason| json!(reason));
        assert!(known.contains(&reason), "{scheme}: {reason}");
        assert!(read.ended.as_ref().unwrap().contains("127.0.0.1"));
        read.assert_remedies(scheme);
        assert_eq!(server.seen.passwords.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn refused_sign_in_keeps_what_was_told_without_one() {
    let server = serve(FOREST, Fault::None, Security::Clear).await;
    for (auth, detail) in [
        (simple("a wrong one"), "wrong name or password"),
        (AuthChoice::Anonymous, "without a sign-in"),
    ] {
        let mut settings = settings(&[url(&server)]);
        settings.auth = auth;
        let read = read(settings).await;
        let ended = read.ended.as_ref().unwrap();
        assert!(
            ended.contains(detail) && !ended.contains("a wrong one"),
            "{ended}"
        );
        let expected = [
            ("forest.level", json!(7)),
            ("controllers.0.answers", json!(true)),
            ("counts.users", json!("denied")),
            ("forest.schema.directory", json!("denied")),
        ];
        read.assert_facts(detail, &expected);
        read.assert_remedies(detail);
    }
}

#[tokio::test]
async fn tls_is_used_from_the_start_or_begun_within() {
    let (config, authority) = certificate();
    for (scheme, security, protection) in [
        ("ldaps", Security::Ldaps(config.clone()), "ldaps"),
        ("ldap", Security::StartTls(config), "start-tls"),
    ] {
        let server = serve(FOREST, Fault::None, security).await;
        let mut settings = settings(&[format!("{scheme}://{}", server.address)]);
        settings.cleartext = Cleartext::Refused;
        let trusted = tls::client_config(vec![authority.clone()]).unwrap();
        let read = read_trusting(settings.clone(), trusted).await;
        assert_eq!(read.ended, None, "{protection}");
        assert_eq!(read.fact("connection.protection"), json!(protection));
        assert_eq!(read.fact("objects_read"), json!(8));

        let untrusting = crate::read(settings).await;
        assert_eq!(
            untrusting.fact("connection"),
            json!("untrusted"),
            "{protection}"
        );
        assert!(
            untrusting
                .ended
                .as_ref()
                .unwrap()
                .contains("does not verify")
        );
        untrusting.assert_remedies(protection);
    }
}

#[tokio::test]
async fn password_is_not_sent_in_clear() {
    let server = serve(FOREST, Fault::None, Security::Clear).await;
    let mut settings = settings(&[url(&server)]);
    settings.cleartext = Cleartext::Refused;
    let read = read(settings).await;
    assert!(read.ended.unwrap().contains("does not begin TLS"));
    assert_eq!(server.seen.passwords.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn refused_sign_in_is_tried_once() {
    let first = serve(FOREST, Fault::None, Security::Clear).await;
    let second = serve(FOREST, Fault::None, Security::Clear).await;
    let mut settings = settings(&[url(&first), url(&second)]);
    settings.auth = simple("a wrong one");
    read(settings).await;
    let passwords = |server: &Server| server.seen.passwords.load(Ordering::Relaxed);
    assert_eq!(passwords(&first) + passwords(&second), 1);
}

#[tokio::test]
async fn empty_password_is_never_a_sign_in() {
    let server = serve(FOREST, Fault::None, Security::Clear).await;
    let mut settings = settings(&[url(&server)]);
    settings.auth = simple("");
    let read = read(settings).await;
    assert_eq!(read.fact("connection"), json!("not-configured"));
}

#[tokio::test]
async fn next_server_is_taken_if_the_first_does_not_serve() {
    let good = serve(FOREST, Fault::None, Security::Clear).await;
    let silent = serve(FOREST, Fault::Silent, Security::Clear).await;
    let busy = serve(FOREST, Fault::Bind(Code::Unavailable, ""), Security::Clear).await;
    let read_only = serve(FOREST, Fault::ReadOnly, Security::Clear).await;
    let closed = "ldap://127.0.0.1:1".to_owned();
    for first in [url(&silent), url(&busy), url(&read_only), closed] {
        let begun = Instant::now();
        let read = read(settings(&[first.clone(), url(&good)])).await;
        assert_eq!(read.fact("objects_read"), json!(8), "{first}");
        // Twice the limit of a single answer, and some time for the machine.
        assert!(
            begun.elapsed() < 4 * PATIENCE,
            "{first}: {:?}",
            begun.elapsed()
        );
    }
}

#[tokio::test]
async fn many_dead_servers_hold_nobody_up() {
    let good = serve(FOREST, Fault::None, Security::Clear).await;
    let silent = serve(FOREST, Fault::Silent, Security::Clear).await;
    let mut servers = vec![url(&good)];
    servers.extend(vec![url(&silent); 3]);
    let begun = Instant::now();
    let read = read(settings(&servers)).await;
    assert_eq!(read.fact("objects_read"), json!(8));
    assert!(begun.elapsed() < 4 * PATIENCE, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn read_only_controller_serves_if_there_is_no_other_and_says_so() {
    let read = read_from(Fault::ReadOnly).await;
    assert_eq!(read.fact("objects_read"), json!(8));
    assert!(read.notes.iter().any(|note| note.contains("read-only")));
}

#[tokio::test]
async fn without_domain_or_server_nothing_is_contacted() {
    let read = read(DirectorySettings::default()).await;
    assert_eq!(read.fact("domain"), json!("absent"));
    assert_eq!(read.fact("connection"), json!("not-configured"));
    read.assert_remedies("nothing");
}

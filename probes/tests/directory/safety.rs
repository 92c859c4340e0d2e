//! What is sent over whole runs: nothing but binds, searches for named harmless attributes, and their
//! ends; no password without TLS; to nobody to whom a server refers.

use std::sync::atomic::Ordering;

use ldap3_proto::{
    LdapMsg,
    control::LdapControl,
    proto::{LdapBindCred, LdapFilter, LdapOp, LdapSearchRequest},
};
use serde_json::json;
use waterline_probes::directory::{AuthChoice, Cleartext};

use crate::{
    FOREST,
    certificates::certificate,
    forest::{by_dns, child, read_with, whole},
    read,
    resolver::Locator,
    server::{Channel, Fault, START_TLS, Security, Server, Stage, perform, serve},
    wire::url,
};

/// Attributes that hold passwords, keys, recovery secrets, or photos in which AD FS hides its key. A
/// list of its own, so that it cannot err together with the probe's.
const NEVER: [&str; 16] = [
    "unicodePwd",
    "dBCSPwd",
    "ntPwdHistory",
    "lmPwdHistory",
    "supplementalCredentials",
    "userPassword",
    "unixUserPassword",
    "trustAuthIncoming",
    "trustAuthOutgoing",
    "ms-Mcs-AdmPwd",
    "msLAPS-Password",
    "msLAPS-EncryptedPassword",
    "msDS-ManagedPassword",
    "msFVE-RecoveryPassword",
    "msKds-RootKeyData",
    "thumbnailPhoto",
];

/// Paged results, domain scope, and which parts of a descriptor are wanted: none changes anything.
const CONTROLS: [&str; 3] = [
    "1.2.840.113556.1.4.319",
    "1.2.840.113556.1.4.1339",
    "1.2.840.113556.1.4.801",
];

fn requests(server: &Server) -> Vec<(Channel, LdapMsg)> {
    server.seen.requests.lock().unwrap().clone()
}

fn assert_harmless(server: &Server) {
    let requests = requests(server);
    let searches = requests
        .iter()
        .filter(|(_, message)| matches!(message.op, LdapOp::SearchRequest(_)));
    assert!(searches.count() > 5, "the run asked for something");
    for (channel, message) in requests {
        for control in &message.ctrl {
            assert_control(control);
        }
        match &message.op {
            LdapOp::SearchRequest(request) => assert_search(request),
            LdapOp::BindRequest(request) => match request.cred {
                LdapBindCred::Simple(_) => assert_eq!(channel, Channel::Tls, "a clear password"),
                _ => panic!("no other bind was wanted: {request:?}"),
            },
            LdapOp::ExtendedRequest(request) => assert_eq!(request.name, START_TLS),
            LdapOp::UnbindRequest | LdapOp::AbandonRequest(_) => {}
            other => panic!("a request that does not only read: {other:?}"),
        }
    }
}

fn assert_control(control: &LdapControl) {
    match control {
        LdapControl::SimplePagedResults { .. } => {}
        // The access list alone: neither the owner nor the audit list.
        LdapControl::SdFlags { flags: 4, .. } => {}
        LdapControl::Unknown { oid, .. } => assert!(CONTROLS.contains(&oid.as_str()), "{oid}"),
        other => panic!("a control that was not wanted: {other:?}"),
    }
}

fn assert_search(request: &LdapSearchRequest) {
    assert!(!request.attrs.is_empty(), "all attributes: {request:?}");
    let mut asked = request.attrs.clone();
    attributes(&request.filter, &mut asked);
    for name in asked {
        let base = name.split(';').next().unwrap().trim();
        assert!(!matches!(base, "" | "*" | "+"), "{request:?}");
        let never = NEVER.iter().find(|never| never.eq_ignore_ascii_case(base));
        assert_eq!(never, None, "{request:?}");
    }
}

/// The attributes that a filter looks at.
fn attributes(filter: &LdapFilter, into: &mut Vec<String>) {
    match filter {
        LdapFilter::And(all) | LdapFilter::Or(all) => {
            all.iter().for_each(|filter| attributes(filter, into));
        }
        LdapFilter::Not(inner) => attributes(inner, into),
        LdapFilter::Equality(name, _)
        | LdapFilter::Present(name)
        | LdapFilter::Substring(name, _)
        | LdapFilter::GreaterOrEqual(name, _)
        | LdapFilter::LessOrEqual(name, _)
        | LdapFilter::Approx(name, _) => into.push(name.clone()),
        LdapFilter::Extensible(rule) => into.extend(rule.type_.clone()),
    }
}

#[tokio::test]
async fn run_over_a_forest_only_reads_and_sends_passwords_under_tls_alone() {
    let (config, authority) = certificate();
    let security = Security::StartTls(config);
    let root = perform(Stage {
        security: security.clone(),
        site: Some("Berlin"),
        ..Stage::new(FOREST)
    })
    .await;
    let other = perform(child(Fault::None, security)).await;
    let (settings, _resolver) = by_dns(vec![
        Locator::of("corp.test", "dc1.corp.test", root.address.port()),
        Locator::of(
            "child.corp.test",
            "dc1.child.corp.test",
            other.address.port(),
        ),
    ])
    .await;
    let read = read_with(settings, authority).await;
    assert_eq!(read.fact("objects_read"), json!(12));
    for server in [&root, &other] {
        assert_harmless(server);
        let mut clear = requests(server)
            .into_iter()
            .filter(|(channel, _)| *channel == Channel::Clear);
        let tls_only =
            |(_, message): (_, LdapMsg)| matches!(message.op, LdapOp::ExtendedRequest(_));
        assert!(clear.all(tls_only));
    }
}

#[tokio::test]
async fn whole_run_over_ldaps_and_one_that_fails_half_way_only_read() {
    let (config, authority) = certificate();
    for fault in [Fault::None, Fault::ObjectsSilent, Fault::OneAccountHidden] {
        let server = serve(FOREST, fault, Security::Ldaps(config.clone())).await;
        let mut settings = whole(&[format!("ldaps://{}", server.address)]);
        settings.reach = waterline_probes::directory::Reach::Domain;
        settings.cleartext = Cleartext::Refused;
        read_with(settings, authority.clone()).await;
        assert_harmless(&server);
    }
}

#[tokio::test]
async fn server_that_is_referred_to_is_not_contacted() {
    let elsewhere = serve(FOREST, Fault::None, Security::Clear).await;
    let root = perform(Stage {
        fault: Fault::ObjectsReferred,
        elsewhere: format!("{}/DC=corp,DC=test", url(&elsewhere)),
        ..Stage::new(FOREST)
    })
    .await;
    let read = read(crate::wire::settings(&[url(&root)])).await;
    assert_eq!(read.fact("objects_read"), json!("not-configured"));
    assert_eq!(elsewhere.seen.connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn anonymous_run_asks_for_the_root_dse_and_signs_in_nowhere() {
    let server = serve(FOREST, Fault::None, Security::Clear).await;
    let mut settings = whole(&[url(&server)]);
    settings.auth = AuthChoice::Anonymous;
    let read = read(settings).await;
    assert_eq!(read.fact("forest.level"), json!(7));
    for (_, message) in requests(&server) {
        match &message.op {
            LdapOp::SearchRequest(request) => {
                assert_eq!(request.base, "");
                assert_search(request);
            }
            LdapOp::UnbindRequest => {}
            other => panic!("an anonymous run sends {other:?}"),
        }
    }
}

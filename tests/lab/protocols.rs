//! The controller's own services, one by one, and a clock that is ten minutes wrong.

use serde_json::Value;
use xtask::lab::names::AHEAD_S;
use xtask::lab::{ADDRESS, DOMAIN, REALM, SERVER};

use super::harness::{lab, waterline};

/// What the controller answered.
fn controller() -> Value {
    let folder = tempfile::TempDir::new().unwrap();
    let recording = folder.path().join("recording").display().to_string();
    let options = [
        "record",
        &recording,
        "--only",
        "protocols",
        "--domain",
        DOMAIN,
    ];
    let options = [&options[..], &["--resolver", ADDRESS, "--proxy", "none"]].concat();
    let output = waterline(&lab(), &options);
    let messages = String::from_utf8_lossy(&output.stderr);
    let facts = std::fs::read_to_string(format!("{recording}/environment/protocols.json"));
    let facts = facts.unwrap_or_else(|error| panic!("{error}: {messages}"));
    let facts: Value = serde_json::from_str(&facts).unwrap();
    let controllers = facts["known"]["controllers"]["known"].as_array().unwrap();
    let found = controllers.iter().find(|one| one["host"] == SERVER);
    found.unwrap_or_else(|| panic!("{facts:#}")).clone()
}

#[test]
#[ignore = "needs the lab"]
fn each_port_of_the_controller_is_as_it_is() {
    let controller = controller();
    let ports = controller["ports"].as_array().unwrap();
    let state = |service: &str, transport: &str| {
        let fits = |one: &&Value| one["service"] == service && one["transport"] == transport;
        let found = ports.iter().find(fits).unwrap();
        found["state"]["known"]
            .as_str()
            .unwrap_or("unknown")
            .to_owned()
    };
    for (service, transport) in [
        ("dns", "tcp"),
        ("dns", "udp"),
        ("kerberos", "tcp"),
        ("kerberos", "udp"),
        ("ntp", "udp"),
        ("rpc-endpoint-mapper", "tcp"),
        ("ldap", "tcp"),
        ("ldap", "udp"),
        ("kpasswd", "tcp"),
        ("ldaps", "tcp"),
        ("global-catalog", "tcp"),
        ("global-catalog-tls", "tcp"),
        ("rpc-dynamic", "tcp"),
    ] {
        assert_eq!(state(service, transport), "open", "{service} {transport}");
    }
    // The lab serves neither files nor web services.
    assert_eq!(state("smb", "tcp"), "refused");
    assert_eq!(state("web-services", "tcp"), "refused");
    let high = controller["rpc"]["known"]["replication_port"]["known"].as_u64();
    assert!(high.is_some_and(|port| port > 1024), "{controller:#}");
}

#[test]
#[ignore = "needs the lab"]
fn kerberos_answers_that_it_does_not_know_nobody() {
    let kerberos = controller()["kerberos"]["known"].clone();
    assert_eq!(kerberos["error_code"]["known"], 6);
    assert_eq!(kerberos["realm"]["known"], REALM);
    let offset = kerberos["clock_offset_ms"]["known"].as_i64().unwrap();
    assert!(offset.abs() < 30_000, "{offset}");
}

#[test]
#[ignore = "needs the lab"]
fn ping_tells_domain_and_site() {
    let ping = controller()["ping"]["known"].clone();
    assert_eq!(ping["domain"], DOMAIN);
    assert_eq!(ping["host"], SERVER);
    assert_eq!(ping["primary"], true);
    assert_eq!(ping["writable"], true);
    assert!(ping["site"].as_str().is_some_and(|site| !site.is_empty()));
}

#[test]
#[ignore = "needs the lab"]
fn clock_that_is_ten_minutes_wrong_is_told_to_the_second() {
    let time = controller()["time"]["known"].clone();
    let offset = time["offset_ms"].as_f64().unwrap();
    let expected = AHEAD_S as f64 * 1000.0;
    assert!((offset - expected).abs() < 1_000.0, "{offset}");
    assert_eq!(time["synchronised"], true);
}

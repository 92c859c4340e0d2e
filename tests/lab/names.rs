//! Real servers of names, each with one fault: exactly that is found.

use serde_json::Value;
use xtask::lab::content::SUFFIX;
use xtask::lab::names::{
    BOGUS, INSIDE, KNOWS_NOTHING, LAME, MANY_TEXTS, OUTSIDE, REWRITING, SPLIT, VALIDATING,
};
use xtask::lab::{ADDRESS, DOMAIN, SERVER};

use super::harness::{lab, ldaps, simple, waterline};

/// The facts of a recording of the probe of names with these resolvers and domains.
fn dns(resolvers: &[&str], domains: &[&str], further: &[&str]) -> Value {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let list: Vec<_> = domains.iter().map(|d| format!("- {d}\n")).collect();
    let profile = match list.is_empty() {
        true => "domains: []\n".to_owned(),
        false => format!("domains:\n{}", list.concat()),
    };
    std::fs::write(path("profile.yaml"), profile).unwrap();
    let (recording, profile) = (path("recording"), path("profile.yaml"));
    let resolvers = resolvers.join(",");
    let options = ["record", &recording, "--only", "dns", "--profile", &profile];
    let options = [&options[..], &["--resolver", &resolvers], further].concat();
    let output = waterline(&lab(), &options);
    let messages = String::from_utf8_lossy(&output.stderr);
    let facts = std::fs::read_to_string(format!("{recording}/environment/dns.json"));
    let facts = facts.unwrap_or_else(|error| panic!("{error}: {messages}"));
    serde_json::from_str::<Value>(&facts).unwrap()["known"].clone()
}

#[test]
#[ignore = "needs the lab"]
fn suffixes_that_the_directory_has_are_asked_about_in_the_same_run() {
    let lab = lab();
    let folder = tempfile::TempDir::new().unwrap();
    let recording = folder.path().join("recording").display().to_string();
    let options = ["record", &recording, "--only", "dns,directory"];
    let options = options.map(str::to_owned).into_iter();
    let named = ["--domain", DOMAIN, "--resolver", ADDRESS].map(str::to_owned);
    let options: Vec<_> = options.chain(named).chain(simple(&lab, &ldaps())).collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let output = waterline(&lab, &options);
    let messages = String::from_utf8_lossy(&output.stderr);
    let facts = std::fs::read_to_string(format!("{recording}/environment/dns.json"));
    let facts = facts.unwrap_or_else(|error| panic!("{error}: {messages}"));
    let dns = serde_json::from_str::<Value>(&facts).unwrap()["known"].clone();
    let suffixes = dns["suffixes"]["known"].as_array().unwrap();
    assert!(suffixes.contains(&SUFFIX.into()), "{suffixes:?}");
    assert!(!suffixes.contains(&"corp.local".into()), "never public");
    for suffix in suffixes {
        let fields = [
            ("domain", suffix.as_str().unwrap()),
            ("origin", "directory"),
        ];
        let record = find(&dns["records"], &fields);
        assert!(
            !record["answers"].as_array().unwrap().is_empty(),
            "{record}"
        );
        find(&dns["zones"], &fields[..1]);
    }
}

/// The element of a list fact with these texts in these fields.
fn find<'a>(list: &'a Value, fields: &[(&str, &str)]) -> &'a Value {
    let all = list["known"].as_array().unwrap_or_else(|| panic!("{list}"));
    let fits = |one: &&Value| fields.iter().all(|(name, text)| one[*name] == *text);
    let mut fitting = all.iter().filter(fits);
    fitting
        .next()
        .unwrap_or_else(|| panic!("{fields:?} in {list:#}"))
}

fn at(address: &str) -> String {
    format!("{address}:53")
}

#[test]
#[ignore = "needs the lab"]
fn internal_zone_that_hides_public_records_is_told() {
    let outside = ["--public-resolver", OUTSIDE];
    let dns = dns(&[INSIDE], &[SPLIT], &outside);
    assert_eq!(dns["public_resolver"]["known"], at(OUTSIDE));
    let split = |id: &str| find(&dns["records"], &[("id", id)])["split"].clone();
    assert_eq!(
        split("enterprise-enrollment-cname")["known"],
        "hidden-inside"
    );
    assert_eq!(
        split("enterprise-registration-cname")["known"],
        "hidden-inside"
    );
    assert_eq!(split("msoid-cname")["known"], "inside-only");
    assert_eq!(split("domain-delegation")["absent"], true);
    let policy = find(&dns["sender_policies"], &[("domain", SPLIT)]);
    assert_eq!(policy["server"], at(OUTSIDE));
    assert_eq!(policy["lookups"]["known"], 1);
    assert_eq!(policy["error"]["absent"], true);
}

#[test]
#[ignore = "needs the lab"]
fn lame_name_server_is_told_from_the_one_that_holds_the_zone() {
    let dns = dns(&[OUTSIDE], &[LAME], &[]);
    let zone = find(&dns["zones"], &[("domain", LAME)]);
    assert_eq!(zone["authoritative"]["known"], true);
    assert_eq!(zone["wildcard"]["known"], true);
    let servers = zone["name_servers"]["known"].as_array().unwrap();
    let told: Vec<_> = servers
        .iter()
        .map(|one| {
            (
                one["address"]["known"].as_str(),
                &one["authoritative"]["known"],
            )
        })
        .collect();
    let expected = [
        (Some(OUTSIDE), &Value::Bool(true)),
        (Some(KNOWS_NOTHING), &Value::Bool(false)),
    ];
    assert_eq!(told, expected);
}

#[test]
#[ignore = "needs the lab"]
fn answer_that_does_not_fit_a_datagram_comes_whole() {
    let dns = dns(&[OUTSIDE], &[LAME], &[]);
    let texts = find(&dns["records"], &[("id", "domain-proof-txt")]);
    let found = texts["answer"]["known"].as_array().unwrap();
    assert_eq!(found.len(), MANY_TEXTS + 1);
    let policy = find(&dns["sender_policies"], &[("domain", LAME)]);
    assert_eq!(policy["lookups"]["known"], 11);
    assert_eq!(policy["error"]["known"], "too-many-lookups");
}

#[test]
#[ignore = "needs the lab"]
fn expired_signatures_are_told_from_a_server_that_fails() {
    let dns = dns(&[VALIDATING, OUTSIDE], &[BOGUS], &[]);
    let proof = find(&dns["records"], &[("id", "domain-proof-txt")]);
    let bogus: Vec<_> = proof["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["bogus"]["known"].as_bool())
        .collect();
    assert_eq!(bogus, [Some(true), Some(false)], "{proof:#}");
    assert_eq!(
        proof["answers"][0]["answer"]["unknown"]["reason"],
        "untrusted"
    );
}

#[test]
#[ignore = "needs the lab"]
fn server_with_an_address_for_every_name_is_found_out() {
    let dns = dns(&[REWRITING, INSIDE], &[], &[]);
    let of = |address| find(&dns["resolvers"], &[("address", &at(address))]).clone();
    assert_eq!(of(REWRITING)["invents_names"]["known"], true);
    assert_eq!(
        of(REWRITING)["resolves_public"]["unknown"]["reason"],
        "malformed"
    );
    let sound = of(INSIDE);
    assert_eq!(sound["invents_names"]["known"], false);
    assert_eq!(sound["resolves_public"]["known"], true);
    assert_eq!(sound["tcp"]["known"], true);
    assert_eq!(sound["edns"]["known"], true);
    assert_eq!(sound["forwarders"]["count"]["unknown"]["reason"], "denied");
}

#[test]
#[ignore = "needs the lab"]
fn controller_and_its_records_are_found_by_each_resolver_for_itself() {
    let dns = dns(&[ADDRESS, OUTSIDE], &[], &["--domain", DOMAIN]);
    let locator = find(&dns["locators"], &[("service", "ldap-dc")]);
    assert_eq!(locator["hosts"]["known"][0]["host"], SERVER);
    assert_eq!(
        locator["answers"][0]["hosts"]["known"][0],
        format!("{SERVER}:389")
    );
    assert!(
        locator["answers"][1]["hosts"]["unknown"].is_object(),
        "{locator:#}"
    );
    let inside = dns_of_the_controller();
    let controller = find(&inside["controllers"], &[("host", SERVER)]);
    assert_eq!(controller["ipv4"]["known"][0], ADDRESS);
    assert_eq!(controller["in_directory"]["unknown"]["reason"], "not-run");
}

/// What the controller's own server says. With a second one, whichever answers first would tell the
/// addresses, as it does to every program.
fn dns_of_the_controller() -> Value {
    dns(&[ADDRESS], &[], &["--domain", DOMAIN])
}

//! Kerberos sign-ins that cannot succeed, each told for its own reason; and those under TLS.

use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xtask::lab::{DOMAIN, Lab, REALM, SERVER, reader};

use super::harness::{
    Assessment, DIRECTORY, assess_by, assess_directory, kerberos, lab, ldaps, simple,
};
use super::refused::{directory_is_not_assessed, tells};

/// Longest wait for a ticket to expire.
const PATIENCE: Duration = Duration::from_secs(20);

fn sealed() -> Vec<String> {
    let options = DIRECTORY.map(str::to_owned).into_iter();
    options
        .chain(kerberos(&format!("ldap://{SERVER}")))
        .collect()
}

fn refused(found: &Assessment, words: &[&str]) {
    directory_is_not_assessed(found);
    tells(found, words);
}

fn read_whole(found: &Assessment) {
    assert_eq!(found.exit, Some(3), "{}", found.messages);
    let users = found.directory()["users"].as_u64();
    assert!(users.is_some_and(|users| users > 100), "{}", found.messages);
}

#[test]
#[ignore = "needs the lab"]
fn kerberos_and_passwords_are_taken_under_tls_begun_within_ldap() {
    let lab = lab();
    let plain = format!("ldap://{SERVER}");
    let authority = lab.folder().join("ca.pem").display().to_string();
    let under_tls = ["--starttls", "--ca-file", &authority].map(str::to_owned);
    let tickets = [kerberos(&plain), under_tls.to_vec()].concat();
    read_whole(&assess_directory(&lab, &tickets));
    let tickets = [kerberos(&ldaps()), under_tls[1..].to_vec()].concat();
    read_whole(&assess_directory(&lab, &tickets));
    read_whole(&assess_directory(&lab, &simple(&lab, &plain)));
}

#[test]
#[ignore = "needs the lab"]
fn certificate_without_the_name_that_was_asked_for_is_not_trusted() {
    let lab = lab();
    // The domain's own name leads to the controller, and stands in no certificate.
    let other = format!("ldaps://{DOMAIN}");
    let found = assess_directory(&lab, &simple(&lab, &other));
    refused(&found, &["certificate", "a name in its certificate"]);
}

#[test]
#[ignore = "needs the lab"]
fn missing_ticket_is_told_with_what_to_do() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let found = assess_by(&lab, &[], &sealed(), |command| {
        command.env("KRB5CCNAME", cache(folder.path()));
    });
    refused(&found, &["kerberos", "kinit", SERVER]);
}

#[test]
#[ignore = "needs the lab"]
fn expired_ticket_is_told_with_what_to_do() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let cache = cache(folder.path());
    expire(&lab, &cache);
    let found = assess_by(&lab, &[], &sealed(), |command| {
        command.env("KRB5CCNAME", &cache);
    });
    refused(&found, &["expired", "kinit"]);
}

#[test]
#[ignore = "needs the lab"]
fn clock_that_is_an_hour_wrong_is_told() {
    let lab = lab();
    let found = assess_by(&lab, &["faketime", "-f", "+1h"], &sealed(), |_| ());
    refused(&found, &["clock"]);
}

#[test]
#[ignore = "needs the lab"]
fn realm_without_a_key_distribution_centre_is_told() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let cache = cache(folder.path());
    take_ticket(&lab, &cache, "5m");
    let settings = folder.path().join("krb5.conf");
    let text = "[libdefaults]\ndefault_realm = OTHER.TEST\ndns_lookup_kdc = false\n";
    std::fs::write(&settings, text).unwrap();
    let found = assess_by(&lab, &[], &sealed(), |command| {
        command.env("KRB5_CONFIG", &settings);
        command.env("KRB5CCNAME", &cache);
    });
    refused(&found, &["no Kerberos sign-in", "realm", REALM]);
}

fn cache(folder: &Path) -> String {
    format!("FILE:{}", folder.join("cache").display())
}

/// Fills a cache with a ticket of this lifetime.
fn take_ticket(lab: &Lab, cache: &str, lifetime: &str) {
    let mut kinit = lab.command("kinit");
    kinit.env("KRB5CCNAME", cache).stdout(Stdio::null());
    let name = format!("{}@{REALM}", reader::NAME);
    kinit.args(["-l", lifetime, &name]).stdin(Stdio::piped());
    let mut child = kinit.spawn().unwrap();
    let password = std::fs::read(lab.folder().join("reader.password")).unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, &[&password[..], b"\n"].concat()).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

/// Fills a cache with a ticket, and waits until it has expired.
fn expire(lab: &Lab, cache: &str) {
    take_ticket(lab, cache, "1s");
    let began = Instant::now();
    let valid = || {
        let mut klist = lab.command("klist");
        klist.arg("-s").env("KRB5CCNAME", cache);
        klist.status().unwrap().success()
    };
    while valid() {
        assert!(began.elapsed() < PATIENCE, "the ticket does not expire");
        thread::sleep(Duration::from_millis(100));
    }
}

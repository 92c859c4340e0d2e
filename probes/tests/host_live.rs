//! The host and browser probes on the machine that runs the tests, held against what other
//! programs say where they are there. Reads only; prints what was found and what was not compared.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod machine;

use std::{path::Path, process::Command, time::Instant};

use waterline_facts::{BrowserFacts, Seen, browsers::Browser, host::OsFamily};
use waterline_probes::{
    Probe,
    browsers::BrowserProbe,
    host::{HostProbe, joined_domain},
    rights, system,
};

async fn facts<P: Probe>(probe: P) -> P::Facts {
    let (id, started) = (probe.id(), Instant::now());
    let (facts, notes) = machine::run(probe).await;
    println!("{id} took {:?}; notes: {notes:?}", started.elapsed());
    assert_eq!(notes, [""; 0]);
    facts
}

#[tokio::test]
async fn this_machine_is_read() {
    let host = facts(HostProbe::live()).await;
    println!("{host:#?}");
    assert_eq!(host.os.family, Seen::Known(OsFamily::Linux));
    assert!(
        host.memory_bytes
            .known()
            .is_some_and(|bytes| *bytes > 64 << 20)
    );
    for text in [
        &host.name,
        &host.architecture,
        &host.os.kernel,
        &host.os.product,
        &host.os.name,
    ] {
        assert!(
            text.known().is_some_and(|text| !text.is_empty()),
            "{text:?}"
        );
    }
    assert_eq!(host.os.build, Seen::Absent);
    assert_eq!(joined_domain(&system::Live), host.join.domain);
    if let Seen::Known(disk) = &host.system_disk {
        assert!(disk.total_bytes > 0 && disk.free_bytes <= disk.total_bytes);
    } else {
        println!("NOT COMPARED: the system's disk, as / is on no local disk here");
    }
}

#[tokio::test]
async fn reading_twice_gives_the_same_facts() {
    let order = |facts: BrowserFacts| serde_json::to_string(&facts).unwrap();
    let (first, second) = (
        facts(BrowserProbe::live()).await,
        facts(BrowserProbe::live()).await,
    );
    assert_eq!(order(first), order(second));
}

#[test]
fn rights_agree_with_id() {
    let rights = rights::rights();
    let id = Command::new("id").arg("-u").output().unwrap();
    let root = String::from_utf8_lossy(&id.stdout).trim() == "0";
    assert_eq!(rights.elevated, Seen::Known(root));
    println!("{rights:?}");
}

/// The version that dpkg shows for a package that is installed.
fn dpkg_version(package: &str) -> Option<String> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Status} ${Version}", package])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.strip_prefix("installed ").map(str::to_owned)
}

fn all(facts: &BrowserFacts) -> &[Browser] {
    facts
        .installed
        .known()
        .map_or(&facts.partial, Vec::as_slice)
}

#[tokio::test]
async fn packaged_browsers_have_the_versions_that_dpkg_shows() {
    let facts = facts(BrowserProbe::live()).await;
    println!("{facts:#?}");
    if Path::new("/var/lib/dpkg/status").exists() {
        assert!(facts.installed.known().is_some(), "{:?}", facts.installed);
    }
    for (package, program) in [
        ("chromium", "/usr/bin/chromium"),
        ("firefox-esr", "/usr/lib/firefox-esr/firefox-esr"),
    ] {
        let found = all(&facts).iter().find(|browser| browser.path == program);
        match dpkg_version(package) {
            Some(shown) => {
                let version = found.and_then(|browser| browser.version.known()).unwrap();
                let upstream = shown
                    .split_once(':')
                    .map_or(shown.as_str(), |(_, rest)| rest);
                assert!(
                    upstream.starts_with(version.as_str()),
                    "{version} is not {shown}"
                );
                println!("{package}: {version}, as dpkg shows in {shown}");
            }
            None => {
                println!(
                    "NOT COMPARED: {package} is not installed, so dpkg shows no version of it"
                );
                assert!(found.is_none());
            }
        }
    }
}

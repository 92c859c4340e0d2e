//! Folders of recordings, good and bad, and what becomes of them.

use std::{fs, path::Path};

use waterline_facts::{
    Environment, Reason, Seen,
    browsers::{Browser, BrowserFacts, BrowserPolicies, BrowserProduct},
    hosts::{HostsFacts, RemarkReason},
};

use super::read;
use crate::{
    recording::{Form, RecordingWriter},
    testing,
};

/// A machine of this name, probed at this moment, with Edge and Firefox.
fn machine(name: &str, started: &str) -> Environment {
    let mut environment = testing::environment();
    environment.run.started = started.parse().unwrap();
    environment.dns = Seen::not_run();
    environment.network = Seen::not_run();
    environment.directory = Seen::not_run();
    environment.objects = Seen::not_run();
    if let Seen::Known(host) = &mut environment.host {
        host.name = Seen::Known(name.to_owned());
        host.memory_bytes = Seen::Known((4 << 30) - (100 << 20));
    }
    environment
}

const MORNING: &str = "2026-11-02T08:00:00Z";
const EVENING: &str = "2026-11-02T18:00:00Z";

fn write(folder: &Path, file: &str, environment: &Environment) {
    let writer = RecordingWriter::create(&folder.join(file)).unwrap();
    writer.finish(environment, &[]).unwrap();
}

fn intake(folder: &tempfile::TempDir) -> HostsFacts {
    read(&[folder.path().to_owned()]).unwrap()
}

fn remarks(facts: &HostsFacts) -> Vec<(&str, RemarkReason)> {
    let remarks = facts.remarks.iter();
    remarks.map(|one| (one.name.as_str(), one.reason)).collect()
}

fn browsers(environment: &mut Environment) -> &mut BrowserFacts {
    match &mut environment.browsers {
        Seen::Known(facts) => facts,
        _ => panic!("the made-up machine has browsers"),
    }
}

#[test]
fn machines_that_say_the_same_stand_in_one_group_with_names() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..7 {
        let name = format!("PC{number}");
        let form = if number % 2 == 0 { ".waterline" } else { "" };
        write(
            folder.path(),
            &format!("{name}{form}"),
            &machine(&name, MORNING),
        );
    }
    assert_eq!(Form::of(Path::new("PC1")), Form::Folder);
    let facts = intake(&folder);
    assert_eq!(facts.machines, 7);
    assert_eq!(facts.systems.len(), 1);
    assert_eq!(facts.systems[0].machines, 7);
    assert_eq!(
        facts.systems[0].samples,
        ["PC0", "PC1", "PC2", "PC3", "PC4"]
    );
    let edge = facts
        .browsers
        .iter()
        .find(|group| group.product == Seen::Known(BrowserProduct::Edge));
    assert_eq!(edge.unwrap().machines, 7);
    assert_eq!(
        facts.memory[0].amount,
        Seen::Known(3840),
        "4 GiB, of which 3.9 are seen"
    );
    assert_eq!(facts.passed_over, Default::default());
}

#[test]
fn damaged_and_foreign_entries_cost_only_themselves_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write(folder.path(), "good.waterline", &machine("GOOD", MORNING));
    fs::write(path("empty.waterline"), "").unwrap();
    fs::write(path("text.waterline"), "hello").unwrap();
    fs::write(path("notes.txt"), "not ours").unwrap();
    fs::write(path("huge.waterline"), vec![0; 2 << 20]).unwrap();
    fs::create_dir(path("sub")).unwrap();
    let whole = fs::read(path("good.waterline")).unwrap();
    fs::write(path("cut.waterline"), &whole[..whole.len() / 3]).unwrap();
    let mut nameless = machine("X", MORNING);
    nameless.host = Seen::not_run();
    write(folder.path(), "nameless.waterline", &nameless);
    fs::write(path(".being-written"), "later").unwrap();
    let facts = intake(&folder);
    assert_eq!(facts.machines, 1);
    let named: Vec<&str> = remarks(&facts).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        named,
        [
            "cut.waterline",
            "empty.waterline",
            "huge.waterline",
            "nameless.waterline",
            "notes.txt",
            "sub",
            "text.waterline"
        ]
    );
    assert!(facts.remarks.iter().all(|remark| !remark.detail.is_empty()));
    let over = facts.passed_over;
    assert_eq!((over.damaged, over.foreign), (3, 4));
}

#[cfg(unix)]
#[test]
fn links_and_folders_that_loop_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "good.waterline", &machine("GOOD", MORNING));
    std::os::unix::fs::symlink(".", folder.path().join("round")).unwrap();
    std::os::unix::fs::symlink("good.waterline", folder.path().join("again.waterline")).unwrap();
    let facts = intake(&folder);
    assert_eq!((facts.machines, facts.passed_over.foreign), (1, 2));
}

#[test]
fn newest_recording_of_a_machine_counts_whatever_its_name() {
    for (first, second) in [
        ("a.waterline", "b.waterline"),
        ("b.waterline", "a.waterline"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut new = machine("pc1", EVENING);
        browsers(&mut new).installed = Seen::Known(Vec::new());
        write(folder.path(), first, &machine("PC1", MORNING));
        write(folder.path(), second, &new);
        let facts = intake(&folder);
        assert_eq!(facts.machines, 1);
        assert_eq!(facts.browsers, [], "the older one's browsers do not count");
        assert_eq!(remarks(&facts), [(first, RemarkReason::Duplicate)]);
        assert_eq!(facts.oldest, facts.newest);
    }
}

#[test]
fn damaged_part_makes_its_facts_unknown_and_the_machine_counts() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "PC1", &machine("PC1", MORNING));
    let part = folder.path().join("PC1/environment/browsers.json");
    fs::write(part, "{}").unwrap();
    let facts = intake(&folder);
    assert_eq!(facts.machines, 1);
    assert_eq!(remarks(&facts), [("PC1", RemarkReason::InPart)]);
    let [group] = facts.browsers.as_slice() else {
        panic!("{:?}", facts.browsers);
    };
    assert_eq!(group.product.gap().unwrap().reason, Reason::Damaged);
}

#[test]
fn machine_whose_browsers_were_not_all_read_is_counted_as_unknown_beside_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut some = machine("PC1", MORNING);
    let facts = browsers(&mut some);
    let found: Vec<Browser> = facts.installed.known().unwrap()[..1].to_vec();
    facts.partial = found;
    facts.installed = Seen::unknown(Reason::Denied, "/home/somebody");
    facts.policies = Seen::Known(vec![BrowserPolicies::none(BrowserProduct::Edge)]);
    write(folder.path(), "PC1.waterline", &some);
    let facts = intake(&folder);
    let products: Vec<_> = facts.browsers.iter().map(|group| &group.product).collect();
    assert_eq!(
        products,
        [
            &Seen::Known(BrowserProduct::Edge),
            &Seen::Unknown(Reason::Denied.into())
        ]
    );
    assert_eq!(facts.policies.len(), 2);
}

#[test]
fn folder_without_recordings_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| read(&[path.to_owned()]).unwrap_err().to_string();
    assert!(refused(folder.path()).contains("holds no recording"));
    assert!(refused(&folder.path().join("none")).contains("cannot be listed"));
    fs::write(folder.path().join("a.txt"), "").unwrap();
    assert!(refused(folder.path()).contains("a.txt"));
}

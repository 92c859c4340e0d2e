//! What a killed run leaves: a recording that can be opened and says that it was not finished.

use std::{fs, path::Path};

use waterline_facts::{ProbeId, Reason, Seen, run::ProbeOutcome};

use super::*;
use crate::testing::{directory_objects, environment};

/// The recording as it is on the disk now, copied away as if the run had been killed.
fn killed(from: &Path, to: &Path) -> Opened {
    fs::create_dir_all(to.join("environment")).unwrap();
    for folder in ["", "environment"] {
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let name = Path::new(folder).join(entry.file_name());
                fs::copy(entry.path(), to.join(name)).unwrap();
            }
        }
    }
    open(to).unwrap()
}

#[test]
fn killed_run_leaves_what_its_probes_had_learned_and_says_that_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("run.waterline");
    let partial = folder.path().join("run.waterline.partial");
    let facts = environment();
    let mut writer = RecordingWriter::create(&target).unwrap();
    let checkpoints = writer.begin(&facts.run).unwrap();
    let nothing = killed(&partial, &folder.path().join("nothing"));
    assert_eq!(
        nothing.environment.host.gap().unwrap().reason,
        Reason::Damaged
    );

    checkpoints.probe_ended(&facts.host, &facts.run.probes[0]);
    writer.push(&directory_objects(5000)).unwrap();
    let left = killed(&partial, &folder.path().join("left"));
    assert!(!left.manifest.complete);
    assert_eq!(left.environment.host, facts.host);
    let gap = left.environment.dns.gap().unwrap();
    assert!(gap.detail.contains("killed"), "{}", gap.detail);
    assert!(left.environment.objects.is_unknown());
    assert!(left.objects().unwrap().is_none());
    assert!(left.environment.run.interrupted);
    let outcome = |id| {
        let mut probes = left.environment.run.probes.iter();
        probes.find(|probe| probe.id == id).unwrap().outcome.clone()
    };
    assert_eq!(outcome(ProbeId::Host), ProbeOutcome::Completed);
    assert!(matches!(outcome(ProbeId::Dns), ProbeOutcome::Ended(_)));
    assert_eq!(left.problems.len(), 1);
    assert!(left.problems[0].to_string().contains("not finished"));
}

#[test]
fn finished_recording_has_nothing_of_the_unfinished_one() {
    for name in ["run", "run.waterline"] {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(name);
        let mut writer = RecordingWriter::create(&target).unwrap();
        let checkpoints = writer.begin(&environment().run).unwrap();
        checkpoints.probe_ended(&Seen::Known(1_u32), &environment().run.probes[0]);
        writer.finish(&environment(), &[]).unwrap();
        // A probe that was left behind and ends now changes nothing.
        checkpoints.probe_ended(&Seen::Known(2_u32), &environment().run.probes[0]);
        let opened = open(&target).unwrap();
        assert_eq!((opened.problems.len(), opened.manifest.complete), (0, true));
        assert_eq!(opened.environment, environment());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn what_an_earlier_killed_run_left_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("run");
    let earlier = folder.path().join("run.partial");
    fs::create_dir(&earlier).unwrap();
    fs::write(earlier.join("manifest.json"), "of an earlier run").unwrap();
    let mut writer = RecordingWriter::create(&target).unwrap();
    writer.begin(&environment().run).unwrap();
    assert!(folder.path().join("run.partial-2").is_dir());
    writer.finish(&environment(), &[]).unwrap();
    assert!(!folder.path().join("run.partial-2").exists());
    assert!(earlier.is_dir());
}

#[test]
fn run_that_ends_without_its_recording_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RecordingWriter::create(&folder.path().join("run")).unwrap();
    writer.begin(&environment().run).unwrap();
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

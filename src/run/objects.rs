//! Takes directory objects as they stream by: checks them and adds them to the recording.

use std::io;

use jiff::Timestamp;
use tokio::{sync::mpsc, task};
use tokio_util::sync::CancellationToken;
use waterline_facts::{DirectoryFacts, DirectoryObject, Gap, ObjectFacts, Reason, Seen};
use waterline_probes::context::Spent;
use waterline_rules::{Checker, Finding, FindingSink, Profile};

use super::Takers;
use crate::{
    findings::{Findings, Spool},
    idfix::Comparison,
    recording::{Opened, RecordingError, RecordingWriter},
};

/// What the checks say: the facts, and all findings if they were wanted.
pub type Checked = (Seen<ObjectFacts>, Option<io::Result<Findings>>);

/// Checks objects and puts their findings aside.
struct Checking {
    checker: Checker,
    findings: Putting,
}

/// Findings go aside if somebody wants them.
struct Putting(Option<Spool>);

impl FindingSink for Putting {
    fn take(&mut self, finding: &Finding) {
        if let Some(spool) = &mut self.0 {
            spool.take(finding);
        }
    }
}

impl Checking {
    fn new(profile: &Profile, at: Timestamp, findings: Option<Spool>) -> Self {
        Self {
            checker: Checker::new(profile).at(at.as_second()),
            findings: Putting(findings),
        }
    }

    fn feed(&mut self, batch: &[DirectoryObject]) {
        self.checker.feed_into(batch, &mut self.findings);
    }

    /// What the checks found in all objects that came, given how far the directory was read.
    fn conclude(mut self, directory: &Seen<DirectoryFacts>) -> Checked {
        let read = match directory {
            Seen::Known(facts) => &facts.objects_read,
            Seen::Unknown(gap) => return (Seen::Unknown(gap.clone()), None),
            Seen::Absent => return (Seen::Absent, None),
        };
        let (facts, settlement) = match read {
            Seen::Known(_) => self.checker.conclude(&mut self.findings),
            Seen::Unknown(gap) => self.checker.conclude_early(gap, &mut self.findings),
            Seen::Absent => return (Seen::Absent, None),
        };
        let findings = self.findings.0.map(|spool| spool.settled(settlement));
        (Seen::Known(facts), findings)
    }
}

/// Checks objects and records them.
pub(super) struct Collector {
    checking: Checking,
    recording: Option<RecordingWriter>,
    recording_error: Option<RecordingError>,
    comparison: Option<Comparison>,
    spent: Spent,
}

/// What was taken.
pub(super) struct Taken {
    checking: Result<Checking, Gap>,
    pub(super) recording: Option<RecordingWriter>,
    pub(super) recording_error: Option<RecordingError>,
    pub(super) comparison: Option<Comparison>,
}

impl Collector {
    /// A collector that has seen nothing, in a run that began at this moment. Batches go back when
    /// they were taken.
    pub(super) fn new(profile: &Profile, began: Timestamp, takers: Takers, spent: Spent) -> Self {
        Self {
            spent,
            checking: Checking::new(profile, began, takers.findings),
            recording: takers.recording,
            recording_error: None,
            comparison: takers.comparison,
        }
    }

    /// Takes batches until all senders are gone, or until what was sent before `read_all`.
    pub(super) async fn collect(
        mut self,
        mut batches: mpsc::Receiver<Vec<DirectoryObject>>,
        read_all: CancellationToken,
    ) -> Taken {
        loop {
            let batch = tokio::select! {
                biased;
                batch = batches.recv() => batch,
                () = read_all.cancelled(), if !batches.is_closed() => {
                    batches.close();
                    continue;
                }
            };
            let Some(batch) = batch else { break };
            task::block_in_place(|| self.take(&batch));
            self.spent.give(batch);
        }
        Taken {
            checking: Ok(self.checking),
            recording: self.recording,
            recording_error: self.recording_error,
            comparison: self.comparison,
        }
    }

    /// A recording that cannot be written costs itself alone; the checks go on.
    fn take(&mut self, batch: &[DirectoryObject]) {
        self.checking.feed(batch);
        if let Some(comparison) = &mut self.comparison {
            comparison.take(batch);
        }
        if let Some(recording) = &mut self.recording
            && let Err(error) = recording.push(batch)
        {
            self.recording = None;
            self.recording_error = Some(error);
        }
    }
}

impl Taken {
    /// What is left when the collector itself failed.
    pub(super) fn lost(error: &task::JoinError) -> Self {
        let detail = format!("the object checks stopped by a fault of their own: {error}");
        Self {
            checking: Err(Gap::new(Reason::Failed, detail)),
            recording: None,
            recording_error: None,
            comparison: None,
        }
    }

    /// What the checks found, given how far the directory was read.
    pub(super) fn facts(&mut self, directory: &Seen<DirectoryFacts>) -> Checked {
        let checking = std::mem::replace(&mut self.checking, Err(Gap::new(Reason::NotRun, "")));
        match checking {
            Ok(checking) => checking.conclude(directory),
            Err(gap) => (Seen::Unknown(gap), None),
        }
    }
}

/// What the checks of this version find in recorded objects, at the moment of the recording; what
/// the recording says where it holds none.
///
/// # Errors
/// If the recording changed since it was opened.
pub fn recheck(
    opened: &Opened,
    profile: &Profile,
    findings: Option<Spool>,
) -> Result<Checked, RecordingError> {
    let Some(objects) = opened.objects()? else {
        return Ok((opened.environment.objects.clone(), None));
    };
    let mut checking = Checking::new(profile, opened.environment.run.started, findings);
    for batch in objects {
        match batch {
            Ok(batch) => checking.feed(&batch),
            Err(error) => return Ok((Seen::Unknown(error.gap()), None)),
        }
    }
    Ok(checking.conclude(&opened.environment.directory))
}

#[cfg(test)]
mod tests {
    use waterline_facts::objects::ObjectKind;

    use super::*;
    use crate::testing;

    /// Users, the first of which has no user principal name.
    fn users(count: u32) -> Vec<DirectoryObject> {
        let mut users = testing::directory_objects(count);
        users[0].user_principal_name = None;
        assert!(users.iter().all(|user| user.kind == ObjectKind::User));
        users
    }

    fn started() -> Timestamp {
        testing::environment().run.started
    }

    fn directory(objects_read: Seen<u64>) -> Seen<DirectoryFacts> {
        Seen::Known(DirectoryFacts {
            objects_read,
            ..DirectoryFacts::default()
        })
    }

    async fn collect(batch: Vec<DirectoryObject>, recording: Option<RecordingWriter>) -> Taken {
        let (sender, batches) = mpsc::channel(1);
        let takers = Takers {
            recording,
            findings: None,
            comparison: None,
        };
        let collector = Collector::new(&Profile::default(), started(), takers, Spent::default());
        let read_all = CancellationToken::new();
        let collecting = tokio::spawn(collector.collect(batches, read_all.clone()));
        sender.send(batch).await.unwrap();
        // The sender lives on, as one that a stuck probe holds.
        read_all.cancel();
        collecting.await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_sent_is_checked_although_a_stuck_probe_holds_the_channel() {
        let mut taken = collect(users(3), None).await;
        let facts = taken.facts(&directory(Seen::Known(3))).0;
        let facts = facts.known().unwrap();
        assert_eq!(facts.checked, 3);
        assert_eq!(facts.upn_missing.known().unwrap().count, 1);
        assert_eq!(facts.upn_duplicate.known().unwrap().count, 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_directory_read_in_part_shows_faults_and_no_absence_of_faults() {
        let mut taken = collect(users(3), None).await;
        let facts = taken
            .facts(&directory(Seen::unknown(Reason::TimedOut, "cut off")))
            .0;
        let facts = facts.known().unwrap();
        assert_eq!(facts.upn_missing.known().unwrap().count, 1);
        assert_eq!(facts.upn_duplicate.gap().unwrap().reason, Reason::TimedOut);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_a_directory_there_are_no_object_facts() {
        let mut taken = collect(users(1), None).await;
        let facts = taken.facts(&Seen::unknown(Reason::NotRun, "left out")).0;
        assert_eq!(facts.gap().unwrap().reason, Reason::NotRun);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn recorded_objects_give_the_same_facts_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recording");
        let writer = RecordingWriter::create(&path).unwrap();
        let mut taken = collect(users(5), Some(writer)).await;
        let mut environment = testing::environment();
        environment.directory = directory(Seen::Known(5));
        environment.objects = taken.facts(&environment.directory).0;
        let writer = taken.recording.take().unwrap();
        writer.finish(&environment, &[]).unwrap();
        let opened = crate::recording::open(&path).unwrap();
        let again = recheck(&opened, &Profile::default(), None).unwrap().0;
        assert_eq!(again, environment.objects);
    }
}

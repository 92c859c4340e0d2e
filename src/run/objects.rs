//! Takes directory objects as they stream by: checks them and adds them to the recording.

use tokio::{sync::mpsc, task};
use tokio_util::sync::CancellationToken;
use waterline_facts::{DirectoryFacts, DirectoryObject, Gap, ObjectFacts, Reason, Seen};
use waterline_rules::{Checker, Profile};

use crate::recording::{Opened, RecordingError, RecordingWriter};

/// Checks objects and records them.
pub(super) struct Collector {
    checker: Checker,
    recording: Option<RecordingWriter>,
    recording_error: Option<RecordingError>,
}

/// What was taken.
pub(super) struct Taken {
    checker: Result<Checker, Gap>,
    pub(super) recording: Option<RecordingWriter>,
    pub(super) recording_error: Option<RecordingError>,
}

impl Collector {
    /// A collector that has seen nothing.
    pub(super) fn new(profile: &Profile, recording: Option<RecordingWriter>) -> Self {
        Self {
            checker: Checker::new(profile),
            recording,
            recording_error: None,
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
        }
        Taken {
            checker: Ok(self.checker),
            recording: self.recording,
            recording_error: self.recording_error,
        }
    }

    /// A recording that cannot be written costs itself alone; the checks go on.
    fn take(&mut self, batch: &[DirectoryObject]) {
        self.checker.feed(batch);
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
            checker: Err(Gap::new(Reason::Failed, detail)),
            recording: None,
            recording_error: None,
        }
    }

    /// What the checks found, given how far the directory was read.
    pub(super) fn facts(&mut self, directory: &Seen<DirectoryFacts>) -> Seen<ObjectFacts> {
        let checker = std::mem::replace(&mut self.checker, Err(Gap::new(Reason::NotRun, "")));
        match checker {
            Ok(checker) => conclude(checker, directory),
            Err(gap) => Seen::Unknown(gap),
        }
    }
}

/// What a checker that was fed all objects that came found, given how far the directory was read.
fn conclude(checker: Checker, directory: &Seen<DirectoryFacts>) -> Seen<ObjectFacts> {
    let read = match directory {
        Seen::Known(facts) => &facts.objects_read,
        Seen::Unknown(gap) => return Seen::Unknown(gap.clone()),
        Seen::Absent => return Seen::Absent,
    };
    match read {
        Seen::Known(_) => Seen::Known(checker.finish()),
        Seen::Unknown(gap) => Seen::Known(checker.finish_early(gap)),
        Seen::Absent => Seen::Absent,
    }
}

/// What the checks of this version find in recorded objects; what the recording says where it
/// holds none.
///
/// # Errors
/// If the recording changed since it was opened.
pub fn recheck(opened: &Opened, profile: &Profile) -> Result<Seen<ObjectFacts>, RecordingError> {
    let Some(objects) = opened.objects()? else {
        return Ok(opened.environment.objects.clone());
    };
    let mut checker = Checker::new(profile);
    for batch in objects {
        match batch {
            Ok(batch) => checker.feed(&batch),
            Err(error) => return Ok(Seen::Unknown(error.gap())),
        }
    }
    Ok(conclude(checker, &opened.environment.directory))
}

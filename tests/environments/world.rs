//! A world, and how it is written to and read from a recording.

use std::path::{Path, PathBuf};

use waterline::recording::{self, Opened, RecordingWriter};
use waterline_facts::{DirectoryObject, Environment};

/// What was learned in a made-up organisation, and the objects of its directory.
pub(super) struct World {
    pub environment: Environment,
    pub objects: Vec<DirectoryObject>,
}

pub(super) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A recording of another fixture.
pub(super) fn fixture(name: &str) -> Opened {
    recording::open(&fixtures().join(name)).unwrap()
}

impl World {
    pub(super) fn write(&self, path: &Path) {
        let mut writer = RecordingWriter::create(path).unwrap();
        writer.push(&self.objects).unwrap();
        writer.finish(&self.environment, &[]).unwrap();
    }

    /// Whether a recording holds this world.
    pub(super) fn is_in(&self, opened: &Opened) -> bool {
        let batches = opened.objects().unwrap().unwrap();
        let objects: Vec<DirectoryObject> = batches.flat_map(|batch| batch.unwrap()).collect();
        opened.environment == self.environment && objects == self.objects
    }
}

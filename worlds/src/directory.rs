//! The directory of a world as exports: the generator's, written into a folder of the world's own,
//! or those that the description names.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use xtask::synth::{self, Selection, Settings, SynthError};

use crate::{form::DirectoryForm, read::World};

/// The exports.
///
/// # Errors
/// If the generator's cannot be written.
pub(crate) fn exports(world: &World, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(form) = &world.form.directory else {
        return Ok(Vec::new());
    };
    if form.exports.is_empty() {
        return Ok(vec![generate(form, folder)?]);
    }
    let paths = form.exports.iter();
    Ok(paths.map(|path| world.beside(&path.value)).collect())
}

fn generate(form: &DirectoryForm, folder: &Path) -> io::Result<PathBuf> {
    let names: Vec<_> = form.faults.iter().map(|one| one.value.clone()).collect();
    let settings = Settings {
        objects: form.objects.as_ref().map_or(synth::FEWEST, |one| one.value),
        seed: form.seed.unwrap_or(1),
        day: xtask::clock::now().to_zoned(TimeZone::UTC).date(),
        faults: match names.iter().any(|name| name == "all") {
            true => Selection::All,
            false => Selection::Only(names),
        },
    };
    let path = folder.join("directory.ldif");
    let mut out = BufWriter::new(File::create(&path)?);
    synth::write(&settings, &mut out).map_err(|error| match error {
        SynthError::Write(error) => error,
        other => io::Error::other(other),
    })?;
    out.flush()?;
    Ok(path)
}

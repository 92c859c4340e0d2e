//! What recordings need from Windows: nothing, since NTFS journals renames, directories cannot be
//! opened for flushing without more rights, and a new folder inherits who may enter it.

use std::{io, path::Path};

use tempfile::TempDir;

/// Makes the entries of a directory lasting.
pub(super) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// A new hidden folder in `directory`.
pub(super) fn private_folder(prefix: &str, directory: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix(prefix)
        .tempdir_in(directory)
}

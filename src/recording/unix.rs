//! What recordings need from Unix: a rename is lasting only once its directory is on the disk, and
//! a folder is private only if made so.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, path::Path};

use tempfile::TempDir;

/// Makes the entries of a directory lasting.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    fs_err::File::open(path)?.sync_all()
}

/// A new hidden folder in `directory` that its owner alone can enter.
pub(super) fn private_folder(prefix: &str, directory: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(directory)
}

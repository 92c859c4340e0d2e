//! What recordings need from Unix: a rename is lasting only once its directory is on the disk.

use std::{io, path::Path};

/// Makes the entries of a directory lasting.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    fs_err::File::open(path)?.sync_all()
}

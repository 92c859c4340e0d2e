//! Files that are written whole or not at all.

use std::{
    io::{self, Write},
    path::Path,
};

/// Writes a file whole or not at all, readable by its owner alone.
///
/// # Errors
/// If it cannot be written; what stood there stands then still.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    let mut buffer = io::BufWriter::new(&mut file);
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// The folder in which a file stands.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

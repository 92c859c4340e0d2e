//! Files that are written whole or not at all.

use std::{
    io::{self, Write},
    path::Path,
};

/// Writes a file whole or not at all, readable by its owner alone. A link is followed; a device or a
/// pipe is written to, as nothing else may stand in its place.
///
/// # Errors
/// If it cannot be written; what stood there stands then still.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let followed = path.canonicalize();
    let path = followed.as_deref().unwrap_or(path);
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        let device = std::fs::OpenOptions::new().write(true).open(path)?;
        let mut buffer = io::BufWriter::new(device);
        write(&mut buffer)?;
        return buffer.flush();
    }
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

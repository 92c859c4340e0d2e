//! The folder in which a recording is gathered before it gets its target's name.
//!
//! It begins hidden. Once the run's own record is in it, it is called `TARGET.partial`: from then on
//! it is a recording that can be opened, and says that it was not finished. A run that ends by
//! itself removes or renames it; only one that is killed leaves it behind. One that an earlier run
//! left is never touched: the next is called `TARGET.partial-2`. It is hidden again before it is
//! removed, so that what has that name is never half a recording.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::platform;

/// Most recordings of killed runs that may lie beside one target.
const MOST: u32 = 100;

/// The folder; it is removed with this.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    hidden: PathBuf,
}

impl Staging {
    /// A new hidden folder beside the target.
    pub(super) fn beside(target: &Path) -> io::Result<Self> {
        let folder = platform::private_folder(".waterline-", directory(target))?.keep();
        Ok(Self {
            hidden: folder.clone(),
            folder,
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// Calls it `TARGET.partial`, or by the next name that is free.
    pub(super) fn show(&mut self, target: &Path) -> io::Result<()> {
        for number in 1..=MOST {
            let name = partial_name(target, number);
            if fs::symlink_metadata(&name).is_ok() {
                continue;
            }
            fs_err::rename(&self.folder, &name)?;
            self.folder = name;
            return platform::sync_directory(directory(target));
        }
        Err(io::Error::other(format!(
            "there are {MOST} unfinished recordings beside it; move them away"
        )))
    }

    /// Gives it another name for good.
    pub(super) fn rename(&mut self, to: &Path) -> io::Result<()> {
        fs_err::rename(&self.folder, to)?;
        self.folder = PathBuf::new();
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.folder.as_os_str().is_empty() {
            // What cannot be hidden or removed is left: there is nobody to tell.
            let _ = fs::rename(&self.folder, &self.hidden)
                .and_then(|()| fs::remove_dir_all(&self.hidden));
        }
    }
}

fn partial_name(target: &Path, number: u32) -> PathBuf {
    let mut name: OsString = target.as_os_str().to_owned();
    name.push(".partial");
    if number > 1 {
        name.push(format!("-{number}"));
    }
    name.into()
}

/// The directory in which the target stands, so that a rename stays within one file system.
pub(super) fn directory(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

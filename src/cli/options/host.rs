//! Options about this machine.

use std::{fs::File, io::Read, path::PathBuf, sync::Arc};

use clap::Args;

use crate::exit::Usage;

/// More is no output of the command.
const LARGEST: u64 = 1 << 20;

/// Options about this machine.
#[derive(Debug, Args)]
pub struct HostOptions {
    /// What `dsregcmd /status` printed on the machine, saved to this file, in place of asking it now;
    /// run as the user it tells of single sign-on, elevated of the device's keys
    #[arg(long, value_name = "FILE", env = "WATERLINE_DSREGCMD")]
    dsregcmd: Option<PathBuf>,
}

impl HostOptions {
    /// The saved text, as the bytes of the file.
    ///
    /// # Errors
    /// If the file cannot be read or is too large.
    pub fn device_status(&self) -> Result<Option<Arc<[u8]>>, Usage> {
        let Some(path) = &self.dsregcmd else {
            return Ok(None);
        };
        let wrong = |what: String| Usage::new(format!("--dsregcmd {}: {what}", path.display()));
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
        let mut file = file.take(LARGEST + 1);
        file.read_to_end(&mut bytes)
            .map_err(|error| wrong(error.to_string()))?;
        if bytes.len() as u64 > LARGEST {
            return Err(wrong(format!("larger than {LARGEST} bytes")));
        }
        Ok(Some(bytes.into()))
    }
}

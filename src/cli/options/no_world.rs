//! Programs for use know no simulated worlds.

use clap::Args;
use waterline_probes::catalog::Catalog;

use super::ground::Ground;
use crate::exit::Usage;

/// No option.
#[derive(Debug, Args)]
pub struct WorldOption {}

impl WorldOption {
    /// None.
    ///
    /// # Errors
    /// Never.
    pub fn ground(&self, _: &Catalog) -> Result<Option<Ground>, Usage> {
        Ok(None)
    }
}

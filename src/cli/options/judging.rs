//! Options about judging, and the profile that they name.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use waterline_rules::{Packs, Profile, plan::Overlay, source::Source};

use super::PackOption;
use crate::exit::{FailOn, Usage};

/// The option that names the profile.
#[derive(Debug, Args)]
pub struct ProfileOption {
    /// What the organisation wants: targets, domains, answers, thresholds, waivers (YAML)
    #[arg(long, value_name = "FILE", env = "WATERLINE_PROFILE")]
    profile: Option<PathBuf>,
}

/// Options about judging.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub struct JudgingOptions {
    #[command(flatten)]
    pub profile: ProfileOption,
    #[command(flatten)]
    pub pack: PackOption,
    /// Judge ends of servicing and expiries at this day, YYYY-MM-DD; else at the day of the run
    #[arg(long, value_name = "DATE", env = "WATERLINE_AS_OF")]
    pub as_of: Option<Date>,
    /// What specialists decided about tasks: owners, order, dates, rejections, ticks (YAML)
    #[arg(long, value_name = "FILE", env = "WATERLINE_OVERLAY")]
    overlay: Option<PathBuf>,
    /// From where on a verdict makes the exit code other than 0
    #[arg(
        long,
        value_name = "LINE",
        env = "WATERLINE_FAIL_ON",
        default_value = "not-assessed"
    )]
    pub fail_on: FailOn,
}

impl JudgingOptions {
    /// The overlay; an empty one if none was named.
    ///
    /// # Errors
    /// If it cannot be read, is not an overlay, or names tasks that no rule describes, with line and
    /// column.
    pub fn overlay(&self, packs: &Packs) -> Result<Overlay, Usage> {
        let Some(file) = &self.overlay else {
            return Ok(Overlay::default());
        };
        let text = fs_err::read_to_string(file);
        let text = text.map_err(|error| {
            Usage::new(format!(
                "--overlay: {error}\n  name a file that exists, or leave the option out"
            ))
        })?;
        let source = Source::new(file.display().to_string(), text);
        Overlay::read(&source, packs.tasks()).map_err(|faults| Usage::of(&faults))
    }
}

impl ProfileOption {
    /// The option with this file.
    pub fn of(file: PathBuf) -> Self {
        Self {
            profile: Some(file),
        }
    }

    /// The profile; an empty one if none was named.
    ///
    /// # Errors
    /// If it cannot be read, is not a profile, or asks for what the packs do not have, with line
    /// and column.
    pub fn read(&self, packs: &Packs) -> Result<Profile, Usage> {
        let Some(file) = &self.profile else {
            return Ok(Profile::default());
        };
        let text = fs_err::read_to_string(file);
        let text = text.map_err(|error| {
            Usage::new(format!(
                "--profile: {error}\n  name a file that exists, or leave the option out"
            ))
        })?;
        let source = Source::new(file.display().to_string(), text);
        packs
            .read_profile(&source)
            .map_err(|faults| Usage::of(&faults))
    }
}

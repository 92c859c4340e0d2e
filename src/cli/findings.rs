//! What stands beside the reports in the folder of `--out`: the table of all violations of the object
//! checks, and the files of the plan's tasks.

use std::{io, path::Path};

use anyhow::Context;
use waterline_facts::Environment;
use waterline_rules::Assessment;

use super::{
    console::Console,
    outputs::{OutputOptions, write_whole},
};
use crate::{
    findings::{Findings, Spool},
    fixes,
};

/// The table's name in the folder.
const FILE_NAME: &str = "object-findings.csv";

/// Where findings are put aside, if there is a folder for the table.
///
/// # Errors
/// If the folder cannot be written to.
pub fn spool(options: &OutputOptions) -> anyhow::Result<Option<Spool>> {
    let Some(folder) = options.folder()? else {
        return Ok(None);
    };
    let spool = Spool::within(folder);
    let spool =
        spool.with_context(|| format!("cannot write to the folder {}", folder.display()))?;
    Ok(Some(spool))
}

/// Writes the files of the plan's tasks into the folder, if there is one: lists of what they are
/// about, and fix files.
///
/// # Errors
/// If one cannot be written.
pub fn fix(
    assessment: &mut Assessment,
    environment: &Environment,
    findings: &mut Option<io::Result<Findings>>,
    options: &OutputOptions,
    console: &Console,
) -> anyhow::Result<()> {
    let Some(folder) = options.folder()? else {
        return Ok(());
    };
    let mut sources = fixes::Sources {
        folder,
        environment,
        findings: findings.as_mut().and_then(|all| all.as_mut().ok()),
    };
    let written = fixes::write(assessment, &mut sources);
    written.with_context(|| {
        format!(
            "cannot write the files of the tasks to {}",
            folder.display()
        )
    })?;
    console.say(format_args!(
        "wrote the files of the tasks to {}",
        folder.display()
    ));
    Ok(())
}

/// Writes the table into the folder, if there is one and the objects were checked.
///
/// # Errors
/// If it cannot be written.
pub fn write(
    findings: Option<io::Result<Findings>>,
    folder: Option<&Path>,
    console: &Console,
) -> anyhow::Result<()> {
    let (Some(findings), Some(folder)) = (findings, folder) else {
        return Ok(());
    };
    let path = folder.join(FILE_NAME);
    let written = findings.and_then(|mut all| write_whole(&path, |out| all.write(out)));
    written.with_context(|| format!("cannot write the object findings to {}", path.display()))?;
    console.say(format_args!("wrote {}", path.display()));
    Ok(())
}

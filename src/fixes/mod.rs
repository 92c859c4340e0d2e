//! Files beside the reports that carry a plan out: lists of what tasks are about, and fix files.
//!
//! Nothing here is ever applied by this program. Fix files stand in a folder named after the moment
//! of the run, so that the undo files of an earlier run are never overwritten. Per object check: a
//! table of old and proposed values, a PowerShell script, an LDIF, and the undo of both. DNS records
//! are handed over as lines of a zone file, settings as a table and a `.reg` file; the firewall has
//! its own report.

mod change;
mod ldif;
mod powershell;
mod registry;
mod zone;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use waterline_facts::{
    Environment,
    objects::{ObjectCheck, Proposal},
};
use waterline_rules::{
    Assessment,
    assessment::Finding,
    plan::{Task, TaskState},
};

pub use change::{Change, Decision};

use crate::{files::write_whole, findings::Findings, report::csv};

/// What files are made of.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The folder of `--out`.
    pub folder: &'a Path,
    /// The facts.
    pub environment: &'a Environment,
    /// All findings of the object checks; none if there are none.
    pub findings: Option<&'a mut Findings>,
}

/// The text at the head of every file, before the lines of its own.
const HEAD: &str = "Made by Waterline, which never applies it. Read it before you do.";

/// Writes the files of a plan's tasks, and names them in the tasks.
///
/// # Errors
/// If a file or folder cannot be written.
pub fn write(assessment: &mut Assessment, sources: &mut Sources<'_>) -> io::Result<()> {
    let started = sources.environment.run.started;
    let stamp = format!("fixes/{}", started.strftime("%Y%m%dT%H%M%SZ"));
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let open = assessment.plan.tasks.iter();
    for task in open.filter(|task| task.state != TaskState::Rejected) {
        let findings = cleared(task, &assessment.findings);
        let mut own = vec![scope(task, &findings, sources)?];
        for check in checks(task) {
            own.extend(fix(check, &stamp, sources)?);
        }
        own.extend(records(task, &findings, &stamp, sources)?);
        own.extend(settings(task, &stamp, sources)?);
        files.insert(task.id.clone(), own);
    }
    for task in &mut assessment.plan.tasks {
        task.files = files.remove(&task.id).unwrap_or_default();
    }
    Ok(())
}

/// The findings that a task clears.
fn cleared<'a>(task: &Task, findings: &'a [Finding]) -> Vec<&'a Finding> {
    let keys: BTreeSet<&String> = task.clears.iter().collect();
    let findings = findings.iter();
    findings
        .filter(|finding| keys.contains(&finding.key))
        .collect()
}

/// The object checks whose findings a task clears.
fn checks(task: &Task) -> impl Iterator<Item = ObjectCheck> {
    let all = ObjectCheck::ALL.iter().copied();
    all.filter(|check| task.checks.iter().any(|id| id == check.id()))
}

/// Writes a file below the folder of `--out`, whose folder is made if need be, and gives its name.
fn write_below(
    folder: &Path,
    name: String,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<String> {
    let path = folder.join(&name);
    fs_err::create_dir_all(crate::files::folder(&path))?;
    let told = |error: io::Error| io::Error::new(error.kind(), format!("{name}: {error}"));
    write_whole(&path, write).map_err(told)?;
    Ok(name)
}

/// The list of all that a task is about.
fn scope(task: &Task, findings: &[&Finding], sources: &mut Sources<'_>) -> io::Result<String> {
    let name = format!("scope/{}.csv", task.id);
    let of_objects: Vec<ObjectCheck> = checks(task).collect();
    write_below(sources.folder, name, |out| {
        let columns = ["found_by", "thing", "attribute", "value", "what_is_wrong"];
        out.write_all(csv::line(columns).as_bytes())?;
        for finding in findings {
            let thing = waterline_rules::plan::scope::thing(finding).unwrap_or_default();
            let line = csv::line([&*finding.rule, thing, "", "", &*finding.title]);
            out.write_all(line.as_bytes())?;
        }
        let Some(all) = &mut sources.findings else {
            return Ok(());
        };
        for check in of_objects {
            all.each(check, &mut |violation| {
                let cells = [
                    check.id(),
                    &violation.dn,
                    &violation.attribute,
                    &violation.value,
                    &violation.fault,
                ];
                out.write_all(csv::line(cells).as_bytes())
            })?;
        }
        Ok(())
    })
}

/// The fix files of a check; the table alone where nothing can be scripted.
fn fix(check: ObjectCheck, stamp: &str, sources: &mut Sources<'_>) -> io::Result<Vec<String>> {
    let Some(findings) = &mut sources.findings else {
        return Ok(Vec::new());
    };
    let name = check.id().replace('_', "-");
    let path = |ending: &str| format!("{stamp}/{name}{ending}");
    let mut changes = Vec::new();
    let table = write_below(sources.folder, path(".csv"), |out| {
        table(check, findings, &mut changes, out)
    })?;
    let mut files = vec![table];
    if changes.is_empty() {
        return Ok(files);
    }
    let undo: Vec<Change> = changes.iter().rev().map(Change::reversed).collect();
    for (kind, purpose, changes) in [
        ("", "Puts proposed values in place of faulty ones", &changes),
        (".undo", "Puts the old values back", &undo),
    ] {
        let head = [
            format!("{purpose}: object check {}.", check.id()),
            HEAD.to_owned(),
        ];
        let script = format!("{name}{kind}");
        files.push(write_below(
            sources.folder,
            path(&format!("{kind}.ps1")),
            |out| powershell::write(&head, &script, changes, out),
        )?);
        files.push(write_below(
            sources.folder,
            path(&format!("{kind}.ldif")),
            |out| ldif::write(&head, changes, out),
        )?);
    }
    Ok(files)
}

/// The table of old and proposed values; collects what can be scripted.
fn table(
    check: ObjectCheck,
    findings: &mut Findings,
    changes: &mut Vec<Change>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let columns = [
        "dn",
        "attribute",
        "old",
        "proposed",
        "decision",
        "fault",
        "others",
    ];
    out.write_all(csv::line(columns).as_bytes())?;
    findings.each(check, &mut |violation| {
        let decision = Decision::of(&violation);
        let proposed = match &violation.proposal {
            Proposal::Proposed(value) => value,
            Proposal::Decide => "",
        };
        let cells = [
            &*violation.dn,
            &violation.attribute,
            &violation.value,
            proposed,
            match &decision {
                Decision::Scripted(_) => "scripted",
                Decision::Left(why) => why,
            },
            &violation.fault,
            &violation.others.join(" | "),
        ];
        out.write_all(csv::line(cells).as_bytes())?;
        if let Decision::Scripted(change) = decision {
            changes.push(change);
        }
        Ok(())
    })
}

/// The zone-file lines of the records that a task is about, if there are any.
fn records(
    task: &Task,
    findings: &[&Finding],
    stamp: &str,
    sources: &Sources<'_>,
) -> io::Result<Option<String>> {
    let records = zone::records(sources.environment, findings);
    if records.is_empty() {
        return Ok(None);
    }
    let head = [format!("Records for task {}.", task.id), HEAD.to_owned()];
    let name = format!("{stamp}/{}.zone", task.id);
    write_below(sources.folder, name, |out| {
        zone::write(&head, &records, out)
    })
    .map(Some)
}

/// The settings that a task sets: as a table, and those of the registry as a `.reg` file.
fn settings(task: &Task, stamp: &str, sources: &Sources<'_>) -> io::Result<Vec<String>> {
    if task.settings.is_empty() {
        return Ok(Vec::new());
    }
    let name = format!("{stamp}/{}.settings.csv", task.id);
    let mut files = vec![write_below(sources.folder, name, |out| {
        registry::table(&task.settings, out)
    })?];
    let of_registry = registry::of_registry(&task.settings);
    if !of_registry.is_empty() {
        let head = [format!("Settings of task {}.", task.id), HEAD.to_owned()];
        let name = format!("{stamp}/{}.reg", task.id);
        files.push(write_below(sources.folder, name, |out| {
            registry::write(&head, &of_registry, out)
        })?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests;

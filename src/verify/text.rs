//! A record for reading in a terminal.

use std::io::{self, Write};

use waterline_rules::Readiness;

use super::record::{Gate, Record};
use crate::report::visible;

/// Writes a record as text: tasks, regressions, the gate.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let totals = record.totals;
    writeln!(
        out,
        "TASKS  {} done, {} not done, {} regressed, {} cannot tell",
        totals.done, totals.not_done, totals.regressed, totals.cannot_tell
    )?;
    for task in &record.tasks {
        writeln!(
            out,
            "  {:<12} {}",
            task.outcome.words(),
            visible(&task.title)
        )?;
        writeln!(
            out,
            "               {}: {}",
            visible(&task.id),
            visible(&task.reason)
        )?;
    }
    if !record.regressions.is_empty() {
        writeln!(out, "\nMET BEFORE, NOT MET NOW")?;
        for regression in &record.regressions {
            let title = visible(&regression.title);
            writeln!(out, "  {title} ({})", visible(&regression.rule))?;
        }
    }
    writeln!(out, "\nGATE")?;
    for gate in &record.gate {
        write_gate(gate, record, out)?;
    }
    Ok(())
}

fn write_gate(gate: &Gate, record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let target = &gate.target;
    let words = match target.readiness {
        Readiness::Ready => "may be enabled",
        Readiness::ReadyWithAdvisories => "may be enabled, with advisories",
        Readiness::NotReady => "not yet",
        Readiness::NotAssessed => "cannot tell",
    };
    writeln!(out, "  {}: {words}", visible(&target.title))?;
    for (told, rules) in [
        ("not met", &target.blocked_by),
        ("not assessed", &target.not_assessed),
    ] {
        if !rules.is_empty() {
            writeln!(out, "      {told}: {}", rules.join(", "))?;
        }
    }
    if gate.carried_over > 0 {
        let day = record.plan.as_of;
        let rules = match gate.carried_over {
            1 => "1 required rule was".to_owned(),
            several => format!("{several} required rules were"),
        };
        writeln!(out, "      {rules} not looked at again: as judged on {day}")?;
    }
    Ok(())
}

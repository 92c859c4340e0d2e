//! The fleet as tables: machines by what they run and by where they stand.

use std::io::{self, Write};

use waterline_facts::directory::fleet::MachineRole;
use waterline_rules::fleet::{Counts, Fit, Fitness, Fleet, Kind, Tally, Unit};

use super::{
    super::inventory::{Inventory, InventoryGap},
    escape,
    table::Table,
};

/// Path of the fact that a directory cannot tell of members.
const SITES: &str = "directory.fleet.sites";

/// Writes the fleet, if it was learned.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let Some(fleet) = &inventory.directory.fleet else {
        return Ok(());
    };
    writeln!(out, "\n### Fleet\n")?;
    summary(fleet, out)?;
    if fleet.kinds.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    kinds(&fleet.kinds).write(out)?;
    writeln!(out)?;
    units(&fleet.units).write(out)?;
    let mut gaps = inventory.gaps.iter();
    match gaps.find(|gap| gap.path == SITES) {
        Some(InventoryGap { reason, .. }) => {
            writeln!(out, "\nBy site: not known ({}).", escape(reason))
        }
        None => Ok(()),
    }
}

fn summary(fleet: &Fleet, out: &mut dyn Write) -> io::Result<()> {
    let all = &fleet.all;
    let (active, stale, undated, disabled) = (all.active, all.stale, all.undated, all.disabled);
    writeln!(
        out,
        "Machines in use: {active}. Not counted: {stale} without a sign of life for 90 days, \
         {undated} without any date, {disabled} disabled.\n"
    )?;
    let line = |title: &str, tally: &Tally| format!("- {title}: {}", cell(tally));
    writeln!(out, "{}", line("Enrolment in Intune", &all.enrolment))?;
    writeln!(out, "{}", line("Hybrid join", &all.hybrid_join))?;
    writeln!(out, "{}", line("Co-management", &all.co_management))
}

fn kinds(kinds: &[Kind]) -> Table {
    let mut table = Table::new(&[
        "Runs",
        "Release",
        "In use",
        "Stale",
        "Undated",
        "Disabled",
        "Serviced until",
        "Intune",
        "Hybrid join",
        "Co-management",
    ]);
    table.rows.extend(kinds.iter().map(|kind| {
        let mut row = vec![
            name(kind),
            escape(kind.release.as_deref().unwrap_or("not known")),
        ];
        row.extend(figures(&kind.counts));
        let until = kind.serviced_until.map(|day| day.to_string());
        row.push(until.unwrap_or_else(|| "not known".to_owned()));
        row.extend([&kind.enrolment, &kind.hybrid_join, &kind.co_management].map(fitness));
        row
    }));
    table
}

fn units(units: &[Unit]) -> Table {
    let mut table = Table::new(&[
        "Unit",
        "In use",
        "Stale",
        "Undated",
        "Disabled",
        "Intune",
        "Hybrid join",
        "Co-management",
    ]);
    table.rows.extend(units.iter().map(|unit| {
        let mut row = vec![match unit.unit.as_deref() {
            None => "further units".to_owned(),
            Some("") => "the domain itself".to_owned(),
            Some(unit) => escape(unit),
        }];
        let counts = &unit.counts;
        row.extend(figures(counts));
        row.extend(
            [
                &counts.enrolment,
                &counts.hybrid_join,
                &counts.co_management,
            ]
            .map(cell),
        );
        row
    }));
    table
}

fn name(kind: &Kind) -> String {
    let system = kind
        .operating_system
        .as_deref()
        .unwrap_or("no operating system named");
    let name = format!("{system} {}", kind.version.as_deref().unwrap_or_default());
    let role = match kind.role {
        Some(MachineRole::Controller) => ", as domain controller",
        _ => "",
    };
    format!("{}{role}", escape(name.trim_end()))
}

fn figures(counts: &Counts) -> [String; 4] {
    [counts.active, counts.stale, counts.undated, counts.disabled].map(|count| count.to_string())
}

fn fitness(fitness: &Fitness) -> String {
    let word = match fitness.fit {
        Fit::Supported => return "supported".to_owned(),
        Fit::Allowed => "allowed",
        Fit::Refused => "no",
        Fit::Unknown => "not known",
    };
    format!("{word}: {}", escape(&fitness.why))
}

fn cell(tally: &Tally) -> String {
    let parts = [
        (tally.supported, "supported"),
        (tally.allowed, "allowed"),
        (tally.refused, "not possible"),
        (tally.unknown, "not known"),
    ];
    let shown = parts.iter().filter(|(count, _)| *count > 0);
    let shown: Vec<_> = shown
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if shown.is_empty() {
        "none in use".to_owned()
    } else {
        shown.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_stands_in_a_cell() {
        let tally = Tally {
            supported: 3,
            unknown: 1,
            ..Tally::default()
        };
        assert_eq!(cell(&tally), "3 supported, 1 not known");
        assert_eq!(cell(&Tally::default()), "none in use");
    }
}

//! What limits a run: rights, interruption, probes that did not come to their end, damage.

use waterline_facts::{
    Seen,
    run::{ProbeOutcome, ProbeRun},
};

use super::Report;

/// What the reader must know before trusting the rest; each a sentence, raw text in it.
pub(super) fn limits(report: &Report) -> Vec<String> {
    let run = &report.environment.run;
    let mut limits = Vec::new();
    limits.extend(rights(report));
    if run.interrupted {
        limits.push("the run was interrupted before all probes had ended".to_owned());
    }
    limits.extend(run.probes.iter().filter_map(outcome));
    for probe in &run.probes {
        let notes = probe.notes.iter();
        limits.extend(notes.map(|note| format!("{}: {note}", probe.id)));
    }
    let damage = report.damage.iter();
    limits.extend(damage.map(|problem| format!("damaged part of the recording: {problem}")));
    limits.extend(other_day(report));
    limits
}

fn rights(report: &Report) -> Option<String> {
    let rights = &report.environment.run.rights;
    let account = match &rights.account {
        Seen::Known(account) => account.as_str(),
        _ => "an account whose name is not known",
    };
    match &rights.elevated {
        Seen::Known(true) => None,
        Seen::Known(false) => Some(format!("ran as {account}, without administrator rights")),
        _ => Some(format!(
            "ran as {account}; whether with administrator rights is not known"
        )),
    }
}

fn outcome(probe: &ProbeRun) -> Option<String> {
    let id = probe.id;
    match &probe.outcome {
        ProbeOutcome::Completed => None,
        ProbeOutcome::Skipped => Some(format!("{id}: left out by choice")),
        ProbeOutcome::Ended(gap) => Some(format!("{id}: ended early: {gap}")),
    }
}

/// Dates judged at another day than that of the run.
fn other_day(report: &Report) -> Option<String> {
    let day = report
        .environment
        .run
        .started
        .strftime("%Y-%m-%d")
        .to_string();
    let judged = report.assessment.as_of;
    (judged.to_string() != day)
        .then(|| format!("dates are judged at {judged}, not at the day of the run"))
}

//! What changed between two runs of one environment, and why.
//!
//! Two reports are compared: rule by rule, finding by finding. Where the facts of the older run are
//! there too, they are judged again as the newer run was: what then differs comes of a threshold or
//! a day, not of the environment. Nothing that was not assessed is ever told as fixed.

mod compare;
mod form;
mod identity;

use jiff::Timestamp;

pub use form::{Change, Changes, Direction, Reason, RunPoint, TargetChange};
pub use identity::DifferentEnvironments;

use crate::report::Document;

/// A run to be compared.
#[derive(Debug)]
pub struct Side<'a> {
    /// Its report.
    pub document: &'a Document,
    /// What its facts would give if they were judged as the newest run is; absent where only its
    /// report is there.
    pub judged_again: Option<&'a Document>,
}

/// What changed from `old` to `new`; `between` are further points of the history.
///
/// # Errors
/// If they are of different environments.
pub fn changes(
    old: &Side,
    between: &[Document],
    new: &Document,
) -> Result<Changes, DifferentEnvironments> {
    let others = between.iter().chain([old.document]);
    for other in others.clone() {
        identity::check(other, new)?;
    }
    let mut history: Vec<RunPoint> = others.chain([new]).map(RunPoint::of).collect();
    history.sort_by_key(|point| point.started);
    Ok(Changes {
        format: form::FORMAT,
        targets: compare::targets(old.document, new),
        changes: compare::changes(old, new),
        notices: notices(old, new),
        old: RunPoint::of(old.document),
        new: RunPoint::of(new),
        history,
    })
}

/// What the reader must know before trusting the rest.
fn notices(old: &Side, new: &Document) -> Vec<String> {
    let mut notices = Vec::new();
    if started(old.document) > started(new) {
        notices.push("the older of the two runs was named last".to_owned());
    }
    if old.judged_again.is_none() {
        notices.push(
            "the first run is known by its report alone: what comes of another day cannot be told \
             from what changed in the environment; give its recording to tell"
                .to_owned(),
        );
    }
    if identity::is_unknown(old.document, new) {
        notices.push(
            "whether both runs are of the same environment cannot be told: one of them names \
             neither forest nor machine"
                .to_owned(),
        );
    }
    notices
}

fn started(document: &Document) -> Timestamp {
    document.run.started
}

#[cfg(test)]
mod tests;

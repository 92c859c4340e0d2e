//! Whether two reports are of the same environment.

use crate::report::Document;

/// Two reports that have nothing to do with each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the runs are of different environments: that of {old_day} of {old}, that of {new_day} of {new}; \
     compare runs of one environment"
)]
pub struct DifferentEnvironments {
    old: String,
    old_day: String,
    new: String,
    new_day: String,
}

/// Whether the reports can be compared: a forest has one root domain, and where no forest is known a
/// machine has one name.
pub(super) fn check(old: &Document, new: &Document) -> Result<(), DifferentEnvironments> {
    let Some((old_name, new_name)) = names(old, new) else {
        return Ok(());
    };
    if old_name.eq_ignore_ascii_case(new_name) {
        return Ok(());
    }
    let day = |document: &Document| document.run.started.strftime("%Y-%m-%d").to_string();
    Err(DifferentEnvironments {
        old: old_name.to_owned(),
        old_day: day(old),
        new: new_name.to_owned(),
        new_day: day(new),
    })
}

/// Whether nothing is known by which they could be told apart.
pub(super) fn is_unknown(old: &Document, new: &Document) -> bool {
    names(old, new).is_none()
}

/// What both are called, of the same kind.
fn names<'a>(old: &'a Document, new: &'a Document) -> Option<(&'a str, &'a str)> {
    let (old, new) = (&old.run.environment, &new.run.environment);
    let forests = old.forest.as_deref().zip(new.forest.as_deref());
    forests.or_else(|| old.machine.as_deref().zip(new.machine.as_deref()))
}

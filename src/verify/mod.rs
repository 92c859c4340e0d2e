//! Verification: which tasks of an earlier plan are done now, and which targets may be enabled.
//!
//! Only what the open tasks' rules read is probed. Nothing is said to be done that was not assessed.

mod evidence;
mod judge;
mod needs;
mod plan_file;
mod record;
mod text;

pub use judge::{Verification, open_tasks};
pub use needs::of_tasks;
pub use plan_file::PlanFile;
pub use record::{
    FORMAT, Gate, LookedAt, Outcome, PlanOrigin, Record, Regression, RuleEvidence, Totals,
    VerifiedTask, VerifyingRun,
};
pub use text::write;

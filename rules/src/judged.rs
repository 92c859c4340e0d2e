//! What judging one rule by itself gave, before waivers, readiness and the plan.

use crate::{assessment::Finding, verdict::Verdict};

/// What judging one rule by itself gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The verdict; never [`Verdict::Waived`].
    pub verdict: Verdict,
    /// Why, where the verdict alone does not say it.
    pub reason: String,
    /// What would assess it, each a sentence, sorted. Empty unless something was not assessed: for
    /// a rule that is not met it says that some of what it was asked of was not, and then no waiver
    /// of what was found makes the rule [`Verdict::Waived`].
    pub would_assess: Vec<String>,
    /// What is not met, by key; none of it waived. Those of a rule that is not assessed as a whole
    /// are kept: they were seen.
    pub findings: Vec<Finding>,
}

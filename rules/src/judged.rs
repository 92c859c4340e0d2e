//! What judging one rule by itself gave, before waivers, readiness and the plan.

use std::collections::BTreeSet;

use waterline_facts::Reason;

use crate::{assessment::Finding, verdict::Verdict};

/// What judging one rule by itself gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The verdict; never [`Verdict::Waived`].
    pub verdict: Verdict,
    /// Why, where the verdict alone does not say it; for a rule that is not met, what of it was
    /// not assessed beside what was found.
    pub reason: String,
    /// What would assess it, each a sentence, sorted; empty unless not assessed, wholly or in part.
    pub would_assess: Vec<String>,
    /// What is not met, by key; none of it waived. Those of a rule that is not assessed as a whole
    /// are kept: they were seen.
    pub findings: Vec<Finding>,
    /// Why facts that it needs were not learned; empty unless it is not assessed as a whole.
    pub gaps: BTreeSet<Reason>,
    /// For a rule that is not assessed, what may be the cause of that, the most telling first.
    pub suspects: Vec<Suspect>,
}

/// A finding that may be the cause of another, or of a rule's not being assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Its rule.
    pub rule: String,
    /// The end of its key; absent for the first of that rule.
    pub key: Option<String>,
}

impl Judged {
    /// Whether a rule that is not met was asked of everything that it concerns: only then can
    /// accepting what was found settle it.
    pub fn is_whole(&self) -> bool {
        self.would_assess.is_empty() && self.reason.is_empty()
    }
}

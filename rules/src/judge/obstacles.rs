//! Why a rule could not be judged, and what would help.

use std::collections::BTreeSet;

use waterline_facts::{Gap, Reason};

use crate::{assessment::Finding, facts::FactPath, judged::Judged, verdict::Verdict};

/// Why a rule could not be judged; each thing once, in an order that does not depend on that of the
/// facts.
#[derive(Debug, Default)]
pub struct Obstacles {
    gaps: BTreeSet<(FactPath, Gap)>,
    failures: BTreeSet<String>,
}

/// How many obstacles a reason names.
const MAX_NAMED: usize = 3;

impl Obstacles {
    /// An expression that failed.
    pub fn failed(expression: &str, problem: String) -> Self {
        let failures = BTreeSet::from([format!("`{expression}` could not be decided: {problem}")]);
        Self {
            failures,
            ..Self::default()
        }
    }

    /// Adds a fact that was not learned.
    pub fn gap(&mut self, path: FactPath, gap: Gap) {
        self.gaps.insert((path, gap));
    }

    /// Adds others.
    pub fn merge(&mut self, others: Self) {
        self.gaps.extend(others.gaps);
        self.failures.extend(others.failures);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gaps.is_empty() && self.failures.is_empty()
    }

    /// What they are, in words; the first of them if there are many.
    pub fn reason(&self) -> String {
        let gaps = self
            .gaps
            .iter()
            .map(|(path, gap)| format!("`{path}`: {gap}"));
        let all: Vec<String> = gaps.chain(self.failures.iter().cloned()).collect();
        let more = all.len().saturating_sub(MAX_NAMED);
        let named = all[..all.len() - more].join("; ");
        match more {
            0 => named,
            more => format!("{named}; and {more} more"),
        }
    }

    /// A rule that is not assessed because of them.
    pub fn judged(&self, findings: Vec<Finding>) -> Judged {
        let remedies = self.gaps.iter().map(|(path, gap)| remedy(path, gap));
        let failures = self
            .failures
            .iter()
            .map(|failure| format!("Look at the facts: {failure}."));
        let would_assess: BTreeSet<String> = remedies.chain(failures).collect();
        Judged {
            verdict: Verdict::NotAssessed,
            reason: self.reason(),
            would_assess: would_assess.into_iter().collect(),
            findings,
            gaps: self.gaps.iter().map(|(_, gap)| gap.reason).collect(),
            suspects: Vec::new(),
        }
    }
}

/// What would make a fact known, as a sentence.
fn remedy(path: &FactPath, gap: &Gap) -> String {
    if !gap.remedy.is_empty() {
        return sentence(&gap.remedy);
    }
    let root = path.root();
    let detail = match gap.detail.as_str() {
        "" => String::new(),
        detail => format!(" ({detail})"),
    };
    match gap.reason {
        Reason::NotRun => format!("Run the {root} probe, and let it come to its end."),
        Reason::TimedOut => format!("Give the {root} probe more time, or a faster way{detail}."),
        Reason::Cancelled => "Run again without interrupting.".to_owned(),
        Reason::Denied => format!("Run with the right to read `{path}`{detail}."),
        Reason::Unsupported => format!("Run where `{path}` can be read{detail}."),
        Reason::Unreachable => format!("Make reachable what the {root} probe asks{detail}."),
        Reason::Untrusted => format!("Trust the certificate's issuer on this machine{detail}."),
        Reason::NotConfigured => {
            format!("Give what the {root} probe needs to look for `{path}`{detail}.")
        }
        Reason::Malformed => format!("Look at what answers for `{path}`{detail}."),
        Reason::Damaged => "Record again, or use an undamaged copy of the recording.".to_owned(),
        _ => format!("Run the {root} probe again{detail}."),
    }
}

/// A text with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{}{}{stop}", first.unwrap_or_default(), letters.as_str())
}

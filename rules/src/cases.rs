//! Runs the examples of rules and names every wrong verdict.

use std::fmt;

use serde::Serialize;

use crate::{
    Profile,
    compile::{Compiled, CompiledCase},
    facts::FactView,
    judge::Judge,
    judged::Judged,
    load::Packs,
    verdict::Verdict,
};

/// An example that has not the verdict that it must have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseFailure {
    /// The rule.
    pub rule: String,
    /// The example.
    pub case: String,
    /// The verdict that it must have.
    pub expected: Verdict,
    /// The verdict that it has.
    pub got: Verdict,
    /// What kind of mistake it is.
    pub kind: FailureKind,
    /// Why it has that verdict, in words.
    pub reason: String,
}

/// Kinds of wrong verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Not met on good facts.
    Noisy,
    /// Met on bad facts.
    Missed,
    /// A verdict on facts that do not allow one.
    Rash,
    /// No verdict on facts that allow one.
    Shy,
    /// The right verdict with other findings.
    OtherFindings,
    /// Any other.
    Other,
}

/// How the examples went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseResults {
    /// How many rules there are.
    pub rules: usize,
    /// How many examples were run.
    pub cases: usize,
    /// Those that have not the verdict that they must have.
    pub failures: Vec<CaseFailure>,
}

impl Packs {
    /// Runs the examples of every rule, by rule.
    pub fn test_cases(&self) -> CaseResults {
        let rules = self.compiled();
        let all = rules
            .iter()
            .flat_map(|rule| rule.cases.iter().map(move |case| (rule, case)));
        CaseResults {
            rules: rules.len(),
            cases: rules.iter().map(|rule| rule.cases.len()).sum(),
            failures: all.filter_map(|(rule, case)| run(rule, case)).collect(),
        }
    }
}

/// What a rule says of an example: its verdict, and its findings by key with how many each concerns.
pub(crate) fn outcome(
    rule: &Compiled,
    case: &CompiledCase,
    profile: &Profile,
) -> (Verdict, Vec<(String, u64)>) {
    let judged = judge(rule, case, profile);
    let findings = judged.findings.into_iter();
    let findings = findings.map(|finding| (finding.key, finding.affected));
    (judged.verdict, findings.collect())
}

fn judge(rule: &Compiled, case: &CompiledCase, profile: &Profile) -> Judged {
    let view = FactView::of(&case.facts, profile, case.as_of);
    Judge::new(&view, profile).judge(rule)
}

fn run(rule: &Compiled, case: &CompiledCase) -> Option<CaseFailure> {
    let judged = judge(rule, case, &case.profile);
    let keys = judged.findings.iter().map(|finding| finding.key.as_str());
    let keys: Vec<&str> = keys
        .filter_map(|key| Some(key.split_once('/')?.1))
        .collect();
    let same = case
        .findings
        .as_ref()
        .is_none_or(|expected| *expected == keys);
    if judged.verdict == case.expect && same {
        return None;
    }
    let reason = match same {
        true => judged.reason,
        false => format!("findings: {}", keys.join(", ")),
    };
    Some(CaseFailure {
        rule: rule.rule.id.value.clone(),
        case: case.name.clone(),
        expected: case.expect,
        got: judged.verdict,
        kind: kind(case.expect, judged.verdict),
        reason,
    })
}

fn kind(expected: Verdict, got: Verdict) -> FailureKind {
    match (expected, got) {
        (expected, got) if expected == got => FailureKind::OtherFindings,
        (Verdict::Met, Verdict::NotMet) => FailureKind::Noisy,
        (Verdict::NotMet, Verdict::Met) => FailureKind::Missed,
        (Verdict::NotAssessed, _) => FailureKind::Rash,
        (_, Verdict::NotAssessed) => FailureKind::Shy,
        _ => FailureKind::Other,
    }
}

impl fmt::Display for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, case, kind) = (&self.rule, &self.case, self.kind.words());
        write!(
            f,
            "{rule}, case '{case}': {kind}: expected {}, got {}",
            self.expected, self.got
        )?;
        match self.reason.as_str() {
            "" => Ok(()),
            reason => write!(f, " ({reason})"),
        }
    }
}

impl FailureKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::Noisy,
        Self::Missed,
        Self::Rash,
        Self::Shy,
        Self::OtherFindings,
        Self::Other,
    ];

    /// The kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Noisy => "noisy",
            Self::Missed => "missed",
            Self::Rash => "rash",
            Self::Shy => "shy",
            Self::OtherFindings => "other findings",
            Self::Other => "wrong",
        }
    }
}

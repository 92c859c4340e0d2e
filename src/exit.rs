//! How the program ends: its exit codes, and where the line is drawn.

use std::{fmt, process::ExitCode};

use clap::ValueEnum;
use waterline_rules::{Assessment, Readiness, source::Fault};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Every chosen target is ready, advisories allowed; or there was nothing to judge.
    Ready = 0,
    /// The program failed, or could not write what it was asked for.
    Failed = 1,
    /// It was called wrongly, or given a file that it cannot use.
    Usage = 2,
    /// Some target is not ready.
    NotReady = 3,
    /// No target is known to be not ready, but some could not be assessed.
    NotAssessed = 4,
}

/// From where on a readiness makes the program end with another code than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FailOn {
    /// Never: 0 whatever the verdicts.
    Never,
    /// A target that is not ready (3).
    NotReady,
    /// A target that is not ready (3), or was not assessed (4).
    #[default]
    NotAssessed,
    /// The same, and a target that is ready with advisories (3).
    Advisory,
}

impl Exit {
    /// The code that an assessment asks for.
    pub fn of(assessment: &Assessment, line: FailOn) -> Self {
        let targets = assessment.targets.iter();
        Self::of_readiness(targets.map(|target| target.readiness), line)
    }

    /// The code that the readiness of targets asks for.
    pub fn of_readiness(targets: impl IntoIterator<Item = Readiness>, line: FailOn) -> Self {
        let targets: Vec<Readiness> = targets.into_iter().collect();
        let any = |readiness| targets.contains(&readiness);
        let unready = any(Readiness::NotReady);
        let advised = line == FailOn::Advisory && any(Readiness::ReadyWithAdvisories);
        // Nothing judged is nothing known.
        let unknown = any(Readiness::NotAssessed) || targets.is_empty();
        match line {
            FailOn::Never => Self::Ready,
            _ if unready || advised => Self::NotReady,
            FailOn::NotAssessed | FailOn::Advisory if unknown => Self::NotAssessed,
            _ => Self::Ready,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Something that whoever called the program has to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    message: String,
}

impl Usage {
    /// The message names the option or file, and says what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }

    /// Faults of a file, each with its place.
    pub fn of(faults: &[Fault]) -> Self {
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        Self::new(faults.join("\n\n"))
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Usage {}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use waterline_rules::{
        Plan,
        assessment::{RemainingWork, TargetResult},
    };

    use super::*;

    fn assessment(readiness: &[Readiness]) -> Assessment {
        let target = |(number, readiness): (usize, &Readiness)| TargetResult {
            id: format!("target-{number}"),
            title: String::new(),
            parent: None,
            readiness: *readiness,
            required: 0,
            met: 0,
            assessed: 0,
            advisories: 0,
            blocked_by: Vec::new(),
            not_assessed: Vec::new(),
        };
        Assessment {
            as_of: date(2026, 11, 1),
            targets: readiness.iter().enumerate().map(target).collect(),
            rules: Vec::new(),
            findings: Vec::new(),
            plan: Plan::default(),
            remaining_work: RemainingWork::default(),
            notices: Vec::new(),
        }
    }

    #[test]
    fn worst_readiness_decides_as_far_as_the_line_says() {
        use Readiness::{NotAssessed, NotReady, Ready, ReadyWithAdvisories};
        // Columns: never, not-ready, not-assessed, advisory.
        let cases: [(&[Readiness], [u8; 4]); 7] = [
            (&[Ready], [0, 0, 0, 0]),
            (&[Ready, ReadyWithAdvisories], [0, 0, 0, 3]),
            (&[Ready, NotAssessed], [0, 0, 4, 4]),
            (&[NotAssessed, ReadyWithAdvisories], [0, 0, 4, 3]),
            (&[NotReady, NotAssessed], [0, 3, 3, 3]),
            (&[NotReady], [0, 3, 3, 3]),
            (&[], [0, 0, 4, 4]),
        ];
        for (readiness, expected) in cases {
            let assessment = assessment(readiness);
            let lines = FailOn::value_variants();
            let codes: Vec<u8> = lines
                .iter()
                .map(|line| Exit::of(&assessment, *line) as u8)
                .collect();
            assert_eq!(codes, expected, "{readiness:?}");
        }
    }
}

//! The table of the withdrawn tool IdFix, in place of a report: `--as idfix`.
//!
//! The rules are in `waterline_rules::objects::idfix`; here are the lines that wait, how far the
//! objects were read, and what the table may therefore claim. See `docs/idfix.md`.

mod table;

pub use table::Table;

use std::io;

use waterline_facts::{DirectoryFacts, DirectoryObject, Gap, Reason, Seen};
use waterline_rules::objects::idfix::{Engine, RuleSet, TopLevelDomains, Totals};

use crate::{
    exit::{Exit, FailOn},
    recording::{Opened, RecordingError},
};

/// Makes the table while objects stream by.
#[derive(Debug)]
pub struct Comparison {
    engine: Engine,
    table: Table,
    taken: u64,
    failure: Option<io::Error>,
}

/// The table when all objects have come.
#[derive(Debug)]
pub struct Compared {
    /// The table.
    pub table: Table,
    /// The figures beside it.
    pub totals: Totals,
    /// Why it is not the whole table; none if it is.
    pub gap: Option<Gap>,
}

impl Comparison {
    /// A table of nothing yet.
    ///
    /// # Errors
    /// If there is no room for files that wait.
    pub fn new(rules: RuleSet, domains: TopLevelDomains) -> io::Result<Self> {
        Ok(Self {
            engine: Engine::new(rules, domains),
            table: Table::new()?,
            taken: 0,
            failure: None,
        })
    }

    /// Takes a batch. After a line that could not be kept nothing more is taken; [`Self::finish`]
    /// tells.
    pub fn take(&mut self, batch: &[DirectoryObject]) {
        if self.failure.is_none() {
            self.failure = self.engine.feed(batch, &mut self.table).err();
            self.taken += batch.len() as u64;
        }
    }

    /// Takes all objects of a recording. Gives the damage that ended them early, if any.
    ///
    /// # Errors
    /// If the recording changed since it was opened.
    pub fn take_recorded(&mut self, opened: &Opened) -> Result<Option<Gap>, RecordingError> {
        let Some(objects) = opened.objects()? else {
            return Ok(opened.environment.objects.gap().cloned());
        };
        for batch in objects {
            match batch {
                Ok(batch) => self.take(&batch),
                Err(error) => return Ok(Some(error.gap())),
            }
        }
        Ok(None)
    }

    /// The table, given how far the directory was read.
    ///
    /// # Errors
    /// If a line could not be kept.
    pub fn finish(self, directory: &Seen<DirectoryFacts>) -> io::Result<Compared> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        Ok(Compared {
            gap: gap(self.taken, directory),
            totals: self.engine.totals(),
            table: self.table,
        })
    }
}

impl Compared {
    /// The exit code that the table asks for: that it is not whole weighs more than its lines, as
    /// who compares needs all of it.
    pub fn exit(&self, line: FailOn) -> Exit {
        let judges_gaps = matches!(line, FailOn::NotAssessed | FailOn::Advisory);
        match line {
            FailOn::Never => Exit::Ready,
            _ if judges_gaps && self.gap.is_some() => Exit::NotAssessed,
            _ if self.table.is_empty() => Exit::Ready,
            _ => Exit::NotReady,
        }
    }
}

/// Why so many objects are not all objects of the directory; none if they are.
fn gap(taken: u64, directory: &Seen<DirectoryFacts>) -> Option<Gap> {
    let read = match directory {
        Seen::Known(facts) => &facts.objects_read,
        Seen::Unknown(gap) => return Some(gap.clone()),
        Seen::Absent => return Some(no_directory()),
    };
    match read {
        Seen::Known(read) if *read <= taken => None,
        Seen::Known(read) => {
            let what = format!("{read} objects were read and {taken} of them are here");
            Some(Gap::new(Reason::Damaged, what))
        }
        Seen::Unknown(gap) => Some(gap.clone()),
        Seen::Absent => Some(no_directory()),
    }
}

fn no_directory() -> Gap {
    let gap = Gap::new(Reason::NotConfigured, "there is no directory to read");
    gap.with_remedy("name one with --domain, --server or --ldif")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn directory(objects_read: Seen<u64>) -> Seen<DirectoryFacts> {
        Seen::Known(DirectoryFacts {
            objects_read,
            ..DirectoryFacts::default()
        })
    }

    /// A table of three objects, one of them with an error or none.
    fn compared(errors: usize, directory: &Seen<DirectoryFacts>) -> Compared {
        let mut objects = testing::directory_objects(3);
        for object in &mut objects {
            object.display_name = Some("Ann".to_owned());
        }
        for object in &mut objects[..errors] {
            object.display_name = None;
        }
        let domains = TopLevelDomains::listed(".test\n.com\n.example");
        let mut comparison = Comparison::new(RuleSet::MultiTenant, domains).unwrap();
        comparison.take(&objects);
        comparison.finish(directory).unwrap()
    }

    #[test]
    fn only_what_was_read_to_its_end_is_whole() {
        let cases = [
            (directory(Seen::Known(3)), None),
            (directory(Seen::Known(4)), Some(Reason::Damaged)),
            (
                directory(Seen::unknown(Reason::TimedOut, "")),
                Some(Reason::TimedOut),
            ),
            (Seen::unknown(Reason::NotRun, ""), Some(Reason::NotRun)),
            (Seen::Absent, Some(Reason::NotConfigured)),
        ];
        for (directory, expected) in cases {
            let gap = compared(0, &directory).gap;
            assert_eq!(gap.map(|gap| gap.reason), expected);
        }
    }

    #[test]
    fn exit_codes_follow_the_line() {
        use FailOn::{Advisory, Never, NotAssessed, NotReady};
        let whole = directory(Seen::Known(3));
        let part = directory(Seen::unknown(Reason::TimedOut, ""));
        // Errors, how far it was read, and the codes for the four lines.
        let cases = [
            (0, &whole, [0, 0, 0, 0]),
            (1, &whole, [0, 3, 3, 3]),
            (0, &part, [0, 0, 4, 4]),
            (1, &part, [0, 3, 4, 4]),
        ];
        for (errors, directory, expected) in cases {
            let compared = compared(errors, directory);
            assert_eq!(compared.table.len(), errors);
            let lines = [Never, NotReady, NotAssessed, Advisory];
            assert_eq!(lines.map(|line| compared.exit(line) as u8), expected);
        }
    }
}

//! The table of the withdrawn tool IdFix, for those who compare: its rules as its code runs them,
//! its mistakes included. Waterline's own checks do what is right; these do what that tool did.
//!
//! An [`Engine`] is fed batches of objects in the order in which the directory gives them, which
//! decides who is the first holder of a value, and hands each line of the table to a [`RowSink`].
//! What is odd about the tool stands where it is done: skipped people and exclusions that never work
//! in `skip`, the apostrophe of X.500 addresses and `smtp:` in the midst of a value in
//! `proxy_addresses`, rules that never report in `mail_nickname` and `target_address`, limits that
//! are not tested in `user_principal_name`. Facts: microsoft/idfix, commit c1b74fe80a05
//! (2026-05-22), release 2.6.0.3; own code.

mod attributes;
mod chain;
mod holders;
mod patterns;
mod rfc2822;
mod row;
mod skip;
mod text;
mod top_level_domains;

#[cfg(test)]
mod tests;

use rayon::prelude::*;
use waterline_facts::{DirectoryObject, objects::ObjectKind};

pub use row::{Action, ErrorTypes, Row, RowSink};
pub use top_level_domains::TopLevelDomains;

use chain::{Chain, Judged, Question, common_name};
use holders::Holders;
use row::Failure;

/// Objects that one thread judges at a stretch: enough to make the hand-over cheap.
const STRETCH: usize = 128;

/// The tool's rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RuleSet {
    /// For services that many tenants share; the tool's default.
    #[default]
    MultiTenant,
    /// For dedicated services: only objects with mail, by other rules.
    Dedicated,
}

/// The figures that the tool shows beside its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Objects that its search brought, skipped ones included.
    pub found: u64,
    /// Objects that it skipped.
    pub skipped: u64,
    /// Values with errors.
    pub errors: u64,
    /// Values that an earlier object held.
    pub duplicates: u64,
}

/// Judges objects as the tool did.
#[derive(Debug)]
pub struct Engine {
    rules: RuleSet,
    domains: TopLevelDomains,
    holders: Holders,
    totals: Totals,
}

impl Engine {
    /// An engine that has seen nothing.
    pub fn new(rules: RuleSet, domains: TopLevelDomains) -> Self {
        Self {
            rules,
            domains,
            holders: Holders::default(),
            totals: Totals::default(),
        }
    }

    /// Judges a batch, and hands over a line for each value with errors: objects in their order,
    /// and within an object attributes in the order of the tool. Cost: linear in the batch.
    ///
    /// # Errors
    /// If the sink fails; the engine is then of no more use.
    pub fn feed<S: RowSink>(
        &mut self,
        batch: &[DirectoryObject],
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let asked_for: Vec<&DirectoryObject> = batch
            .iter()
            .filter(|object| skip::is_asked_for(object, self.rules))
            .collect();
        let kept: Vec<&DirectoryObject> = asked_for
            .iter()
            .copied()
            .filter(|object| !skip::is_skipped(object, self.rules))
            .collect();
        self.totals.found += asked_for.len() as u64;
        self.totals.skipped += (asked_for.len() - kept.len()) as u64;
        let judged: Vec<Vec<Judged>> = kept
            .par_iter()
            .with_min_len(STRETCH)
            .map(|object| self.judge(object))
            .collect();
        for (object, judged) in kept.into_iter().zip(judged) {
            self.holders.next_object();
            for value in judged {
                self.settle(object, value, sink)?;
            }
        }
        Ok(())
    }

    /// The figures so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    fn judge<'a>(&self, object: &'a DirectoryObject) -> Vec<Judged<'a>> {
        let chains: &[Chain] = match self.rules {
            RuleSet::MultiTenant => &attributes::MULTI_TENANT,
            RuleSet::Dedicated => &attributes::DEDICATED,
        };
        let judge = |chain: &Chain| chain.judge(object, &self.domains);
        chains.iter().flat_map(judge).collect()
    }

    /// Answers whether the value is a duplicate, and hands over its line if anything failed.
    fn settle<S: RowSink>(
        &mut self,
        object: &DirectoryObject,
        judged: Judged,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let Judged {
            attribute,
            value,
            mut failures,
            question,
        } = judged;
        let is_duplicate = question.is_some_and(|question| {
            let is_duplicate = self.holders.note(question.key, object);
            if is_duplicate {
                failures.insert(question.after, duplicate(question));
            }
            is_duplicate
        });
        let Some(last) = failures.last() else {
            return Ok(());
        };
        let errors: Vec<ErrorTypes> = failures.iter().map(|failure| failure.errors).collect();
        let row = Row {
            distinguished_name: &object.dn,
            common_name: common_name(object),
            object_class: class(object),
            attribute,
            errors: &errors,
            value,
            update: last.update.as_deref(),
            action: last.action,
        };
        self.totals.errors += 1;
        self.totals.duplicates += u64::from(is_duplicate);
        if is_duplicate && row.action == Action::Edit {
            self.show_first_holder(&row, sink)?;
        }
        sink.take(&row)
    }

    /// The tool also shows the first holder, once for each later one, if it finds one by the value
    /// as it stands; it has only kept values as the rules before had left them.
    fn show_first_holder<S: RowSink>(&self, later: &Row, sink: &mut S) -> Result<(), S::Error> {
        let value = later.value.unwrap_or_default();
        let Some(first) = self.holders.first(&holders::key(later.attribute, value)) else {
            return Ok(());
        };
        sink.take(&Row {
            distinguished_name: &first.distinguished_name,
            common_name: &first.common_name,
            errors: &[ErrorTypes::DUPLICATE],
            ..*later
        })
    }
}

fn duplicate(question: Question) -> Failure {
    Failure {
        errors: ErrorTypes::DUPLICATE,
        action: question.action,
        update: Some(question.value.into_owned()),
    }
}

/// The object's own class; of a recording that does not have it, that of its kind.
fn class(object: &DirectoryObject) -> &str {
    match object.kind {
        _ if !object.class.is_empty() => &object.class,
        ObjectKind::Group => "group",
        ObjectKind::Contact => "contact",
        _ => "user",
    }
}

fn is_class(object: &DirectoryObject, name: &str) -> bool {
    class(object).eq_ignore_ascii_case(name)
}

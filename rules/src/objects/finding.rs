//! A violation as it is found, before it is known whether its proposal is free.
//!
//! That is known only when all objects were seen. Until then findings are handed to a
//! [`FindingSink`], which may put them aside wherever there is room, and gets them settled by the
//! [`Settlement`](super::Settlement) afterwards.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use waterline_facts::objects::{ObjectCheck, ViolationKind};

/// A violation as it is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The check that found it.
    pub check: ObjectCheck,
    /// The number of the object; its name the settlement knows.
    pub object: u32,
    /// The attribute's LDAP name.
    pub attribute: Cow<'static, str>,
    /// Its value, cut at 300 characters; folded for duplicates; empty if missing.
    pub value: String,
    /// The kind of fault.
    pub kind: ViolationKind,
    /// What is wrong, in a few words.
    pub fault: Cow<'static, str>,
    /// A sound value to put in its place, if it is free.
    pub candidate: Option<String>,
    /// Other objects that hold the value, some of them if there are many.
    pub others: Vec<String>,
}

/// Takes findings, each as it is found: those of one object by object as they come, those of
/// several at the end.
pub trait FindingSink: Send {
    /// Takes a finding.
    fn take(&mut self, finding: &Finding);
}

/// Wants no findings.
impl FindingSink for () {
    fn take(&mut self, _: &Finding) {}
}

/// Keeps them all: for tests and small directories.
impl FindingSink for Vec<Finding> {
    fn take(&mut self, finding: &Finding) {
        self.push(finding.clone());
    }
}

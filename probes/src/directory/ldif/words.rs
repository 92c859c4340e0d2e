//! The attributes that are read from an export, and those that tell what a record is.

use crate::directory::{
    fields::{Names, Number},
    objects,
    query::Query,
};

/// Every object of Active Directory has this attribute: an export without it was made of chosen
/// attributes only, so that a missing one says nothing.
const ALWAYS_SET: &str = "instanceType";

/// The attributes that are read, and what some of them mean for the record.
#[derive(Debug)]
pub(super) struct Words {
    /// All of them; those of objects stand first.
    pub names: Names,
    /// The attribute that every entry has.
    pub always_set: Option<Number>,
    /// The attribute that marks a change.
    pub change: Option<Number>,
}

impl Words {
    /// What must be read to answer these queries, and for the objects.
    pub fn new(queries: &[Query]) -> Self {
        let asked = queries.iter().flat_map(|query| query.attributes);
        let decide = queries.iter().flat_map(|query| query.filter.attributes());
        let objects = objects::query().filter.attributes();
        let own = ["changetype", ALWAYS_SET];
        let all = asked.copied().chain(decide).chain(objects).chain(own);
        let names = objects::names(all);
        Self {
            always_set: names.number(ALWAYS_SET.as_bytes()),
            change: names.number(b"changetype"),
            names,
        }
    }
}

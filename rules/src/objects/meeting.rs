//! A value that more than one object holds, as the checks of duplicates judge it.
//!
//! Two reads of the same object, known by its distinguished name, are one holder.

use std::collections::BTreeMap;

use waterline_facts::objects::ObjectKind;

use super::{
    held::{AS_MAIL, AS_PROXY, NOT_SYNCED, Space, Ways},
    holders::Shared,
    names::Names,
};

/// An object that holds the value.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Its distinguished name.
    pub dn: &'a str,
    /// Its number.
    pub number: u32,
    /// Its kind.
    pub kind: ObjectKind,
    /// How it holds the value.
    pub ways: Ways,
}

impl Holder<'_> {
    /// Whether it holds the value in any of these ways.
    pub fn holds(&self, ways: Ways) -> bool {
        self.ways & ways != 0
    }

    /// The attribute by which it holds an address.
    pub fn address_attribute(&self) -> &'static str {
        if self.holds(AS_MAIL) {
            "mail"
        } else {
            "proxyAddresses"
        }
    }
}

/// A value and all who hold it and are synchronised, by distinguished name.
#[derive(Debug)]
pub struct Meeting<'a> {
    /// The name space of the value.
    pub space: Space,
    /// The value, folded.
    pub value: &'a str,
    /// Who holds it.
    pub holders: Vec<Holder<'a>>,
}

/// An object at fault, and the attribute that is.
pub type AtFault<'a> = (Holder<'a>, &'static str);

impl<'a> Meeting<'a> {
    /// Names those who share a value.
    pub fn new(shared: &'a Shared, names: &'a Names) -> Self {
        let mut holders: BTreeMap<&str, Holder<'a>> = BTreeMap::new();
        let synced = shared.holders.iter();
        for (number, ways) in synced.filter(|(_, ways)| ways & NOT_SYNCED == 0) {
            let dn = names.name(*number);
            let holder = holders.entry(dn).or_insert(Holder {
                dn,
                number: *number,
                kind: names.kind(*number),
                ways: 0,
            });
            holder.ways |= ways;
        }
        Self {
            space: shared.space,
            value: &shared.value,
            holders: holders.into_values().collect(),
        }
    }

    /// Those who hold it in any of these ways.
    pub fn holding(&self, ways: Ways) -> impl Iterator<Item = Holder<'a>> {
        let holders = self.holders.iter();
        holders.filter(move |holder| holder.holds(ways)).copied()
    }

    /// Those who hold it in any of these ways, if they are several; else nobody.
    pub fn several(&self, ways: Ways) -> Vec<Holder<'a>> {
        let several: Vec<_> = self.holding(ways).collect();
        if several.len() < 2 {
            return Vec::new();
        }
        several
    }

    /// Those who hold it as an address of their own, if they are several; else nobody.
    pub fn sharing_address(&self) -> Vec<Holder<'a>> {
        match self.space {
            Space::Mail | Space::Other => self.several(AS_MAIL | AS_PROXY),
            _ => Vec::new(),
        }
    }
}

//! What is planted: one entry a fault, in tables by topic.
//!
//! A fault takes a sound object, breaks it, and claims what the object checks must then report of
//! it; a *trap* looks odd, is sound, and claims nothing. To plant a fault for a new check, add an
//! entry to a table. A fault that needs two objects has a partner: a sound user of its own.

mod account;
mod address;
mod group;
mod identity;
mod length;
mod name;
mod scope;
mod state;
mod upn;

use super::{layout::Kind, object::Object, planted::Claim, world::World};

const UPN: &str = "userPrincipalName";
const ACCOUNT: &str = "sAMAccountName";
const MAIL: &str = "mail";
const PROXY: &str = "proxyAddresses";
const TARGET: &str = "targetAddress";
const NICKNAME: &str = "mailNickname";
const DISPLAY: &str = "displayName";

/// One kind of fault or trap.
#[derive(Debug)]
pub(super) struct Fault {
    /// Its name.
    pub id: &'static str,
    /// The kind of object that it breaks.
    pub kind: Kind,
    /// Breaks the object and claims what is to be found.
    pub plant: fn(&mut Plot<'_>),
    /// Prepares the partner, before the object is broken.
    pub prepare: Option<fn(&mut Object)>,
}

/// Where a fault is planted.
#[derive(Debug)]
pub(super) struct Plot<'a> {
    /// The directory.
    pub world: &'a World,
    /// The object that is broken.
    pub object: &'a mut Object,
    /// A sound user who shares this fault and no other.
    pub partner: &'a Object,
    /// How often the same fault was planted before.
    pub turn: u64,
    /// What must be found.
    pub claims: Vec<Claim>,
    /// Whether synchronisation leaves the object out.
    pub left_out: bool,
}

/// All faults and traps, in their order.
pub(super) fn all() -> impl Iterator<Item = &'static Fault> {
    [
        upn::FAULTS,
        account::FAULTS,
        address::FAULTS,
        name::FAULTS,
        length::FAULTS,
        group::FAULTS,
        state::FAULTS,
        identity::FAULTS,
        scope::FAULTS,
    ]
    .into_iter()
    .flatten()
}

impl Fault {
    const fn of(kind: Kind, id: &'static str, plant: fn(&mut Plot<'_>)) -> Self {
        Self {
            id,
            kind,
            plant,
            prepare: None,
        }
    }

    const fn user(id: &'static str, plant: fn(&mut Plot<'_>)) -> Self {
        Self::of(Kind::User, id, plant)
    }

    const fn group(id: &'static str, plant: fn(&mut Plot<'_>)) -> Self {
        Self::of(Kind::Group, id, plant)
    }

    const fn contact(id: &'static str, plant: fn(&mut Plot<'_>)) -> Self {
        Self::of(Kind::Contact, id, plant)
    }

    const fn computer(id: &'static str, plant: fn(&mut Plot<'_>)) -> Self {
        Self::of(Kind::Computer, id, plant)
    }

    const fn with_partner(mut self, prepare: fn(&mut Object)) -> Self {
        self.prepare = Some(prepare);
        self
    }
}

impl Plot<'_> {
    /// Claims that a check reports this value of the object.
    fn claim(&mut self, check: &'static str, attribute: &'static str, value: impl Into<String>) {
        let dn = self.object.dn.clone();
        self.claims.push(Claim {
            check,
            dn,
            attribute,
            value: value.into(),
        });
    }

    /// Claims that a check reports this value of the partner.
    fn claim_partner(&mut self, check: &'static str, attribute: &'static str, value: &str) {
        let dn = self.partner.dn.clone();
        self.claims.push(Claim {
            check,
            dn,
            attribute,
            value: value.to_owned(),
        });
    }

    /// Claims that a check reports this value of both, folded as it is compared.
    fn claim_both(
        &mut self,
        check: &'static str,
        own: &'static str,
        other: &'static str,
        value: &str,
    ) {
        let value = value.to_lowercase();
        self.claim(check, own, value.clone());
        self.claim_partner(check, other, &value);
    }

    /// Changes an attribute's only value, and claims that a check reports the new one.
    fn spoil(&mut self, check: &'static str, attribute: &'static str, change: fn(&str) -> String) {
        let value = change(self.object.get(attribute));
        self.object.set(attribute, value.clone());
        self.claim(check, attribute, value);
    }

    /// Takes an attribute away, and claims that a check reports its want.
    fn strip(&mut self, check: &'static str, attribute: &'static str) {
        self.object.remove(attribute);
        self.claim(check, attribute, "");
    }

    /// Adds a value to an attribute, and claims that a check reports it.
    fn burden(&mut self, check: &'static str, attribute: &'static str, value: String) {
        self.object.insert(attribute, value.clone());
        self.claim(check, attribute, value);
    }

    /// Tells that synchronisation leaves the object out.
    fn leave_out(&mut self) {
        self.left_out = true;
    }

    /// The object's account name.
    fn account(&self) -> String {
        self.object.get(ACCOUNT).to_owned()
    }

    /// Gives a user one name for sign-in and mail.
    fn rename(&mut self, name: &str) {
        let old = format!("SMTP:{}", self.object.get(MAIL));
        self.object.set(UPN, name.to_owned());
        self.object.set(MAIL, name.to_owned());
        let proxies = self
            .object
            .attributes
            .iter_mut()
            .filter(|(other, _)| *other == PROXY);
        for (_, value) in proxies.filter(|(_, value)| **value == *old.as_bytes()) {
            *value = format!("SMTP:{name}").into_bytes().into();
        }
    }

    /// Makes an account an enabled one that is in use, with these bits besides.
    fn enable(&mut self, bits: u32) {
        let yesterday = super::world::filetime(self.world.now - 86_400);
        self.object
            .set("userAccountControl", (512 | bits).to_string());
        self.object.set("pwdLastSet", yesterday.clone());
        self.object.set("lastLogonTimestamp", yesterday);
    }
}

/// A name changed before its @.
fn before_at(name: &str, change: impl FnOnce(&str) -> String) -> String {
    let (local, domain) = name.split_once('@').unwrap_or((name, ""));
    format!("{}@{domain}", change(local))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own() {
        let mut seen = HashSet::new();
        assert!(all().all(|fault| seen.insert(fault.id)));
    }
}

//! What checks know besides the object itself: the moment, and what is wrong with which domain.
//!
//! Addresses and names that come one after the other mostly share a few domains, so what is known
//! of those is kept at hand, for each thread its own. Of a value in one of them only what stands
//! before the `@` has to be looked at.

use std::cell::RefCell;

use super::{
    Suffixes,
    address::{self, Wrong},
    text::{ATEXT, Class, SIGN_IN, fold, trimmed},
};

/// Verdicts kept at hand; forgotten all together when there are more.
const KEPT: usize = 32;

/// What checks know besides the object itself.
#[derive(Debug)]
pub struct Ground<'a> {
    suffixes: &'a Suffixes,
    /// The moment of the run, in seconds since 1970, if it was told.
    pub now: Option<i64>,
    kept: RefCell<Vec<Kept>>,
    counts: RefCell<Vec<(String, u64)>>,
}

/// What is known of a domain.
#[derive(Debug)]
struct Kept {
    domain: Box<str>,
    is_sound: bool,
    fault: Option<&'static str>,
    users: u64,
}

impl<'a> Ground<'a> {
    /// With no verdict kept yet.
    pub fn new(suffixes: &'a Suffixes, now: Option<i64>) -> Self {
        Self {
            suffixes,
            now,
            kept: RefCell::default(),
            counts: RefCell::default(),
        }
    }

    /// What is wrong with the form of a mail address; none if it is sound.
    pub fn mail_fault(&self, address: &str) -> Option<Wrong> {
        self.form_fault(address, ATEXT)
    }

    /// What is wrong with the form of a user principal name; none if it is sound.
    pub fn sign_in_fault(&self, name: &str) -> Option<Wrong> {
        self.form_fault(name, SIGN_IN)
    }

    /// Why the domain of an address or name, which stands after its last `@`, cannot be verified in
    /// the tenant; none if it can, or if there is none.
    pub fn domain_fault(&self, value: &str) -> Option<&'static str> {
        self.with_domain(value, |_, kept| kept.fault)?
    }

    /// Whether a value is in a domain that can be verified, and could be a sign-in name.
    pub fn is_sign_in(&self, value: &str) -> bool {
        self.domain_fault(value).is_none() && self.sign_in_fault(value).is_none()
    }

    /// The domain that the organisation names first.
    pub fn first_domain(&self) -> Option<&str> {
        self.suffixes.first()
    }

    /// Counts a user for the suffix of a name.
    pub fn count_suffix(&self, name: &str) {
        self.with_domain(trimmed(name), |_, kept| kept.users += 1);
    }

    /// The suffixes counted, folded; one may come several times.
    pub fn into_counts(self) -> Vec<(String, u64)> {
        let mut kept = self.kept.into_inner();
        let mut counts = self.counts.into_inner();
        flush(&mut kept, &mut counts);
        counts
    }

    fn form_fault(&self, value: &str, allowed: Class) -> Option<Wrong> {
        let sound = |local: &str, kept: &mut Kept| kept.is_sound && allowed.is_dotted(local);
        if self.with_domain(value, sound) == Some(true) {
            return None;
        }
        address::form_fault(value, allowed)
    }

    /// Reads what stands before the last `@` of a value, and what is known of the domain behind it.
    fn with_domain<T>(&self, value: &str, read: impl FnOnce(&str, &mut Kept) -> T) -> Option<T> {
        let mut kept = self.kept.borrow_mut();
        for known in kept.iter_mut() {
            if let Some(local) = known.local(value) {
                return Some(read(local, known));
            }
        }
        let (local, domain) = value.rsplit_once('@')?;
        if kept.len() >= KEPT {
            flush(&mut kept, &mut self.counts.borrow_mut());
        }
        kept.push(self.judged(domain));
        let last = kept.len() - 1;
        Some(read(local, &mut kept[last]))
    }

    fn judged(&self, domain: &str) -> Kept {
        let fault = || self.suffixes.fault(&fold(domain));
        Kept {
            domain: domain.into(),
            is_sound: address::is_sound_domain(domain),
            fault: (!domain.is_empty()).then(fault).flatten(),
            users: 0,
        }
    }
}

impl Kept {
    /// What stands before the `@`, if the value is in this domain.
    fn local<'v>(&self, value: &'v str) -> Option<&'v str> {
        let at = value.len().checked_sub(self.domain.len() + 1)?;
        // One byte tells most that are in another domain.
        let is_own = value.as_bytes()[at] == b'@' && value.ends_with(&*self.domain);
        is_own.then(|| &value[..at])
    }
}

fn flush(kept: &mut Vec<Kept>, counts: &mut Vec<(String, u64)>) {
    let used = kept.drain(..);
    let used = used.filter(|known| known.users > 0 && !known.domain.is_empty());
    counts.extend(used.map(|known| (fold(&known.domain), known.users)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_at_hand_and_the_thorough_look_agree(
            values in prop::collection::vec("[aB.@!+ é-]{0,6}(@(a|b-|.c|a.B))?", 0..80),
        ) {
            let suffixes = Suffixes::new(&["a.b".to_owned()]);
            let ground = Ground::new(&suffixes, None);
            for value in &values {
                for allowed in [ATEXT, SIGN_IN] {
                    let thorough = address::form_fault(value, allowed);
                    prop_assert_eq!(ground.form_fault(value, allowed), thorough, "{}", value);
                }
                let domain = value.rsplit_once('@').map(|(_, domain)| domain);
                let fault = domain.filter(|domain| !domain.is_empty());
                let fault = fault.and_then(|domain| suffixes.fault(&fold(domain)));
                prop_assert_eq!(ground.domain_fault(value), fault, "{}", value);
            }
        }
    }
}

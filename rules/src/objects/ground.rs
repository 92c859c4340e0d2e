//! What checks know besides the object itself: the moment, and which domains can be verified.
//!
//! Objects that come one after the other mostly share a few domains, so the last verdicts are kept
//! at hand, for each thread its own.

use std::{borrow::Cow, cell::RefCell};

use super::{Suffixes, text::fold};

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

#[derive(Debug)]
struct Kept {
    domain: Box<str>,
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

    /// Why a domain cannot be verified in the tenant; none if it can.
    pub fn domain_fault(&self, domain: &str) -> Option<&'static str> {
        self.with(domain, |kept| kept.fault)
    }

    /// Whether a value is in a domain that can be verified, and could be a sign-in name.
    pub fn is_sign_in(&self, value: &str) -> bool {
        let Some((_, domain)) = value.rsplit_once('@') else {
            return false;
        };
        self.domain_fault(domain).is_none() && super::address::sign_in_fault(value).is_none()
    }

    /// The domain that the organisation names first.
    pub fn first_domain(&self) -> Option<&str> {
        self.suffixes.first()
    }

    /// Counts a user with this suffix.
    pub fn count_suffix(&self, suffix: &str) {
        self.with(suffix, |kept| kept.users += 1);
    }

    /// The suffixes counted, folded; one may come several times.
    pub fn into_counts(self) -> Vec<(String, u64)> {
        let mut kept = self.kept.into_inner();
        let mut counts = self.counts.into_inner();
        flush(&mut kept, &mut counts);
        counts
    }

    fn with<T>(&self, domain: &str, read: impl FnOnce(&mut Kept) -> T) -> T {
        let mut kept = self.kept.borrow_mut();
        if let Some(known) = kept.iter_mut().find(|known| &*known.domain == domain) {
            return read(known);
        }
        if kept.len() >= KEPT {
            flush(&mut kept, &mut self.counts.borrow_mut());
        }
        let folded = match domain.bytes().any(|byte| !byte.is_ascii_lowercase()) {
            true => Cow::Owned(fold(domain)),
            false => Cow::Borrowed(domain),
        };
        kept.push(Kept {
            domain: domain.into(),
            fault: self.suffixes.fault(&folded),
            users: 0,
        });
        let last = kept.len() - 1;
        read(&mut kept[last])
    }
}

fn flush(kept: &mut Vec<Kept>, counts: &mut Vec<(String, u64)>) {
    let used = kept.drain(..).filter(|known| known.users > 0);
    counts.extend(used.map(|known| (fold(&known.domain), known.users)));
}

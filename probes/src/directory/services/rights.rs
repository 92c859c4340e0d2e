//! What an access list lets somebody do.
//!
//! Entries are held against a right in their order, and the first that is about it decides, as an
//! access check does. Only entries that name somebody count for them: what they may do as members of
//! a group is not followed, and who owns an object, who may thus change its list, is not read.

use std::collections::BTreeSet;

use super::descriptor::{AccessEntry, AccessList, Sid};

/// Rights as bits (MS-ADTS 5.1.3.2).
pub(super) mod bits {
    pub const CREATE_CHILD: u32 = 0x1;
    pub const READ_PROPERTY: u32 = 0x10;
    pub const WRITE_PROPERTY: u32 = 0x20;
    pub const CONTROL_ACCESS: u32 = 0x100;
    pub const WRITE_DACL: u32 = 0x4_0000;
    pub const WRITE_OWNER: u32 = 0x8_0000;
    /// All rights on objects of a directory.
    pub const FULL: u32 = 0xF_01FF;
    const GENERIC_ALL: u32 = 0x1000_0000;
    const GENERIC_WRITE: u32 = 0x4000_0000;
    const GENERIC_READ: u32 = 0x8000_0000;

    /// The rights that a mask stands for, generic ones spelled out.
    pub fn spelled_out(mask: u32) -> u32 {
        let generic = [
            (GENERIC_ALL, FULL),
            (GENERIC_WRITE, 0x2_0028),
            (GENERIC_READ, 0x2_0094),
        ];
        let of = |(bit, rights)| if mask & bit == 0 { 0 } else { rights };
        generic
            .into_iter()
            .map(of)
            .fold(mask, |all, more| all | more)
    }
}

/// Something that may be allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Right {
    /// Its bits, all of which are needed.
    pub mask: u32,
    /// The GUIDs of what it is about: of the right or attribute itself, and of property sets that
    /// hold it; none if it is about the whole object.
    pub about: &'static [&'static str],
    /// Where it is needed.
    pub reach: Reach,
}

/// Where a right is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// On the object itself.
    Here,
    /// On what is below it, of the class with this GUID.
    Below(&'static str),
    /// On all that is below it.
    AllBelow,
}

impl Right {
    /// An extended right on the object itself.
    pub const fn control(about: &'static [&'static str]) -> Self {
        Self::here(bits::CONTROL_ACCESS, about)
    }

    /// A right on the object itself.
    pub const fn here(mask: u32, about: &'static [&'static str]) -> Self {
        Self {
            mask,
            about,
            reach: Reach::Here,
        }
    }

    /// The same right on what is below, of a class.
    pub const fn below(self, class: &'static str) -> Self {
        Self {
            reach: Reach::Below(class),
            ..self
        }
    }

    fn concerns(&self, entry: &AccessEntry) -> bool {
        let about = match &entry.about {
            None => true,
            Some(guid) => self.about.contains(&guid.as_str()),
        };
        let reaches = match (self.reach, entry.class.as_deref()) {
            (Reach::Here, _) => entry.here,
            (Reach::Below(class), Some(of)) => entry.below && of == class,
            (Reach::Below(_) | Reach::AllBelow, None) => entry.below,
            (Reach::AllBelow, Some(_)) => false,
        };
        about && reaches
    }
}

impl AccessList {
    /// Whether entries that name somebody give them a right.
    pub fn gives(&self, who: &Sid, right: Right) -> bool {
        let Some(entries) = &self.entries else {
            return true;
        };
        let mut missing = right.mask;
        for entry in entries {
            if entry.trustee != *who || !right.concerns(entry) {
                continue;
            }
            let touched = bits::spelled_out(entry.mask) & missing;
            if entry.allows {
                missing &= !touched;
            } else if touched != 0 {
                return false;
            }
            if missing == 0 {
                return true;
            }
        }
        missing == 0
    }

    /// Everybody whom entries that name them give all of these rights, by identifier.
    pub fn holders(&self, rights: &[Right]) -> BTreeSet<Sid> {
        let Some(entries) = &self.entries else {
            return BTreeSet::from([Sid::everyone()]);
        };
        let named: BTreeSet<_> = entries.iter().map(|entry| entry.trustee.clone()).collect();
        named
            .into_iter()
            .filter(|who| rights.iter().all(|right| self.gives(who, *right)))
            .collect()
    }

    /// The list with its own entries alone, without those from above.
    pub fn own(&self) -> Self {
        let own = |entries: &Vec<AccessEntry>| {
            let own = entries.iter().filter(|entry| !entry.inherited);
            own.cloned().collect()
        };
        Self {
            entries: self.entries.as_ref().map(own),
            protected: self.protected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::descriptor::samples::*, *};

    const CHANGES: &str = "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2";
    const OTHER: &str = "00299570-246d-11d0-a768-00aa006e0529";
    const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";
    const REPLICATE: Right = Right::control(&[CHANGES]);

    fn list(entries: &[Vec<u8>]) -> AccessList {
        AccessList::read(&descriptor(0, entries)).unwrap()
    }

    fn gives(entries: &[Vec<u8>], right: Right) -> bool {
        let who = Sid::read(&domain_sid(1104)).unwrap();
        list(entries).gives(&who, right)
    }

    fn ace(kind: u8, flags: u8, mask: u32, guids: [Option<&str>; 2]) -> Vec<u8> {
        entry(kind, flags, mask, guids, &domain_sid(1104))
    }

    #[test]
    fn extended_right_is_given_by_its_guid_by_all_or_by_full_control() {
        let cases = [
            (ace(5, 0, 0x100, [Some(CHANGES), None]), true),
            (ace(5, 0, 0x100, [Some(OTHER), None]), false),
            (ace(5, 0, 0x10, [Some(CHANGES), None]), false),
            (ace(0, 0, 0x100, [None, None]), true),
            (ace(0, 0, 0xF_01FF, [None, None]), true),
            (ace(0, 0, 0x1000_0000, [None, None]), true),
            // Only passed on to what is below.
            (ace(5, 0x0A, 0x100, [Some(CHANGES), None]), false),
            (entry(0, 0, 0x100, [None, None], &domain_sid(1105)), false),
        ];
        for (at, (entry, expected)) in cases.into_iter().enumerate() {
            assert_eq!(gives(&[entry], REPLICATE), expected, "case {at}");
        }
    }

    #[test]
    fn first_entry_about_a_right_decides() {
        let allow = ace(5, 0, 0x100, [Some(CHANGES), None]);
        let deny = ace(6, 0, 0x100, [Some(CHANGES), None]);
        let deny_other = ace(6, 0, 0x100, [Some(OTHER), None]);
        let deny_all = ace(1, 0, 0x100, [None, None]);
        assert!(!gives(&[deny, allow.clone()], REPLICATE));
        assert!(!gives(&[deny_all.clone(), allow.clone()], REPLICATE));
        assert!(gives(&[deny_other, allow.clone()], REPLICATE));
        assert!(gives(&[allow, deny_all], REPLICATE));
    }

    #[test]
    fn right_on_users_needs_an_entry_that_is_passed_on_to_them() {
        let reset = Right::control(&[OTHER]).below(USER);
        let cases = [
            (ace(5, 0x0A, 0x100, [Some(OTHER), Some(USER)]), true),
            (ace(5, 0x02, 0x100, [Some(OTHER), None]), true),
            (ace(5, 0x00, 0x100, [Some(OTHER), None]), false),
            (ace(5, 0x0A, 0x100, [Some(OTHER), Some(CHANGES)]), false),
        ];
        for (at, (entry, expected)) in cases.into_iter().enumerate() {
            assert_eq!(gives(&[entry], reset), expected, "case {at}");
        }
    }

    #[test]
    fn bits_of_one_right_may_come_from_several_entries() {
        let right = Right::here(0x30, &[]);
        let (read, write) = (ace(0, 0, 0x10, [None, None]), ace(0, 0, 0x20, [None, None]));
        assert!(!gives(std::slice::from_ref(&read), right));
        assert!(gives(&[read, write], right));
    }

    #[test]
    fn object_without_a_list_lets_everybody_do_everything() {
        let open = AccessList {
            entries: None,
            protected: false,
        };
        assert!(open.gives(&Sid::read(&domain_sid(1104)).unwrap(), REPLICATE));
        assert_eq!(
            open.holders(&[REPLICATE]),
            BTreeSet::from([Sid::everyone()])
        );
    }

    #[test]
    fn own_entries_are_those_that_did_not_come_from_above() {
        let from_above = ace(0, 0x10, 0x100, [None, None]);
        let who = Sid::read(&domain_sid(1104)).unwrap();
        let list = list(&[from_above]);
        assert!(list.gives(&who, REPLICATE) && !list.own().gives(&who, REPLICATE));
        assert_eq!(list.holders(&[REPLICATE]), BTreeSet::from([who]));
    }
}

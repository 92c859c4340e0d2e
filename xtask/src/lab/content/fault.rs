//! The faults that the lab plants, with what an assessment is to make of each.

use serde::{Deserialize, Serialize};

/// What an assessment is to make of something planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// It must be found.
    Fault,
    /// It is sound, though it looks odd: it must not be reported.
    Trap,
    /// It is neither good nor bad by itself, and must be read as it is.
    State,
}

/// Declares the faults: variant, expectation, the fact in which it shows, what it is.
macro_rules! faults {
    ($($name:ident, $expectation:ident, $fact:literal, $about:literal;)+) => {
        /// Something planted in the lab's directory.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $(#[doc = $about] $name,)+
        }

        impl Fault {
            /// All of them, sorted by id.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// What an assessment is to make of it.
            #[must_use]
            pub fn expectation(self) -> Expectation {
                match self { $(Self::$name => Expectation::$expectation,)+ }
            }

            /// What it is, in a sentence without its full stop.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }

            /// Path of the fact in which it shows; empty if no fact tells it yet.
            #[must_use]
            pub fn fact(self) -> &'static str {
                match self { $(Self::$name => $fact,)+ }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }
    };
}

faults! {
    AccountNameMalformed, Fault, "objects.account_name_malformed", "account name of a user holds a plus sign";
    AccountNameTooLong, Fault, "objects.attribute_too_long", "account name of a user has more than 20 characters";
    AddressAsMailOfContact, Fault, "objects.address_duplicate", "mail of a contact is a user's proxy address, or the user's";
    AddressDuplicate, Fault, "objects.address_duplicate", "two users hold the same proxy address, in different case";
    AddressMalformed, Fault, "objects.address_malformed", "SMTP address without a sound form";
    AddressTooLong, Fault, "objects.attribute_too_long", "proxy address of more than 256 characters";
    ComputerStale, State, "directory.computers", "enabled computer that did not log on for 200 days or more";
    ComputerWithoutSystem, Fault, "directory.computers", "computer that does not say what it runs";
    DirectoryLevelLow, State, "directory.forest.level", "domain and forest at functional level 4 (2008 R2)";
    DisplayNameLong, Trap, "objects.attribute_too_long", "display name of 256 characters, exactly as many as the service takes";
    DisplayNameMissing, State, "", "user without a display name";
    GivenNameLong, State, "", "given name of 64 characters, the most that the schema takes";
    HybridJoinPointMissing, Fault, "directory.forest.hybrid_join_scp", "no service connection point for hybrid join";
    MachineQuotaDefault, Fault, "directory.domains", "an ordinary user may join 10 machines";
    NameWithComma, Trap, "", "common name with a comma, escaped in the distinguished name";
    OutdatedServer, Fault, "directory.computers", "server of a release that is no longer supported";
    OutdatedWorkstation, Fault, "directory.computers", "workstation of a release that is no longer supported";
    RecycleBinOff, Fault, "directory.forest.recycle_bin", "recycle bin of the forest is off, as in every new domain";
    SchemaOld, Fault, "directory.forest.schema", "schema version 69 (2012 R2): no key credentials";
    SingleController, Fault, "directory.controllers", "only one domain controller";
    SiteWithoutSubnets, Fault, "directory.forest.sites", "site without subnets";
    SyncAccountLeft, Fault, "directory.domains", "account of a former synchronisation server";
    UpnAmpersand, Fault, "objects.upn_malformed", "user principal name whose user part holds an ampersand";
    UpnBracket, Fault, "objects.upn_malformed", "user principal name whose user part holds a bracket";
    UpnDiacritic, Fault, "objects.upn_malformed", "user principal name with a diacritic in its user part";
    UpnDotBeforeAt, Fault, "objects.upn_malformed", "user principal name whose user part ends with a dot";
    UpnDuplicate, Fault, "objects.upn_duplicate", "two users hold the same user principal name, in different case";
    UpnLegalPunctuation, Trap, "objects.upn_malformed", "user principal name with an apostrophe or a number sign, both legal";
    UpnMissing, Fault, "objects.upn_missing", "user without a user principal name";
    UpnSpace, Fault, "objects.upn_malformed", "user principal name with a space";
    UpnSuffixLocal, Fault, "objects.upn_unroutable", "user principal name under corp.local, which no tenant can verify";
    UpnSuffixReserved, Fault, "objects.upn_unroutable", "user principal name under corp.example.test, which no tenant can verify";
    UpnSuffixes, State, "directory.forest.upn_suffixes", "forest has the alternative suffixes example.com and corp.local";
    UpnTooLong, Fault, "objects.attribute_too_long", "user principal name of more than 113 characters";
    UpnTwoAts, Fault, "objects.upn_malformed", "user principal name with two at signs";
    UserDisabled, State, "directory.counts.users_disabled", "disabled user";
    UserStale, State, "", "enabled user who did not log on for 200 days or more";
}

impl Fault {
    /// Its id: the variant's name in kebab case.
    #[must_use]
    pub fn id(self) -> String {
        let mut id = String::new();
        for character in self.name().chars() {
            if character.is_ascii_uppercase() && !id.is_empty() {
                id.push('-');
            }
            id.push(character.to_ascii_lowercase());
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case_and_sorted() {
        let ids: Vec<_> = Fault::ALL.iter().map(|fault| fault.id()).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.contains(&"upn-two-ats".to_owned()));
    }
}

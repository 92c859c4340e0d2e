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

/// Declares the faults: variant, expectation, the rule that finds it, what it is.
macro_rules! faults {
    ($($name:ident, $expectation:ident, $rule:literal, $about:literal;)+) => {
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

            /// Id of the rule that finds it, or that a trap is laid for; empty if none looks for it.
            #[must_use]
            pub fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule,)+ }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }
    };
}

faults! {
    AccountDesOnly, State, "", "account that takes nothing but DES";
    AccountNameMalformed, Fault, "object-account-name-malformed", "account name of a user holds a plus sign";
    AccountNameTooLong, Fault, "object-attribute-too-long", "account name of a user has more than 20 characters";
    AddressAsMailOfContact, Fault, "object-address-duplicate", "mail of a contact is a user's proxy address, or the user's";
    AddressDuplicate, Fault, "object-address-duplicate", "two users hold the same proxy address, in different case";
    AddressMalformed, Fault, "object-address-malformed", "SMTP address without a sound form";
    AddressTooLong, Fault, "object-attribute-too-long", "proxy address of more than 256 characters";
    ComputerStale, State, "", "enabled computer that did not log on for 200 days or more";
    ComputerWithoutSystem, State, "", "computer that does not say what it runs";
    ControllerLeft, State, "", "computer account among the controllers to which no settings belong";
    DirectoryLevelLow, State, "", "domain and forest at functional level 4 (2008 R2)";
    DisplayNameLong, Trap, "object-attribute-too-long", "display name of 256 characters, exactly as many as the service takes";
    DisplayNameMissing, State, "", "user without a display name";
    GivenNameLong, State, "", "given name of 64 characters, the most that the schema takes";
    HostSuffixOther, State, "", "computer with another DNS suffix than the domain's name";
    HybridJoinPointIncomplete, Fault, "hybrid-join-scp-incomplete", "service connection point for hybrid join names a domain of the tenant and not its id";
    LdapPolicyOfSite, State, "", "first site keeps an LDAP policy of its own";
    LocalPasswordDue, State, "", "computer whose local administrator's password is due by the legacy product";
    MachineQuotaDefault, Fault, "directory-machine-account-quota-open", "an ordinary user may join 10 machines";
    NameWithComma, Trap, "", "common name with a comma, escaped in the distinguished name";
    OutdatedServer, Fault, "hybrid-join-server-release-unlisted", "server of a release that is no longer supported";
    OutdatedWorkstation, Fault, "hybrid-join-client-build-low", "workstation of a release that is no longer supported";
    PolicyFineGrained, State, "", "password policy for administrators, which ordinary users may not see";
    PolicyReadable, State, "", "password policy that one ordinary user may see, beside one that he may not";
    RecycleBinOff, Fault, "directory-recycle-bin-off", "recycle bin of the forest is off, as in every new domain";
    RootKey, State, "", "root key of the key distribution service, which ordinary users may not see";
    SchemaOld, Fault, "hybrid-join-key-credential-missing", "schema version 69 (2012 R2): no key credentials";
    ServiceWithoutAes, State, "", "account of a service that does not say that it takes AES";
    SingleController, Fault, "directory-domain-single-controller", "only one domain controller";
    SingleSignOnKeyOld, Fault, "seamless-sso-key-old", "key of seamless single sign-on from the year 2024";
    SiteWithoutSubnets, Fault, "directory-site-without-subnet", "site without subnets";
    SubnetWithoutSite, State, "", "subnet that belongs to no site";
    SyncAccountLeft, Fault, "directory-sync-accounts-several", "account of a former synchronisation server, beside another one";
    TrustForest, State, "", "trust with another forest, in both directions";
    TrustUnfiltered, State, "", "trust in an external domain that filters no security identifiers";
    UnitUpnSuffix, State, "", "organisational unit with a user principal name suffix of its own";
    UpnAmpersand, Fault, "object-upn-malformed", "user principal name whose user part holds an ampersand";
    UpnBracket, Fault, "object-upn-malformed", "user principal name whose user part holds a bracket";
    UpnDiacritic, Fault, "object-upn-malformed", "user principal name with a diacritic in its user part";
    UpnDotBeforeAt, Fault, "object-upn-malformed", "user principal name whose user part ends with a dot";
    UpnDuplicate, Fault, "object-upn-duplicate", "two users hold the same user principal name, in different case";
    UpnLegalPunctuation, Trap, "object-upn-malformed", "user principal name with an apostrophe or a number sign, both legal";
    UpnMissing, Fault, "object-upn-missing", "user without a user principal name";
    UpnSpace, Fault, "object-upn-malformed", "user principal name with a space";
    UpnSuffixLocal, Fault, "object-upn-unroutable", "user principal name under corp.local, which no tenant can verify";
    UpnSuffixReserved, Fault, "object-upn-unroutable", "user principal name under corp.example.test, which no tenant can verify";
    UpnSuffixes, State, "", "forest has the alternative suffixes example.com and corp.local";
    UpnTooLong, Fault, "object-attribute-too-long", "user principal name of more than 113 characters";
    UpnTwoAts, Fault, "object-upn-malformed", "user principal name with two at signs";
    UserDisabled, State, "", "disabled user";
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

    #[test]
    fn every_fault_that_must_be_found_names_its_rule() {
        for fault in Fault::ALL {
            let named = !fault.rule().is_empty() || fault.expectation() != Expectation::Fault;
            assert!(named, "no rule finds {}", fault.id());
        }
    }
}

//! The object checks: which there are, and what they found.
//!
//! A check is one line of the table below: it makes a field of [`ObjectFacts`] and a variant of
//! [`ObjectCheck`]. What each looks for in detail stands in the file of its name in
//! `rules/src/objects`. An account is enabled if its control bits are known and do not disable it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SuffixUse;
use crate::seen::Seen;

macro_rules! object_checks {
    ($($(#[doc = $meaning:literal])+ $variant:ident => $field:ident,)+) => {
        /// What the object checks found.
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(default)]
        pub struct ObjectFacts {
            /// How many objects were checked: users, groups and contacts.
            pub checked: u64,
            /// How many of these kinds were left out because synchronisation leaves them out:
            /// critical system objects, replication conflicts, its own accounts, what it wrote
            /// back, Exchange's system mailboxes.
            pub left_out: u64,
            /// UPN suffixes in use, sorted by suffix, [`SUFFIXES`](super::SUFFIXES) at most.
            pub upn_suffixes: Seen<Vec<SuffixUse>>,
            $($(#[doc = $meaning])+ pub $field: Seen<Violations>,)+
        }

        /// A check of directory objects.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum ObjectCheck {
            $($(#[doc = $meaning])+ $variant,)+
        }

        impl ObjectCheck {
            /// Every check, in the order of the facts.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its id: the name of its field in [`ObjectFacts`].
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($field),)+
                }
            }
        }

        impl ObjectFacts {
            /// What a check found.
            pub fn found(&self, check: ObjectCheck) -> &Seen<Violations> {
                match check {
                    $(ObjectCheck::$variant => &self.$field,)+
                }
            }

            /// What a check found, to be set.
            pub fn found_mut(&mut self, check: ObjectCheck) -> &mut Seen<Violations> {
                match check {
                    $(ObjectCheck::$variant => &mut self.$field,)+
                }
            }
        }
    };
}

object_checks! {
    /// Users without a user principal name.
    UpnMissing => upn_missing,
    /// User principal names with characters that the service does not take, or without a sound form.
    UpnMalformed => upn_malformed,
    /// User principal names whose suffix cannot be a verified domain: not among the profile's
    /// domains if it names any, else not a public domain (`.local` and the like).
    UpnUnroutable => upn_unroutable,
    /// User principal names held by more than one user.
    UpnDuplicate => upn_duplicate,
    /// User principal names that are the address of another object, and such addresses.
    UpnAddressConflict => upn_address_conflict,
    /// Sound user principal names that differ from the user's sound mail address.
    UpnNotMail => upn_not_mail,
    /// Users and groups without an account name (`sAMAccountName`).
    AccountNameMissing => account_name_missing,
    /// Account names with characters that the service does not take.
    AccountNameMalformed => account_name_malformed,
    /// Account names that several users without a user principal name have, in any domains.
    AccountNameDuplicate => account_name_duplicate,
    /// Enabled users without any mail address.
    AddressMissing => address_missing,
    /// Addresses (mail, proxy addresses, target address) without the form that their kind asks for.
    AddressMalformed => address_malformed,
    /// Mail addresses of users and groups in a domain that cannot be verified.
    AddressUnroutable => address_unroutable,
    /// Addresses (mail, proxy addresses) held by more than one user, group or contact.
    AddressDuplicate => address_duplicate,
    /// Addresses held by objects of different kinds, such as a user and a group.
    AddressTypeMismatch => address_type_mismatch,
    /// Target addresses that another object holds in any address attribute.
    TargetAddressDuplicate => target_address_duplicate,
    /// Objects with more than 300 proxy addresses.
    AddressesTooMany => addresses_too_many,
    /// Users with attributes of Exchange, but without the alias (`mailNickname`) that makes them
    /// flow.
    NicknameMissing => nickname_missing,
    /// Aliases with characters or full stops that Exchange does not take.
    NicknameMalformed => nickname_malformed,
    /// Aliases held by more than one object.
    NicknameDuplicate => nickname_duplicate,
    /// Groups whose alias is reserved for administrators in the cloud.
    AliasReserved => alias_reserved,
    /// Display names of white space alone.
    DisplayNameBlank => display_name_blank,
    /// Display names that begin or end with white space.
    DisplayNamePadded => display_name_padded,
    /// Attributes longer than the service takes.
    AttributeTooLong => attribute_too_long,
    /// Contacts that are not enabled for mail, and so are not synchronised.
    ContactWithoutMail => contact_without_mail,
    /// Distribution groups without a mail address.
    DistributionGroupWithoutMail => distribution_group_without_mail,
    /// Groups with more than 250,000 direct members.
    GroupTooLarge => group_too_large,
    /// Groups with more than 50,000 and at most 250,000 direct members.
    GroupLarge => group_large,
    /// Users whose primary group is not `Domain Users`: that membership is not synchronised.
    PrimaryGroupOther => primary_group_other,
    /// Objects that lost a replication conflict; computers too.
    ConflictObject => conflict_object,
    /// Users of the class `inetOrgPerson`.
    InetOrgPerson => inet_org_person,
    /// Linked mailboxes, whose accounts are in another forest.
    LinkedMailbox => linked_mailbox,
    /// Enabled users whose account has expired.
    AccountExpired => account_expired,
    /// Enabled users that did not log on for 180 days.
    StaleAccount => stale_account,
    /// Enabled users that must log on with a smart card.
    SmartCardRequired => smart_card_required,
    /// Enabled users that must change their password at the next logon.
    PasswordMustChange => password_must_change,
    /// Enabled users whose password never expires.
    PasswordNeverExpires => password_never_expires,
    /// Enabled users that need no password.
    PasswordNotRequired => password_not_required,
    /// Users and groups that are or were protected as administrators (`adminCount`).
    ProtectedAccount => protected_account,
    /// Objects whose source anchor another object has.
    AnchorDuplicate => anchor_duplicate,
    /// Objects whose source anchor was taken over from another object.
    AnchorForeign => anchor_foreign,
    /// Users, contacts and computers with more than 15 certificates.
    CertificatesTooMany => certificates_too_many,
    /// Users and contacts with more than 15 S/MIME certificates.
    SmimeCertificatesTooMany => smime_certificates_too_many,
}

impl ObjectFacts {
    /// Every check with what it found.
    pub fn checks(&self) -> impl Iterator<Item = (ObjectCheck, &Seen<Violations>)> {
        let all = ObjectCheck::ALL.iter();
        all.map(|check| (*check, self.found(*check)))
    }
}

/// The violations of one check.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Violations {
    /// How many objects violate it, each counted once.
    pub count: u64,
    /// The first [`SAMPLES`](super::SAMPLES) faults by distinguished name; an object may have
    /// several.
    pub samples: Vec<Violation>,
}

/// One object that violates a check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// Distinguished name of the object.
    pub dn: String,
    /// The attribute's LDAP name.
    pub attribute: String,
    /// Its value, cut at 300 characters; folded for duplicates; empty if the attribute is missing.
    pub value: String,
    /// The kind of fault.
    #[serde(default)]
    pub kind: ViolationKind,
    /// What is wrong with it, in a few words.
    pub fault: String,
    /// A value to put in its place, if one is known to be sound and free.
    #[serde(default)]
    pub proposal: Proposal,
    /// The other objects that hold the value, by distinguished name, sorted,
    /// [`OTHERS`](super::OTHERS) at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}

/// Kinds of faults of objects.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ViolationKind {
    /// Not told: recorded before kinds were.
    #[default]
    Untold,
    /// A value is missing or empty.
    Blank,
    /// A value holds characters that are not taken.
    Character,
    /// A value is not put together as it must be.
    Format,
    /// A value is too long.
    Length,
    /// A domain cannot be verified.
    Domain,
    /// Other objects hold the value as well.
    Duplicate,
    /// Two values that belong together differ.
    Mismatch,
    /// There are too many values.
    Count,
    /// The value is reserved.
    Reserved,
    /// A flag, a date or a membership of the account.
    State,
    /// What the object is.
    Class,
}

/// What to put in place of a faulty value.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
    /// This value: with it the object has neither this fault nor a new one, and no other object
    /// holds it or is proposed it.
    Proposed(String),
    /// Nothing that the directory can tell: a person must decide.
    #[default]
    Decide,
}

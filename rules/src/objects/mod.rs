//! Checks of the directory's objects, as they stream by.
//!
//! A [`Checker`] is fed batches of objects and keeps counts, the first samples of each fault, and
//! what duplicate detection needs: a hash for each distinct value and the names of the holders.
//! Checks of one object by itself run in parallel within a batch; each check is one file here, and
//! one line in the table of [`check_object`] or of [`duplicates`]. Nothing depends on the order in
//! which objects come, and an object that comes again changes nothing. Nothing is written.

mod account_expired;
mod account_name_duplicate;
mod account_name_malformed;
mod account_name_missing;
mod address;
mod address_duplicate;
mod address_malformed;
mod address_missing;
mod address_type_mismatch;
mod address_unroutable;
mod addresses_too_many;
mod alias_reserved;
mod anchor_duplicate;
mod anchor_foreign;
mod attribute_too_long;
mod certificates_too_many;
mod checker;
mod conflict_object;
mod contact_without_mail;
mod display_name_blank;
mod display_name_padded;
mod distribution_group_without_mail;
mod duplicates;
mod fault;
mod finding;
mod ground;
mod group_large;
mod group_too_large;
mod held;
mod holders;
mod identities;
pub mod idfix;
mod inet_org_person;
mod linked_mailbox;
mod meeting;
mod names;
mod nickname_duplicate;
mod nickname_malformed;
mod nickname_missing;
mod password_must_change;
mod password_never_expires;
mod password_not_required;
mod primary_group_other;
mod proposal;
mod protected_account;
mod scope;
mod settlement;
mod sieve;
mod smart_card_required;
mod smime_certificates_too_many;
mod stale_account;
mod suffixes;
mod tally;
mod target_address_duplicate;
mod text;
mod upn_address_conflict;
mod upn_duplicate;
mod upn_malformed;
mod upn_missing;
mod upn_not_mail;
mod upn_unroutable;
mod values;

#[cfg(test)]
mod tests;

use waterline_facts::{DirectoryObject, objects::ObjectCheck};

pub use checker::Checker;
pub use finding::{Finding, FindingSink};
pub use settlement::Settlement;

use fault::Faults;
use ground::Ground;
use scope::Scope;
use suffixes::Suffixes;

/// Calls checks one after the other, each under its name.
macro_rules! run {
    ($object:expr, $ground:expr, $faults:expr; $($check:ident: $module:ident),+ $(,)?) => {{
        $(
            $faults.check = ObjectCheck::$check;
            $module::check($object, $ground, $faults);
        )+
    }};
}

/// Every fault of one object by itself.
fn check_object<'a>(
    object: &'a DirectoryObject,
    scope: Scope,
    ground: &Ground<'_>,
    faults: &mut Faults<'a>,
) {
    match scope {
        Scope::Synchronised => check_synchronised(object, ground, faults),
        Scope::Computer => run!(object, ground, faults; CertificatesTooMany: certificates_too_many),
        Scope::LeftOut => run!(object, ground, faults; ConflictObject: conflict_object),
        Scope::Elsewhere => {}
    }
}

fn check_synchronised<'a>(
    object: &'a DirectoryObject,
    ground: &Ground<'_>,
    faults: &mut Faults<'a>,
) {
    run! {
        object, ground, faults;
        UpnMissing: upn_missing,
        UpnMalformed: upn_malformed,
        UpnUnroutable: upn_unroutable,
        UpnNotMail: upn_not_mail,
        AccountNameMissing: account_name_missing,
        AccountNameMalformed: account_name_malformed,
        AddressMissing: address_missing,
        AddressMalformed: address_malformed,
        AddressUnroutable: address_unroutable,
        AddressesTooMany: addresses_too_many,
        NicknameMissing: nickname_missing,
        NicknameMalformed: nickname_malformed,
        AliasReserved: alias_reserved,
        DisplayNameBlank: display_name_blank,
        DisplayNamePadded: display_name_padded,
        AttributeTooLong: attribute_too_long,
        ContactWithoutMail: contact_without_mail,
        DistributionGroupWithoutMail: distribution_group_without_mail,
        GroupTooLarge: group_too_large,
        GroupLarge: group_large,
        PrimaryGroupOther: primary_group_other,
        InetOrgPerson: inet_org_person,
        LinkedMailbox: linked_mailbox,
        AccountExpired: account_expired,
        StaleAccount: stale_account,
        SmartCardRequired: smart_card_required,
        PasswordMustChange: password_must_change,
        PasswordNeverExpires: password_never_expires,
        PasswordNotRequired: password_not_required,
        ProtectedAccount: protected_account,
        AnchorForeign: anchor_foreign,
        CertificatesTooMany: certificates_too_many,
        SmimeCertificatesTooMany: smime_certificates_too_many,
    }
}

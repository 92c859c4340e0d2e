//! Seamless single sign-on: the computer account that holds its key.

use waterline_facts::{Seen, directory::services::SeamlessSso};

use super::{
    accounts::Accounts,
    principals::Principals,
    rights::{Right, bits},
    told,
};

/// Bits of `userAccountControl`.
const TRUSTED_FOR_DELEGATION: i64 = 0x8_0000;
const TRUSTED_TO_AUTHENTICATE: i64 = 0x100_0000;

/// Rights any of which lets somebody take the account over: full control, or to give it to
/// oneself, or to set its password.
const MANAGE: [Right; 4] = [
    Right::here(bits::FULL, &[]),
    Right::here(bits::WRITE_DACL, &[]),
    Right::here(bits::WRITE_OWNER, &[]),
    Right::control(&["00299570-246d-11d0-a768-00aa006e0529"]),
];

/// Reads the facts of seamless single sign-on.
pub(super) async fn learn(
    accounts: &Accounts,
    principals: &mut Principals<'_>,
) -> Seen<SeamlessSso> {
    let account = match accounts.one("AZUREADSSOACC$") {
        Seen::Known(account) => account,
        Seen::Absent => return Seen::Absent,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    let managers = match told::access(&account) {
        Seen::Known(list) => {
            let holders = MANAGE.iter().flat_map(|right| list.holders(&[*right]));
            let holders: Vec<_> = holders.filter(|who| !who.built_in()).collect();
            Seen::Known(principals.of(holders).await)
        }
        other => other.map(|_| Vec::new()),
    };
    Seen::Known(SeamlessSso {
        enabled: told::enabled(&account),
        created: told::moment(&account, "whenCreated"),
        key_changed: told::file_time(&account, "pwdLastSet"),
        encryption_types: told::number(&account, "msDS-SupportedEncryptionTypes"),
        unconstrained_delegation: told::control(&account, TRUSTED_FOR_DELEGATION),
        protocol_transition: told::control(&account, TRUSTED_TO_AUTHENTICATE),
        delegates_to: told::values_of(&account, "msDS-AllowedToDelegateTo"),
        others_delegate: told::is_set(&account, "msDS-AllowedToActOnBehalfOfOtherIdentity"),
        service_names: told::values_of(&account, "servicePrincipalName"),
        managers,
        dn: account.dn,
    })
}

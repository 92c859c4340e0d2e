//! Which value may be put in the place of a faulty one.
//!
//! A candidate is sound if the object with it has this fault no longer and no other fault than
//! before: the checks themselves are run again, so that no check needs a second set of rules for
//! its proposals. Whether it is free, only the whole directory tells.

use waterline_facts::{DirectoryObject, objects::ObjectCheck};

use super::{
    Scope, check_object,
    fault::{Fault, Faults},
    ground::Ground,
};

/// The first sound candidate for a fault among all faults of the object.
pub fn sound(
    object: &DirectoryObject,
    fault: &(ObjectCheck, Fault<'_>),
    all: &[(ObjectCheck, Fault<'_>)],
    ground: &Ground<'_>,
) -> Option<String> {
    let is_sound = |candidate: &&String| {
        let changed = with(object, fault.1.attribute, &fault.1.value, candidate);
        let mut faults = Faults::new();
        check_object(&changed, Scope::Synchronised, ground, &mut faults);
        let left = faults.found.iter();
        changed != *object
            && left
                .clone()
                .all(|left| !same(left, fault) && all.iter().any(|before| same(left, before)))
    };
    fault.1.candidates.iter().find(is_sound).cloned()
}

fn same(one: &(ObjectCheck, Fault<'_>), other: &(ObjectCheck, Fault<'_>)) -> bool {
    let key = |fault: &Fault<'_>| (fault.attribute, fault.kind);
    one.0 == other.0 && key(&one.1) == key(&other.1) && one.1.value == other.1.value
}

/// The object with a candidate in the place of an attribute's faulty value.
pub fn with(
    object: &DirectoryObject,
    attribute: &str,
    faulty: &str,
    candidate: &str,
) -> DirectoryObject {
    let mut changed = object.clone();
    let value = Some(candidate.to_owned());
    match attribute {
        "userPrincipalName" => changed.user_principal_name = value,
        "mail" => changed.mail = value,
        "mailNickname" => changed.mail_nickname = value,
        "sAMAccountName" => changed.sam_account_name = value,
        "displayName" => changed.display_name = value,
        "givenName" => changed.given_name = value,
        "targetAddress" => changed.target_address = value,
        "proxyAddresses" if faulty.is_empty() => changed.proxy_addresses.extend(value),
        "proxyAddresses" => {
            for proxy in &mut changed.proxy_addresses {
                if *proxy == faulty {
                    candidate.clone_into(proxy);
                }
            }
        }
        _ => {}
    }
    changed
}

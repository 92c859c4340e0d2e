//! Sound user principal names that differ from the user's mail address.
//!
//! Both work, but people know their mail address and are asked for their sign-in name. Judged only
//! where either could be the other: sound, and in a domain that can be verified.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// The name, with the mail address as what might take its place.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    let (Some(name), Some(mail)) = (&object.user_principal_name, &object.mail) else {
        return;
    };
    if object.kind != ObjectKind::User || name == mail || name.eq_ignore_ascii_case(mail) {
        return;
    }
    if ground.is_sign_in(name)
        && ground.is_sign_in(mail)
        && name.to_lowercase() != mail.to_lowercase()
    {
        let kind = ViolationKind::Mismatch;
        let fault = Fault::new(
            "userPrincipalName",
            name,
            kind,
            "differs from the mail address",
        );
        faults.add(fault.or([mail.clone()]));
    }
}

//! Policies of Chrome and its kin, which share their names.

use waterline_facts::{
    Seen,
    browsers::{BrowserPolicies, ProfileSignIn, UpdatePolicy},
    host::OsFamily,
};

use super::{extension, place::Policies};
use crate::{
    browsers::{catalog::Product, found::Look},
    system::malformed,
};

pub(super) fn read(look: &Look<'_>, product: &Product, policies: &Policies<'_>) -> BrowserPolicies {
    let windows = look.system.family() == OsFamily::Windows;
    let updater = Updater::of(look, product);
    let mut places = policies.places();
    places.extend(updater.iter().flat_map(|updater| updater.policies.places()));
    BrowserPolicies {
        places,
        device_sign_in: match windows {
            true => policies.flag(&["CloudAPAuthEnabled"]),
            false => Seen::Absent,
        },
        extension: extension::policy(policies),
        extension_installed: extension::is_installed(look, product),
        negotiate_servers: policies.list(&["AuthServerAllowlist"]),
        delegate_servers: policies.list(&["AuthNegotiateDelegateAllowlist"]),
        profile_sign_in: policies
            .number(&["BrowserSignin"])
            .and_then(profile_sign_in),
        updates: updater.as_ref().map_or(Seen::Absent, Updater::updates),
        update_channel: updater
            .as_ref()
            .map_or(Seen::Absent, |updater| updater.text("TargetChannel")),
        pinned_version: updater
            .as_ref()
            .map_or(Seen::Absent, |updater| updater.text("TargetVersionPrefix")),
        ..BrowserPolicies::none(product.product)
    }
}

fn profile_sign_in(number: u64) -> Seen<ProfileSignIn> {
    match number {
        0 => Seen::Known(ProfileSignIn::Off),
        1 => Seen::Known(ProfileSignIn::Allowed),
        2 => Seen::Known(ProfileSignIn::Forced),
        other => malformed(format!(
            "the policy BrowserSignin is {other}, which means nothing"
        )),
    }
}

/// The updater's policies on Windows. Elsewhere packages or the vendor's own tools update.
struct Updater<'a> {
    policies: Policies<'a>,
    /// The id of the stable channel, which the names of its policies end in.
    client: String,
}

impl<'a> Updater<'a> {
    fn of(look: &Look<'a>, product: &Product) -> Option<Self> {
        if look.system.family() != OsFamily::Windows {
            return None;
        }
        let traces = product.windows.as_ref()?;
        let client = traces.clients.iter().find(|one| one.channel == "stable")?;
        let key = format!(r"HKLM\SOFTWARE\Policies\{}", traces.updater.as_ref()?);
        let places = vec![super::place::Place::Key(look.system, key)];
        Some(Self {
            policies: Policies(places),
            client: client.id.clone(),
        })
    }

    fn text(&self, name: &str) -> Seen<String> {
        self.policies.text(&[&format!("{name}{}", self.client)])
    }

    /// What is said of this product, else of all.
    fn updates(&self) -> Seen<UpdatePolicy> {
        let own = self.policies.number(&[&format!("Update{}", self.client)]);
        let mode = match own {
            Seen::Absent => self.policies.number(&["UpdateDefault"]),
            own => own,
        };
        mode.and_then(|mode| match mode {
            0 => Seen::Known(UpdatePolicy::Off),
            1 | 3 => Seen::Known(UpdatePolicy::Automatic),
            2 => Seen::Known(UpdatePolicy::Manual),
            other => malformed(format!("the update policy is {other}, which means nothing")),
        })
    }
}

//! Policies of Firefox.

use waterline_facts::{
    Seen,
    browsers::{BrowserPolicies, BrowserProduct, UpdatePolicy},
};

use super::place::Policies;

pub(super) fn read(policies: &Policies<'_>) -> BrowserPolicies {
    BrowserPolicies {
        places: policies.places(),
        device_sign_in: match policies.flag(&["WindowsSSO"]) {
            Seen::Absent => policies.flag(&["MicrosoftEntraSSO"]),
            said => said,
        },
        negotiate_servers: policies.list(&["Authentication", "SPNEGO"]),
        delegate_servers: policies.list(&["Authentication", "Delegated"]),
        updates: updates(policies),
        pinned_version: policies.text(&["AppUpdatePin"]),
        ..BrowserPolicies::none(BrowserProduct::Firefox)
    }
}

fn updates(policies: &Policies<'_>) -> Seen<UpdatePolicy> {
    match policies.flag(&["DisableAppUpdate"]) {
        Seen::Known(true) => Seen::Known(UpdatePolicy::Off),
        Seen::Unknown(gap) => Seen::Unknown(gap),
        _ => policies.flag(&["AppAutoUpdate"]).map(|auto| match auto {
            true => UpdatePolicy::Automatic,
            false => UpdatePolicy::Manual,
        }),
    }
}

//! What stands beside the installs: what opens links, what is managed, the WebView2 runtime.
//!
//! Each is a fact of its own: what cannot be read here leaves the list of installs as it is.

use waterline_facts::{
    BrowserFacts, Seen,
    browsers::{Browser, BrowserPolicies},
    host::OsFamily,
};

use super::{defaults, found::Look, policies, release, windows_registry, zone};

/// Fills in everything but the installs, and the channel that policies choose for them.
pub(super) fn read(look: &Look<'_>, facts: &mut BrowserFacts) {
    facts.webview2 = match look.system.family() {
        OsFamily::Windows => windows_registry::webview2(look),
        _ => Seen::Absent,
    };
    facts.defaults = defaults::read(look);
    (facts.explorer_mode, facts.explorer_site_list) = policies::explorer_mode(look);
    facts.sign_in_zone = zone::read(look);
    let policies = policies::read(look);
    for browser in installs(facts) {
        let mut managed = policies.known().into_iter().flatten();
        if let Some(own) = managed.find(|own| own.product == browser.product) {
            extend(look, browser, own);
        }
    }
    facts.policies = policies;
}

fn installs(facts: &mut BrowserFacts) -> impl Iterator<Item = &mut Browser> {
    let listed = match &mut facts.installed {
        Seen::Known(listed) => listed.iter_mut(),
        _ => [].iter_mut(),
    };
    listed.chain(&mut facts.partial)
}

/// The extended stable channel is the stable one, told apart by policy alone.
fn extend(look: &Look<'_>, browser: &mut Browser, policies: &BrowserPolicies) {
    let extended = policies
        .update_channel
        .known()
        .is_some_and(|channel| channel == "extended");
    let stable = browser
        .channel
        .known()
        .is_some_and(|channel| channel == "stable");
    if !extended || !stable {
        return;
    }
    browser.channel = Seen::Known("extended-stable".to_owned());
    if let (Seen::Known(major), false) = (&browser.major, browser.ends.is_unknown()) {
        browser.ends = release::extended_end(look.catalog, browser.product, *major);
    }
}

//! Contacts and distribution lists without mail, and groups with too many members.

use super::{Fault, MAIL, PROXY, Plot};
use crate::synth::world::DOMAIN;

/// In a directory of fewer objects a group of 250,000 would be most of the file.
const LARGE_FROM: u64 = 3_000;

const DISTRIBUTION: &str = "8";

pub(super) const FAULTS: &[Fault] = &[
    Fault::contact("contact-without-mail", |plot| {
        plot.object.remove(MAIL);
        plot.strip("contact_without_mail", PROXY);
    }),
    Fault::contact("contact-x500-only", |plot| {
        let own = format!("X500:/o=Example/cn={}", plot.object.get(super::NICKNAME));
        plot.object.set(PROXY, own);
        plot.object.remove(MAIL);
        plot.claim("contact_without_mail", PROXY, "");
    }),
    Fault::group("list-without-mail", |plot| {
        plot.object.set("groupType", DISTRIBUTION);
        plot.object.remove(MAIL);
        plot.strip("distribution_group_without_mail", PROXY);
    }),
    Fault::group("list-x500-only", |plot| {
        plot.object.set("groupType", DISTRIBUTION);
        let name = plot.account();
        plot.object.set(PROXY, format!("X500:/o=Example/cn={name}"));
        plot.claim("distribution_group_without_mail", PROXY, "");
    }),
    Fault::group("trap-security-group-without-mail", |plot| {
        plot.object.set("groupType", "-2147483646");
        plot.object.remove(PROXY);
        plot.object.remove(MAIL);
    }),
    Fault::group("group-large", |plot| enlarge(plot, "group_large", 50_001)),
    Fault::group("group-too-large", |plot| {
        enlarge(plot, "group_too_large", 250_001)
    }),
];

/// Fills the group with members of other domains, once in a directory.
fn enlarge(plot: &mut Plot<'_>, check: &'static str, members: u64) {
    if plot.turn > 0 || plot.world.layout.all() < LARGE_FROM {
        return;
    }
    plot.object.remove("member");
    for number in 0..members {
        let member = format!("CN=S-1-5-21-7-7-7-{number},CN=ForeignSecurityPrincipals,{DOMAIN}");
        plot.object.add("member", member);
    }
    plot.claim(check, "member", "");
}

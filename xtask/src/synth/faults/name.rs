//! Display names and nicknames.

use super::{DISPLAY, Fault, NICKNAME, Plot};

/// Names that Microsoft 365 keeps from groups that people make themselves.
const RESERVED: [&str; 11] = [
    "abuse",
    "admin",
    "administrator",
    "hostmaster",
    "majordomo",
    "postmaster",
    "root",
    "secure",
    "security",
    "ssl-admin",
    "webmaster",
];

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("display-name-blank", |plot| {
        plot.spoil("display_name_blank", DISPLAY, |_| "  ".to_owned())
    }),
    Fault::user("display-name-space-first", |plot| {
        padded(plot, |name| format!(" {name}"))
    }),
    Fault::contact("contact-display-name-space-last", |plot| {
        padded(plot, |name| format!("{name} "))
    }),
    Fault::user("trap-display-name-missing", |plot| {
        plot.object.remove(DISPLAY)
    }),
    Fault::user("nickname-missing", |plot| {
        plot.strip("nickname_missing", NICKNAME)
    }),
    Fault::user("nickname-dot-first", |plot| {
        malformed(plot, |name| format!(".{name}"))
    }),
    Fault::user("nickname-dot-last", |plot| {
        malformed(plot, |name| format!("{name}."))
    }),
    Fault::user("nickname-space", |plot| {
        malformed(plot, |name| format!("{name} a"))
    }),
    Fault::contact("contact-nickname-umlaut", |plot| {
        malformed(plot, |name| format!("{name}ü"))
    }),
    Fault::user("nickname-duplicate", |plot| {
        let taken = plot.partner.get(NICKNAME).to_uppercase();
        plot.object.set(NICKNAME, taken.clone());
        plot.claim_both("nickname_duplicate", NICKNAME, NICKNAME, &taken);
    }),
    Fault::group("alias-reserved", |plot| {
        let turn = usize::try_from(plot.turn).unwrap_or(usize::MAX);
        // A second one of the same name would be a duplicate besides.
        if let Some(alias) = RESERVED.get(turn) {
            plot.object.set(NICKNAME, *alias);
            plot.claim("alias_reserved", NICKNAME, *alias);
        }
    }),
];

fn padded(plot: &mut Plot<'_>, change: fn(&str) -> String) {
    plot.spoil("display_name_padded", DISPLAY, change);
}

fn malformed(plot: &mut Plot<'_>, change: fn(&str) -> String) {
    plot.spoil("nickname_malformed", NICKNAME, change);
}

//! Account names: missing, with characters that the service does not take, not unique.

use super::{ACCOUNT, Fault, Plot, UPN};

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("account-missing", |plot| {
        plot.strip("account_name_missing", ACCOUNT)
    }),
    Fault::group("group-account-missing", |plot| {
        plot.strip("account_name_missing", ACCOUNT)
    }),
    Fault::user("account-plus", |plot| {
        malformed(plot, |name| replace_first(name, '+'))
    }),
    Fault::user("account-semicolon", |plot| {
        malformed(plot, |name| replace_first(name, ';'))
    }),
    Fault::user("account-backslash", |plot| {
        malformed(plot, |name| replace_first(name, '\\'))
    }),
    Fault::user("account-control", |plot| {
        malformed(plot, |name| replace_first(name, '\u{7}'))
    }),
    Fault::group("group-account-bracket", |plot| {
        malformed(plot, |name| format!("[{name}]"))
    }),
    Fault::user("trap-account-apostrophe", |plot| {
        let name = replace_first(&plot.account(), '\'');
        plot.object.set(ACCOUNT, name);
    }),
    // Two domains may have the same; an export of one domain has it only where it is made.
    Fault::user("account-duplicate", |plot| {
        let taken = plot.partner.get(ACCOUNT).to_owned();
        plot.object.set(ACCOUNT, taken.clone());
        plot.strip("upn_missing", UPN);
        plot.claim_partner("upn_missing", UPN, "");
        plot.claim_both("account_name_duplicate", ACCOUNT, ACCOUNT, &taken);
    })
    .with_partner(|partner| partner.remove(UPN)),
];

fn malformed(plot: &mut Plot<'_>, change: fn(&str) -> String) {
    plot.spoil("account_name_malformed", ACCOUNT, change);
}

fn replace_first(name: &str, character: char) -> String {
    let rest = name.get(1..).unwrap_or_default();
    format!("{character}{rest}")
}

//! User principal names: missing, malformed, under a suffix that nobody can verify, not unique.

use super::{Fault, MAIL, PROXY, Plot, UPN, before_at};

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("upn-missing", |plot| plot.strip("upn_missing", UPN)),
    Fault::user("upn-space", |plot| {
        malformed(plot, |upn| upn.replacen('.', " ", 1))
    }),
    Fault::user("upn-invisible", |plot| {
        malformed(plot, |upn| upn.replacen('.', ".\u{200b}", 1))
    }),
    Fault::user("upn-line-feed", |plot| {
        malformed(plot, |upn| format!("{upn}\n"))
    }),
    Fault::user("upn-umlaut", |plot| {
        malformed(plot, |upn| format!("ö{upn}"))
    }),
    Fault::user("upn-accent", |plot| {
        malformed(plot, |upn| format!("é{upn}"))
    }),
    Fault::user("upn-cyrillic", |plot| {
        malformed(plot, |upn| format!("а{upn}"))
    }),
    Fault::user("upn-ampersand", |plot| {
        malformed(plot, |upn| format!("a&{upn}"))
    }),
    Fault::user("upn-bracket", |plot| {
        malformed(plot, |upn| format!("(a){upn}"))
    }),
    Fault::user("upn-dollar", |plot| {
        malformed(plot, |upn| format!("a$b{upn}"))
    }),
    Fault::user("upn-without-at", |plot| {
        malformed(plot, |upn| upn.replace('@', "."))
    }),
    Fault::user("upn-two-ats", |plot| {
        malformed(plot, |upn| upn.replace('@', "@a@"))
    }),
    Fault::user("upn-dot-first", |plot| {
        malformed(plot, |upn| format!(".{upn}"))
    }),
    Fault::user("upn-dot-last", |plot| {
        malformed(plot, |upn| upn.replace('@', ".@"))
    }),
    Fault::user("upn-dots-doubled", |plot| {
        malformed(plot, |upn| upn.replacen('.', "..", 1))
    }),
    Fault::user("upn-without-local", |plot| {
        let account = plot.account();
        plot.object.set(UPN, format!("{account}.example.com"));
        malformed(plot, |host| format!("@{host}"));
    }),
    Fault::user("upn-label-hyphen", |plot| {
        malformed(plot, |upn| upn.replace('@', "@-a.example."))
    }),
    Fault::user("upn-suffix-local", |plot| {
        unroutable(plot, |local| format!("{local}@corp.local"))
    }),
    Fault::user("upn-suffix-label", |plot| {
        unroutable(plot, |local| format!("{local}@corp"))
    }),
    Fault::user("upn-suffix-reserved", |plot| {
        unroutable(plot, |local| format!("{local}@a.test"))
    }),
    Fault::user("upn-suffix-invented", |plot| {
        unroutable(plot, |local| format!("{local}@example.companywide"));
    }),
    Fault::user("upn-suffix-registry", |plot| {
        unroutable(plot, |local| format!("{local}@co.uk"))
    }),
    Fault::user("upn-duplicate", |plot| {
        let taken = plot.partner.get(UPN).to_uppercase();
        plot.object.set(UPN, taken.clone());
        plot.claim_both("upn_duplicate", UPN, UPN, &taken);
        plot.claim("upn_not_mail", UPN, taken);
    }),
    Fault::user("upn-is-address", |plot| {
        let mut taken = plot
            .partner
            .values(PROXY)
            .filter_map(|value| value.strip_prefix("smtp:"));
        let taken = taken.next().unwrap_or_default().to_owned();
        plot.object.set(UPN, taken.clone());
        plot.claim_both("upn_address_conflict", UPN, PROXY, &taken);
        plot.claim("upn_not_mail", UPN, taken);
    }),
    Fault::user("upn-not-mail", |plot| {
        plot.spoil("upn_not_mail", UPN, |upn| {
            before_at(upn, |local| format!("{local}.external"))
        });
    }),
    Fault::user("trap-upn-apostrophe", |plot| {
        let name = before_at(plot.object.get(MAIL), |local| format!("o'{local}"));
        plot.rename(&name);
    }),
    Fault::user("trap-upn-punctuation", |plot| {
        let name = before_at(plot.object.get(MAIL), |local| format!("a!#^~_-{local}"));
        plot.rename(&name);
    }),
    Fault::user("trap-upn-international-suffix", |plot| {
        let name = before_at(plot.object.get(MAIL), str::to_owned);
        plot.rename(&name.replace("@example.", "@xn--e1afmkfd.xn--p1ai.example."));
    }),
    Fault::user("trap-upn-case", |plot| {
        let upn = plot.object.get(UPN).to_uppercase();
        plot.object.set(UPN, upn);
    }),
];

fn malformed(plot: &mut Plot<'_>, change: fn(&str) -> String) {
    plot.spoil("upn_malformed", UPN, change);
}

fn unroutable(plot: &mut Plot<'_>, with_suffix: fn(&str) -> String) {
    let upn = plot.object.get(UPN);
    let upn = with_suffix(upn.split('@').next().unwrap_or_default());
    plot.object.set(UPN, upn.clone());
    plot.claim("upn_unroutable", UPN, upn);
}

//! Addresses: missing, malformed, under a domain that nobody can verify, not unique, too many.

use super::{Fault, MAIL, NICKNAME, PROXY, Plot, TARGET, before_at};

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("address-missing", |plot| {
        plot.enable(0);
        plot.object.remove(MAIL);
        plot.strip("address_missing", PROXY);
    }),
    Fault::user("mail-space", |plot| {
        malformed(plot, |mail| mail.replacen('.', " ", 1))
    }),
    Fault::contact("contact-mail-comma", |plot| {
        malformed(plot, |mail| mail.replacen('.', ",", 1))
    }),
    Fault::user("proxy-comma", |plot| {
        proxy(plot, |account| format!("smtp:a,{account}@example.com"))
    }),
    Fault::user("proxy-accent", |plot| {
        proxy(plot, |account| format!("smtp:é{account}@example.com"))
    }),
    Fault::user("proxy-without-at", |plot| {
        proxy(plot, |account| format!("smtp:{account}"))
    }),
    Fault::user("proxy-dot-last", |plot| {
        proxy(plot, |account| format!("smtp:{account}.@example.com"))
    }),
    Fault::user("proxy-second-colon", |plot| {
        proxy(plot, |account| format!("smtp:a:{account}@example.com"));
    }),
    Fault::user("proxy-sip-space", |plot| {
        proxy(plot, |account| format!("sip:a {account}@example.com"))
    }),
    Fault::user("proxy-notes-space", |plot| {
        proxy(plot, |account| format!("NOTES:A {account}/Example"))
    }),
    Fault::group("proxy-x500-quote", |plot| {
        let name = plot.account();
        plot.burden(
            "address_malformed",
            PROXY,
            format!("X500:/o=Example/cn=\"{name}\""),
        );
    }),
    Fault::user("target-space", |plot| {
        let account = plot.account();
        plot.object.add(TARGET, format!("{account}@example.org"));
        plot.spoil("address_malformed", TARGET, |target| {
            format!("SMTP:a {target}")
        });
    }),
    Fault::user("trap-proxy-apostrophe", |plot| {
        sound(plot, |account| format!("smtp:o'{account}@example.com"))
    }),
    Fault::user("trap-proxy-x500-apostrophe", |plot| {
        sound(plot, |account| format!("X500:/o=Example/cn=o'{account}"))
    }),
    Fault::user("trap-proxy-x400", |plot| {
        sound(plot, |account| {
            format!("X400:C=US;A= ;P=Example;S={account};")
        })
    }),
    Fault::user("trap-proxy-eum", |plot| {
        sound(plot, |account| {
            format!("EUM:{account};phone-context=dp.example.com")
        })
    }),
    Fault::user("proxy-local", |plot| {
        let account = plot.account();
        plot.burden(
            "address_unroutable",
            PROXY,
            format!("smtp:{account}@corp.local"),
        );
    }),
    Fault::group("group-proxy-local", |plot| {
        let name = plot.account();
        plot.object
            .insert(PROXY, format!("SMTP:{name}.a@example.com"));
        plot.burden(
            "address_unroutable",
            PROXY,
            format!("smtp:{name}@mail.internal"),
        );
    }),
    Fault::user("trap-proxy-local-target", |plot| {
        let address = format!("{}@other.local", plot.account());
        plot.object.add(TARGET, format!("SMTP:{address}"));
        plot.object.insert(PROXY, format!("smtp:{address}"));
    }),
    Fault::contact("trap-contact-local", |plot| {
        let address =
            before_at(plot.object.get(MAIL), str::to_owned).replace("example.org", "a.local");
        plot.object.set(MAIL, address.clone());
        plot.object.insert(PROXY, format!("smtp:{address}"));
    }),
    Fault::user("address-duplicate-mail", |plot| {
        let taken = plot.partner.get(MAIL).to_owned();
        plot.object
            .insert(PROXY, format!("smtp:{}", taken.to_uppercase()));
        plot.claim_both("address_duplicate", PROXY, MAIL, &taken);
    }),
    Fault::user("address-duplicate-alias", |plot| {
        let taken = alias(plot);
        plot.object.insert(PROXY, format!("SMTP:{taken}"));
        plot.claim_both("address_duplicate", PROXY, PROXY, &taken);
    }),
    Fault::user("address-duplicate-x500", |plot| {
        let taken = plot
            .partner
            .values(PROXY)
            .last()
            .unwrap_or_default()
            .to_owned();
        plot.object.insert(PROXY, taken.clone());
        plot.claim_both("address_duplicate", PROXY, PROXY, &taken);
    })
    .with_partner(|partner| {
        let legacy = format!("X500:/o=Old/cn={}", partner.get(NICKNAME));
        partner.insert(PROXY, legacy);
    }),
    Fault::group("address-of-group-and-user", |plot| {
        let taken = alias(plot);
        plot.object.insert(PROXY, format!("smtp:{taken}"));
        plot.claim_both("address_duplicate", PROXY, PROXY, &taken);
        plot.claim_both("address_type_mismatch", PROXY, PROXY, &taken);
    }),
    Fault::contact("address-of-contact-and-user", |plot| {
        let taken = plot.partner.get(MAIL).to_owned();
        plot.object.set(MAIL, taken.clone());
        plot.claim_both("address_duplicate", MAIL, MAIL, &taken);
        plot.claim_both("address_type_mismatch", MAIL, MAIL, &taken);
    }),
    Fault::user("target-is-address", |plot| {
        let taken = alias(plot);
        plot.object.add(TARGET, format!("SMTP:{taken}"));
        plot.claim("target_address_duplicate", TARGET, taken);
    }),
    Fault::contact("target-duplicate", |plot| {
        let taken = plot.partner.get(TARGET).to_owned();
        plot.object.set(TARGET, taken.clone());
        let bare = taken.trim_start_matches("SMTP:");
        plot.claim_both("target_address_duplicate", TARGET, TARGET, bare);
    })
    .with_partner(|partner| {
        let target = format!("SMTP:{}@example.org", partner.get(NICKNAME));
        partner.add(TARGET, target);
    }),
    Fault::user("addresses-too-many", |plot| {
        fill(plot, 301);
        plot.claim("addresses_too_many", PROXY, "");
    }),
    Fault::user("trap-addresses-300", |plot| fill(plot, 300)),
];

fn malformed(plot: &mut Plot<'_>, change: fn(&str) -> String) {
    plot.spoil("address_malformed", MAIL, change);
}

fn proxy(plot: &mut Plot<'_>, value: fn(&str) -> String) {
    let value = value(&plot.account());
    plot.burden("address_malformed", PROXY, value);
}

fn sound(plot: &mut Plot<'_>, value: fn(&str) -> String) {
    let value = value(&plot.account());
    plot.object.insert(PROXY, value);
}

/// The partner's second address.
fn alias(plot: &Plot<'_>) -> String {
    let mut aliases = plot
        .partner
        .values(PROXY)
        .filter_map(|value| value.strip_prefix("smtp:"));
    aliases.next().unwrap_or_default().to_owned()
}

/// Adds addresses until there are so many.
fn fill(plot: &mut Plot<'_>, wanted: usize) {
    let account = plot.account();
    let there = plot.object.values(PROXY).count();
    for number in there..wanted {
        plot.object
            .insert(PROXY, format!("smtp:{account}.{number}@example.com"));
    }
}

//! Values longer than the service takes, and traps exactly as long as it does.

use super::{ACCOUNT, DISPLAY, Fault, MAIL, NICKNAME, PROXY, Plot, TARGET};

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("display-name-long", |plot| {
        too_long(plot, DISPLAY, |_| "x".repeat(257))
    }),
    // 129 characters, and 258 units of UTF-16.
    Fault::user("display-name-long-emoji", |plot| {
        too_long(plot, DISPLAY, |_| "😀".repeat(129))
    }),
    Fault::user("trap-display-name-256", |plot| {
        plot.object.set(DISPLAY, "ö".repeat(256))
    }),
    Fault::user("given-name-long", |plot| {
        too_long(plot, "givenName", |_| "x".repeat(65))
    }),
    Fault::user("trap-given-name-64", |plot| {
        plot.object.set("givenName", "x".repeat(64))
    }),
    Fault::contact("contact-mail-long", |plot| {
        too_long(plot, MAIL, |mail| long_domain(mail, 257))
    }),
    Fault::contact("contact-target-long", |plot| {
        too_long(plot, TARGET, |mail| long_domain(mail, 257))
    }),
    Fault::user("proxy-long", |plot| {
        let address = long_domain(&format!("smtp:{}@example.com", plot.account()), 257);
        plot.burden("attribute_too_long", PROXY, address);
    }),
    Fault::user("trap-proxy-256", |plot| {
        let address = long_domain(&format!("smtp:{}@example.com", plot.account()), 256);
        plot.object.insert(PROXY, address);
    }),
    Fault::user("nickname-long", |plot| {
        too_long(plot, NICKNAME, |name| padded(name, 65))
    }),
    Fault::user("trap-nickname-64", |plot| {
        let name = padded(plot.object.get(NICKNAME), 64);
        plot.object.set(NICKNAME, name);
    }),
    Fault::user("account-long", |plot| {
        too_long(plot, ACCOUNT, |name| padded(name, 21))
    }),
    Fault::group("group-account-long", |plot| {
        too_long(plot, ACCOUNT, |name| padded(name, 257))
    }),
    Fault::group("trap-group-account-256", |plot| {
        let name = padded(&plot.account(), 256);
        plot.object.set(ACCOUNT, name);
    }),
    Fault::user("upn-local-long", |plot| {
        let name = sign_in(plot, 65, 11);
        plot.claim("attribute_too_long", super::UPN, name);
    }),
    Fault::user("upn-suffix-long", |plot| {
        let name = sign_in(plot, 40, 49);
        plot.claim("attribute_too_long", super::UPN, name);
    }),
    Fault::user("trap-upn-113", |plot| {
        sign_in(plot, 64, 48);
    }),
];

fn too_long(plot: &mut Plot<'_>, attribute: &'static str, change: fn(&str) -> String) {
    plot.spoil("attribute_too_long", attribute, change);
}

fn padded(name: &str, length: usize) -> String {
    format!("{name:x<length$}")
}

/// An address as long as this, by labels before its domain.
fn long_domain(address: &str, length: usize) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, "example.com"));
    let missing = length.saturating_sub(address.len());
    // A label of one character and its dot are the shortest that can be added.
    let mut labels: String = (1..missing)
        .map(|at| if at % 40 == 0 { '.' } else { 'x' })
        .collect();
    if labels.ends_with('.') {
        labels.replace_range(labels.len() - 1.., "x");
    }
    format!("{local}@{labels}.{domain}")
}

/// Gives a user a sign-in name with so many characters before and after the @.
fn sign_in(plot: &mut Plot<'_>, before: usize, after: usize) -> String {
    let local = padded(&plot.account(), before);
    let domain = "example.com";
    let label = "x".repeat(after.saturating_sub(domain.len() + 1));
    let domain = if label.is_empty() {
        domain.to_owned()
    } else {
        format!("{label}.{domain}")
    };
    let name = format!("{local}@{domain}");
    plot.rename(&name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_as_long_as_wanted() {
        for length in [40, 79, 80, 81, 120, 121, 256, 257] {
            let address = long_domain("smtp:a@example.com", length);
            assert_eq!(address.len(), length, "{address}");
            assert!(
                !address.contains("..") && !address.contains("@."),
                "{address}"
            );
        }
    }
}

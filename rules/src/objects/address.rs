//! The parts of a mail address or user principal name, and what each may hold.
//!
//! The service takes fewer characters in a sign-in name than in an address: an address is that of
//! RFC 5322 without quoting, a sign-in name has the short list of the preparation page.
//! Sources: Prepare for directory synchronization (2023-12-28), RFC 5322 section 3.4.1.

/// The kind of an address in `proxyAddresses` or `targetAddress`, and the address itself.
#[derive(Debug, PartialEq)]
pub enum Address<'a> {
    /// A mail address, with the prefix `smtp:` in any case or with none.
    Smtp(&'a str),
    /// Any other kind, such as `sip:` or `X500:`, prefix included.
    Other(&'a str),
}

/// Tells the kind of an address by its prefix: what stands before the first colon, unless it holds
/// an `@` and so belongs to an address without a prefix.
pub fn kind(value: &str) -> Address<'_> {
    match value.split_once(':') {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("smtp") => Address::Smtp(rest),
        Some((prefix, _)) if !prefix.contains('@') => Address::Other(value),
        _ => Address::Smtp(value),
    }
}

/// What is wrong with a mail address, in a few words; none if its form is sound.
pub fn mail_fault(address: &str) -> Option<String> {
    form_fault(address, |c| {
        c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c)
    })
}

/// What is wrong with a user principal name, in a few words; none if its form is sound.
///
/// The apostrophe is fine. A suffix of one label is not a fault of form, only never verifiable.
pub fn sign_in_fault(name: &str) -> Option<String> {
    form_fault(name, |c| {
        c.is_ascii_alphanumeric() || "'.-_!#^~".contains(c)
    })
}

/// The suffix of a user principal name, folded, if it has one.
pub fn suffix(name: &str) -> Option<String> {
    let (_, suffix) = name.trim().rsplit_once('@')?;
    (!suffix.is_empty()).then(|| suffix.to_lowercase())
}

/// The form in which two values are the same to the service: trimmed, lower case.
pub fn fold(value: &str) -> String {
    value.trim().to_lowercase()
}

fn form_fault(value: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    if let Some(c) = value.chars().find(|c| is_blank(*c)) {
        return Some(format!(
            "holds white space or an invisible character (U+{:04X})",
            u32::from(c)
        ));
    }
    let Some((local, domain)) = value.split_once('@') else {
        return Some("has no @".to_owned());
    };
    if domain.contains('@') {
        return Some("has more than one @".to_owned());
    }
    local_fault(local, allowed).or_else(|| domain_fault(domain))
}

fn local_fault(local: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    if local.is_empty() {
        return Some("has nothing before the @".to_owned());
    }
    if let Some(c) = local.chars().find(|c| !allowed(*c)) {
        return Some(format!("holds the character {c} before the @"));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Some("has a full stop at an end or two in a row before the @".to_owned());
    }
    None
}

fn domain_fault(domain: &str) -> Option<String> {
    if domain.is_empty() {
        return Some("has nothing after the @".to_owned());
    }
    let sound = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    (!domain.split('.').all(sound)).then(|| "has no sound domain after the @".to_owned())
}

/// White space, control characters, and the format characters that show nothing.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_tells_the_kind_only_at_the_start() {
        assert_eq!(
            kind("SMTP:ann@contoso.com"),
            Address::Smtp("ann@contoso.com")
        );
        assert_eq!(kind("ann@contoso.com"), Address::Smtp("ann@contoso.com"));
        assert_eq!(
            kind("sip:ann@contoso.com"),
            Address::Other("sip:ann@contoso.com")
        );
        assert_eq!(kind("X500:/o=smtp:x"), Address::Other("X500:/o=smtp:x"));
    }

    #[test]
    fn suffixes_are_folded() {
        assert_eq!(suffix("Ann@Contoso.COM ").as_deref(), Some("contoso.com"));
        assert_eq!(suffix("ann@"), None);
        assert_eq!(suffix("ann"), None);
    }
}

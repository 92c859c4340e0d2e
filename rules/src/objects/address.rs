//! The parts of a mail address or user principal name, and what each may hold.
//!
//! The service takes fewer characters in a sign-in name than in an address: an address is that of
//! RFC 5322 without quoting, a sign-in name has the short list of the preparation page.
//! Sources: Prepare for directory synchronization (2023-12-28), RFC 5322 section 3.4.1.

use std::borrow::Cow;

use waterline_facts::objects::ViolationKind;

use super::text::{Class, LABEL, OTHER_ADDRESS, X_ADDRESS, is_blank};

/// The kind of an address in `proxyAddresses` or `targetAddress`, and the address itself.
#[derive(Debug, PartialEq)]
pub enum Address<'a> {
    /// A mail address, with the prefix `smtp:` in any case or with none.
    Smtp(&'a str),
    /// Any other kind, such as `sip:` or `X500:`, prefix included.
    Other(&'a str),
}

/// What is wrong with a value: the kind of fault, and words.
pub type Wrong = (ViolationKind, Cow<'static, str>);

/// Tells the kind of an address by its prefix: what stands before the first colon, unless it holds
/// an `@` and so belongs to an address without a prefix.
#[inline]
pub fn kind(value: &str) -> Address<'_> {
    match value.as_bytes() {
        [b's' | b'S', b'm' | b'M', b't' | b'T', b'p' | b'P', b':', ..] => {
            Address::Smtp(&value[5..])
        }
        _ => rare_kind(value),
    }
}

fn rare_kind(value: &str) -> Address<'_> {
    match value.split_once(':') {
        Some((prefix, _)) if !prefix.contains('@') => Address::Other(value),
        _ => Address::Smtp(value),
    }
}

/// The mail address that a value of `proxyAddresses` or `targetAddress` is, if it is one.
pub fn mail(value: &str) -> Option<&str> {
    match kind(value) {
        Address::Smtp(mail) => Some(mail),
        Address::Other(_) => None,
    }
}

/// What is wrong with an address of another kind than mail, prefix included.
pub fn other_fault(value: &str) -> Option<Wrong> {
    let (prefix, rest) = value.split_once(':').unwrap_or(("", value));
    let allowed = if is_x_kind(prefix) {
        X_ADDRESS
    } else {
        OTHER_ADDRESS
    };
    let refused = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => !allowed.holds(byte),
        _ => is_blank(c),
    };
    match rest.chars().find(|c| refused(*c)) {
        None => None,
        Some(':') => Some((ViolationKind::Character, "holds a second colon".into())),
        Some(c) => Some(character(c, "")),
    }
}

/// `x400`, `x.400` and the same for 500, in any case.
fn is_x_kind(prefix: &str) -> bool {
    let number = prefix.strip_prefix(['x', 'X']).unwrap_or_default();
    matches!(number.trim_start_matches('.').get(..3), Some("400" | "500"))
}

/// The address or name without what a person would not miss: white space, characters that are not
/// taken, needless full stops and at-signs. None if letters would be lost or the domain changed.
pub fn cleaned(value: &str, allowed: Class) -> Option<String> {
    let visible: String = value.chars().filter(|c| !is_blank(*c)).collect();
    let (local, domain) = visible.rsplit_once('@')?;
    Some(format!("{}@{domain}", cleaned_local(local, allowed)?))
}

/// The same for what stands before the `@`.
pub fn cleaned_local(local: &str, allowed: Class) -> Option<String> {
    let mut clean = String::with_capacity(local.len());
    for c in local.chars().filter(|c| !is_blank(*c)) {
        if !c.is_ascii() {
            return None;
        }
        let doubled = c == '.' && (clean.is_empty() || clean.ends_with('.'));
        if !doubled && u8::try_from(c).is_ok_and(|byte| allowed.holds(byte)) {
            clean.push(c);
        }
    }
    clean.truncate(clean.trim_end_matches('.').len());
    (!clean.is_empty()).then_some(clean)
}

/// What is wrong with the form of a mail address or user principal name, which may hold these
/// characters before its `@`; none if it is sound. Slow: asked of what is not known to be sound.
///
/// A domain of one label is not a fault of form, only never verifiable.
pub fn form_fault(value: &str, allowed: Class) -> Option<Wrong> {
    let format = |words: &'static str| Some((ViolationKind::Format, Cow::from(words)));
    if let Some(c) = value.chars().find(|c| is_blank(*c)) {
        return Some(character(c, ""));
    }
    let Some((local, domain)) = value.split_once('@') else {
        return format("has no @");
    };
    if domain.contains('@') {
        return format("has more than one @");
    }
    if local.is_empty() {
        return format("has nothing before the @");
    }
    let taken = |c: char| c.is_ascii() && u8::try_from(c).is_ok_and(|byte| allowed.holds(byte));
    if let Some(c) = local.chars().find(|c| !taken(*c)) {
        return Some(character(c, " before the @"));
    }
    if !allowed.is_dotted(local) {
        return format("has a full stop at an end or two in a row before the @");
    }
    if domain.is_empty() {
        return format("has nothing after the @");
    }
    let sound = is_sound_domain(domain);
    (!sound).then_some((
        ViolationKind::Format,
        "has no sound domain after the @".into(),
    ))
}

/// The fault of a character that is not taken, named so that it can be seen.
pub fn character(c: char, place: &str) -> Wrong {
    let words = if is_blank(c) {
        let point = u32::from(c);
        format!("holds white space or an invisible character (U+{point:04X})")
    } else {
        format!("holds the character {c}{place}")
    };
    (ViolationKind::Character, words.into())
}

/// Labels of letters, digits and hyphens, none empty and none with a hyphen at an end.
pub fn is_sound_domain(domain: &str) -> bool {
    let is_end = |byte: u8| byte == b'.' || byte == b'-';
    let (mut is_sound, mut earlier) = (true, b'.');
    for byte in domain.bytes() {
        let breaks = (earlier == b'.' && is_end(byte)) || (earlier == b'-' && byte == b'.');
        is_sound &= LABEL.holds(byte) && !breaks;
        earlier = byte;
    }
    is_sound && !is_end(earlier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::text::SIGN_IN;

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
    fn cleaning_loses_no_letter_and_leaves_the_domain_alone() {
        let cases = [
            (" ann lee@contoso.com\n", Some("annlee@contoso.com")),
            ("ann@@contoso.com", Some("ann@contoso.com")),
            (".ann..lee.@contoso.com", Some("ann.lee@contoso.com")),
            ("a&b@con&so.com", Some("ab@con&so.com")),
            ("jörg@contoso.com", None),
            ("...@contoso.com", None),
            ("ann", None),
        ];
        for (value, clean) in cases {
            assert_eq!(cleaned(value, SIGN_IN).as_deref(), clean, "{value:?}");
        }
    }
}

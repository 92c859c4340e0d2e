//! What several checks ask of an object.

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind, account_control},
};

use super::{address, fault::Fault};

/// Every mail address of the object: `mail`, then the SMTP values of `proxyAddresses`.
pub fn mails(object: &DirectoryObject) -> impl Iterator<Item = &str> {
    let proxies = object.proxy_addresses.iter();
    let proxies = proxies.filter_map(|value| address::mail(value));
    let mail = object.mail.as_deref();
    mail.into_iter()
        .chain(proxies)
        .filter(|mail| !mail.is_empty())
}

/// The addresses by which the object is known: `mail`, then those marked primary by `SMTP:`.
pub fn main_mails(object: &DirectoryObject) -> impl Iterator<Item = &str> {
    let proxies = object.proxy_addresses.iter();
    let primary = proxies.filter_map(|value| value.strip_prefix("SMTP:"));
    let mail = object.mail.as_deref();
    mail.into_iter()
        .chain(primary)
        .filter(|mail| !mail.is_empty())
}

/// Whether the account's control bits are known and do not disable it.
pub fn is_enabled(object: &DirectoryObject) -> bool {
    object.has_control(account_control::DISABLED) == Some(false)
}

/// The fault of an enabled user that has these control bits, in these words.
pub fn control_fault(
    object: &DirectoryObject,
    bits: i32,
    words: &'static str,
) -> Option<Fault<'static>> {
    let is_enabled_user = object.kind == ObjectKind::User && is_enabled(object);
    let is_set = object.has_control(bits) == Some(true);
    let control = object
        .account_control
        .filter(|_| is_set && is_enabled_user)?;
    let (name, value) = ("userAccountControl", control.to_string());
    Some(Fault::new(name, value, ViolationKind::State, words))
}

/// The source anchor, if it is another than the object's own GUID.
pub fn foreign_anchor(object: &DirectoryObject) -> Option<&str> {
    let anchor = object.consistency_guid.as_deref()?;
    let is_known = !object.guid.is_empty() && !anchor.is_empty();
    (is_known && !anchor.eq_ignore_ascii_case(&object.guid)).then_some(anchor)
}

/// The day of a moment, in UTC.
pub fn date(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(moment) => moment.strftime("%Y-%m-%d").to_string(),
        Err(_) => seconds.to_string(),
    }
}

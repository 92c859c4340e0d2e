//! One object of the lab's directory, built step by step.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::Fault;

/// An account that may be used, with a password that does not run out.
pub const USER: u32 = 0x1_0200;
/// A computer's account.
pub const WORKSTATION: u32 = 0x1000;
const DISABLED: u32 = 0x2;

/// An object to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name, escaped.
    pub dn: String,
    /// Its most specific object class.
    pub class: &'static str,
    /// Attributes in the order in which they are written.
    pub attributes: Vec<(&'static str, Vec<String>)>,
    /// A value that Samba refuses and another directory lets through: written to the database
    /// behind its back.
    pub forced: Option<(&'static str, String)>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// A change to an object that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its distinguished name.
    pub dn: String,
    /// The attribute that gets values; none if the state of a fresh domain is itself the fault.
    pub add: Option<(&'static str, Vec<String>)>,
    /// What is wrong with it then.
    pub faults: Vec<Fault>,
}

impl Entry {
    /// An object named `kind=name` below `parent`.
    #[must_use]
    pub fn below(parent: &str, kind: &str, name: &str, class: &'static str) -> Self {
        let dn = format!("{kind}={},{parent}", escape(name));
        Self {
            dn,
            class,
            attributes: Vec::new(),
            forced: None,
            faults: Vec::new(),
        }
    }

    /// The same with this attribute's values replaced; no values take the attribute away.
    #[must_use]
    pub fn set<V: Into<String>>(
        mut self,
        attribute: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        self.attributes.retain(|(name, _)| *name != attribute);
        if !values.is_empty() {
            self.attributes.push((attribute, values));
        }
        self
    }

    /// The same with this attribute's value replaced behind the directory's back.
    #[must_use]
    pub fn force(mut self, attribute: &'static str, value: String) -> Self {
        self.forced = Some((attribute, value));
        self
    }

    /// The same with this fault noted.
    #[must_use]
    pub fn planted(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The same as an account of this kind, in use.
    #[must_use]
    pub fn account(self, kind: u32) -> Self {
        self.set("userAccountControl", [kind.to_string()])
    }

    /// The same account disabled.
    #[must_use]
    pub fn disable(self) -> Self {
        let control = self.control() | DISABLED;
        self.set("userAccountControl", [control.to_string()])
    }

    /// The same account with its last logon `days` before `today`.
    #[must_use]
    pub fn last_logon(self, today: Date, days: i64) -> Self {
        self.set("lastLogonTimestamp", [file_time(today, days).to_string()])
    }

    /// The first value of an attribute.
    #[must_use]
    pub fn first(&self, attribute: &str) -> Option<&str> {
        self.values(attribute).first().map(String::as_str)
    }

    /// All values of an attribute.
    #[must_use]
    pub fn values(&self, attribute: &str) -> &[String] {
        let found = self.attributes.iter().find(|(name, _)| *name == attribute);
        found.map_or(&[], |(_, values)| values)
    }

    /// Whether it is a disabled account.
    #[must_use]
    pub fn disabled(&self) -> bool {
        self.control() & DISABLED != 0
    }

    fn control(&self) -> u32 {
        self.first("userAccountControl")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// Distinguished name of the object above it.
    #[must_use]
    pub fn parent(&self) -> &str {
        let comma = self
            .dn
            .match_indices(',')
            .find(|(at, _)| !self.dn[..*at].ends_with('\\'));
        comma.map_or("", |(at, _)| &self.dn[at + 1..])
    }
}

impl Change {
    /// The same with this fault noted.
    #[must_use]
    pub fn planted(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }
}

/// Escapes a name for a distinguished name (RFC 4514 section 2.4).
fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    if escaped.starts_with('#') {
        escaped.insert(0, '\\');
    }
    escaped
}

/// Noon (UTC) of the day `days` before `today`, in steps of 100 ns since 1601.
fn file_time(today: Date, days: i64) -> i64 {
    const EPOCH: Date = Date::constant(1601, 1, 1);
    let day = today.checked_sub(days.days()).unwrap_or(EPOCH);
    let since = day.duration_since(EPOCH) + SignedDuration::from_hours(12);
    since.as_secs() * 10_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comma_within_a_name_is_no_boundary() {
        let entry = Entry::below("OU=People", "CN", "Doe, Jane", "user");
        assert_eq!(entry.dn, "CN=Doe\\, Jane,OU=People");
        assert_eq!(entry.parent(), "OU=People");
    }

    #[test]
    fn file_time_counts_from_1601() {
        // 1970-01-01 is 11,644,473,600 s after 1601-01-01.
        let noon = (11_644_473_600 + 43_200) * 10_000_000;
        assert_eq!(file_time(Date::constant(1970, 1, 1), 0), noon);
        assert_eq!(file_time(Date::constant(1970, 1, 11), 10), noon);
    }

    #[test]
    fn disabling_keeps_the_other_flags() {
        let entry = Entry::below("OU=x", "CN", "a", "user")
            .account(USER)
            .disable();
        assert_eq!(entry.first("userAccountControl"), Some("66050"));
        assert!(entry.disabled());
    }
}

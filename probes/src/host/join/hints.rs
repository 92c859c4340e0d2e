//! Domains that Kerberos' and the resolver's settings suggest, for a machine whose join cannot be read.
//!
//! They prove nothing: a realm may come with the package, a search list from the network. Whoever uses
//! them has to find out whether there is such a domain.

use waterline_facts::host::OsFamily;

use crate::system::{Ini, System};

const KERBEROS: &str = "/etc/krb5.conf";
const RESOLVER: &str = "/etc/resolv.conf";

/// More are not looked at.
const MOST: usize = 6;

/// The names, lower case, the likeliest first; none on Windows, where the join is always readable.
pub(in crate::host) fn read(system: &dyn System) -> Vec<String> {
    if system.family() == OsFamily::Windows {
        return Vec::new();
    }
    let text = |path| system.text(path).into_known().unwrap_or_default();
    let realm = Ini::parse(&text(KERBEROS));
    let realm = realm.get("libdefaults", "default_realm").map(str::to_owned);
    let mut names: Vec<String> = Vec::new();
    for name in realm.into_iter().chain(searched(&text(RESOLVER))) {
        let name = name.trim_end_matches('.').to_lowercase();
        if is_domain(&name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(MOST);
    names
}

/// The last `search` or `domain` line counts (resolv.conf(5)).
fn searched(text: &str) -> Vec<String> {
    let names = |line: &str| {
        let mut words = line.split_whitespace();
        let keyword = words.next()?;
        matches!(keyword, "search" | "domain").then(|| words.map(str::to_owned).collect())
    };
    text.lines()
        .filter_map(names)
        .next_back()
        .unwrap_or_default()
}

fn is_domain(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    name.contains('.') && name.len() < 254 && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Recorded;

    #[test]
    fn realm_comes_first_and_each_name_once() {
        let system = Recorded::new(OsFamily::Linux)
            .with_file(KERBEROS, "[libdefaults]\n\tdefault_realm = CORP.TEST\n")
            .with_file(
                RESOLVER,
                "search old.test\nnameserver 192.0.2.1\nsearch corp.test. lan a_b.test $(x).test\n",
            );
        assert_eq!(read(&system), ["corp.test", "a_b.test"]);
    }

    #[test]
    fn without_settings_there_are_none_and_on_windows_none_count() {
        assert!(read(&Recorded::new(OsFamily::Linux)).is_empty());
        let planted = Recorded::new(OsFamily::Windows).with_file(RESOLVER, "search evil.test\n");
        assert!(read(&planted).is_empty());
    }
}

//! Browsers from Debian packages: `/var/lib/dpkg/status`.
//!
//! The file is read whole, up to a limit, and only the packages of the catalogue are kept. Where
//! there is neither dpkg nor rpm the system's packages cannot be read, which is said and not passed
//! over.

use std::collections::BTreeMap;

use waterline_facts::{Reason, Seen, browsers::Scope};

use super::{
    catalog::{DebianPackage, Product},
    firefox_folder,
    found::{Found, Install, Look, required, version},
    rpm,
    version::parse_debian,
};

const STATUS: &str = "/var/lib/dpkg/status";
/// Ten times what a full desktop has.
const MOST: u64 = 128 << 20;
/// Ubuntu's packages of this version only point to a snap, which is found as such.
const POINTER: &str = "snap";
/// Where other distributions put Firefox; the only browser that says its version in a file.
const FIREFOX_FOLDERS: [&str; 2] = ["/usr/lib64/firefox", "/usr/lib/firefox"];

/// A package that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version as dpkg has it; none in a damaged file.
    pub version: Option<String>,
}

pub(super) fn find(look: &Look<'_>, found: &mut Found) {
    match look.system.read(STATUS, MOST) {
        Seen::Known(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let packages = installed(&text);
            if packages.is_empty() {
                found.known(crate::system::malformed::<()>(format!(
                    "{STATUS} has no packages"
                )));
            }
            find_among(look, &packages, found);
        }
        Seen::Absent if rpm::is_here(look) => rpm::find(look, found),
        Seen::Absent => {
            let detail = format!("there is no {STATUS}; other package databases are not read");
            found.known(Seen::<()>::unknown(Reason::Unsupported, detail));
            for folder in FIREFOX_FOLDERS {
                firefox_folder::add(look, folder, Scope::Machine, found);
            }
        }
        Seen::Unknown(gap) => found.unread(gap),
    }
}

fn find_among(look: &Look<'_>, packages: &BTreeMap<String, Package>, found: &mut Found) {
    for product in &look.catalog.products {
        for entry in &product.debian {
            if let Some(package) = packages.get(&entry.package) {
                add(look, product, entry, package, found);
            }
        }
    }
}

fn add(
    look: &Look<'_>,
    product: &Product,
    entry: &DebianPackage,
    package: &Package,
    found: &mut Found,
) {
    let text = package.version.as_deref();
    if text.is_some_and(|text| text.contains(POINTER)) {
        return;
    }
    let read = text.map_or(Seen::Absent, |text| version(text, parse_debian));
    found.add(
        look,
        Install {
            product,
            channel: Seen::Known(entry.channel.clone()),
            version: required(read, &format!("the package {} in {STATUS}", entry.package)),
            path: entry.program.clone(),
            scope: Scope::Machine,
            source: "dpkg",
        },
    );
}

/// The packages of a status file whose files are there, by name.
///
/// Paragraphs apart by blank lines; lines that begin with a blank continue a field.
pub fn installed(text: &str) -> BTreeMap<String, Package> {
    let mut packages = BTreeMap::new();
    let mut paragraph = Paragraph::default();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            if let Some(package) = std::mem::take(&mut paragraph).package() {
                packages.insert(package.name.clone(), package);
            }
        } else if !line.starts_with([' ', '\t']) {
            paragraph.read(line);
        }
    }
    packages
}

#[derive(Default)]
struct Paragraph<'a> {
    name: Option<&'a str>,
    status: Option<&'a str>,
    version: Option<&'a str>,
}

impl<'a> Paragraph<'a> {
    fn read(&mut self, line: &'a str) {
        let Some((field, value)) = line.split_once(':') else {
            return;
        };
        let value = Some(value.trim()).filter(|value| !value.is_empty());
        match field.to_ascii_lowercase().as_str() {
            "package" => self.name = value,
            "status" => self.status = value,
            "version" => self.version = value,
            _ => {}
        }
    }

    /// Wanted, flag, state: in these states the program can be run.
    fn package(self) -> Option<Package> {
        let state = self.status?.split_whitespace().nth(2)?;
        let runnable = matches!(
            state,
            "installed" | "triggers-pending" | "triggers-awaited" | "half-configured" | "unpacked"
        );
        runnable.then_some(Package {
            name: self.name?.to_owned(),
            version: self.version.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STANZAS: &str = "Package: chromium\nStatus: install ok installed\n\
        Description: browser\n Version: 1.0\n continued\nVersion: 156.0.8078.79-1~deb12u1\n\n\
        Package: firefox-esr\nStatus: deinstall ok config-files\nVersion: 140.0esr-1\n\n\
        Package: firefox\nStatus: install ok installed\nVersion: 1:1snap1-0ubuntu5\n\n\
        Package: broken\nStatus: install ok inst";

    #[test]
    fn packages_whose_files_are_there_are_kept() {
        let packages = installed(STANZAS);
        let names: Vec<&str> = packages.keys().map(String::as_str).collect();
        assert_eq!(names, ["chromium", "firefox"]);
        let version = packages["chromium"].version.as_deref();
        assert_eq!(version, Some("156.0.8078.79-1~deb12u1"));
    }

    #[test]
    fn continued_lines_are_no_fields_and_missing_versions_are_none() {
        let packages = installed("Package: a\nStatus: install ok installed\nX:\n Version: 9\n");
        assert_eq!(packages["a"].version, None);
    }

    proptest! {
        #[test]
        fn any_text_ends_in_packages(text in "(\\PC|\n){0,200}") {
            let _ = installed(&text);
        }

        #[test]
        fn every_installed_package_is_found(
            packages in proptest::collection::btree_map("[a-z][a-z0-9+.-]{1,12}", "[0-9][0-9.]{0,8}", 0..20)
        ) {
            let text: String = packages
                .iter()
                .map(|(name, version)| format!("Package: {name}\nStatus: install ok installed\nVersion: {version}\n\n"))
                .collect();
            let read: BTreeMap<_, _> = installed(&text)
                .into_values()
                .map(|package| (package.name, package.version.unwrap()))
                .collect();
            prop_assert_eq!(read, packages);
        }
    }
}

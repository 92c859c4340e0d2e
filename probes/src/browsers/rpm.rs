//! Browsers from packages of rpm, by the programs that they install.
//!
//! The database of rpm has three forms (SQLite, its own, Berkeley's), for none of which a library is
//! built in, so versions are unknown but for Firefox, which says its own. That a browser is there
//! is known all the same, as packages put it in the same place on every machine.

use waterline_facts::{
    Reason, Seen,
    browsers::{BrowserProduct, Scope},
};

use super::{
    catalog::{DebianPackage, Product},
    firefox_folder,
    found::{Found, Install, Look},
};

const DATABASES: [&str; 6] = [
    "/usr/lib/sysimage/rpm/rpmdb.sqlite",
    "/usr/lib/sysimage/rpm/Packages.db",
    "/usr/lib/sysimage/rpm/Packages",
    "/var/lib/rpm/rpmdb.sqlite",
    "/var/lib/rpm/Packages.db",
    "/var/lib/rpm/Packages",
];

/// Whether the system's packages are of rpm.
pub(super) fn is_here(look: &Look<'_>) -> bool {
    DATABASES
        .iter()
        .any(|path| look.system.exists(path) == Seen::Known(true))
}

pub(super) fn find(look: &Look<'_>, found: &mut Found) {
    for product in &look.catalog.products {
        for entry in product.rpm.iter().chain(&product.debian) {
            if found.known(look.system.exists(&entry.program)) == Some(true) {
                add(look, product, entry, found);
            }
        }
    }
}

fn add(look: &Look<'_>, product: &Product, entry: &DebianPackage, found: &mut Found) {
    if product.product == BrowserProduct::Firefox {
        let folder = entry
            .program
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        return firefox_folder::add(look, folder, Scope::Machine, found);
    }
    // Some distributions link one program to the other.
    let told = |known: &waterline_facts::browsers::Browser| {
        known.product == product.product
            && known.source == "rpm"
            && known.channel.known() == Some(&entry.channel)
    };
    if found.browsers.iter().any(told) {
        return;
    }
    let detail = format!(
        "the database of rpm is not read; `rpm --query {}` tells the version",
        entry.package
    );
    found.add(
        look,
        Install {
            product,
            channel: Seen::Known(entry.channel.clone()),
            version: Seen::unknown(Reason::Unsupported, detail),
            path: entry.program.clone(),
            scope: Scope::Machine,
            source: "rpm",
        },
    );
}

//! Traces of one install in several places of the registry, put together.
//!
//! The updater's version is nearer to the program than the list of programs, where an MSI may show
//! a number of its own; what the install folder itself says is nearest.

use waterline_facts::{
    Reason, Seen,
    browsers::{BrowserProduct, Scope},
};

use super::{
    catalog::Product,
    firefox_folder,
    found::{Found, Install, Look},
    version::{ReadVersion, parse},
};
use crate::system::System;

/// A trace of an install.
#[derive(Debug, Clone)]
pub(super) struct Lead<'a> {
    pub(super) product: &'a Product,
    pub(super) channel: String,
    pub(super) version: Seen<ReadVersion>,
    /// The install folder, where the trace names it.
    pub(super) folder: Option<String>,
    /// The key of the trace.
    pub(super) key: String,
    pub(super) scope: Scope,
    pub(super) rank: Rank,
}

/// How near a trace is to the program, nearest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A key that names the folder only, or a version from the time of the install.
    Key,
    /// The list of installed programs.
    Programs,
    /// The updater's record.
    Updater,
}

/// Puts traces of the same install together and adds each install that is still there.
pub(super) fn add_all(look: &Look<'_>, leads: Vec<Lead<'_>>, found: &mut Found) {
    let mut installs: Vec<Lead<'_>> = Vec::new();
    for lead in leads {
        match installs.iter_mut().find(|install| same(install, &lead)) {
            Some(install) => merge(install, lead),
            None => installs.push(lead),
        }
    }
    for install in installs {
        add(look, install, found);
    }
}

/// Firefox may be installed any number of times, each in a folder of its own; of the others there
/// is one for each channel and scope.
fn same(a: &Lead<'_>, b: &Lead<'_>) -> bool {
    let product = a.product.product;
    if product != b.product.product || hive(a) != hive(b) {
        return false;
    }
    match (&a.folder, &b.folder) {
        (Some(a), Some(b)) => same_folder(a, b),
        _ if product == BrowserProduct::Firefox => a.version == b.version,
        _ => a.channel == b.channel,
    }
}

/// Whose settings a trace is of: the machine's, or those of one user.
fn hive<'a>(lead: &'a Lead<'_>) -> &'a str {
    lead.key.split("\\SOFTWARE").next().unwrap_or_default()
}

fn same_folder(a: &str, b: &str) -> bool {
    a.trim_end_matches('\\')
        .eq_ignore_ascii_case(b.trim_end_matches('\\'))
}

fn merge(install: &mut Lead<'_>, lead: Lead<'_>) {
    let number = |lead: &Lead<'_>| lead.version.known().map(|read| read.version.clone());
    let nearer = (number(&lead).is_some(), lead.rank, number(&lead))
        > (number(install).is_some(), install.rank, number(install));
    if nearer {
        install.version = lead.version;
        install.rank = lead.rank;
        if lead.rank != Rank::Key {
            install.channel = lead.channel;
        }
    }
    install.folder = install.folder.take().or(lead.folder);
}

fn add(look: &Look<'_>, lead: Lead<'_>, found: &mut Found) {
    let mut install = Install {
        product: lead.product,
        channel: Seen::Known(lead.channel),
        version: lead.version,
        path: lead.key,
        scope: lead.scope,
        source: "registry",
    };
    if let (Some(folder), Some(windows)) = (&lead.folder, &lead.product.windows) {
        let folder = folder.trim_end_matches('\\');
        let program = format!("{folder}\\{}", windows.program);
        if look.system.exists(&program) == Seen::Known(false) {
            let name = &lead.product.name;
            found.notes.push(format!(
                "{} is a leftover: {name} is not at {program}",
                install.path
            ));
            return;
        }
        read_firefox(look, folder, &mut install);
        install.path = program;
    }
    found.add(look, install);
}

/// The version by the folders beside a program: Chrome and its kin keep each version in one of its
/// name. During an update there are two, of which the newer is about to be used.
pub(super) fn version_by_folder(system: &dyn System, program: &str) -> Seen<ReadVersion> {
    let folder = program
        .rsplit_once('\\')
        .map_or(program, |(folder, _)| folder);
    let names = system.list(folder).into_known().unwrap_or_default();
    let is_version = |name: &&String| {
        name.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let versions = names
        .iter()
        .filter(is_version)
        .filter_map(|name| parse(name).ok());
    versions
        .max_by(|a, b| a.version.cmp(&b.version))
        .map_or_else(
            || {
                Seen::unknown(
                    Reason::Unsupported,
                    format!("no folder beside {program} tells its version"),
                )
            },
            Seen::Known,
        )
}

/// What Firefox's own files say wins over the registry; other products have none such.
pub(super) fn read_firefox(look: &Look<'_>, folder: &str, install: &mut Install<'_>) {
    if install.product.product != BrowserProduct::Firefox {
        return;
    }
    let application = format!("{folder}\\application.ini");
    if let Seen::Known(Seen::Known(version)) =
        firefox_folder::application(look.system, &application)
    {
        let extended = install.version.known().is_some_and(|v| v.extended_support);
        install.version = Seen::Known(ReadVersion {
            extended_support: version.extended_support || extended,
            ..version
        });
    }
    let preferences = format!("{folder}\\defaults\\pref\\channel-prefs.js");
    match firefox_folder::channel(look.system, &preferences) {
        Seen::Unknown(gap) if gap.reason != Reason::Unsupported => {
            install.channel = Seen::Unknown(gap)
        }
        Seen::Unknown(_) | Seen::Absent => {}
        Seen::Known(channel) => install.channel = Seen::Known(channel),
    }
}

//! What finders hand in: installs, and places that they could not read.

use waterline_facts::{
    Gap, Reason, Seen,
    browsers::{Browser, BrowserFacts, Scope},
};

use super::{
    catalog::{Catalog, Product},
    release,
    version::{ReadVersion, VersionError},
};
use crate::system::{System, malformed};

/// What finders are given.
pub(super) struct Look<'a> {
    pub(super) system: &'a dyn System,
    pub(super) catalog: &'a Catalog,
}

/// An install, as a finder sees it.
pub(super) struct Install<'a> {
    pub(super) product: &'a Product,
    pub(super) channel: Seen<String>,
    pub(super) version: Seen<ReadVersion>,
    pub(super) path: String,
    pub(super) scope: Scope,
    pub(super) source: &'static str,
}

/// What was found, and what could not be looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) browsers: Vec<Browser>,
    pub(super) unread: Vec<Gap>,
    pub(super) notes: Vec<String>,
}

impl Found {
    /// Adds an install with the dates of its version.
    pub(super) fn add(&mut self, look: &Look<'_>, install: Install<'_>) {
        let esr = install.version.known().is_some_and(|v| v.extended_support)
            || install
                .channel
                .known()
                .is_some_and(|channel| channel == "esr");
        let version = install.version.map(|read| read.version);
        let dates = version
            .as_ref()
            .map(|version| release::dates(look.catalog, install.product, version, esr));
        let (released, ends) = match dates {
            Seen::Known(dates) => (dates.released, dates.ends),
            Seen::Absent => (Seen::Absent, Seen::Absent),
            Seen::Unknown(gap) => (Seen::Unknown(gap.clone()), Seen::Unknown(gap)),
        };
        self.browsers.push(Browser {
            product: install.product.product,
            name: install.product.name.clone(),
            channel: if esr {
                Seen::Known("esr".to_owned())
            } else {
                install.channel
            },
            major: version.as_ref().map(|version| version.major()),
            version: version.map(|version| version.to_string()),
            path: install.path,
            scope: install.scope,
            source: install.source.to_owned(),
            released,
            ends,
        });
    }

    /// Says that a place could not be read, so that the list is not whole.
    pub(super) fn unread(&mut self, gap: Gap) {
        self.unread.push(gap);
    }

    /// Notes a place that is unknown; gives the value of one that is known.
    pub(super) fn known<T>(&mut self, seen: Seen<T>) -> Option<T> {
        match seen {
            Seen::Known(value) => Some(value),
            Seen::Absent => None,
            Seen::Unknown(gap) => {
                self.unread(gap);
                None
            }
        }
    }

    /// The facts once every finder is done: one place unread makes the list unknown.
    pub(super) fn facts(self) -> BrowserFacts {
        let browsers = self.sorted();
        match whole_gap(&self.unread) {
            None => BrowserFacts {
                installed: Seen::Known(browsers),
                ..BrowserFacts::default()
            },
            Some(gap) => BrowserFacts {
                installed: Seen::Unknown(gap),
                partial: browsers,
                ..BrowserFacts::default()
            },
        }
    }

    /// By product, channel, path and version.
    pub(super) fn sorted(&self) -> Vec<Browser> {
        let mut browsers = self.browsers.clone();
        browsers.sort_by(|a, b| {
            (a.product, &a.channel, &a.path, &a.version)
                .cmp(&(b.product, &b.channel, &b.path, &b.version))
        });
        browsers.dedup();
        browsers
    }
}

/// One gap for all: the first one's reason, everybody's words.
fn whole_gap(gaps: &[Gap]) -> Option<Gap> {
    let first = gaps.first()?;
    let mut words: Vec<String> = gaps.iter().map(Gap::to_string).collect();
    words.sort();
    words.dedup();
    let detail = format!("not every place could be read: {}", words.join("; "));
    Some(Gap::new(first.reason, detail).with_remedy(first.remedy.clone()))
}

/// The version in a text, or why it is none.
pub(super) fn version(
    text: &str,
    read: fn(&str) -> Result<ReadVersion, VersionError>,
) -> Seen<ReadVersion> {
    read(text).map_or_else(|error| malformed(error.to_string()), Seen::Known)
}

/// A version that ought to be there and is not.
pub(super) fn required(version: Seen<ReadVersion>, place: &str) -> Seen<ReadVersion> {
    match version {
        Seen::Absent => Seen::unknown(Reason::Malformed, format!("{place} has no version")),
        other => other,
    }
}

//! Finds the browsers installed on this machine, and their versions.
//!
//! One finder for each kind of place: package database, registry, bundles, sandboxes, folders.
//! Beside them stand what opens links and what is managed. Reads names, versions and policies only: no
//! profile, no history, and never by starting a browser, which on Windows would open a window.

mod beside;
mod catalog;
mod defaults;
mod dpkg;
mod firefox_folder;
mod found;
mod homes;
mod macos_bundles;
mod policies;
mod release;
mod rpm;
mod sandboxed;
mod version;
mod windows_lead;
mod windows_registry;
mod windows_users;
mod zone;

use std::sync::Arc;

use async_trait::async_trait;
use waterline_facts::{BrowserFacts, Gap, ProbeId, Reason, host::OsFamily};

pub use catalog::Catalog;

use crate::{
    Context, Draft, Probe, ProbeError,
    system::{Live, System, blocking, noted},
};
use found::{Found, Look};

type Finder = fn(&Look<'_>, &mut Found);

const LINUX: &[Finder] = &[dpkg::find, sandboxed::find, firefox_folder::find];
const WINDOWS: &[Finder] = &[windows_registry::find];
const MACOS: &[Finder] = &[macos_bundles::find];

/// Finds the browsers of the system that it is given.
#[derive(Clone)]
pub struct BrowserProbe {
    system: Arc<dyn System>,
    catalog: Arc<Catalog>,
}

impl BrowserProbe {
    /// Looks at this machine, with the built-in catalogue.
    pub fn live() -> Self {
        Self::of(Arc::new(Live), Catalog::embedded())
    }

    /// Looks at this system, with this catalogue.
    pub fn of(system: Arc<dyn System>, catalog: Arc<Catalog>) -> Self {
        Self { system, catalog }
    }

    fn finders(&self) -> Result<&'static [Finder], ProbeError> {
        match self.system.family() {
            OsFamily::Linux => Ok(LINUX),
            OsFamily::Windows => Ok(WINDOWS),
            OsFamily::Macos => Ok(MACOS),
            OsFamily::Other => {
                let detail = "browsers are looked for on Windows, Linux and macOS";
                Err(ProbeError::new(Reason::Unsupported, detail))
            }
        }
    }

    /// Runs one finder. What it would have found is a gap if it fails.
    async fn find(&self, finder: Finder, mut found: Found) -> Result<Found, Gap> {
        self.look(move |look| {
            finder(look, &mut found);
            found
        })
        .await
    }

    /// What stands beside the installs.
    async fn beside(&self, mut facts: BrowserFacts) -> Result<BrowserFacts, Gap> {
        self.look(move |look| {
            beside::read(look, &mut facts);
            facts
        })
        .await
    }

    /// Looks at the system on the pool for blocking work; what it says is noted as evidence.
    async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Look) -> T + Send + 'static,
    ) -> Result<T, Gap> {
        let mut probe = self.clone();
        probe.system = noted(&self.system, "browsers");
        blocking(move || {
            read(&Look {
                system: &*probe.system,
                catalog: &probe.catalog,
            })
        })
        .await
    }
}

#[async_trait]
impl Probe for BrowserProbe {
    type Facts = BrowserFacts;

    fn id(&self) -> ProbeId {
        ProbeId::Browsers
    }

    async fn run(&self, cx: &Context, draft: &Draft<BrowserFacts>) -> Result<(), ProbeError> {
        let finders = self.finders()?;
        cx.progress.expect(finders.len() as u64 + 1);
        let mut found = Found::default();
        for finder in finders {
            match self.find(*finder, found.clone()).await {
                Ok(more) => found = more,
                Err(gap) => found.unread(gap),
            }
            let partial = found.sorted();
            draft.update(|facts| facts.partial = partial);
            cx.progress.advance(1);
        }
        for note in found.notes.drain(..) {
            draft.note(note);
        }
        let facts = found.facts();
        draft.update(|all| *all = facts.clone());
        match self.beside(facts).await {
            Ok(facts) => draft.update(|all| *all = facts),
            Err(gap) => draft.note(gap.to_string()),
        }
        cx.progress.advance(1);
        Ok(())
    }
}

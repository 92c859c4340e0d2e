//! Reads the on-premises Active Directory: the forest, its domains and controllers, and all objects
//! that synchronisation would carry.
//!
//! Sends DNS queries for the domain's controllers, and to those LDAP binds and searches for named
//! attributes; never a change, never an attribute that holds a secret. An LDIF export can stand in
//! for a server. Only the domain that was entered is read; the others are listed.

mod asking;
mod attributes;
mod computers;
mod controllers;
mod dn;
mod domains;
mod entry;
mod fleet;
mod forest;
mod gaps;
mod inventory;
#[cfg_attr(not(any(windows, feature = "kerberos")), path = "no_kerberos.rs")]
mod kerberos;
mod ldif;
mod link;
mod live;
mod locate;
mod machine;
mod objects;
mod outcome;
mod query;
mod registration;
mod root_dse;
mod schema;
mod server;
pub mod settings;
mod sites;
mod source;
mod values;
mod wire;

use async_trait::async_trait;
use waterline_facts::{
    DirectoryFacts, Gap, ProbeId, Reason, Seen,
    directory::{ConnectionFacts, DirectorySource},
};

pub use self::settings::{
    AuthChoice, Cleartext, DirectorySettings, Scheme, ServerUrl, ServerUrlError, Source,
};
use self::{
    inventory::{Counts, Inventory},
    ldif::Export,
    objects::Objects,
    query::{Extent, Query},
    sites::Replica,
    source::Directory,
};
use crate::{Context, Draft, Probe, ProbeError};

/// Reads the on-premises directory.
#[derive(Debug, Clone, Default)]
pub struct DirectoryProbe {
    settings: DirectorySettings,
}

impl DirectoryProbe {
    /// A probe that reads the directory of these settings.
    pub fn new(settings: DirectorySettings) -> Self {
        Self { settings }
    }
}

#[async_trait]
impl Probe for DirectoryProbe {
    type Facts = DirectoryFacts;

    fn id(&self) -> ProbeId {
        ProbeId::Directory
    }

    async fn run(&self, cx: &Context, draft: &Draft<DirectoryFacts>) -> Result<(), ProbeError> {
        let read = match &self.settings.source {
            Source::Server => live::read(&self.settings, cx, draft).await,
            Source::Ldif(files) => self.read_export(files.clone(), cx, draft).await,
        };
        read.map_err(|gap| {
            draft.update(|facts| gaps::fill(facts, &gap));
            gap.into()
        })
    }
}

impl DirectoryProbe {
    async fn read_export(
        &self,
        files: Vec<std::path::PathBuf>,
        cx: &Context,
        draft: &Draft<DirectoryFacts>,
    ) -> Result<(), Gap> {
        let (domain, base) = (self.settings.domain.clone(), self.settings.base_dn.clone());
        let export = Export::open(files, small_queries(), domain, base).await?;
        export
            .complaints()
            .iter()
            .for_each(|complaint| draft.note(complaint));
        for other in export.others() {
            draft.note(format!(
                "the export also holds entries of {other}, which were not read"
            ));
        }
        let connection = ConnectionFacts {
            server: export.name(),
            source: DirectorySource::Ldif,
            authentication: Seen::Absent,
            protection: Seen::Absent,
        };
        draft.update(|facts| {
            facts.domain = Seen::Known(export.domain.clone());
            facts.connection = Seen::Known(connection);
            facts.forest.root_domain = match export.root_domain() {
                Some(root) => Seen::Known(root.to_owned()),
                None => not_exported("the configuration"),
            };
            facts.forest.naming_contexts = not_exported("what a server says about itself");
        });
        let replicas = learn_forest(&export, &export.domain, draft).await;
        let computers = controllers::read_computers(&export).await;
        let controllers = controllers::facts(&replicas, &computers, &Vec::new());
        draft.update(|facts| facts.controllers = controllers);
        learn_objects(&export, export.extent(), &export.domain, cx, draft).await;
        Ok(())
    }
}

/// The searches that bring few entries each.
fn small_queries() -> Vec<Query> {
    let topics = [
        forest::queries(),
        schema::queries(),
        registration::queries(),
        sites::queries(),
        domains::queries(),
        controllers::queries(),
    ];
    topics.concat()
}

/// Reads everything but the objects, and writes each topic as it is learned. Gives the controllers
/// that the configuration lists.
async fn learn_forest(
    directory: &dyn Directory,
    domain: &str,
    draft: &Draft<DirectoryFacts>,
) -> Seen<Vec<Replica>> {
    let mut forest = draft.snapshot().0.forest;
    forest::learn(directory, &mut forest).await;
    draft.update(|facts| facts.forest = forest.clone());
    forest.schema = schema::learn(directory).await;
    draft.update(|facts| facts.forest = forest.clone());
    registration::learn(directory, &mut forest).await;
    draft.update(|facts| facts.forest = forest.clone());
    let (sites, replicas) = sites::learn(directory).await;
    forest.sites = sites;
    draft.update(|facts| facts.forest = forest);
    let domains = domains::learn(directory, domain).await;
    draft.update(|facts| facts.domains = domains);
    replicas
}

/// Reads the objects of the domain, and writes what was counted.
async fn learn_objects(
    directory: &dyn Directory,
    extent: Extent,
    domain: &str,
    cx: &Context,
    draft: &Draft<DirectoryFacts>,
) {
    let objects = Objects {
        sink: &cx.objects,
        progress: &cx.progress,
        now: cx.clock.now(),
        counts: Counts::default(),
    };
    let mut inventory = objects::learn(directory, objects).await;
    if extent == Extent::Part {
        inventory = inventory.of_part();
    }
    let Inventory {
        objects_read,
        counts,
        computers,
        fleet,
    } = inventory;
    if let Seen::Unknown(gap) = &objects_read {
        draft.note(format!("the objects were not read to their end: {gap}"));
    }
    draft.update(|facts| {
        if let Seen::Known(domains) = &mut facts.domains
            && let Some(entered) = domains.iter_mut().find(|known| known.dns_name == domain)
        {
            entered.read = objects_read.clone().map(|_| extent == Extent::Whole);
        }
        facts.objects_read = objects_read;
        facts.counts = counts;
        facts.computers = computers;
        facts.fleet = fleet;
    });
}

fn not_exported<T>(what: &str) -> Seen<T> {
    let gap = Gap::new(
        Reason::NotConfigured,
        format!("the export does not hold {what}"),
    );
    Seen::Unknown(gap.with_remedy("export that too, or name a server with --server"))
}

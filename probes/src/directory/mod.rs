//! Reads the on-premises Active Directory: the forest, its domains and controllers, and all objects
//! that synchronisation would carry.
//!
//! Sends DNS queries for the domain's controllers, and to those LDAP binds and searches for named
//! attributes; never a change, never an attribute that holds a secret. An LDIF export can stand in
//! for a server. Every domain of the forest is read, each from a controller of its own.

mod accounts;
mod asking;
mod attributes;
mod backup;
mod bulk;
mod carrier;
mod computers;
mod controllers;
mod directory_service;
mod dn;
mod domains;
mod enter;
mod entry;
mod fields;
mod finding;
mod fleet;
mod forest;
mod gaps;
mod hidden;
mod host_names;
mod inventory;
#[cfg_attr(not(any(windows, feature = "kerberos")), path = "no_kerberos.rs")]
mod kerberos;
mod key_distribution;
mod ldif;
mod link;
mod live;
mod locate;
mod machine;
mod matching;
pub(crate) mod netlogon;
mod objects;
mod operations;
mod others;
mod outcome;
mod passwords;
mod pool;
mod protected;
mod query;
mod raw;
mod reading;
mod registration;
mod replicas;
mod root_dse;
mod schema;
mod server;
mod services;
pub mod settings;
mod sites;
mod source;
mod sysvol;
mod trusts;
mod values;
mod wire;

use async_trait::async_trait;
use waterline_facts::{
    DirectoryFacts, Gap, ProbeId, Reason, Seen,
    directory::{ConnectionFacts, DirectorySource},
};

pub use self::raw::again;
pub use self::settings::{
    AuthChoice, Cleartext, DirectorySettings, Reach, Scheme, ServerUrl, ServerUrlError, Source,
    StartTls,
};
use self::{
    inventory::Inventory,
    ldif::{Export, Wanted},
    objects::Counter,
    query::{Extent, Query},
    replicas::Replica,
    source::{Directory, Objects},
};
use crate::{Context, Draft, Probe, ProbeError, evidence};

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
        let wanted = Wanted {
            files,
            domain: self.settings.domain.clone(),
            base: self.settings.base_dn.clone(),
        };
        let mut counter = Counter::new(cx);
        let (export, inventory) = Export::read(wanted, small_queries(), &mut counter).await?;
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
        let source = DirectorySource::Ldif;
        let replicas = learn_forest(&export, source, &export.domain, draft).await;
        let computers = controllers::read_computers(&export).await;
        let controllers = controllers::facts(&replicas, &computers, &Vec::new());
        let without = controllers::without_settings(&computers, &replicas);
        draft.update(|facts| {
            facts.controllers = controllers;
            domains::change(facts, &export.domain, |own| {
                own.controllers_without_settings = without;
            });
        });
        counter.notes.iter().for_each(|note| draft.note(note));
        let extent = export.extent();
        write_inventory(inventory, extent, draft);
        draft.update(|facts| {
            let objects = facts.objects_read.clone();
            domains::change(facts, &export.domain, |own| {
                domains::write_read(own, objects, extent)
            });
            let guids = &mut facts.counts.consistency_guids;
            if *guids == Seen::Known(0) {
                *guids = not_exported("mS-DS-ConsistencyGuid of any object");
            }
        });
        domains::sweep(&export, source, &export.domain, draft).await;
        Ok(())
    }
}

/// What is asked to read the objects: the filter, and the attributes by name.
pub fn object_search() -> (String, &'static [&'static str]) {
    let query = objects::query();
    (query.filter.to_string(), query.attributes)
}

/// The searches that bring few entries each.
/// Looks at bytes as at an export; gives how many objects they hold.
///
/// # Errors
/// What is wrong with them, in words.
pub(crate) fn look_through_export(bytes: &[u8]) -> Result<u64, String> {
    ldif::look_through(bytes, small_queries())
}

/// Looks at bytes as at an access list; whether they are one.
pub(crate) fn is_access_list(bytes: &[u8]) -> bool {
    services::is_access_list(bytes)
}

/// Looks at bytes as at what a server sends to a search; gives how many messages they hold.
pub(crate) fn count_messages(bytes: &[u8]) -> usize {
    bulk::count_messages(bytes)
}

fn small_queries() -> Vec<Query> {
    let topics = [
        forest::queries(),
        directory_service::queries(),
        schema::queries(),
        registration::queries(),
        key_distribution::queries(),
        replicas::queries(),
        sites::queries(),
        operations::queries(),
        domains::queries(),
        passwords::queries(),
        trusts::queries(),
        sysvol::queries(),
        backup::queries(),
        accounts::queries(),
        protected::queries(),
        host_names::queries(),
        controllers::queries(),
        services::queries(),
    ];
    topics.concat()
}

/// Reads everything but the objects, and writes each topic as it is learned. Gives the controllers
/// that the configuration lists.
async fn learn_forest(
    directory: &dyn Directory,
    source: DirectorySource,
    domain: &str,
    draft: &Draft<DirectoryFacts>,
) -> Seen<Vec<Replica>> {
    let own = learn_own_forest(directory, domain, draft);
    let replicas = evidence::about("directory.forest", own).await;
    let services = services::learn_domain(directory, source);
    let services = evidence::about("directory.domains", services).await;
    draft.update(|facts| domains::change(facts, domain, |place| place.services = services));
    let of_forest = services::learn(directory, source, draft);
    evidence::about("directory.services", of_forest).await;
    replicas
}

/// Reads what the configuration tells of the forest, and begins the list of its domains.
async fn learn_own_forest(
    directory: &dyn Directory,
    domain: &str,
    draft: &Draft<DirectoryFacts>,
) -> Seen<Vec<Replica>> {
    let mut forest = draft.snapshot().0.forest;
    forest::learn(directory, &mut forest).await;
    directory_service::learn(directory, &mut forest).await;
    draft.update(|facts| facts.forest = forest.clone());
    forest.schema = schema::learn(directory).await;
    draft.update(|facts| facts.forest = forest.clone());
    registration::learn(directory, &mut forest).await;
    forest.key_distribution_root_keys = key_distribution::learn(directory).await;
    draft.update(|facts| facts.forest = forest.clone());
    let replicas = replicas::learn(directory).await;
    sites::learn(directory, &replicas, &mut forest).await;
    forest.operations_masters = operations::of_forest(directory, &replicas).await;
    draft.update(|facts| facts.forest = forest.clone());
    let domains = domains::learn(directory, domain, &replicas).await;
    draft.update(|facts| {
        facts.forest = forest;
        facts.domains = domains;
        trusts::write_forests(facts);
    });
    replicas
}

/// Reads the objects, and writes what was counted.
async fn learn_objects(
    source: &dyn Objects,
    extent: Extent,
    cx: &Context,
    draft: &Draft<DirectoryFacts>,
) {
    let mut counter = Counter::new(cx);
    let ended = source.objects(&mut counter).await;
    let inventory = counter.inventory(ended);
    counter.notes.iter().for_each(|note| draft.note(note));
    write_inventory(inventory, extent, draft);
}

/// Writes what was counted.
fn write_inventory(mut inventory: Inventory, extent: Extent, draft: &Draft<DirectoryFacts>) {
    if extent == Extent::Part {
        inventory = inventory.of_part();
    }
    let Inventory {
        objects_read,
        counts,
        computers,
        fleet,
    } = inventory;
    draft.update(|facts| {
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

//! Options about probing, and the settings of a run that they make.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use clap::Args;
use waterline_facts::{ProbeId, Seen};
use waterline_probes::{
    Clock, catalog::Catalog, directory::DirectorySettings, dns::DnsSettings, host,
    network::NetworkSettings, protocols::ProtocolSettings, system::System,
};
use waterline_rules::{Profile, attestations::Answer};

use super::{
    directory::DirectoryOptions, ground::Ground, host::HostOptions, network::NetworkOptions,
    world::WorldOption,
};
use crate::{cli::console::Console, exit::Usage, run::RunSettings};

/// Options about probing.
#[derive(Debug, Args)]
#[command(next_help_heading = "Probing")]
pub struct ProbingOptions {
    /// Run only these probes: host, browsers, dns, network, protocols, directory
    #[arg(long, value_name = "PROBES", env = "WATERLINE_ONLY", value_delimiter = ',', value_parser = probe)]
    only: Vec<ProbeId>,
    /// Seconds that the whole run may take
    #[arg(long, value_name = "SECONDS", env = "WATERLINE_BUDGET", default_value = "120", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    budget: u64,
    #[command(flatten)]
    host: HostOptions,
    #[command(flatten)]
    directory: DirectoryOptions,
    #[command(flatten)]
    network: NetworkOptions,
    #[command(flatten)]
    world: WorldOption,
}

fn probe(name: &str) -> Result<ProbeId, String> {
    let known = ProbeId::ALL.into_iter().find(|probe| probe.name() == name);
    known.ok_or_else(|| {
        let names = ProbeId::ALL.map(ProbeId::name).join(", ");
        format!("no such probe; there are {names}")
    })
}

impl ProbingOptions {
    /// What a run is told, for these targets; may ask the user for a password.
    ///
    /// # Errors
    /// If options contradict each other or a file cannot be used.
    pub fn settings(
        &self,
        profile: Profile,
        targets: Vec<String>,
        console: &Console,
    ) -> anyhow::Result<RunSettings> {
        let catalog = self.network.catalog()?;
        let cloud = profile.cloud;
        let ground = match self.world.ground(&catalog)? {
            Some(world) => world,
            None => Ground::real(&self.network)?,
        };
        let resolvers = ground.resolvers;
        let domain = self.domain(&profile, &*ground.machine.0);
        let proxy = self.network.proxy(&*ground.machine.0)?;
        let directory = self.directory.settings(console)?;
        Ok(RunSettings {
            only: self.only(),
            budget: Duration::from_secs(self.budget),
            clock: Clock::System,
            device_status: self.host.device_status()?,
            tls: ground.tls,
            dns: DnsSettings {
                cloud,
                domains: profile.domains.clone(),
                directory_domain: domain.clone(),
                resolvers: resolvers.clone(),
                public_resolvers: ground.public_resolvers,
                name_server_port: ground.name_server_port,
                ..DnsSettings::new(catalog.clone())
            },
            protocols: ProtocolSettings {
                roles: self.network.role.clone(),
                domain: domain.clone(),
                resolvers: resolvers.clone(),
                direct: proxy.choice.usual().is_none(),
                instead: ground.instead.clone(),
                ..ProtocolSettings::new(catalog.clone())
            },
            network: NetworkSettings {
                targets,
                cloud,
                roles: self.network.role.clone(),
                domains: profile.domains.clone(),
                regions: regions(&profile, &catalog)?,
                attested: answers(&profile),
                proxy: proxy.choice,
                proxy_settings: proxy.settings,
                pac: proxy.pac,
                public_roots: ground.public_roots,
                resolvers: resolvers.clone(),
                instead: ground.instead,
                ..NetworkSettings::new(catalog)
            },
            directory: DirectorySettings {
                suggested: suggested(domain.as_deref(), &*ground.machine.0),
                domain,
                resolvers,
                source: ground.directory.unwrap_or(directory.source),
                ..directory
            },
            machine: ground.machine,
            profile,
            hosts: Seen::Absent,
        })
    }

    /// Whether probes were chosen by name.
    pub fn is_limited(&self) -> bool {
        !self.only.is_empty()
    }

    fn only(&self) -> BTreeSet<ProbeId> {
        let named: BTreeSet<_> = self.only.iter().copied().collect();
        match named.is_empty() {
            true => ProbeId::ALL.into_iter().collect(),
            false => named,
        }
    }

    /// The directory's domain: the option's, the profile's, or that which the machine is joined to.
    fn domain(&self, profile: &Profile, machine: &dyn System) -> Option<String> {
        let named = self.directory.domain.clone();
        let wanted = Some(profile.directory_domain.clone()).filter(|domain| !domain.is_empty());
        let joined = || host::joined_domain(machine).known().cloned();
        let domain = named.or(wanted).or_else(joined)?;
        Some(domain.trim_end_matches('.').to_lowercase())
    }
}

/// Domains to look for where none is known.
fn suggested(domain: Option<&str>, machine: &dyn System) -> Vec<String> {
    match domain {
        Some(_) => Vec::new(),
        None => host::suggested_domains(machine),
    }
}

/// What the profile answers with yes or no.
fn answers(profile: &Profile) -> BTreeMap<String, bool> {
    let answers = profile.attested.iter();
    let answers = answers.filter_map(|(id, answer)| match answer {
        Answer::YesNo(yes) => Some((id.clone(), *yes)),
        _ => None,
    });
    answers.collect()
}

/// The regions of the profile, all of which the catalogue knows.
fn regions(profile: &Profile, catalog: &Catalog) -> Result<Vec<String>, Usage> {
    let known = catalog.regions();
    match profile.regions.iter().find(|one| !known.contains(*one)) {
        None => Ok(profile.regions.clone()),
        Some(region) => {
            let known: Vec<String> = known.into_iter().collect();
            Err(Usage::new(format!(
                "the profile names the region `{region}`, of which the catalogue knows nothing; \
                 it has {}",
                known.join(", ")
            )))
        }
    }
}

//! A simulated world in place of this machine and its network: `--world`, for tests and
//! demonstrations. The usual probes run against it for real.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use clap::Args;
use waterline_facts::{
    Seen,
    host::{DiskFacts, OsFamily},
};
use waterline_probes::{
    catalog::Catalog,
    directory::Source,
    network::PublicRoots,
    protocols::ProtocolSettings,
    system::{self, Recorded},
    tls,
};
use waterline_worlds::{Around, Endpoint, Machine, Open, World};

use super::ground::Ground;
use crate::{exit::Usage, run::MachineRead};

const GIB: u64 = 1 << 30;
/// The disk of every machine of a world.
const DISK_GIB: u64 = 512;

/// The option.
#[derive(Debug, Args)]
pub struct WorldOption {
    /// Probe the simulated world that this file describes (docs/worlds.md)
    // Hidden, so that the pages of the commands are those of the program for use.
    #[arg(long, value_name = "FILE", hide = true, conflicts_with_all = ["resolver",
        "public_resolver", "ca_file", "public_ca_file", "server", "ldif", "base", "auth", "bind_dn"])]
    world: Option<PathBuf>,
}

impl WorldOption {
    /// What the world gives a run to stand on, if one was named. It is served until the program ends.
    ///
    /// # Errors
    /// If the file describes no world, with line and column, or it cannot be served.
    pub fn ground(&self, catalog: &Catalog) -> Result<Option<Ground>, Usage> {
        let Some(file) = &self.world else {
            return Ok(None);
        };
        let unusable = |error: &dyn std::fmt::Display| Usage::new(format!("--world: {error}"));
        let world = World::read(file).map_err(|error| {
            let message = format!("--world: {error}\n{}", error.excerpt());
            Usage::new(message.trim_end())
        })?;
        let open = world.open(&around(catalog));
        let open = open.map_err(|error| unusable(&error))?;
        let ground = ground(&open).map_err(|error| unusable(&error));
        // It ends with the program: nothing of it outlives the process.
        std::mem::forget(open);
        ground.map(Some)
    }
}

/// Everything public that a run may ask for.
fn around(catalog: &Catalog) -> Around {
    let mut endpoints = Vec::new();
    let mut seen = BTreeSet::new();
    for group in &catalog.endpoints {
        for host in &group.hosts {
            let ports = match host.ports.is_empty() {
                true => &group.ports,
                false => &host.ports,
            };
            let Some(name) = &host.host else { continue };
            for (port, scheme) in ports
                .iter()
                .flat_map(|range| range.ports().map(|port| (port, range.scheme())))
            {
                if seen.insert((name.as_str().to_owned(), port, scheme)) {
                    endpoints.push(Endpoint {
                        host: name.as_str().to_owned(),
                        port,
                        scheme,
                        expect: host.expect.clone(),
                    });
                }
            }
        }
    }
    Around {
        endpoints,
        names: vec![catalog.records.public_name.as_str().to_owned()],
        time_servers: ProtocolSettings::new(Arc::new(catalog.clone())).time_servers,
    }
}

fn ground(open: &Open) -> anyhow::Result<Ground> {
    let public = open.public_authority.clone();
    let roots = open.private_authority.iter().cloned();
    let roots: Vec<_> = roots.chain([public.clone()]).collect();
    Ok(Ground {
        machine: MachineRead(Arc::new(machine(&open.machine)?)),
        resolvers: open.resolvers.clone(),
        public_resolvers: open.public_resolvers.clone(),
        name_server_port: open.name_server_port,
        tls: tls::client_config(roots)?,
        public_roots: Arc::new(PublicRoots::of(&[public])),
        instead: open.instead.clone(),
        directory: (!open.exports.is_empty()).then(|| Source::Ldif(open.exports.clone())),
    })
}

/// The machine as the probes read it.
fn machine(form: &Machine) -> anyhow::Result<Recorded> {
    let hardware = system::Machine {
        host_name: Seen::Known(form.name.clone()),
        architecture: Seen::Known("x86_64".to_owned()),
        memory_bytes: Seen::Known(u64::from(form.memory_gib) * GIB),
        kernel: Seen::Absent,
    };
    let mount = match form.family {
        OsFamily::Windows => "C:\\",
        _ => "/",
    };
    let disk = DiskFacts {
        mount: mount.to_owned(),
        total_bytes: DISK_GIB * GIB,
        free_bytes: u64::from(form.free_gib).min(DISK_GIB) * GIB,
    };
    let mut system = Recorded::new(form.family).with_machine(hardware, vec![disk]);
    if let Some(registry) = &form.registry {
        system = system.with_registry(registry)?;
    }
    for (path, text) in &form.files {
        system = system.with_file(path, text.as_str());
    }
    for (name, value) in &form.variables {
        system = system.with_variable(name, value);
    }
    Ok(system)
}

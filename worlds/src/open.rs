//! Opens a world: chooses its ports, makes its certificates and its directory, and tells what a run
//! has to be told to live in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::SocketAddr,
    path::PathBuf,
};

use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};
use waterline_facts::{host::OsFamily, network::Scheme};

use crate::{
    authority::Authority,
    controller, directory, dns,
    hosts::Hosts,
    ports::StandIns,
    read::{World, WorldError},
    serving::Serving,
};

/// Whose certificates the services show, as rules know it.
const PUBLIC_ORGANISATION: &str = "DigiCert Inc";
/// How often a world is opened, as others may take a port that was free.
const TRIES: usize = 5;

/// What there is in the public, whatever a world says of it.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Every endpoint that anybody may contact.
    pub endpoints: Vec<Endpoint>,
    /// Further names that exist.
    pub names: Vec<String>,
    /// Time servers.
    pub time_servers: Vec<String>,
}

/// An endpoint of the public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its host.
    pub host: String,
    /// Its usual port.
    pub port: u16,
    /// What is spoken there.
    pub scheme: Scheme,
    /// Text that its answer contains.
    pub expect: Option<String>,
}

/// A world that is served, until this is dropped. Not to be dropped by a task of a runtime.
#[derive(Debug)]
pub struct Open {
    /// The machine's resolvers.
    pub resolvers: Vec<SocketAddr>,
    /// The resolvers outside.
    pub public_resolvers: Vec<SocketAddr>,
    /// The port of the zones' own name servers.
    pub name_server_port: u16,
    /// The port that stands in for a usual one.
    pub instead: BTreeMap<u16, u16>,
    /// The authority of all public certificates.
    pub public_authority: CertificateDer<'static>,
    /// The authority of a proxy that opens TLS, which the machine trusts.
    pub private_authority: Option<CertificateDer<'static>>,
    /// Exports of the directory; empty if there is none.
    pub exports: Vec<PathBuf>,
    /// The machine.
    pub machine: Machine,
    _folder: TempDir,
    _servers: Vec<dns::Server>,
    _tasks: JoinSet<()>,
    _runtime: Runtime,
}

/// A machine as a description has it, its files read.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Its operating system.
    pub family: OsFamily,
    /// Its name.
    pub name: String,
    /// Its memory in GiB.
    pub memory_gib: u32,
    /// What is free on its disk, in GiB.
    pub free_gib: u32,
    /// The export of its registry.
    pub registry: Option<Vec<u8>>,
    /// Its files: text by path.
    pub files: BTreeMap<String, String>,
    /// Its environment variables.
    pub variables: BTreeMap<String, String>,
}

/// Why a world cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The description does not fit what is there.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A port, a file or a thread cannot be had.
    #[error("cannot serve the world: {0}")]
    System(#[from] io::Error),
    /// A certificate cannot be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
}

impl World {
    /// Serves this world on threads of its own.
    ///
    /// # Errors
    /// If it names a host that nobody contacts, or the system lacks what it takes.
    pub fn open(&self, around: &Around) -> Result<Open, OpenError> {
        let mut opened = self.try_to_open(around);
        for _ in 1..TRIES {
            match opened {
                Err(OpenError::System(error)) if error.kind() == io::ErrorKind::AddrInUse => {}
                done => return done,
            }
            opened = self.try_to_open(around);
        }
        opened
    }

    fn try_to_open(&self, around: &Around) -> Result<Open, OpenError> {
        let public = Authority::of(PUBLIC_ORGANISATION, "Public Authority of the World")?;
        let private = self.form.proxy.as_ref();
        let private = private.and_then(|proxy| proxy.decrypts_as.as_deref());
        let private = private.map(Authority::new).transpose()?;
        let hosts = Hosts::of(self, around, &public, private.as_ref())?;
        let usual = around.endpoints.iter().map(|one| one.port);
        let proxy_port = self.form.proxy.as_ref().map(|proxy| proxy.port);
        let ports = controller::PORTS.into_iter().chain(usual).chain(proxy_port);
        let ports = StandIns::choose(ports)?;
        let folder = tempfile::tempdir()?;
        let exports = directory::exports(self, folder.path())?;
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build()?;
        let serving = Serving {
            world: self,
            around,
            hosts: &hosts,
            public: &public,
            ports: &ports,
        };
        let served = runtime.block_on(serving.start())?;
        Ok(Open {
            resolvers: served.inside,
            public_resolvers: served.outside,
            name_server_port: served.name_server_port,
            instead: ports.all().clone(),
            public_authority: public.root(),
            private_authority: private.map(|own| own.root()),
            exports,
            machine: self.machine()?,
            _folder: folder,
            _servers: served.servers,
            _tasks: served.tasks,
            _runtime: runtime,
        })
    }

    fn machine(&self) -> io::Result<Machine> {
        let form = &self.form.machine;
        let registry = form.registry.as_ref();
        let registry = registry.map(|path| fs_err::read(self.beside(&path.value)));
        Ok(Machine {
            family: form.family,
            name: form.name.clone(),
            memory_gib: form.memory_gib.unwrap_or(16),
            free_gib: form.free_gib.unwrap_or(200),
            registry: registry.transpose()?,
            files: form.files.clone(),
            variables: form.variables.clone(),
        })
    }
}

/// Unique hosts, in order.
pub(crate) fn host_names(around: &Around) -> BTreeSet<&str> {
    around
        .endpoints
        .iter()
        .map(|one| one.host.as_str())
        .collect()
}

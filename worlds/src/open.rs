//! Serves a description: names, endpoints, proxy, controllers, each at an address of its own in
//! 127.76.0.0/15, and tells what a run has to be told to live in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use jiff::SignedDuration;
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    runtime::{Builder, Runtime},
    task::JoinSet,
    time,
};
use waterline_facts::{host::OsFamily, network::Scheme};

use crate::{
    authority::{Authority, Wanted},
    controller::{self, Controller},
    directory,
    dns::{self, Answering, Service, Transports},
    endpoint::Conduct,
    form::{Direct, ResolverForm, ResolverManner, View},
    hosts::{Hosts, Reached},
    ports::StandIns,
    proxy::Proxy,
    read::{World, WorldError},
    zones::{self, Names},
};

/// The holder of all zones, as seen from outside.
const NAME_SERVER: Ipv4Addr = Ipv4Addr::new(127, 76, 0, 1);
const PROXY: Ipv4Addr = Ipv4Addr::new(127, 76, 0, 2);
const TIME_SERVER: Ipv4Addr = Ipv4Addr::new(127, 76, 0, 3);
const NTP: u16 = 123;
/// Whose certificates the services show, as rules know it.
const PUBLIC_ORGANISATION: &str = "DigiCert Inc";
/// A connection that the kernel takes is there at once; one that it drops is not there after this.
const FULL: Duration = Duration::from_millis(200);
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

/// What it takes to start the servers.
struct Serving<'a> {
    world: &'a World,
    around: &'a Around,
    hosts: &'a Hosts,
    public: &'a Authority,
    ports: &'a StandIns,
}

/// What was started.
struct Served {
    inside: Vec<SocketAddr>,
    outside: Vec<SocketAddr>,
    name_server_port: u16,
    servers: Vec<dns::Server>,
    tasks: JoinSet<()>,
}

impl Serving<'_> {
    async fn start(&self) -> Result<Served, OpenError> {
        let (inside, outside) = (self.names(View::Inside), self.names(View::Outside));
        let mut tasks = JoinSet::new();
        self.start_hosts(&mut tasks).await?;
        self.start_proxy(&mut tasks).await?;
        let socket = UdpSocket::bind(self.ports.at(TIME_SERVER, NTP)).await?;
        tasks.spawn(tell_time(socket));
        let answering = dns::resolver(Arc::clone(&inside), ResolverManner::Answers);
        let mut servers = self.start_controllers(answering, &mut tasks).await?;
        let holder = dns::resolver(Arc::clone(&outside), ResolverManner::Answers);
        let holder = dns::Server::start(NAME_SERVER, Service::prompt(holder)).await?;
        let name_server_port = holder.address.port();
        servers.push(holder);
        let form = &self.world.form;
        let usual = [ResolverForm::default()];
        let own = match form.resolvers.as_slice() {
            [] => &usual[..],
            own => own,
        };
        let views = [&inside, &outside];
        let within = resolvers(own, View::Inside, views).await?;
        let public = resolvers(&form.public_resolvers, View::Outside, views).await?;
        let addresses = |all: &[dns::Server]| all.iter().map(|one| one.address).collect();
        let served = Served {
            inside: addresses(&within),
            outside: addresses(&public),
            name_server_port,
            servers: servers.into_iter().chain(within).chain(public).collect(),
            tasks,
        };
        Ok(served)
    }

    /// Everything that has a name in a view.
    fn names(&self, view: View) -> Arc<Names> {
        let mut names = Names::default();
        let form = &self.world.form;
        let zones = form.zones.iter().filter(|zone| zones::seen_in(zone, view));
        zones.for_each(|zone| names.read(zone, NAME_SERVER));
        for (host, address) in &self.hosts.addresses {
            names.add_address(host, *address);
        }
        let further = self.around.names.iter();
        for host in further.filter(|host| !self.hosts.addresses.contains_key(*host)) {
            names.add_address(host, NAME_SERVER);
        }
        for host in &self.around.time_servers {
            names.add_address(host, TIME_SERVER);
        }
        if view == View::Inside {
            self.add_own_hosts(&mut names);
        }
        Arc::new(names)
    }

    fn add_own_hosts(&self, names: &mut Names) {
        let form = &self.world.form;
        if let Some(proxy) = &form.proxy {
            names.add_address(&proxy.host.value, PROXY);
        }
        let Some(controllers) = &form.controllers else {
            return;
        };
        for (place, host) in controllers.hosts.iter().enumerate() {
            let own = controller_address(place);
            controller::add_names(names, controllers, &host.name.value, own);
        }
    }

    async fn start_hosts(&self, tasks: &mut JoinSet<()>) -> io::Result<()> {
        if self.world.form.direct == Direct::Refused {
            return Ok(());
        }
        let mut filtered = JoinSet::new();
        for ((host, port), reached) in &self.hosts.direct {
            let Some(address) = self.hosts.addresses.get(host) else {
                continue;
            };
            let at = self.ports.at(*address, *port);
            match reached {
                Reached::Served(conduct) => {
                    let listener = TcpListener::bind(at).await?;
                    tasks.spawn(Conduct::clone(conduct).serve(listener));
                }
                Reached::Filtered => {
                    filtered.spawn(full(at));
                }
                Reached::Refused => {}
            }
        }
        while let Some(held) = filtered.join_next().await {
            let held = held.map_err(io::Error::other)??;
            tasks.spawn(async move {
                let _held = held;
                std::future::pending::<()>().await;
            });
        }
        Ok(())
    }

    async fn start_proxy(&self, tasks: &mut JoinSet<()>) -> io::Result<()> {
        let Some(form) = &self.world.form.proxy else {
            return Ok(());
        };
        let proxy = Proxy {
            hosts: Arc::new(self.hosts.behind_proxy.clone()),
            asks_for: form.asks_for.clone(),
        };
        let listener = TcpListener::bind(self.ports.at(PROXY, form.port)).await?;
        tasks.spawn(proxy.serve(listener));
        Ok(())
    }

    async fn start_controllers(
        &self,
        names: Answering,
        tasks: &mut JoinSet<()>,
    ) -> Result<Vec<dns::Server>, OpenError> {
        let mut servers = Vec::new();
        let Some(form) = &self.world.form.controllers else {
            return Ok(servers);
        };
        for (place, host) in form.hosts.iter().enumerate() {
            let full = format!("{}.{}", host.name.value, form.domain.value);
            let controller = Controller {
                name: host.name.value.clone(),
                domain: form.domain.value.clone(),
                site: form.site.clone(),
                address: controller_address(place),
                closed: host.closed.iter().map(|port| port.value).collect(),
                ahead: SignedDuration::from_secs(host.clock_ahead_s.into()),
                tls: self.public.server(Wanted::sound(&full))?,
            };
            let started = controller.start(self.ports, Arc::clone(&names), tasks);
            servers.extend(started.await?);
        }
        Ok(servers)
    }
}

/// Resolvers as they are described; `views` are the names inside and outside.
async fn resolvers(
    forms: &[ResolverForm],
    usual: View,
    views: [&Arc<Names>; 2],
) -> io::Result<Vec<dns::Server>> {
    let mut servers = Vec::new();
    for form in forms {
        let view = match form.sees.unwrap_or(usual) {
            View::Inside => views[0],
            View::Outside => views[1],
        };
        let service = Service {
            answering: dns::resolver(Arc::clone(view), form.manner),
            transports: match form.manner {
                ResolverManner::UdpOnly => Transports::UdpOnly,
                _ => Transports::Both,
            },
            delay: Duration::from_millis(form.delay_ms.as_ref().map_or(0, |one| one.value)),
        };
        servers.push(dns::Server::start(Ipv4Addr::LOCALHOST, service).await?);
    }
    Ok(servers)
}

/// A port whose queue is full: the kernel drops what asks for more, as a filter does. The queue is
/// kept full by whoever keeps what this gives.
async fn full(at: SocketAddr) -> io::Result<(TcpListener, Vec<TcpStream>)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(at)?;
    let listener = socket.listen(1)?;
    let mut held = Vec::new();
    while let Ok(stream) = time::timeout(FULL, TcpStream::connect(at)).await {
        held.push(stream?);
    }
    Ok((listener, held))
}

async fn tell_time(socket: UdpSocket) {
    let mut buffer = [0; 512];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        if let Some(answer) = controller::time(&buffer[..length], jiff::Timestamp::now()) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

fn controller_address(place: usize) -> Ipv4Addr {
    let place = u8::try_from(place + 1).unwrap_or(u8::MAX);
    Ipv4Addr::new(127, 76, 1, place)
}

/// Unique hosts, in order.
pub(crate) fn host_names(around: &Around) -> BTreeSet<&str> {
    around
        .endpoints
        .iter()
        .map(|one| one.host.as_str())
        .collect()
}

//! Starts the servers of a world: names, endpoints, proxy, controllers, each at an address of its own
//! in 127.76.0.0/15.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use jiff::SignedDuration;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    task::JoinSet,
    time,
};

use crate::{
    authority::{Authority, Wanted},
    controller::{self, Controller},
    dns::{self, Answering, Service, Transports},
    endpoint::Conduct,
    form::{Direct, ResolverForm, ResolverManner, View},
    hosts::{Hosts, Reached},
    open::{Around, OpenError},
    ports::StandIns,
    proxy::Proxy,
    read::World,
    zones::{self, Names},
};

/// The holder of all zones, as seen from outside.
const NAME_SERVER: Ipv4Addr = Ipv4Addr::new(127, 76, 0, 1);
const PROXY: Ipv4Addr = Ipv4Addr::new(127, 76, 0, 2);
const TIME_SERVER: Ipv4Addr = Ipv4Addr::new(127, 76, 0, 3);
const NTP: u16 = 123;
/// A connection that the kernel takes is there at once; one that it drops is not there after this.
const FULL: Duration = Duration::from_millis(200);
/// What it takes to start the servers.
pub(crate) struct Serving<'a> {
    pub world: &'a World,
    pub around: &'a Around,
    pub hosts: &'a Hosts,
    /// Whose certificates the controllers have.
    pub public: &'a Authority,
    pub ports: &'a StandIns,
}

/// What was started.
pub(crate) struct Served {
    /// The machine's resolvers.
    pub inside: Vec<SocketAddr>,
    /// Those outside.
    pub outside: Vec<SocketAddr>,
    pub name_server_port: u16,
    pub servers: Vec<dns::Server>,
    pub tasks: JoinSet<()>,
}

impl Serving<'_> {
    /// Starts all servers.
    ///
    /// # Errors
    /// If a port cannot be had or a certificate not be made.
    pub async fn start(&self) -> Result<Served, OpenError> {
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
        if let Some(answer) = controller::time(&buffer[..length], xtask::clock::now()) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

fn controller_address(place: usize) -> Ipv4Addr {
    let place = u8::try_from(place + 1).unwrap_or(u8::MAX);
    Ipv4Addr::new(127, 76, 1, place)
}

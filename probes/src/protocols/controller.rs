//! What one domain controller answers, service by service.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use waterline_facts::{
    Gap, Reason, Seen,
    protocols::{ControllerServiceFacts, PortFacts, PortState, RpcFacts, TimeFacts, Transport},
};

use super::{
    ProtocolSettings,
    attempt::{self, Attempt, state_of},
    kerberos, kpasswd, ldap_ping, ntp,
    ports::{ALL, DYNAMIC},
    rpc,
};
use crate::{Clock, Context, dns::exchange::root_name_servers};

/// Kerberos answers with less; more is not read.
const LONGEST: u32 = 65_536;

/// A controller with an address, and how it is asked.
pub(super) struct Asker<'a> {
    pub settings: &'a ProtocolSettings,
    pub domain: &'a str,
    pub address: IpAddr,
    pub patience: Duration,
    pub clock: Clock,
}

/// A controller of which nothing is learned yet.
pub(super) fn not_asked(host: &str, settings: &ProtocolSettings) -> ControllerServiceFacts {
    ControllerServiceFacts {
        host: host.to_owned(),
        address: Seen::not_run(),
        ports: ALL
            .iter()
            .map(|service| service.facts(&settings.roles))
            .collect(),
        kerberos: Seen::not_run(),
        ping: Seen::not_run(),
        rpc: Seen::not_run(),
        time: Seen::not_run(),
    }
}

/// What it answers at its first address.
pub(super) async fn learn(
    mut facts: ControllerServiceFacts,
    address: Seen<IpAddr>,
    settings: &ProtocolSettings,
    domain: &str,
    cx: &Context,
) -> ControllerServiceFacts {
    facts.address = address.clone().map(|address| address.to_string());
    let gap = match address {
        Seen::Known(address) => {
            let asker = Asker {
                settings,
                domain,
                address,
                patience: cx.patience,
                clock: cx.clock,
            };
            asker.ask(&mut facts).await;
            return facts;
        }
        Seen::Absent => Gap::new(
            Reason::Unreachable,
            format!("{} has no address", facts.host),
        ),
        Seen::Unknown(gap) => gap,
    };
    for port in &mut facts.ports {
        port.state = Seen::Unknown(gap.clone());
        port.took_ms = Seen::Unknown(gap.clone());
    }
    facts.kerberos = Seen::Unknown(gap.clone());
    facts.ping = Seen::Unknown(gap.clone());
    facts.rpc = Seen::Unknown(gap.clone());
    facts.time = Seen::Unknown(gap);
    facts
}

/// A fact that an attempt gave, or why there is none.
fn got<T>(attempt: &mut Attempt<T>) -> Seen<T> {
    let reason = match attempt.state {
        PortState::Filtered => Reason::TimedOut,
        PortState::Foreign => Reason::Malformed,
        _ => Reason::Unreachable,
    };
    let gap = || Seen::unknown(reason, "the service did not answer");
    attempt.got.take().map_or_else(gap, Seen::Known)
}

fn note<T>(port: &mut PortFacts, attempt: &Attempt<T>) {
    port.state = Seen::Known(attempt.state);
    port.took_ms = attempt.took_ms();
}

/// Silence of a service that need not answer is no filter's.
fn note_unless_silent<T>(port: &mut PortFacts, attempt: &Attempt<T>) {
    note(port, attempt);
    if attempt.state == PortState::Filtered {
        port.state = Seen::Known(PortState::Silent);
    }
}

impl Asker<'_> {
    fn at(&self, port: u16) -> SocketAddr {
        let instead = self.settings.instead.get(&port);
        SocketAddr::new(self.address, instead.copied().unwrap_or(port))
    }

    async fn ask(&self, facts: &mut ControllerServiceFacts) {
        let (mut datagram, mut stream, mut ping, mut time, mut mapper) = tokio::join!(
            self.kerberos_by_datagram(),
            self.kerberos_by_stream(),
            self.ping(),
            time(self.at(123), self.patience, self.clock),
            self.mapper(),
        );
        let connected = join_all(facts.ports.iter().map(|port| self.connect(port))).await;
        let (names, passwords) = tokio::join!(self.names(), self.passwords());
        for (port, connected) in facts.ports.iter_mut().zip(&connected) {
            match (port.transport, port.service.as_str()) {
                (Transport::Udp, "dns") => note(port, &names),
                (Transport::Udp, "kerberos") => note(port, &datagram),
                (Transport::Tcp, "kerberos") => note(port, &stream),
                (Transport::Udp, "ldap") => note(port, &ping),
                (Transport::Udp, "ntp") => note(port, &time),
                (Transport::Udp, "kpasswd") => note_unless_silent(port, &passwords),
                (Transport::Tcp, "rpc-endpoint-mapper") => note(port, &mapper),
                (Transport::Tcp, DYNAMIC) => {}
                _ => note(port, connected),
            }
        }
        facts.kerberos = match got(&mut stream) {
            Seen::Known(told) => Seen::Known(told),
            none => match got(&mut datagram) {
                Seen::Known(told) => Seen::Known(told),
                _ => none,
            },
        };
        facts.ping = got(&mut ping);
        facts.time = got(&mut time);
        facts.rpc = got(&mut mapper);
        self.dynamic(facts).await;
    }

    /// Connects to the port that the mapper named.
    async fn dynamic(&self, facts: &mut ControllerServiceFacts) {
        let rpc = facts.rpc.clone();
        let mut mappers = facts.ports.iter();
        let mapper = mappers.find(|port| port.service == "rpc-endpoint-mapper");
        let mapper = mapper.and_then(|port| port.state.known().copied());
        let Some(port) = facts.ports.iter_mut().find(|port| port.service == DYNAMIC) else {
            return;
        };
        match rpc.and_then(|rpc| rpc.replication_port) {
            Seen::Known(number) => {
                port.port = number;
                let address = SocketAddr::new(self.address, number);
                note(port, &attempt::connect(address, self.patience).await);
            }
            Seen::Absent => {
                let why = "the endpoint mapper knows no port of directory replication";
                port.state = Seen::unknown(Reason::NotConfigured, why);
                port.took_ms = Seen::Absent;
            }
            Seen::Unknown(gap) => {
                // Who cannot ask the mapper cannot find the port either, for the same reason.
                let closed = mapper.filter(|state| *state != PortState::Open);
                port.state = closed.map_or(Seen::Unknown(gap.clone()), Seen::Known);
                port.took_ms = Seen::Unknown(gap);
            }
        }
    }

    /// Whether a service over TCP listens; those that are asked something are asked elsewhere.
    async fn connect(&self, port: &PortFacts) -> Attempt<()> {
        let asked = ["kerberos", "rpc-endpoint-mapper", DYNAMIC].contains(&port.service.as_str());
        if port.transport == Transport::Udp || asked {
            return Attempt {
                state: PortState::Filtered,
                took: Duration::ZERO,
                got: None,
            };
        }
        let attempt = attempt::connect(self.at(port.port), self.patience).await;
        Attempt {
            state: attempt.state,
            took: attempt.took,
            got: None,
        }
    }

    async fn names(&self) -> Attempt<()> {
        let start = Instant::now();
        let asked = root_name_servers(self.at(53), self.patience).await;
        let took = start.elapsed();
        Attempt {
            state: asked.map_or_else(|error| error, |()| PortState::Open),
            took,
            got: None,
        }
    }

    async fn passwords(&self) -> Attempt<()> {
        attempt::ask(
            self.at(464),
            self.patience,
            || (kpasswd::request(), ()),
            |bytes, (), _| kpasswd::answer(bytes),
        )
        .await
    }

    async fn kerberos_by_datagram(&self) -> Attempt<waterline_facts::protocols::KerberosFacts> {
        attempt::ask(
            self.at(88),
            self.patience,
            || (kerberos::request(self.domain), ()),
            |bytes, (), _| kerberos::answer(bytes, self.clock.now()),
        )
        .await
    }

    async fn kerberos_by_stream(&self) -> Attempt<waterline_facts::protocols::KerberosFacts> {
        let opened = attempt::connect(self.at(88), self.patience).await;
        let request = kerberos::request(self.domain);
        self.talk(opened, async |stream: &mut TcpStream| {
            stream.write_u32(request.len() as u32).await?;
            stream.write_all(&request).await?;
            let length = stream.read_u32().await?;
            if length > LONGEST {
                return Err(std::io::ErrorKind::InvalidData.into());
            }
            let mut answer = vec![0; length as usize];
            stream.read_exact(&mut answer).await?;
            kerberos::answer(&answer, self.clock.now())
                .ok_or_else(|| std::io::ErrorKind::InvalidData.into())
        })
        .await
    }

    async fn mapper(&self) -> Attempt<RpcFacts> {
        let opened = attempt::connect(self.at(135), self.patience).await;
        self.talk(opened, async |stream: &mut TcpStream| {
            let port = rpc::replication_port(stream).await?;
            Ok(RpcFacts {
                replication_port: port.map_or(Seen::Absent, Seen::Known),
            })
        })
        .await
    }

    /// Talks over a connection that was opened, if it was.
    async fn talk<T>(
        &self,
        opened: Attempt<TcpStream>,
        talk: impl AsyncFnOnce(&mut TcpStream) -> std::io::Result<T>,
    ) -> Attempt<T> {
        let (state, took) = (opened.state, opened.took);
        let Some(mut stream) = opened.got else {
            return Attempt {
                state,
                took,
                got: None,
            };
        };
        let talked = timeout(self.patience, talk(&mut stream)).await;
        let talked = talked.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        Attempt {
            state: talked.as_ref().map_or_else(state_of, |_| state),
            took,
            got: talked.ok(),
        }
    }

    async fn ping(&self) -> Attempt<waterline_facts::protocols::PingFacts> {
        attempt::ask(
            self.at(389),
            self.patience,
            || (ldap_ping::request(self.domain), ()),
            |bytes, (), _| ldap_ping::answer(bytes),
        )
        .await
    }
}

/// Asks for the time.
pub(super) async fn time(
    address: SocketAddr,
    patience: Duration,
    clock: Clock,
) -> Attempt<TimeFacts> {
    attempt::ask(
        address,
        patience,
        || {
            let now = clock.now();
            (ntp::request(now), now)
        },
        |bytes, asked, took| ntp::answer(bytes, *asked, took),
    )
    .await
}

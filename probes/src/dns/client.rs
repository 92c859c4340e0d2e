//! Looks names up as a program on this machine would, by several servers or by the system's.
//!
//! Sends plain queries over UDP, and over TCP where an answer was cut off. Every name is taken as
//! complete: no search list is applied. To learn what one server says, [`super::exchange`] asks it
//! alone.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider},
    system_conf,
};

pub use super::{data::Data, error::LookupError};
use super::{
    data::{bounded, complete, data_of, host_name, wire_type},
    error::{code_name, of_code},
    lookup::MOST_RECORDS,
};
use crate::catalog::RecordType;

/// Asks DNS servers.
#[derive(Clone)]
pub struct Client {
    resolver: TokioResolver,
}

impl Client {
    /// A client that asks these servers as a program would, without the hosts file.
    pub fn asking(servers: &[SocketAddr], patience: Duration) -> Self {
        let mut options = patient(patience);
        options.use_hosts_file = ResolveHosts::Never;
        Self::build(config_for(servers), options)
    }

    /// A client that looks names up as programs on this machine do: hosts file first.
    ///
    /// # Errors
    /// If the system's settings cannot be read or name no resolver.
    pub fn of_the_system(patience: Duration) -> Result<Self, LookupError> {
        let servers = system_resolvers()?;
        let mut options = patient(patience);
        options.use_hosts_file = ResolveHosts::Always;
        Ok(Self::build(config_for(&servers), options))
    }

    fn build(config: ResolverConfig, options: ResolverOpts) -> Self {
        let resolver = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()
            .expect("without encryption there is nothing in the settings that can fail");
        Self { resolver }
    }

    /// The records of a name, sorted.
    ///
    /// # Errors
    /// If there is none, or none could be learned.
    pub async fn records(&self, name: &str, kind: RecordType) -> Result<Vec<Data>, LookupError> {
        let name = complete(name)?;
        let found = self.resolver.lookup(name, wire_type(kind)).await;
        let found = found.map_err(|error| lookup_error(&error))?;
        let records = found.answers().iter().take(MOST_RECORDS);
        let wanted = records.filter(|record| record.record_type() == wire_type(kind));
        let mut data: Vec<_> = wanted.filter_map(|record| data_of(&record.data)).collect();
        data.sort();
        data.dedup();
        if data.is_empty() {
            return Err(LookupError::NoRecords);
        }
        Ok(data)
    }

    /// The addresses of a name in both families, sorted.
    ///
    /// # Errors
    /// If there is none. A family that fails hides behind one that has an address.
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        let (four, six) = tokio::join!(
            self.records(name, RecordType::A),
            self.records(name, RecordType::Aaaa)
        );
        match (four, six) {
            (Ok(four), Ok(six)) => Ok(four.into_iter().chain(six).filter_map(address).collect()),
            (Ok(one), Err(_)) | (Err(_), Ok(one)) => {
                Ok(one.into_iter().filter_map(address).collect())
            }
            (Err(four), Err(six)) => Err(if four.is_absence() { six } else { four }),
        }
    }
}

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Its addresses in both families, sorted.
    pub addresses: Vec<IpAddr>,
    /// The names that it is an alias of, in the order of the chain.
    pub aliases: Vec<String>,
}

/// Links of a chain of aliases beyond this number are not followed: the library follows no more.
const LONGEST_CHAIN: usize = 16;

impl Client {
    /// The addresses of a name in both families, and by which aliases they were found.
    ///
    /// # Errors
    /// As for [`Self::addresses`].
    pub async fn resolve(&self, name: &str) -> Result<Resolved, LookupError> {
        let own = host_name(&complete(name)?);
        let (four, six) = tokio::join!(
            self.found(name, RecordType::A),
            self.found(name, RecordType::Aaaa)
        );
        let links: BTreeMap<_, _> = [&four, &six]
            .into_iter()
            .flatten()
            .flat_map(|(_, links)| links.clone())
            .collect();
        let addresses = match (four, six) {
            (Ok((four, _)), Ok((six, _))) => four.into_iter().chain(six).collect(),
            (Ok((one, _)), Err(_)) | (Err(_), Ok((one, _))) => one,
            (Err(four), Err(six)) => return Err(if four.is_absence() { six } else { four }),
        };
        let next = |name: &String| links.get(name).cloned();
        let aliases = std::iter::successors(next(&own), next);
        Ok(Resolved {
            addresses,
            aliases: aliases.take(LONGEST_CHAIN).collect(),
        })
    }

    /// The addresses of one family, sorted, and the aliases that the answer had.
    async fn found(
        &self,
        name: &str,
        kind: RecordType,
    ) -> Result<(Vec<IpAddr>, Vec<(String, String)>), LookupError> {
        let found = self.resolver.lookup(complete(name)?, wire_type(kind)).await;
        let found = found.map_err(|error| lookup_error(&error))?;
        let (mut addresses, mut links) = (Vec::new(), Vec::new());
        for record in found.answers().iter().take(MOST_RECORDS) {
            match data_of(&record.data) {
                Some(Data::Address(address)) => addresses.push(address),
                Some(Data::Name(target)) => links.push((host_name(&record.name), target)),
                _ => {}
            }
        }
        addresses.sort();
        addresses.dedup();
        match addresses.is_empty() {
            true => Err(LookupError::NoRecords),
            false => Ok((addresses, links)),
        }
    }
}

fn address(data: Data) -> Option<IpAddr> {
    match data {
        Data::Address(address) => Some(address),
        _ => None,
    }
}

/// The resolvers that this machine is set to ask, in that order.
///
/// # Errors
/// If the system's settings cannot be read or name no resolver.
pub fn system_resolvers() -> Result<Vec<SocketAddr>, LookupError> {
    let (config, _) = system_conf::read_system_conf().map_err(settings_error)?;
    let mut servers: Vec<SocketAddr> = Vec::new();
    for server in config.name_servers() {
        let port = server.connections.first().map_or(53, |found| found.port);
        let address = SocketAddr::new(server.ip, port);
        if !servers.contains(&address) {
            servers.push(address);
        }
    }
    if servers.is_empty() {
        return Err(LookupError::NotConfigured);
    }
    Ok(servers)
}

/// The library's error is of another type on Windows.
fn settings_error(error: impl Into<NetError>) -> LookupError {
    let error = error.into();
    let text = error.to_string();
    // The library has no kind of its own for settings that name no server.
    let missing = matches!(&error, NetError::Io(io) if io.kind() == std::io::ErrorKind::NotFound);
    if missing || text.contains("no nameservers") {
        return LookupError::NotConfigured;
    }
    LookupError::Malformed(text)
}

/// One retry within the time that a single look-up may take, as a datagram may get lost.
fn patient(patience: Duration) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = patience / 2;
    options.attempts = 1;
    options.max_active_requests = 1024;
    options
}

fn config_for(servers: &[SocketAddr]) -> ResolverConfig {
    let servers = servers.iter().map(|server| {
        let mut ways = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
        for way in &mut ways {
            way.port = server.port();
        }
        NameServerConfig::new(server.ip(), true, ways)
    });
    ResolverConfig::from_parts(None, Vec::new(), servers.collect())
}

fn lookup_error(error: &NetError) -> LookupError {
    match error {
        NetError::Timeout => LookupError::TimedOut,
        NetError::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => LookupError::TimedOut,
        NetError::Io(io) => LookupError::Unreachable(io.to_string()),
        NetError::NoConnections | NetError::Busy => LookupError::Unreachable(error.to_string()),
        NetError::Dns(DnsError::NoRecordsFound(none)) => absence(none),
        NetError::Dns(DnsError::ResponseCode(code)) => LookupError::Answered(code_name(*code)),
        other => LookupError::Malformed(bounded(&other.to_string())),
    }
}

fn absence(none: &NoRecords) -> LookupError {
    of_code(none.response_code).unwrap_or(LookupError::NoRecords)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::dns::fake::{FakeDns, Reply};

    const SOON: Duration = Duration::from_millis(300);

    fn zone(name: &str, kind: RecordType) -> Reply {
        match (name, kind) {
            ("both.example", RecordType::A) => {
                Reply::Data(vec![Data::Address([192, 0, 2, 7].into())])
            }
            ("both.example", _) => Reply::Nothing,
            ("broken.example", _) => Reply::ServerFailure,
            ("alias.example", RecordType::Cname) => {
                Reply::Data(vec![Data::Name("Target.Example".to_owned())])
            }
            ("half.example", RecordType::A) => Reply::Nothing,
            ("half.example", _) => Reply::ServerFailure,
            ("text.example", _) => Reply::Data(vec![Data::Text("MS=ms12345678".to_owned())]),
            ("garbage.example", _) => Reply::Garbage,
            ("silent.example", _) => Reply::Silence,
            ("many.example", RecordType::A) => Reply::Data(
                (0..40)
                    .rev()
                    .map(|n| Data::Address(Ipv4Addr::new(192, 0, 2, n).into()))
                    .collect(),
            ),
            _ => Reply::NoSuchName,
        }
    }

    #[tokio::test]
    async fn answers_and_errors_are_told_apart() {
        let server = FakeDns::start(zone).await;
        let client = Client::asking(&[server.address], SOON);
        let cases = [
            ("gone.example", LookupError::NameNotFound),
            ("both.example", LookupError::NoRecords),
            (
                "broken.example",
                LookupError::Answered("SERVFAIL".to_owned()),
            ),
            ("silent.example", LookupError::TimedOut),
        ];
        for (name, expected) in cases {
            let error = client.records(name, RecordType::Aaaa).await.unwrap_err();
            assert_eq!(error, expected, "{name}");
        }
    }

    #[tokio::test]
    async fn records_come_sorted_and_in_lower_case() {
        let server = FakeDns::start(zone).await;
        let client = Client::asking(&[server.address], SOON);
        let alias = client.records("alias.example", RecordType::Cname).await;
        assert_eq!(alias.unwrap(), [Data::Name("target.example".to_owned())]);
        let text = client.records("text.example.", RecordType::Txt).await;
        assert_eq!(text.unwrap(), [Data::Text("MS=ms12345678".to_owned())]);
        let many = client.addresses("many.example").await.unwrap();
        assert_eq!(many.len(), 40);
        assert!(many.is_sorted());
    }

    #[tokio::test]
    async fn one_family_is_enough_and_an_error_outweighs_an_absence() {
        let server = FakeDns::start(zone).await;
        let client = Client::asking(&[server.address], SOON);
        let both = client.addresses("both.example").await.unwrap();
        assert_eq!(both, [IpAddr::from([192, 0, 2, 7])]);
        let half = client.addresses("half.example").await.unwrap_err();
        assert_eq!(half, LookupError::Answered("SERVFAIL".to_owned()));
    }

    #[tokio::test]
    async fn chain_of_aliases_is_told_in_its_order_and_a_loop_ends() {
        let server = FakeDns::start(|name, kind| {
            let alias = |target: &str| Reply::Data(vec![Data::Name(target.to_owned())]);
            match (name, kind) {
                ("end.example", RecordType::A) => zone("both.example", kind),
                ("end.example", _) => Reply::Nothing,
                ("a.example", _) => alias("middle.example"),
                ("middle.example", _) => alias("end.example"),
                ("loop.example", _) => alias("pool.example"),
                _ => alias("loop.example"),
            }
        })
        .await;
        let client = Client::asking(&[server.address], SOON);
        let found = client.resolve("A.example").await.unwrap();
        assert_eq!(found.aliases, ["middle.example", "end.example"]);
        assert_eq!(found.addresses, [IpAddr::from([192, 0, 2, 7])]);
        assert!(client.resolve("loop.example").await.is_err());
    }

    #[tokio::test]
    async fn garbage_ends_in_an_error_within_the_time() {
        let server = FakeDns::start(zone).await;
        let client = Client::asking(&[server.address], SOON);
        let found = client.records("garbage.example", RecordType::A).await;
        assert!(found.is_err());
    }

    #[tokio::test]
    async fn text_that_is_no_name_is_named() {
        let client = Client::asking(&[([127, 0, 0, 1], 9).into()], SOON);
        let long = "a".repeat(70);
        let error = client.records(&long, RecordType::A).await.unwrap_err();
        assert!(error.to_string().contains("is no DNS name"), "{error}");
    }

    #[tokio::test]
    async fn port_without_a_server_is_unreachable() {
        let closed = {
            let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.local_addr().unwrap()
        };
        let client = Client::asking(&[closed], SOON);
        let error = client
            .records("a.example", RecordType::A)
            .await
            .unwrap_err();
        assert!(!error.is_answer(), "{error:?}");
    }
}

//! The services of a domain controller that answer without a sign-in, as far as anybody asks them:
//! Kerberos, time, the endpoint mapper, the LDAP ping, and open ports.
//!
//! Nobody can sign in here and nothing can be searched: a world's directory is read from an export.

use std::{io, net::Ipv4Addr, sync::Arc};

use hickory_proto::rr::{
    RData,
    rdata::{PTR, SRV},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

use crate::{
    der::{INTEGER, OCTETS, SEQUENCE, SET, element, group, number},
    dns::{self, Answering, Service},
    endpoint::{Conduct, Manner},
    form::ControllersForm,
    ports::StandIns,
    zones::{Names, complete},
};

/// Every port that a controller has, but that of directory replication.
pub const PORTS: [u16; 11] = [53, 88, 123, 135, 389, 445, 464, 636, 3268, 3269, 9389];
/// The same services over TLS.
const OVER_TLS: [u16; 2] = [636, 3269];
/// Ports over TCP of which nothing is asked.
const PLAIN: [u16; 5] = [389, 445, 464, 3268, 9389];
/// Seconds from 1900 to 1970.
const TO_1970: i64 = 2_208_988_800;
const GENERALIZED_TIME: u8 = 0x18;
const GENERAL_STRING: u8 = 0x1B;
const KRB_ERROR: u8 = 0x7E;
/// The principal is not known: RFC 4120 section 7.5.9.
const PRINCIPAL_UNKNOWN: u8 = 6;
/// What a writable controller says that it is: all but read-only (MS-ADTS 6.3.1.2).
const FLAGS: u32 = 0x1FD;
/// The longest question that is taken.
const LONGEST: usize = 8192;

/// A controller.
#[derive(Debug, Clone)]
pub(crate) struct Controller {
    /// Its name within the domain.
    pub name: String,
    pub domain: String,
    pub site: String,
    /// Where it is.
    pub address: Ipv4Addr,
    /// Ports at which nobody listens.
    pub closed: Vec<u16>,
    /// How far its clock is ahead.
    pub ahead: SignedDuration,
    /// Its certificate.
    pub tls: Arc<ServerConfig>,
}

impl Controller {
    /// Serves at the ports that stand in for the usual ones.
    ///
    /// # Errors
    /// If a port cannot be had.
    pub async fn start(
        self,
        ports: &StandIns,
        names: Answering,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Vec<dns::Server>> {
        let open = |port: &u16| !self.closed.contains(port);
        let at = |port: u16| ports.at(self.address, port);
        for port in PLAIN.into_iter().filter(open) {
            let conduct = Conduct {
                tls: None,
                manner: Manner::Silent,
            };
            tasks.spawn(conduct.serve(TcpListener::bind(at(port)).await?));
        }
        for port in OVER_TLS.into_iter().filter(open) {
            let conduct = Conduct {
                tls: Some(Arc::clone(&self.tls)),
                manner: Manner::Silent,
            };
            tasks.spawn(conduct.serve(TcpListener::bind(at(port)).await?));
        }
        let mut servers = Vec::new();
        if open(&53) {
            servers.push(dns::Server::serve(at(53), Service::prompt(names)).await?);
        }
        for port in [88, 123, 389, 464].into_iter().filter(open) {
            let socket = UdpSocket::bind(at(port)).await?;
            let controller = self.clone();
            tasks.spawn(async move { controller.datagrams(socket, port).await });
        }
        if open(&88) {
            let listener = TcpListener::bind(at(88)).await?;
            let controller = self.clone();
            tasks.spawn(async move { controller.kerberos(listener).await });
        }
        if open(&135) {
            // Directory replication listens at a port of its own, which the mapper names.
            let replication = TcpListener::bind((self.address, 0)).await?;
            let port = replication.local_addr()?.port();
            tasks.spawn(mapper(TcpListener::bind(at(135)).await?, port));
            let conduct = Conduct {
                tls: None,
                manner: Manner::Silent,
            };
            tasks.spawn(conduct.serve(replication));
        }
        Ok(servers)
    }

    fn now(&self) -> Timestamp {
        xtask::clock::now()
            .saturating_add(self.ahead)
            .unwrap_or_default()
    }

    async fn datagrams(&self, socket: UdpSocket, port: u16) {
        let mut buffer = vec![0; LONGEST];
        loop {
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
                continue;
            };
            let answer = match port {
                123 => time(&buffer[..length], self.now()),
                389 => Some(self.pong()),
                _ => Some(self.refusal()),
            };
            if let Some(answer) = answer {
                let _ = socket.send_to(&answer, from).await;
            }
        }
    }

    async fn kerberos(&self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = self.refuse(stream).await;
        }
    }

    async fn refuse(&self, mut stream: TcpStream) -> io::Result<()> {
        let length = stream.read_u32().await?.min(8192);
        let mut request = vec![0; usize::try_from(length).unwrap_or(LONGEST)];
        stream.read_exact(&mut request).await?;
        let refusal = self.refusal();
        stream
            .write_u32(u32::try_from(refusal.len()).unwrap_or(0))
            .await?;
        stream.write_all(&refusal).await
    }

    /// The Kerberos service's answer to whoever it does not know (RFC 4120 section 5.9.1).
    fn refusal(&self) -> Vec<u8> {
        let field = |place: u8, content: Vec<u8>| element(0xA0 | place, &content);
        let text = |text: &str| element(GENERAL_STRING, text.as_bytes());
        let realm = self.domain.to_uppercase();
        let now = TimeZone::UTC.to_datetime(self.now());
        let now = now.strftime("%Y%m%d%H%M%SZ").to_string();
        let service = group(
            SEQUENCE,
            &[
                field(0, number(2)),
                field(1, group(SEQUENCE, &[text("krbtgt"), text(&realm)])),
            ],
        );
        let fields = [
            field(0, number(5)),
            field(1, number(30)),
            field(4, element(GENERALIZED_TIME, now.as_bytes())),
            field(5, number(0)),
            field(6, number(PRINCIPAL_UNKNOWN)),
            field(9, text(&realm)),
            field(10, service),
        ];
        element(KRB_ERROR, &group(SEQUENCE, &fields))
    }

    /// The answer to the LDAP ping (MS-ADTS 6.3.1.9), its names not compressed.
    fn pong(&self) -> Vec<u8> {
        let mut value = vec![23, 0, 0, 0];
        value.extend(FLAGS.to_le_bytes());
        value.extend([7; 16]);
        let host = format!("{}.{}", self.name, self.domain);
        let short = self.domain.split('.').next().unwrap_or_default();
        let short = short.to_uppercase();
        // Forest, domain, host, their short names, no user; then the controller's site and the
        // asker's.
        let names = [
            self.domain.as_str(),
            &self.domain,
            &host,
            &short,
            &self.name,
            "",
            &self.site,
            &self.site,
        ];
        for name in names {
            for label in name.split('.').filter(|label| !label.is_empty()) {
                value.push(u8::try_from(label.len()).unwrap_or(0));
                value.extend(label.as_bytes());
            }
            value.push(0);
        }
        let attribute = [
            element(OCTETS, b"netlogon"),
            group(SET, &[element(OCTETS, &value)]),
        ];
        let entry = [
            element(OCTETS, b""),
            group(SEQUENCE, &[group(SEQUENCE, &attribute)]),
        ];
        let message = [element(INTEGER, &[1]), group(0x64, &entry)];
        group(SEQUENCE, &message)
    }
}

/// Locator records below the domain's name, and the ports that they name.
const LOCATORS: [(&str, u16); 10] = [
    ("_ldap._tcp.dc._msdcs", 389),
    ("_kerberos._tcp.dc._msdcs", 88),
    ("_ldap._tcp.pdc._msdcs", 389),
    ("_ldap._tcp.gc._msdcs", 3268),
    ("_gc._tcp", 3268),
    ("_ldap._tcp", 389),
    ("_kerberos._tcp", 88),
    ("_kerberos._udp", 88),
    ("_kpasswd._tcp", 464),
    ("_kpasswd._udp", 464),
];

/// Adds the names under which a controller is found: its address both ways, and its locator records.
/// The tasks of the domain's one primary controller are those of the first.
pub(crate) fn add_names(names: &mut Names, form: &ControllersForm, name: &str, own: Ipv4Addr) {
    let domain = &form.domain.value;
    let host = format!("{name}.{domain}");
    let Ok(target) = complete(&host) else { return };
    names.add_address(&host, own);
    names.add_address(domain, own);
    let [a, b, c, d] = own.octets();
    if let Ok(reverse) = complete(&format!("{d}.{c}.{b}.{a}.in-addr.arpa")) {
        names.add(reverse, RData::PTR(PTR(target.clone())));
    }
    let first = form.hosts.first().is_some_and(|one| one.name.value == name);
    let site = &form.site;
    let of_site = [
        (format!("_ldap._tcp.{site}._sites.dc._msdcs"), 389),
        (format!("_kerberos._tcp.{site}._sites.dc._msdcs"), 88),
        (format!("_gc._tcp.{site}._sites"), 3268),
    ];
    let of_site = of_site
        .iter()
        .map(|(service, port)| (service.as_str(), *port));
    for (service, port) in LOCATORS.iter().copied().chain(of_site) {
        if service.contains(".pdc.") && !first {
            continue;
        }
        if let Ok(name) = complete(&format!("{service}.{domain}")) {
            names.add(name, RData::SRV(SRV::new(0, 100, port, target.clone())));
        }
    }
}

/// The answer of a time server (RFC 5905) at this moment.
pub(crate) fn time(request: &[u8], now: Timestamp) -> Option<Vec<u8>> {
    let asked = request.get(40..48)?;
    let seconds = now.as_second() + TO_1970;
    // The protocol's seconds turn over every 136 years.
    let [_, _, _, _, low @ ..] = seconds.to_be_bytes();
    let nanos = u64::from(now.subsec_nanosecond().unsigned_abs());
    let fraction = (nanos << 32) / 1_000_000_000;
    let [_, _, _, _, part @ ..] = fraction.to_be_bytes();
    let mut answer = vec![0; 48];
    // Version 4, a server, which is three steps from a clock.
    answer[0] = 0x24;
    answer[1] = 3;
    answer[24..32].copy_from_slice(asked);
    for at in [32, 40] {
        answer[at..at + 4].copy_from_slice(&low);
        answer[at + 4..at + 8].copy_from_slice(&part);
    }
    Some(answer)
}

/// Serves as an endpoint mapper that knows this port of directory replication (C706 appendix O).
async fn mapper(listener: TcpListener, port: u16) {
    const BIND_ACK: u8 = 12;
    const RESPONSE: u8 = 2;
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut buffer = [0; 4096];
        for answer in [packet(BIND_ACK, &[0; 44]), packet(RESPONSE, &mapped(port))] {
            if stream.read(&mut buffer).await.unwrap_or(0) == 0 {
                break;
            }
            let _ = stream.write_all(&answer).await;
        }
    }
}

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(16 + body.len()).unwrap_or(u16::MAX);
    let mut packet = vec![5, 0, kind, 3, 0x10, 0, 0, 0];
    packet.extend(length.to_le_bytes());
    packet.extend([0, 0, 1, 0, 0, 0]);
    packet.extend(body);
    packet
}

/// One tower of five floors, of which only that of TCP says anything.
fn mapped(port: u16) -> Vec<u8> {
    let mut tower = vec![5, 0];
    for _ in 0..2 {
        tower.extend([19, 0, 0x0D]);
        tower.extend([0; 18]);
        tower.extend([2, 0, 0, 0]);
    }
    tower.extend([1, 0, 0x0B, 2, 0, 0, 0]);
    tower.extend([1, 0, 0x07, 2, 0]);
    tower.extend(port.to_be_bytes());
    tower.extend([1, 0, 0x09, 4, 0, 127, 0, 0, 1]);
    let length = u32::try_from(tower.len()).unwrap_or(0).to_le_bytes();
    // Hint, context and cancel count; handle; one tower; the array's counts; a pointer; lengths.
    let mut body = vec![0; 8 + 20];
    body.extend([1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0]);
    body.extend(length);
    body.extend(length);
    body.extend(tower);
    body
}

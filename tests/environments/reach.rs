//! Names, ports and endpoints as a machine of a world reaches them.

use waterline_facts::{
    DnsFacts, NetworkFacts, ProtocolFacts, Reason, Seen,
    directory::ControllerFacts,
    dns::{
        ControllerAnswer, ControllerNameFacts, DomainOrigin, LocatedHost, LocatorAnswer,
        LocatorFacts, RecordFacts, ResolverFacts, ReverseAnswer, ReverseFacts, ServerAnswer, View,
        ZoneFacts,
    },
    network::{
        ConnectStage, EndpointFacts, EndpointFailure, FailureReason, IssuerClass,
        ProxySettingFacts, ResolveStage, Scheme, Stage, TenantFacts, TlsStage,
    },
    protocols::{
        ControllerServiceFacts, KerberosFacts, LargePacketFacts, PortFacts, PortState, RpcFacts,
        TimeFacts, Transport,
    },
};

use super::{
    sound::{known, text},
    world::fixture,
};

const RESOLVER: &str = "10.20.0.10:53";
const SECOND: &str = "10.20.0.11:53";
const PUBLIC: &str = "192.0.2.53:53";

/// The tenant of every world.
pub(super) const TENANT: &str = "9f0e6b0c-6f6e-4c0a-9a51-2b7c1d7f0a11";

/// Every endpoint of the catalogue, reached directly. The list is that of another recording, as a
/// probe writes it before it begins.
pub(super) fn network(public: &str) -> NetworkFacts {
    let listed = fixture("unjoined-machine").environment.network;
    let mut network = listed.into_known().unwrap();
    if let Seen::Known(endpoints) = &mut network.endpoints {
        for endpoint in endpoints {
            endpoint.chosen = true;
            if endpoint.testable {
                reach(endpoint);
            }
        }
    }
    network.tenants = known(vec![TenantFacts {
        domain: public.to_owned(),
        tenant_id: text(TENANT),
    }]);
    network
}

fn reach(endpoint: &mut EndpointFacts) {
    let encrypted = matches!(endpoint.scheme, Scheme::Https | Scheme::Tls);
    endpoint.reachable = known(true);
    endpoint.failure = Seen::Absent;
    endpoint.proxy = Seen::Absent;
    endpoint.http = Seen::Absent;
    endpoint.resolve = known(ResolveStage {
        took_ms: 4.0,
        addresses: vec!["192.0.2.80".to_owned()],
        aliases: Vec::new(),
    });
    endpoint.connect = known(ConnectStage {
        took_ms: 11.0,
        address: format!("192.0.2.80:{}", endpoint.port),
        families: Vec::new(),
    });
    endpoint.tls = match encrypted {
        true => known(tls(
            "C=US, O=DigiCert Inc, CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1",
        )),
        false => Seen::Absent,
    };
}

fn tls(issuer: &str) -> TlsStage {
    TlsStage {
        took_ms: 31.0,
        version: text("TLS 1.3"),
        cipher_suite: text("TLS13_AES_256_GCM_SHA384"),
        trusted: true,
        issuer: text(issuer),
        chain_top: text(issuer),
        chain: Vec::new(),
        issuer_class: known(IssuerClass::Public),
        ocsp_hosts: Vec::new(),
        crl_hosts: Vec::new(),
        not_after: known("2027-05-01T00:00:00Z".parse().unwrap()),
        names: Seen::Absent,
    }
}

/// Lets endpoints fail that begin so.
pub(super) fn close(network: &mut NetworkFacts, hosts: &[&str], reason: FailureReason) {
    let Seen::Known(endpoints) = &mut network.endpoints else {
        return;
    };
    for endpoint in endpoints {
        let concerned = hosts.iter().any(|host| endpoint.host.starts_with(host));
        if concerned && endpoint.reachable == Seen::Known(true) {
            endpoint.reachable = known(false);
            endpoint.tls = Seen::unknown(Reason::Unreachable, "not connected");
            endpoint.failure = known(EndpointFailure {
                stage: Stage::Connect,
                reason,
                detail: "no answer in time".to_owned(),
            });
        }
    }
}

/// Lets a proxy open TLS on the way to every endpoint, with certificates of its own that the
/// machine trusts.
pub(super) fn intercept(network: &mut NetworkFacts, proxy: &str, issuer: &str) {
    network.proxy = text(proxy);
    network.proxy_settings = vec![ProxySettingFacts {
        place: "winhttp".to_owned(),
        server: text(proxy),
        used: true,
        ..ProxySettingFacts::default()
    }];
    let Seen::Known(endpoints) = &mut network.endpoints else {
        return;
    };
    for endpoint in endpoints {
        if endpoint.tls.known().is_some() {
            let class = known(IssuerClass::Private);
            endpoint.tls = known(TlsStage {
                issuer_class: class,
                ..tls(issuer)
            });
        }
    }
}

/// Names inside and outside, all as they should be.
pub(super) fn dns(domain: &str, public: &str, controllers: &[ControllerFacts]) -> DnsFacts {
    DnsFacts {
        resolvers: known(vec![resolver(RESOLVER, 1), resolver(SECOND, 2)]),
        public_resolver: text(PUBLIC),
        cloud: "commercial".to_owned(),
        suffixes: Seen::Absent,
        records: known(records(public)),
        zones: known(vec![zone(public)]),
        sender_policies: known(Vec::new()),
        locators: known(locators(domain, controllers)),
        controllers: known(controllers.iter().map(name).collect()),
    }
}

fn resolver(address: &str, place: u32) -> ResolverFacts {
    ResolverFacts {
        place,
        answers: known(true),
        resolves_public: known(true),
        invents_names: known(false),
        resolves_directory: known(true),
        tcp: known(true),
        edns: known(true),
        validates: known(false),
        median_ms: known(1.5),
        sent: 40,
        ..ResolverFacts::new(address)
    }
}

fn zone(public: &str) -> ZoneFacts {
    ZoneFacts {
        domain: public.to_owned(),
        server: RESOLVER.to_owned(),
        view: View::Internal,
        zone: text(public),
        authoritative: known(false),
        wildcard: known(false),
        name_servers: known(Vec::new()),
    }
}

fn records(public: &str) -> Vec<RecordFacts> {
    let enrolment = "enterpriseenrollment-s.manage.microsoft.com";
    let registration = "enterpriseregistration.windows.net";
    vec![
        record(
            public,
            "domain-delegation",
            "NS",
            "",
            &[],
            Some("ns1.dns.example.com"),
            &["core", "connect-sync"],
        ),
        record(
            public,
            "enterprise-enrollment-cname",
            "CNAME",
            "enterpriseenrollment.",
            &[enrolment],
            Some(enrolment),
            &["intune", "co-management"],
        ),
        record(
            public,
            "enterprise-registration-cname",
            "CNAME",
            "enterpriseregistration.",
            &[registration],
            Some(registration),
            &["core", "intune"],
        ),
        record(
            public,
            "msoid-cname",
            "CNAME",
            "msoid.",
            &[],
            None,
            &["core"],
        ),
    ]
}

/// A record with this answer, on both sides; right unless it is changed afterwards.
fn record(
    domain: &str,
    id: &str,
    kind: &str,
    label: &str,
    expected: &[&str],
    answer: Option<&str>,
    targets: &[&str],
) -> RecordFacts {
    let answer: Seen<Vec<String>> = match answer {
        Some(answer) => known(vec![answer.to_owned()]),
        None => Seen::Absent,
    };
    let told = |server: &str, view| ServerAnswer {
        server: server.to_owned(),
        view,
        answer: answer.clone(),
        matches: known(true),
        authoritative: known(false),
        bogus: known(false),
        dropped: 0,
    };
    RecordFacts {
        id: id.to_owned(),
        domain: domain.to_owned(),
        origin: DomainOrigin::Profile,
        name: format!("{label}{domain}"),
        record_type: kind.to_owned(),
        expected: expected.iter().map(ToString::to_string).collect(),
        must_be_absent: id == "msoid-cname",
        required: matches!(id, "domain-delegation" | "msoid-cname"),
        targets: targets.iter().map(ToString::to_string).collect(),
        condition: String::new(),
        answers: vec![
            told(RESOLVER, View::Internal),
            told(SECOND, View::Internal),
            told(PUBLIC, View::Public),
        ],
        answer,
        matches: known(true),
        resolvers_agree: known(true),
        split: Seen::Absent,
    }
}

/// Takes a record away, on both sides.
pub(super) fn without_record(dns: &mut DnsFacts, id: &str) {
    let Seen::Known(records) = &mut dns.records else {
        return;
    };
    for record in records.iter_mut().filter(|record| record.id == id) {
        record.answer = Seen::Absent;
        record.matches = known(false);
        for answer in &mut record.answers {
            answer.answer = Seen::Absent;
            answer.matches = known(false);
        }
    }
}

fn locators(domain: &str, controllers: &[ControllerFacts]) -> Vec<LocatorFacts> {
    let services = [
        ("ldap-dc", "_ldap._tcp.dc._msdcs.", 389),
        ("kerberos", "_kerberos._tcp.dc._msdcs.", 88),
        ("pdc", "_ldap._tcp.pdc._msdcs.", 389),
        ("kpasswd", "_kpasswd._tcp.", 464),
        ("global-catalog", "_gc._tcp.", 3268),
    ];
    let own = |one: &&ControllerFacts| one.domain == text(domain);
    let locator = |(service, label, port): (&str, &str, u16)| {
        let hosts: Vec<LocatedHost> = controllers
            .iter()
            .filter(own)
            .map(|one| LocatedHost {
                host: one.host.clone(),
                port,
                priority: 0,
                weight: 100,
                addresses: known(vec!["10.20.0.10".to_owned()]),
            })
            .collect();
        let named = hosts
            .iter()
            .map(|one| format!("{}:{port}", one.host))
            .collect();
        LocatorFacts {
            service: service.to_owned(),
            site: Seen::Absent,
            name: format!("{label}{domain}"),
            hosts: known(hosts),
            answers: vec![LocatorAnswer {
                server: RESOLVER.to_owned(),
                hosts: known(named),
                dropped: 0,
            }],
            resolvers_agree: known(true),
        }
    };
    services.into_iter().map(locator).collect()
}

fn name(controller: &ControllerFacts) -> ControllerNameFacts {
    let (address, names) = ("10.20.0.10".to_owned(), vec![controller.host.clone()]);
    let servers = [RESOLVER, SECOND].map(str::to_owned);
    let answer = |server: String| ControllerAnswer {
        server,
        ipv4: known(vec![address.clone()]),
        ipv6: Seen::Absent,
    };
    let reverse = |server: String| ReverseAnswer {
        server,
        names: known(names.clone()),
    };
    ControllerNameFacts {
        answers: servers.clone().map(answer).into(),
        resolvers_agree: known(true),
        reverse: vec![ReverseFacts {
            address: address.clone(),
            names: known(names.clone()),
            matches: known(true),
            answers: servers.map(reverse).into(),
        }],
        host: controller.host.clone(),
        in_directory: known(true),
        located_as: known(vec!["kerberos".to_owned(), "ldap-dc".to_owned()]),
        ipv4: known(vec![address]),
        ipv6: Seen::Absent,
    }
}

/// Every controller's ports open and its clock right.
pub(super) fn protocols(controllers: &[ControllerFacts]) -> ProtocolFacts {
    ProtocolFacts {
        controllers: known(controllers.iter().map(served).collect()),
        time_servers: known(Vec::new()),
        large_packets: known(vec![LargePacketFacts {
            host: "login.microsoftonline.com".to_owned(),
            port: 443,
            small: known(true),
            large: known(true),
        }]),
    }
}

fn served(controller: &ControllerFacts) -> ControllerServiceFacts {
    let ports = [
        (53, "dns"),
        (88, "kerberos"),
        (135, "rpc-endpoint-mapper"),
        (389, "ldap"),
        (445, "smb"),
        (464, "kpasswd"),
        (3268, "global-catalog"),
    ];
    let port = |(port, service): (u16, &str)| PortFacts {
        port,
        transport: Transport::Tcp,
        service: service.to_owned(),
        required_by: vec!["connect-server".to_owned(), "device".to_owned()],
        required: true,
        state: known(PortState::Open),
        took_ms: known(1.2),
    };
    ControllerServiceFacts {
        host: controller.host.clone(),
        address: text("10.20.0.10"),
        ports: ports.into_iter().map(port).collect(),
        kerberos: known(KerberosFacts {
            error_code: known(6),
            realm: controller
                .domain
                .clone()
                .map(|domain| domain.to_uppercase()),
            clock_offset_ms: known(0),
        }),
        ping: Seen::unknown(Reason::TimedOut, "no answer in time"),
        rpc: known(RpcFacts {
            replication_port: known(49_670),
        }),
        time: known(TimeFacts {
            stratum: 3,
            synchronised: true,
            offset_ms: 12.0,
            round_trip_ms: 1.0,
        }),
    }
}

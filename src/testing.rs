//! A made-up environment for tests: a company of some hundred people, measured with gaps, with
//! names in it that mean harm to whoever prints them unescaped.

use waterline_facts::{
    BrowserFacts, DirectoryFacts, DirectoryObject, DnsFacts, Environment, FORMAT, Gap, HostFacts,
    NetworkFacts, ObjectFacts, ProbeId, Reason, RunFacts, Seen,
    browsers::{Browser, BrowserProduct, Scope},
    directory::{
        ComputerGroup, CountFacts, DomainFacts, ForestFacts, SchemaFacts, ServiceFacts,
        fleet::{FleetFacts, MachineGroup, MachineRole},
    },
    dns::{DomainOrigin, RecordFacts, ResolverFacts},
    host::{EditionClass, JoinFacts, OsFacts, OsFamily},
    network::{EndpointFacts, EndpointFailure, FailureReason, ResolveStage, Scheme, Stage},
    objects::{ObjectKind, Proposal, SuffixUse, Violation, ViolationKind, Violations},
    run::{ProbeOutcome, ProbeRun, Rights},
};

/// Text that tries a colour, a new line, a bell, a right-to-left override, a table cell, a tag.
pub(crate) const HOSTILE: &str =
    "Eve\u{1b}[31m\n| <b>*x*</b> `y` \u{202e}gpj.exe\u{7} [z](http://evil.example)";

/// The whole environment.
pub(crate) fn environment() -> Environment {
    Environment {
        format: FORMAT,
        run: run(),
        host: Seen::Known(host()),
        browsers: Seen::Known(browsers()),
        dns: Seen::Known(dns()),
        network: Seen::Known(network()),
        protocols: Seen::not_run(),
        directory: Seen::Known(directory()),
        objects: Seen::Known(objects()),
        hosts: Seen::Absent,
    }
}

/// As many directory objects as asked for, each different.
pub(crate) fn directory_objects(count: u32) -> Vec<DirectoryObject> {
    (0..count)
        .map(|n| DirectoryObject {
            guid: format!("00000000-0000-0000-0000-{n:012}"),
            sam_account_name: Some(format!("user{n}")),
            user_principal_name: Some(format!("user{n}@corp.example.test")),
            display_name: Some(HOSTILE.to_owned()),
            proxy_addresses: vec![format!("SMTP:user{n}@example.test")],
            account_control: Some(if n % 7 == 0 { 514 } else { 512 }),
            last_logon_s: Some(1_790_000_000),
            ..DirectoryObject::new(
                ObjectKind::User,
                format!("CN=User {n},OU=Staff,DC=corp,DC=example,DC=test"),
            )
        })
        .collect()
}

fn run() -> RunFacts {
    let probe = |id, started_ms, took_ms, outcome| ProbeRun {
        id,
        started_ms,
        took_ms,
        outcome,
        notes: Vec::new(),
    };
    let timed_out = Gap::new(Reason::TimedOut, "the budget of 120 s was spent");
    let mut probes = vec![
        probe(ProbeId::Host, 0, 140, ProbeOutcome::Completed),
        probe(ProbeId::Browsers, 0, 88, ProbeOutcome::Completed),
        probe(ProbeId::Dns, 1, 2310, ProbeOutcome::Completed),
        probe(ProbeId::Network, 1, 120_000, ProbeOutcome::Ended(timed_out)),
        probe(ProbeId::Directory, 1, 6420, ProbeOutcome::Completed),
    ];
    probes[4].notes.push(format!(
        "object {HOSTILE} was passed over: no distinguished name"
    ));
    RunFacts {
        tool_version: "0.1.0".to_owned(),
        started: "2026-11-02T08:15:30Z".parse().unwrap(),
        took_ms: 120_004,
        budget_s: 120,
        rights: Rights {
            account: Seen::Known("CORP\\mila".to_owned()),
            elevated: Seen::Known(false),
        },
        interrupted: false,
        probes,
    }
}

fn host() -> HostFacts {
    HostFacts {
        name: Seen::Known("ws-042".to_owned()),
        os: OsFacts {
            family: Seen::Known(OsFamily::Windows),
            product: Seen::Known("windows-11".to_owned()),
            name: Seen::Known("Windows 11 Enterprise".to_owned()),
            version: Seen::Known("10.0.26100.4061".to_owned()),
            build: Seen::Known(26100),
            revision: Seen::Known(4061),
            edition_class: Seen::Known(EditionClass::EntEdu),
            ..OsFacts::default()
        },
        architecture: Seen::Known("x86_64".to_owned()),
        memory_bytes: Seen::Known(16_910_000_128),
        join: JoinFacts {
            domain: Seen::Known("corp.example.test".to_owned()),
            ..JoinFacts::default()
        },
        ..HostFacts::default()
    }
}

fn browsers() -> BrowserFacts {
    let browser = |product, name: &str, version: &str| Browser {
        product,
        name: name.to_owned(),
        channel: Seen::Known("stable".to_owned()),
        version: Seen::Known(version.to_owned()),
        major: Seen::Known(142),
        path: format!("C:\\Program Files\\{name}"),
        scope: Scope::Machine,
        source: "registry".to_owned(),
        released: Seen::not_run(),
        ends: Seen::not_run(),
    };
    BrowserFacts {
        installed: Seen::Known(vec![
            browser(BrowserProduct::Edge, "Microsoft Edge", "142.0.3595.53"),
            browser(BrowserProduct::Firefox, HOSTILE, "144.0.2"),
        ]),
        ..BrowserFacts::default()
    }
}

fn dns() -> DnsFacts {
    let resolver = |address: &str, answers| ResolverFacts {
        answers: Seen::Known(answers),
        resolves_public: Seen::Known(answers),
        invents_names: Seen::Known(false),
        median_ms: if answers {
            Seen::Known(3.25)
        } else {
            Seen::unknown(Reason::TimedOut, "")
        },
        sent: 5,
        timed_out: if answers { 0 } else { 5 },
        ..ResolverFacts::new(address)
    };
    DnsFacts {
        cloud: "commercial".to_owned(),
        resolvers: Seen::Known(vec![
            resolver("10.0.0.53:53", true),
            resolver("10.0.1.53:53", false),
        ]),
        records: Seen::Known(vec![RecordFacts {
            id: "enterprise-enrollment-cname".to_owned(),
            domain: "example.test".to_owned(),
            origin: DomainOrigin::Profile,
            name: "enterpriseenrollment.example.test".to_owned(),
            record_type: "CNAME".to_owned(),
            expected: vec!["enterpriseenrollment-s.manage.microsoft.com".to_owned()],
            must_be_absent: false,
            required: true,
            targets: vec!["intune".to_owned()],
            condition: String::new(),
            answer: Seen::Absent,
            matches: Seen::Known(false),
            answers: Vec::new(),
            resolvers_agree: Seen::not_run(),
            split: Seen::not_run(),
        }]),
        ..DnsFacts::default()
    }
}

fn network() -> NetworkFacts {
    let endpoint = |host: &str, reachable: Seen<bool>, failure| EndpointFacts {
        id: format!("{host}:443"),
        host: host.to_owned(),
        port: 443,
        scheme: Scheme::Https,
        testable: true,
        chosen: true,
        wildcard: Seen::Absent,
        groups: vec!["sign-in".to_owned()],
        questions: Vec::new(),
        targets: vec!["core".to_owned()],
        required_by: vec!["core".to_owned()],
        roles: vec!["device".to_owned()],
        conditions: Vec::new(),
        required: true,
        inspection_forbidden: false,
        inspection_forbidden_for: Vec::new(),
        inspection_allowed_for: Vec::new(),
        proxy_sign_in_forbidden: false,
        reachable,
        failure,
        resolve: Seen::Known(ResolveStage {
            took_ms: 4.5,
            addresses: vec!["192.0.2.7".to_owned()],
            aliases: Vec::new(),
        }),
        connect: Seen::not_run(),
        proxy: Seen::Absent,
        tls: Seen::not_run(),
        http: Seen::not_run(),
        paths: Vec::new(),
    };
    let refused = EndpointFailure {
        stage: Stage::Connect,
        reason: FailureReason::Refused,
        detail: "192.0.2.7:443 refused the connection".to_owned(),
    };
    NetworkFacts {
        proxy: Seen::Absent,
        proxy_settings: Vec::new(),
        pac: Seen::Absent,
        cloud: "commercial".to_owned(),
        roles: Vec::new(),
        catalog_as_of: "2026-10-01".to_owned(),
        tenants: Seen::not_run(),
        endpoints: Seen::Known(vec![
            endpoint(
                "enterpriseregistration.windows.net",
                Seen::Known(false),
                Seen::Known(refused),
            ),
            endpoint("login.microsoftonline.com", Seen::Known(true), Seen::Absent),
            endpoint("manage.microsoft.com", Seen::not_run(), Seen::not_run()),
        ]),
    }
}

fn directory() -> DirectoryFacts {
    DirectoryFacts {
        domain: Seen::Known("corp.example.test".to_owned()),
        connection: Seen::not_run(),
        controllers: Seen::Known(Vec::new()),
        forest: ForestFacts {
            root_domain: Seen::Known("corp.example.test".to_owned()),
            level: Seen::Known(1),
            schema: SchemaFacts {
                directory: Seen::Known(88),
                exchange: Seen::Absent,
                ..SchemaFacts::default()
            },
            ..ForestFacts::default()
        },
        domains: Seen::Known(vec![DomainFacts {
            netbios_name: Seen::Known("CORP".to_owned()),
            read: Seen::Known(true),
            level: Seen::Known(1),
            machine_account_quota: Seen::Known(10),
            minimum_password_age_days: Seen::Known(0.5),
            system_management_container: Seen::Known(false),
            configuration_manager_sites: Seen::Known(Vec::new()),
            seamless_sso_key_changed: Seen::Absent,
            sync_accounts: Seen::unknown(Reason::Denied, "CN=Users: insufficient rights"),
            ..DomainFacts::new("corp.example.test")
        }]),
        services: ServiceFacts::default(),
        objects_read: Seen::Known(908),
        counts: CountFacts {
            users: Seen::Known(412),
            users_disabled: Seen::Known(31),
            groups: Seen::Known(96),
            contacts: Seen::Absent,
            computers: Seen::Known(388),
            computers_disabled: Seen::unknown(Reason::Denied, ""),
            computers_with_certificate: Seen::Known(12),
            consistency_guids: Seen::Known(0),
        },
        computers: Seen::Known(vec![ComputerGroup {
            operating_system: Seen::Known(HOSTILE.to_owned()),
            version: Seen::Known("10.0 (19045)".to_owned()),
            build: Seen::Known(19045),
            server: false,
            windows: true,
            enabled: 120,
            active: 97,
            disabled: 4,
        }]),
        fleet: fleet(),
    }
}

fn fleet() -> FleetFacts {
    FleetFacts {
        machines: Seen::Known(vec![MachineGroup {
            unit: Seen::Known("Germany/Berlin | Mitte".to_owned()),
            operating_system: Seen::Known(HOSTILE.to_owned()),
            version: Seen::Known("10.0 (26100)".to_owned()),
            build: Seen::Known(26100),
            edition_class: Seen::Known(EditionClass::EntEdu),
            role: Seen::Known(MachineRole::Client),
            active: 97,
            stale: 20,
            undated: 3,
            disabled: 4,
        }]),
        without_machine: Seen::Known(1),
        sites: Seen::unknown(Reason::Unsupported, "the directory does not tell"),
    }
}

fn objects() -> ObjectFacts {
    ObjectFacts {
        checked: 896,
        left_out: 12,
        upn_suffixes: Seen::Known(vec![SuffixUse {
            suffix: "corp.local".to_owned(),
            users: 399,
            routable: false,
        }]),
        upn_missing: Seen::Known(Violations::default()),
        upn_unroutable: Seen::Known(Violations {
            count: 399,
            samples: vec![Violation {
                dn: format!("CN={HOSTILE},OU=Staff,DC=corp,DC=example,DC=test"),
                attribute: "userPrincipalName".to_owned(),
                value: "eve@corp.local".to_owned(),
                kind: ViolationKind::Domain,
                fault: "the suffix cannot be verified in a tenant".to_owned(),
                proposal: Proposal::Decide,
                others: Vec::new(),
            }],
        }),
        ..ObjectFacts::default()
    }
}

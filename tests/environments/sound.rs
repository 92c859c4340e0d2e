//! Parts of an environment without a fault, from which the worlds are put together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use waterline_facts::{
    DirectoryObject, Environment, FORMAT, ProbeId, Seen,
    browsers::{Browser, BrowserFacts, BrowserPolicies, BrowserProduct, Scope},
    directory::{
        Authentication, ComputerGroup, ConnectionFacts, ControllerFacts, CountFacts,
        DirectoryFacts, DirectorySource, DomainFacts, EncryptionType, ForestFacts,
        OperationsMaster, Protection, SchemaFacts, SiteFacts, SysvolReplication,
        services::{DelegationFacts, DomainServices, InheritanceFacts, ServiceFacts},
    },
    host::{
        DiskFacts, EditionClass, HostFacts, InstallationType, JoinFacts, OsFacts, OsFamily,
        TimeFacts,
    },
    objects::{ObjectKind, account_control},
    run::{ProbeOutcome, ProbeRun, Rights, RunFacts},
};

use super::world::World;

/// What is known.
pub(super) fn known<T>(value: T) -> Seen<T> {
    Seen::Known(value)
}

pub(super) fn text(value: &str) -> Seen<String> {
    Seen::Known(value.to_owned())
}

/// Noon so many days before the run.
pub(super) fn days_ago(days: i64) -> Timestamp {
    let noon: Timestamp = "2026-11-02T12:00:00Z".parse().unwrap();
    Timestamp::from_second(noon.as_second() - days * 86_400).unwrap()
}

/// How the run went: all probes to their end.
pub(super) fn run(account: &str) -> RunFacts {
    let probes = ProbeId::ALL.into_iter().map(|id| ProbeRun {
        id,
        started_ms: 0,
        took_ms: 4_000,
        outcome: ProbeOutcome::Completed,
        notes: Vec::new(),
    });
    RunFacts {
        tool_version: "0.1.0".to_owned(),
        started: "2026-11-02T08:00:00Z".parse().unwrap(),
        took_ms: 4_100,
        budget_s: 120,
        rights: Rights {
            account: text(account),
            elevated: known(true),
        },
        interrupted: false,
        probes: probes.collect(),
    }
}

/// A member server of Windows Server 2022 that could carry synchronisation.
pub(super) fn host(domain: &str) -> HostFacts {
    HostFacts {
        name: text("SYNC1"),
        os: OsFacts {
            family: known(OsFamily::Windows),
            product: text("windows-server-2022"),
            name: text("Windows Server 2022 Standard"),
            version: text("10.0.20348.2700"),
            build: known(20_348),
            revision: known(2_700),
            display_version: text("21H2"),
            edition: text("ServerStandard"),
            edition_class: known(EditionClass::ServerLtsc),
            installation_type: known(InstallationType::Server),
            kernel: text("10.0.20348"),
            ..OsFacts::default()
        },
        architecture: text("x86_64"),
        memory_bytes: known(17_179_869_184),
        system_disk: known(DiskFacts {
            mount: "C:\\".to_owned(),
            total_bytes: 256_000_000_000,
            free_bytes: 190_000_000_000,
        }),
        join: JoinFacts {
            domain: text(domain),
            entra_joined: known(false),
            entra_tenant: Seen::Absent,
            source: text("registry"),
            ..JoinFacts::default()
        },
        time: TimeFacts {
            zone: text("W. Europe Standard Time"),
            source: text("domain-hierarchy"),
            servers: known(Vec::new()),
        },
        ..HostFacts::default()
    }
}

/// One browser that the portals take.
pub(super) fn browsers() -> BrowserFacts {
    BrowserFacts {
        installed: known(vec![Browser {
            product: BrowserProduct::Edge,
            name: "Microsoft Edge".to_owned(),
            channel: text("stable"),
            version: text("151.0.3500.30"),
            major: known(151),
            path: "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe".to_owned(),
            scope: Scope::Machine,
            source: "registry".to_owned(),
            released: Seen::Known("2026-07-30".parse().unwrap()),
            ends: Seen::Absent,
        }]),
        partial: Vec::new(),
        webview2: text("151.0.3500.30"),
        defaults: known(Vec::new()),
        policies: known(vec![BrowserPolicies::none(BrowserProduct::Edge)]),
        explorer_mode: Seen::Absent,
        explorer_site_list: Seen::Absent,
        sign_in_zone: known(1),
    }
}

/// A writable controller with the global catalogue that answers.
pub(super) fn controller(host: &str, domain: &str, system: &str, build: u32) -> ControllerFacts {
    ControllerFacts {
        domain: text(domain),
        answers: known(true),
        site: text("Headquarters"),
        account: known(true),
        read_only: known(false),
        global_catalog: known(true),
        operating_system: text(system),
        build: known(build),
        level: known(7),
        clock_offset_ms: known(12),
        encryption_types: known(vec![
            EncryptionType::Rc4,
            EncryptionType::Aes128,
            EncryptionType::Aes256,
        ]),
        password_changed: known(days_ago(12)),
        last_logon: known(days_ago(3)),
        replicates_inbound: known(true),
        replicates_outbound: known(true),
        replication_epoch: Seen::Absent,
        ldap_policy: text("Default Query Policy"),
        ..ControllerFacts::new(host)
    }
}

fn master(host: &str) -> Seen<OperationsMaster> {
    known(OperationsMaster {
        settings: format!("CN=NTDS Settings,CN={host}"),
        host: text(host),
    })
}

/// A domain without a fault, whose single tasks one controller does.
pub(super) fn domain(name: &str, netbios: &str, holder: &str) -> DomainFacts {
    let mut domain = DomainFacts {
        netbios_name: text(netbios),
        parent: Seen::Absent,
        read: known(true),
        level: known(7),
        mixed_mode: known(false),
        unit_upn_suffixes: known(Vec::new()),
        allowed_dns_suffixes: known(Vec::new()),
        host_suffixes: known(Vec::new()),
        controllers_without_settings: known(Vec::new()),
        trusts: known(Vec::new()),
        sysvol_replication: known(SysvolReplication::Dfsr),
        last_backup: known(days_ago(1)),
        ticket_key_changed: known(days_ago(90)),
        services_without_aes: known(0),
        des_only_accounts: known(0),
        protected_users: known(4),
        machine_account_quota: known(0),
        minimum_password_age_days: known(0.0),
        fine_grained_policies: known(Vec::new()),
        system_management_container: known(false),
        configuration_manager_sites: known(Vec::new()),
        seamless_sso_key_changed: Seen::Absent,
        sync_accounts: known(Vec::new()),
        services: services(),
        ..DomainFacts::new(name)
    };
    domain.operations_masters.pdc_emulator = master(holder);
    domain.operations_masters.rid = master(holder);
    domain.operations_masters.infrastructure = master(holder);
    domain.password_policy.lockout_threshold = known(30);
    domain.password_policy.minimum_length = known(14);
    domain
}

/// Nothing installed yet, and nothing in the way.
fn services() -> DomainServices {
    let mut services = DomainServices {
        seamless_sso: Seen::Absent,
        kerberos_server: Seen::Absent,
        exchange_version: Seen::Absent,
        device_container: known(true),
        controllers_with_kerberos_certificate: known(0),
        delegation: DelegationFacts {
            constrained_computers: known(0),
            with_protocol_transition: known(0),
            resource_based: known(0),
            web_services: known(0),
            token_group_readers: known(Vec::new()),
        },
        ..DomainServices::default()
    };
    services.synchronization.replicators = known(Vec::new());
    services.synchronization.accounts = known(Vec::new());
    services.synchronization.groups = known(Vec::new());
    services.synchronization.inheritance = known(InheritanceFacts {
        units: 12,
        blocked: 0,
        hidden: 0,
        examples: Vec::new(),
    });
    services.federation.farms = known(Vec::new());
    services.federation.accounts = known(Vec::new());
    services.configuration_manager.container = Seen::Absent;
    services.configuration_manager.sites = known(Vec::new());
    services.configuration_manager.management_points = known(Vec::new());
    services.intune_connector.accounts = known(Vec::new());
    services.intune_connector.computer_creators = known(Vec::new());
    services.password_protection.agents = known(Vec::new());
    services.password_protection.proxies = known(Vec::new());
    services
}

/// A forest of Windows Server 2016 level with one site.
pub(super) fn forest(root: &str, suffixes: &[&str], holder: &str) -> ForestFacts {
    let mut forest = ForestFacts {
        root_domain: text(root),
        level: known(7),
        schema: SchemaFacts {
            directory: known(88),
            exchange: Seen::Absent,
            configuration_manager: known(false),
            laps: known(true),
            laps_legacy: known(false),
            key_credential: known(true),
            external_directory_object_id: known(true),
            consistency_guid: known(true),
            device_registration: known(true),
        },
        naming_contexts: known(Vec::new()),
        upn_suffixes: known(suffixes.iter().map(ToString::to_string).collect()),
        spn_suffixes: known(Vec::new()),
        recycle_bin: known(true),
        tombstone_lifetime_days: known(180),
        deleted_object_lifetime_days: Seen::Absent,
        sites: known(vec![SiteFacts {
            name: "Headquarters".to_owned(),
            subnets: 3,
            controllers: 2,
        }]),
        subnets: known(Vec::new()),
        site_links: known(Vec::new()),
        ldap_policies: known(Vec::new()),
        trusted_forests: known(Vec::new()),
        hybrid_join_scp: Seen::Absent,
        device_registration_service: known(false),
        certification_authorities: known(Vec::new()),
        ..ForestFacts::default()
    };
    forest.heuristics.text = Seen::Absent;
    forest.heuristics.list_object_mode = known(false);
    forest.heuristics.anonymous_access = known(false);
    forest.heuristics.upn_uniqueness = known(true);
    forest.heuristics.spn_uniqueness = known(true);
    forest.operations_masters.schema = master(holder);
    forest.operations_masters.domain_naming = master(holder);
    forest
}

/// The directory of a world, with the counts of its objects.
pub(super) fn directory(
    forest: ForestFacts,
    mut domains: Vec<DomainFacts>,
    controllers: Vec<ControllerFacts>,
    objects: &[DirectoryObject],
) -> DirectoryFacts {
    let count = |kind| known(objects.iter().filter(|object| object.kind == kind).count() as u64);
    for domain in &mut domains {
        let base = base(&domain.dns_name);
        let within = |object: &&DirectoryObject| object.dn.ends_with(&base);
        domain.objects = known(objects.iter().filter(within).count() as u64);
    }
    let root = domains[0].dns_name.clone();
    let mut services = ServiceFacts::default();
    services.device_registration.services = known(Vec::new());
    services.exchange.servers = known(Vec::new());
    services.certificates.authorities = known(Vec::new());
    DirectoryFacts {
        services,
        domain: text(&root),
        connection: known(ConnectionFacts {
            server: controllers[0].host.clone(),
            source: DirectorySource::Server,
            authentication: known(Authentication::Kerberos),
            protection: known(Protection::Sealed),
        }),
        controllers: known(controllers),
        forest,
        domains: known(domains),
        objects_read: known(objects.len() as u64),
        counts: CountFacts {
            users: count(ObjectKind::User),
            users_disabled: known(0),
            groups: count(ObjectKind::Group),
            contacts: count(ObjectKind::Contact),
            computers: count(ObjectKind::Computer),
            computers_disabled: known(0),
            computers_with_certificate: known(0),
            consistency_guids: known(0),
        },
        computers: known(computers(objects)),
        ..DirectoryFacts::default()
    }
}

/// The computers by what they say they run, all of them in use.
fn computers(objects: &[DirectoryObject]) -> Vec<ComputerGroup> {
    let mut kinds: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for object in objects {
        let said = (&object.operating_system, &object.operating_system_version);
        if let (Some(system), Some(version)) = said {
            *kinds.entry((system, version)).or_default() += 1;
        }
    }
    let group = |((system, version), count): ((&str, &str), u64)| ComputerGroup {
        operating_system: text(system),
        version: text(version),
        build: known(build(version)),
        server: system.contains("Server"),
        windows: system.contains("Windows"),
        enabled: count,
        active: count,
        disabled: 0,
    };
    kinds.into_iter().map(group).collect()
}

/// The number in brackets.
fn build(version: &str) -> u32 {
    let digits: String = version.split('(').nth(1).unwrap().chars().collect();
    digits.trim_end_matches(')').parse().unwrap()
}

/// Distinguished name of a domain, with the comma before it.
pub(super) fn base(domain: &str) -> String {
    domain
        .split('.')
        .map(|label| format!(",DC={label}"))
        .collect()
}

/// A user without a fault.
pub(super) fn user(number: usize, domain: &str, public: &str) -> DirectoryObject {
    let name = format!("user{number:03}");
    DirectoryObject {
        class: "user".to_owned(),
        guid: format!("00000000-0000-4000-8000-{number:012}"),
        common_name: Some(format!("User {number:03}")),
        sam_account_name: Some(name.clone()),
        user_principal_name: Some(format!("{name}@{public}")),
        mail: Some(format!("{name}@{public}")),
        mail_nickname: Some(name.clone()),
        display_name: Some(format!("User {number:03}")),
        given_name: Some("User".to_owned()),
        surname: Some(format!("{number:03}")),
        proxy_addresses: vec![format!("SMTP:{name}@{public}")],
        account_control: Some(512),
        primary_group: Some(513),
        password_last_set_s: Some(days_ago(40).as_second()),
        created_s: Some(days_ago(900).as_second()),
        last_logon_s: Some(days_ago(5).as_second()),
        ..DirectoryObject::new(
            ObjectKind::User,
            format!("CN=User {number:03},OU=Staff{}", base(domain)),
        )
    }
}

/// A security group.
pub(super) fn group(number: usize, domain: &str) -> DirectoryObject {
    let name = format!("Team {number:02}");
    DirectoryObject {
        class: "group".to_owned(),
        guid: format!("00000000-0000-4000-9000-{number:012}"),
        common_name: Some(name.clone()),
        sam_account_name: Some(name.clone()),
        display_name: Some(name.clone()),
        group_type: Some(i32::MIN + 8),
        members: 9,
        ..DirectoryObject::new(
            ObjectKind::Group,
            format!("CN={name},OU=Groups{}", base(domain)),
        )
    }
}

/// Machines of one kind, as their accounts tell.
pub(super) fn machines(
    from: usize,
    count: usize,
    domain: &str,
    system: &str,
    version: &str,
) -> Vec<DirectoryObject> {
    let machine = |number: usize| DirectoryObject {
        class: "computer".to_owned(),
        guid: format!("00000000-0000-4000-a000-{number:012}"),
        common_name: Some(format!("PC{number:04}")),
        sam_account_name: Some(format!("PC{number:04}$")),
        account_control: Some(0x1000),
        primary_group: Some(515),
        password_last_set_s: Some(days_ago(20).as_second()),
        last_logon_s: Some(days_ago(8).as_second()),
        operating_system: Some(system.to_owned()),
        operating_system_version: Some(version.to_owned()),
        ..DirectoryObject::new(
            ObjectKind::Computer,
            format!("CN=PC{number:04},OU=Machines{}", base(domain)),
        )
    };
    (from..from + count).map(machine).collect()
}

/// Marks a user's account with a control bit.
pub(super) fn never_expires(object: &mut DirectoryObject) {
    object.account_control = Some(512 | account_control::PASSWORD_NEVER_EXPIRES);
}

/// The world in which these facts were learned.
pub(super) fn world(environment: EnvironmentParts, objects: Vec<DirectoryObject>) -> World {
    let EnvironmentParts {
        domain,
        directory,
        dns,
        network,
        protocols,
    } = environment;
    World {
        environment: Environment {
            format: FORMAT,
            run: run("CORP\\SYNC1$"),
            host: known(host(&domain)),
            browsers: known(browsers()),
            dns: known(dns),
            network: known(network),
            protocols: known(protocols),
            directory: known(directory),
            objects: Seen::not_run(),
            hosts: Seen::Absent,
        },
        objects,
    }
}

/// What a world has of its own.
pub(super) struct EnvironmentParts {
    pub domain: String,
    pub directory: DirectoryFacts,
    pub dns: waterline_facts::DnsFacts,
    pub network: waterline_facts::NetworkFacts,
    pub protocols: waterline_facts::ProtocolFacts,
}

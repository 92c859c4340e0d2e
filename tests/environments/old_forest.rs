//! An old forest of three domains with AD FS and Configuration Manager, behind a proxy that opens
//! TLS: what has grown for twenty years.

use waterline_facts::{
    Seen,
    directory::{
        ControllerFacts, DomainFacts, SiteFacts, SysvolReplication, TrustAttribute, TrustDirection,
        TrustFacts, TrustKind,
        services::{
            FederationAccount, FederationFarm, InheritanceFacts, ManagementPoint, Principal,
            PublishedSite, SyncAccount, SyncAccountKind, SyncComputer, SyncServer,
            SystemManagement,
        },
    },
    objects::ObjectKind,
};

use super::{
    reach,
    sound::{self, EnvironmentParts, days_ago, known, text},
    world::World,
};

const ROOT: &str = "corp.example.com";
const EAST: &str = "east.corp.example.com";
const WEST: &str = "west.corp.example.com";
const PUBLIC: &str = "example.com";
pub(super) fn world() -> World {
    let mut objects = Vec::new();
    for (place, domain) in [ROOT, EAST, WEST].into_iter().enumerate() {
        let from = place * 100;
        objects.extend((from + 1..=from + 100).map(|n| sound::user(n, domain, PUBLIC)));
        objects.push(sound::group(place + 1, domain));
    }
    // The same person in two domains, and a name that the other domain gave as well.
    objects[150].mail = objects[20].mail.clone();
    objects[150].user_principal_name = objects[20].user_principal_name.clone();
    objects.extend(sound::machines(
        1,
        120,
        ROOT,
        "Windows 10 Enterprise",
        "10.0 (17134)",
    ));
    objects.extend(sound::machines(
        121,
        60,
        EAST,
        "Windows 7 Professional",
        "6.1 (7601)",
    ));
    let controllers = controllers();
    let mut forest = sound::forest(ROOT, &[PUBLIC], &controllers[0].host);
    forest.level = known(3);
    forest.schema.directory = known(69);
    forest.schema.configuration_manager = known(true);
    forest.schema.key_credential = known(false);
    forest.recycle_bin = known(false);
    forest.tombstone_lifetime_days = Seen::Absent;
    forest.trusted_forests = known(vec!["fabrikam.com".to_owned()]);
    forest.sites = known(vec![site("Headquarters", 4, 2), site("Plant", 0, 1)]);
    let mut network = reach::network(PUBLIC);
    let authority = "C=DE, O=Example AG, CN=Example Inspecting Proxy CA";
    reach::intercept(
        &mut network,
        "http://proxy.corp.example.com:8080",
        authority,
    );
    let parts = EnvironmentParts {
        domain: ROOT.to_owned(),
        dns: reach::dns(ROOT, PUBLIC, &controllers),
        network,
        protocols: reach::protocols(&controllers),
        directory: sound::directory(forest, domains(), controllers, &objects),
    };
    sound::world(parts, objects)
}

fn controllers() -> Vec<ControllerFacts> {
    let controller = |name: &str, domain: &str, system, build| {
        sound::controller(&format!("{name}.{domain}"), domain, system, build)
    };
    vec![
        controller("root1", ROOT, "Windows Server 2012 R2 Standard", 9_600),
        controller("east1", EAST, "Windows Server 2008 R2 Standard", 7_601),
        controller("west1", WEST, "Windows Server 2012 R2 Standard", 9_600),
    ]
}

fn site(name: &str, subnets: u32, controllers: u32) -> SiteFacts {
    SiteFacts {
        name: name.to_owned(),
        subnets,
        controllers,
    }
}

fn domains() -> Vec<DomainFacts> {
    let mut root = sound::domain(ROOT, "CORP", "root1.corp.example.com");
    root.sync_accounts = known(vec!["MSOL_0a1b2c3d4e5f".to_owned()]);
    root.services.synchronization.accounts = known(vec![synchronisation()]);
    root.services.synchronization.inheritance = known(InheritanceFacts {
        units: 140,
        blocked: 6,
        hidden: 0,
        examples: vec!["OU=Executives,DC=corp,DC=example,DC=com".to_owned()],
    });
    root.services.federation.farms = known(vec![FederationFarm {
        id: "b7c4c2b0-9e56-4d21-9c7e-5a1c1c1f0a11".to_owned(),
        created: known(days_ago(3_000)),
    }]);
    root.services.federation.accounts = known(vec![FederationAccount {
        name: "svc-adfs".to_owned(),
        kind: known(ObjectKind::User),
        services: vec!["sts.example.com".to_owned()],
        encryption_types: known(4),
        in_default_container: false,
    }]);
    configuration_manager(&mut root);
    root.trusts = known(vec![trust()]);
    let mut east = sound::domain(EAST, "EAST", "east1.east.corp.example.com");
    let mut west = sound::domain(WEST, "WEST", "gone.west.corp.example.com");
    for child in [&mut east, &mut west] {
        child.parent = text(ROOT);
        child.level = known(3);
        child.machine_account_quota = known(10);
        child.services_without_aes = known(31);
        child.last_backup = Seen::Absent;
        child.system_management_container = known(false);
    }
    root.level = known(3);
    root.services_without_aes = known(112);
    root.ticket_key_changed = known(days_ago(2_900));
    west.sysvol_replication = known(SysvolReplication::Frs);
    vec![root, east, west]
}

/// An account that was put among the administrators, on a server that is no longer supported.
fn synchronisation() -> SyncAccount {
    SyncAccount {
        name: "MSOL_0a1b2c3d4e5f".to_owned(),
        kind: SyncAccountKind::Connect,
        enabled: known(true),
        created: known(days_ago(1_500)),
        changed: known(days_ago(9)),
        password_changed: known(days_ago(1_500)),
        last_logon: known(days_ago(2)),
        admin_count: known(true),
        member_of: known(vec!["Domain Admins".to_owned()]),
        protected_groups: known(vec!["Domain Admins".to_owned()]),
        replicates: known(true),
        rights: known(Vec::new()),
        server: known(SyncServer {
            name: "OLDSYNC".to_owned(),
            computer: known(SyncComputer {
                enabled: known(true),
                controller: known(false),
                operating_system: text("Windows Server 2012 R2 Standard"),
                build: known(9_600),
                last_logon: known(days_ago(1)),
            }),
        }),
        tenant: text("example.com"),
        hosts: Seen::Absent,
    }
}

fn configuration_manager(root: &mut DomainFacts) {
    root.system_management_container = known(true);
    root.configuration_manager_sites = known(vec!["P01".to_owned()]);
    let server = Principal {
        name: text("SITE1$"),
        sid: "S-1-5-21-1004336348-1177238915-682003330-1105".to_owned(),
        kind: known(ObjectKind::Computer),
        built_in: false,
    };
    let manager = &mut root.services.configuration_manager;
    manager.container = known(SystemManagement {
        changed: known(days_ago(4)),
        full_control: known(vec![server.clone()]),
        full_control_below: known(vec![server]),
    });
    manager.sites = known(vec![PublishedSite {
        code: "P01".to_owned(),
        assignment_code: text("P01"),
        source_forest: text(ROOT),
        health: Seen::Absent,
        changed: known(days_ago(4)),
    }]);
    manager.management_points = known(vec![ManagementPoint {
        name: "SMS-MP-P01-SITE1".to_owned(),
        site: text("P01"),
        host: text("site1.corp.example.com"),
        build: known(9_106),
        version: text("5.00.9106.1000"),
        default: known(true),
        changed: known(days_ago(4)),
    }]);
}

fn trust() -> TrustFacts {
    TrustFacts {
        partner: "fabrikam.com".to_owned(),
        netbios_name: text("FABRIKAM"),
        direction: known(TrustDirection::TwoWay),
        kind: known(TrustKind::ActiveDirectory),
        attributes: known(vec![TrustAttribute::ForestTransitive]),
        sid_filtering: known(true),
        encryption_types: Seen::Absent,
        changed: known(days_ago(17)),
    }
}

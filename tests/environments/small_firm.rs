//! A small firm that has done its homework: one domain, two new controllers, current clients, every
//! question answered.

use waterline_facts::{
    Seen,
    directory::{HybridJoinScp, services::SeamlessSso},
};

use super::{
    reach,
    sound::{self, EnvironmentParts, days_ago, known, text},
    world::World,
};

const DOMAIN: &str = "ad.contoso.com";
const PUBLIC: &str = "contoso.com";

/// The targets of its profile, with what they need.
const TARGETS: [&str; 9] = [
    "core",
    "connect-sync",
    "hybrid-join",
    "password-writeback",
    "seamless-sso",
    "intune",
    "co-management",
    "autopilot",
    "pass-through-authentication",
];

pub(super) fn world() -> World {
    let mut objects: Vec<_> = (1..=60).map(|n| sound::user(n, DOMAIN, PUBLIC)).collect();
    objects.extend((1..=8).map(|n| sound::group(n, DOMAIN)));
    let machines =
        |from, count, system, version| sound::machines(from, count, DOMAIN, system, version);
    objects.extend(machines(1, 48, "Windows 11 Enterprise", "10.0 (26200)"));
    objects.extend(machines(
        49,
        4,
        "Windows Server 2022 Standard",
        "10.0 (20348)",
    ));
    let controllers = ["dc1", "dc2"].map(|name| {
        let host = format!("{name}.{DOMAIN}");
        sound::controller(&host, DOMAIN, "Windows Server 2022 Standard", 20_348)
    });
    let holder = controllers[0].host.clone();
    let mut domain = sound::domain(DOMAIN, "CONTOSO", &holder);
    domain.seamless_sso_key_changed = known(days_ago(11));
    domain.services.seamless_sso = known(single_sign_on());
    let mut forest = sound::forest(DOMAIN, &[PUBLIC], &holder);
    forest.hybrid_join_scp = known(HybridJoinScp {
        tenant_id: text(reach::TENANT),
        tenant_domain: text(PUBLIC),
        keywords: 2,
        changed: known(days_ago(30)),
    });
    let parts = EnvironmentParts {
        domain: DOMAIN.to_owned(),
        dns: reach::dns(DOMAIN, PUBLIC, &controllers),
        network: reach::network(PUBLIC, &TARGETS),
        protocols: reach::protocols(&controllers),
        directory: sound::directory(forest, vec![domain], controllers.to_vec(), &objects),
    };
    sound::world(parts, objects)
}

fn single_sign_on() -> SeamlessSso {
    SeamlessSso {
        dn: "CN=AZUREADSSOACC,CN=Computers,DC=ad,DC=contoso,DC=com".to_owned(),
        enabled: known(true),
        created: known(days_ago(200)),
        key_changed: known(days_ago(11)),
        encryption_types: known(24),
        unconstrained_delegation: known(false),
        protocol_transition: known(false),
        delegates_to: known(0),
        others_delegate: known(false),
        service_names: known(2),
        managers: Seen::Known(Vec::new()),
    }
}

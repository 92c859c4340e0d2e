//! A small firm that has done its homework: one domain, two new controllers, current clients, every
//! question answered.

use waterline_facts::{
    Seen,
    directory::{
        HybridJoinScp, RootKeyFacts,
        services::{AuthorityFacts, KerberosServer, KerberosServerKey, SeamlessSso},
    },
};

use super::{
    reach,
    sound::{self, EnvironmentParts, days_ago, known, text},
    world::World,
};

const DOMAIN: &str = "ad.contoso.com";
const PUBLIC: &str = "contoso.com";

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
    domain.services.kerberos_server = known(kerberos_server());
    let mut forest = sound::forest(DOMAIN, &[PUBLIC], &holder);
    forest.hybrid_join_scp = known(HybridJoinScp {
        tenant_id: text(reach::TENANT),
        tenant_domain: text(PUBLIC),
        keywords: 2,
        changed: known(days_ago(30)),
    });
    forest.key_distribution_root_keys = known(vec![RootKeyFacts {
        effective: known(days_ago(400)),
        created: known(days_ago(401)),
        id: "5c0f1f3e-0b5c-4a3e-9b6f-0d1c2e3f4a5b".to_owned(),
    }]);
    let mut directory = sound::directory(forest, vec![domain], controllers.to_vec(), &objects);
    directory.services.certificates.authorities = known(vec![authority()]);
    let parts = EnvironmentParts {
        domain: DOMAIN.to_owned(),
        dns: reach::dns(DOMAIN, PUBLIC, &controllers),
        network: reach::network(PUBLIC),
        protocols: reach::protocols(&controllers),
        directory,
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

fn kerberos_server() -> KerberosServer {
    KerberosServer {
        created: known(days_ago(90)),
        key: known(KerberosServerKey {
            changed: known(days_ago(20)),
            disabled: known(true),
            number: known(12_345),
        }),
        key_linked: known(true),
        allowed: known(vec!["Allowed RODC Password Replication Group".to_owned()]),
        denied: known(vec!["Denied RODC Password Replication Group".to_owned()]),
        pointer_agrees: known(true),
    }
}

fn authority() -> AuthorityFacts {
    AuthorityFacts {
        name: "Contoso Issuing CA".to_owned(),
        host: text(&format!("ca1.{DOMAIN}")),
        templates: known(vec!["DeviceAuthentication".to_owned()]),
        certificate_ends: known(days_ago(-1500)),
        for_logon: known(true),
    }
}

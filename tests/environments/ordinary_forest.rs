//! A mid-size forest with the faults that most have: a domain nobody can route to, duplicates, an old
//! controller, Windows 10, a filter in the way, questions that nobody has answered yet.

use waterline_facts::{DirectoryObject, network::FailureReason};

use super::{
    reach,
    sound::{self, EnvironmentParts, days_ago, known},
    world::World,
};

const DOMAIN: &str = "fabrikam.local";
const PUBLIC: &str = "fabrikam.com";
pub(super) fn world() -> World {
    let mut objects = people();
    objects.extend((1..=40).map(|n| sound::group(n, DOMAIN)));
    let machines =
        |from, count, system, version| sound::machines(from, count, DOMAIN, system, version);
    objects.extend(machines(1, 90, "Windows 11 Pro", "10.0 (26100)"));
    objects.extend(machines(91, 210, "Windows 10 Pro", "10.0 (19045)"));
    objects.extend(machines(301, 14, "Windows 10 Pro", "10.0 (17763)"));
    objects.extend(machines(315, 3, "Windows 7 Professional", "6.1 (7601)"));
    let controller = |name: &str, system, build| {
        sound::controller(&format!("{name}.{DOMAIN}"), DOMAIN, system, build)
    };
    let controllers = vec![
        controller("dc01", "Windows Server 2019 Standard", 17_763),
        controller("dc02", "Windows Server 2016 Standard", 14_393),
        controller("dc03", "Windows Server 2012 R2 Standard", 9_600),
    ];
    let holder = controllers[0].host.clone();
    let mut domain = sound::domain(DOMAIN, "FABRIKAM", &holder);
    domain.level = known(6);
    domain.minimum_password_age_days = known(1.0);
    domain.machine_account_quota = known(10);
    domain.last_backup = known(days_ago(19));
    domain.password_policy.lockout_threshold = known(5);
    let mut forest = sound::forest(DOMAIN, &[PUBLIC], &holder);
    forest.level = known(6);
    forest.recycle_bin = known(false);
    forest.schema.laps = known(false);
    let mut dns = reach::dns(DOMAIN, PUBLIC, &controllers);
    reach::without_record(&mut dns, "enterprise-enrollment-cname");
    let mut network = reach::network(PUBLIC);
    let closed = ["enrollment.manage.microsoft.com", "ctldl.windowsupdate.com"];
    reach::close(&mut network, &closed, FailureReason::Filtered);
    let parts = EnvironmentParts {
        domain: DOMAIN.to_owned(),
        dns,
        network,
        protocols: reach::protocols(&controllers),
        directory: sound::directory(forest, vec![domain], controllers, &objects),
    };
    sound::world(parts, objects)
}

/// 640 people; one in sixteen still signs in under the domain's own name, a few share an address,
/// one has a name with a space in it.
fn people() -> Vec<DirectoryObject> {
    let mut people: Vec<_> = (1..=640).map(|n| sound::user(n, DOMAIN, PUBLIC)).collect();
    for (number, person) in people.iter_mut().enumerate() {
        if number % 16 == 0 {
            person.user_principal_name = Some(format!("user{:03}@{DOMAIN}", number + 1));
        }
        if number % 40 == 5 {
            sound::never_expires(person);
        }
    }
    for (one, other) in [(11, 12), (101, 205)] {
        let address = people[one].proxy_addresses[0].clone();
        people[other]
            .proxy_addresses
            .push(address.replace("SMTP", "smtp"));
    }
    people[300].user_principal_name = Some(format!("user 301@{PUBLIC}"));
    people[301].display_name = Some("User 302 ".to_owned());
    people
}

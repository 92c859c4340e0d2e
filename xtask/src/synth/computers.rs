//! Computers: what they say of themselves, and whether they are still in use.

use super::{
    layout::Kind,
    names::LANGUAGES,
    object::Object,
    people,
    planted::PlantedComputers,
    random::Dice,
    world::{DNS_NAME, DOMAIN, World, filetime, generalized_time},
};

const CLASSES: &[&str] = &["top", "person", "organizationalPerson", "user", "computer"];
const CATEGORY: &str = "CN=Computer,CN=Schema,CN=Configuration,DC=corp,DC=example,DC=com";

/// An operating system as its computers write it, and how many of a thousand have it.
type System = (Option<&'static str>, Option<&'static str>, u64);

/// Strings as Netlogon, adcli, Samba and macOS write them.
#[rustfmt::skip]
const SYSTEMS: [System; 27] = [
    (Some("Windows 11 Enterprise"), Some("10.0 (26200)"), 150),
    (Some("Windows 11 Enterprise"), Some("10.0 (26100)"), 230),
    (Some("Windows 11 Pro"), Some("10.0 (26100)"), 90),
    (Some("Windows 11 Pro"), Some("10.0 (22631)"), 60),
    (Some("Windows 11 Pro for Workstations"), Some("10.0 (26200)"), 10),
    (Some("Windows 11 Education"), Some("10.0 (22621)"), 10),
    (Some("Windows 11 Enterprise LTSC"), Some("10.0 (26100)"), 5),
    // Newer than any table, as an insider's machine is.
    (Some("Windows 11 Enterprise"), Some("10.0 (29999)"), 3),
    (Some("Windows 10 Enterprise"), Some("10.0 (19045)"), 120),
    (Some("Windows 10 Pro"), Some("10.0 (19045)"), 80),
    // As a computer writes it through a read-only controller.
    (Some("Windows 10 Pro"), Some("10.0.19045"), 4),
    (Some("Windows 10 Pro"), Some("10.0 (18363)"), 20),
    (Some("Windows 10 Enterprise LTSC"), Some("10.0 (19044)"), 12),
    (Some("Windows 10 Enterprise 2016 LTSB"), Some("10.0 (14393)"), 6),
    (Some("Windows 10 IoT Enterprise LTSC"), Some("10.0 (19044)"), 4),
    (Some("Windows 8.1 Pro"), Some("6.3 (9600)"), 6),
    (Some("Windows 7 Professional"), Some("6.1 (7601)"), 15),
    (Some("Windows XP Professional"), Some("5.1 (2600)"), 2),
    (Some("Windows Server 2025 Datacenter"), Some("10.0 (26100)"), 15),
    (Some("Windows Server 2022 Standard"), Some("10.0 (20348)"), 40),
    (Some("Windows Server 2019 Standard"), Some("10.0 (17763)"), 40),
    (Some("Windows Server 2016 Standard"), Some("10.0 (14393)"), 25),
    (Some("Windows Server 2012 R2 Standard"), Some("6.3 (9600)"), 10),
    (Some("macOS"), Some("15.5"), 10),
    (Some("pc-linux-gnu"), None, 15),
    (Some("Samba"), Some("4.17.12-Debian"), 3),
    // Made beforehand and never joined.
    (None, None, 15),
];

/// Whether a computer is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Active,
    /// The logon is old, as on a machine that sleeps with open sessions, but not the password.
    PasswordOnly,
    Stale,
    Undated,
    Disabled,
}

/// The n-th computer, without any fault. The first is the domain controller, the second the account
/// of seamless single sign-on, behind which no machine stands.
pub(super) fn computer(world: &World, number: u64) -> Object {
    match number {
        0 => controller(world),
        1 => sign_on(world),
        _ => member(world, number),
    }
}

/// Adds a computer to the kinds of computers.
pub(super) fn count(world: &World, number: u64, kinds: &mut Vec<PlantedComputers>) {
    let (system, usage) = match number {
        0 => ((Some(CONTROLLER.0), Some(CONTROLLER.1), 0), Use::Active),
        1 => return,
        _ => traits(world, number),
    };
    let same =
        |kind: &PlantedComputers| (kind.operating_system, kind.version) == (system.0, system.1);
    let at = kinds.iter().position(same).unwrap_or_else(|| {
        let (operating_system, version) = (system.0, system.1);
        kinds.push(PlantedComputers {
            operating_system,
            version,
            ..PlantedComputers::default()
        });
        kinds.len() - 1
    });
    match usage {
        Use::Active | Use::PasswordOnly => kinds[at].active += 1,
        Use::Stale => kinds[at].stale += 1,
        Use::Undated => kinds[at].undated += 1,
        Use::Disabled => kinds[at].disabled += 1,
    }
}

const CONTROLLER: (&str, &str) = ("Windows Server 2022 Standard", "10.0 (20348)");

fn controller(world: &World) -> Object {
    let place = format!("OU=Domain Controllers,{DOMAIN}");
    let mut object = account(world, 0, "DC01", &place, Use::Active);
    object.set("userAccountControl", "532480");
    object.set("primaryGroupID", "516");
    describe(&mut object, Some(CONTROLLER.0), Some(CONTROLLER.1));
    object
}

fn sign_on(world: &World) -> Object {
    account(
        world,
        1,
        "AZUREADSSOACC",
        &format!("CN=Computers,{DOMAIN}"),
        Use::Active,
    )
}

fn member(world: &World, number: u64) -> Object {
    let (system, usage) = traits(world, number);
    let name = system.0.unwrap_or_default();
    let (prefix, unit) = match name {
        "" => ("NEW", format!("CN=Computers,{DOMAIN}")),
        _ if name.contains("Server") => ("SRV", format!("OU=Servers,{DOMAIN}")),
        _ => {
            let languages = LANGUAGES.len() as u64;
            let place = usize::try_from(number % languages).expect("an index");
            (
                "PC",
                format!("OU=Computers,{}", people::unit(&LANGUAGES[place])),
            )
        }
    };
    let mut object = account(world, number, &format!("{prefix}{number:07}"), &unit, usage);
    describe(&mut object, system.0, system.1);
    object
}

fn traits(world: &World, number: u64) -> (System, Use) {
    let mut dice = world.dice(Kind::Computer, number);
    let mut left = dice.below(SYSTEMS.iter().map(|(_, _, share)| share).sum());
    let system = SYSTEMS.iter().find(|(_, _, share)| {
        let found = left < *share;
        left = left.saturating_sub(*share);
        found
    });
    let system = *system.unwrap_or(&SYSTEMS[0]);
    (system, usage(&mut dice, system.0.is_none()))
}

fn usage(dice: &mut Dice, never_joined: bool) -> Use {
    match dice.below(100) {
        _ if never_joined => Use::Undated,
        0..78 => Use::Active,
        78..81 => Use::PasswordOnly,
        81..94 => Use::Stale,
        _ => Use::Disabled,
    }
}

fn account(world: &World, number: u64, name: &str, place: &str, usage: Use) -> Object {
    let mut object = Object::new(format!("CN={name},{place}"), CLASSES, CATEGORY.into());
    let mut dice = world.dice(Kind::Computer, number + (1 << 40));
    object.add("cn", name.to_owned());
    object.add("name", name.to_owned());
    object.add("sAMAccountName", format!("{name}$"));
    object.add(
        "userAccountControl",
        if usage == Use::Disabled {
            "4098"
        } else {
            "4096"
        },
    );
    object.add("primaryGroupID", "515");
    object.add_bytes("objectGUID", dice.bytes().to_vec());
    object.add_bytes("objectSid", world.sid((1 << 29) + number));
    let created = world.days_ago(400 + dice.below(3000), &mut dice);
    object.add("whenCreated", generalized_time(created));
    if usage == Use::Undated {
        return object;
    }
    let host = name.to_lowercase();
    object.add("dNSHostName", format!("{host}.{DNS_NAME}"));
    object.add("servicePrincipalName", format!("HOST/{host}.{DNS_NAME}"));
    let quiet = if matches!(usage, Use::Stale | Use::Disabled) {
        200
    } else {
        1
    };
    let asleep = if usage == Use::PasswordOnly {
        150
    } else {
        quiet
    };
    let password = world.days_ago(quiet + dice.below(30), &mut dice);
    let logon = world.days_ago(asleep + dice.below(14), &mut dice);
    object.add("pwdLastSet", filetime(password));
    object.add("lastLogonTimestamp", filetime(logon));
    if dice.chance(100) && usage == Use::Active {
        // The certificate of a machine that began to join; the smallest that looks like one.
        let mut certificate = vec![0x30, 0x82, 0x02, 0x00];
        certificate.resize(516, 0);
        object.add_bytes("userCertificate", certificate);
    }
    object
}

fn describe(object: &mut Object, system: Option<&'static str>, version: Option<&'static str>) {
    if let Some(system) = system {
        object.add("operatingSystem", system);
    }
    if let Some(version) = version {
        object.add("operatingSystemVersion", version);
    }
}

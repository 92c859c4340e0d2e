//! Names Windows products and classes of editions.
//!
//! A build alone names nothing: 26100 is Windows 11 24H2, two long-term channels and Windows Server
//! 2025. Source of the numbers: endoflife.date (2026-08-22); of the rule that a client from build
//! 22000 on is Windows 11: Microsoft's Configuration Manager documentation (2025-07-31).

use waterline_facts::{
    Seen,
    host::{EditionClass, InstallationType},
};

use crate::system::malformed;

/// Windows 11 starts here, on clients.
const WINDOWS_11: u32 = 22_000;
/// Windows Enterprise multi-session: a client by servicing, whatever its installation type says.
const MULTI_SESSION: &str = "serverrdsh";

/// Servers by build. Those of the annual and semi-annual channels are named by their release.
const SERVERS: [(u32, &str); 15] = [
    (7600, "windows-server-2008-r2"),
    (7601, "windows-server-2008-r2"),
    (9200, "windows-server-2012"),
    (9600, "windows-server-2012-r2"),
    (14_393, "windows-server-2016"),
    (16_299, "windows-server-1709"),
    (17_134, "windows-server-1803"),
    (17_763, "windows-server-2019"),
    (18_362, "windows-server-1903"),
    (18_363, "windows-server-1909"),
    (19_041, "windows-server-2004"),
    (19_042, "windows-server-20h2"),
    (20_348, "windows-server-2022"),
    (25_398, "windows-server-23h2"),
    (26_100, "windows-server-2025"),
];
/// Server 1809 of the semi-annual channel shares its build with Server 2019.
const SERVER_1809: &str = "windows-server-1809";

/// Editions by class; the EditionID in lower case.
const HOME_PRO: [&str; 17] = [
    "core",
    "coren",
    "coresinglelanguage",
    "corecountryspecific",
    "professional",
    "professionaln",
    "professionaleducation",
    "professionaleducationn",
    "professionalworkstation",
    "professionalworkstationn",
    "professionalsinglelanguage",
    "professionalcountryspecific",
    "cloud",
    "cloudn",
    "cloudedition",
    "cloudeditionn",
    "coreconnected",
];
const ENTERPRISE_EDUCATION: [&str; 7] = [
    "enterprise",
    "enterprisen",
    "enterpriseg",
    "education",
    "educationn",
    "iotenterprise",
    MULTI_SESSION,
];
const LONG_TERM: [&str; 2] = ["enterprises", "enterprisesn"];
const SERVER_LONG_TERM: [&str; 10] = [
    "serverstandard",
    "serverstandardcore",
    "serverdatacenter",
    "serverdatacentercore",
    "serverturbine",
    "serverturbinecor",
    "serverazurestackhcicor",
    "serversolution",
    "serverstoragestandard",
    "serverstorageworkgroup",
];
const SERVER_ANNUAL: [&str; 2] = ["serverstandardacor", "serverdatacenteracor"];

/// The class of an edition; one that is not listed is unknown, never guessed.
pub(super) fn edition_class(edition: &str) -> Seen<EditionClass> {
    let id = edition.to_lowercase();
    let id = id.as_str();
    let class = match id {
        _ if HOME_PRO.contains(&id) => EditionClass::HomePro,
        _ if ENTERPRISE_EDUCATION.contains(&id) => EditionClass::EntEdu,
        _ if LONG_TERM.contains(&id) => EditionClass::Ltsc,
        _ if SERVER_LONG_TERM.contains(&id) => EditionClass::ServerLtsc,
        _ if SERVER_ANNUAL.contains(&id) => EditionClass::ServerAc,
        "iotenterprises" => EditionClass::IotLtsc,
        "iotuap" => EditionClass::IotCore,
        _ => return malformed(format!("the edition {edition} is not in the table")),
    };
    Seen::Known(class)
}

/// The product. A build between or above the known ones is an insider's or newer than the table.
pub(super) fn product(
    build: u32,
    kind: InstallationType,
    class: Option<EditionClass>,
    edition: &Seen<String>,
) -> Seen<String> {
    let multi_session = edition
        .known()
        .is_some_and(|edition| edition.eq_ignore_ascii_case(MULTI_SESSION));
    let name = match kind {
        InstallationType::Client => client(build),
        _ if multi_session => client(build),
        _ if build == 17_763 && class == Some(EditionClass::ServerAc) => Some(SERVER_1809),
        _ => SERVERS
            .iter()
            .find(|(known, _)| *known == build)
            .map(|(_, name)| *name),
    };
    name.map_or_else(
        || malformed(format!("build {build} is not in the table of releases")),
        |name| Seen::Known(name.to_owned()),
    )
}

fn client(build: u32) -> Option<&'static str> {
    Some(match build {
        WINDOWS_11.. => "windows-11",
        10_240..=19_045 => "windows-10",
        9600 => "windows-8.1",
        9200 => "windows-8",
        7600 | 7601 => "windows-7",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_build_is_several_products() {
        use InstallationType::{Client, Server, ServerCore};
        let standard = Some(EditionClass::ServerLtsc);
        let annual = Some(EditionClass::ServerAc);
        let table = [
            (26_100, Client, None, Some("windows-11")),
            (26_100, Server, standard, Some("windows-server-2025")),
            (25_398, ServerCore, annual, Some("windows-server-23h2")),
            (22_000, Client, None, Some("windows-11")),
            (21_999, Client, None, None),
            (19_045, Client, None, Some("windows-10")),
            (17_763, Client, None, Some("windows-10")),
            (17_763, Server, standard, Some("windows-server-2019")),
            (17_763, ServerCore, annual, Some("windows-server-1809")),
            (20_349, Server, standard, None),
            (99_999, Server, standard, None),
        ];
        for (build, kind, class, name) in table {
            let product = product(build, kind, class, &Seen::Absent);
            assert_eq!(
                product.known().map(String::as_str),
                name,
                "{build} {kind:?}"
            );
        }
    }

    #[test]
    fn multi_session_is_a_client_although_it_calls_itself_server() {
        let edition = Seen::Known("ServerRdsh".to_owned());
        let product = product(22_631, InstallationType::Server, None, &edition);
        assert_eq!(product, Seen::Known("windows-11".into()));
    }

    #[test]
    fn classes_follow_servicing_and_not_names() {
        let table = [
            ("ProfessionalEducation", Some(EditionClass::HomePro)),
            ("Education", Some(EditionClass::EntEdu)),
            ("EnterpriseS", Some(EditionClass::Ltsc)),
            ("IoTEnterpriseS", Some(EditionClass::IotLtsc)),
            ("IoTEnterprise", Some(EditionClass::EntEdu)),
            ("ServerStandardACor", Some(EditionClass::ServerAc)),
            ("PPIPro", None),
            ("", None),
        ];
        for (edition, class) in table {
            assert_eq!(edition_class(edition).known().copied(), class, "{edition}");
        }
    }
}

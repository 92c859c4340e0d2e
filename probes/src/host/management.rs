//! Who manages the machine: the registry on Windows, installed agents elsewhere.
//!
//! That a key of enrolments exists means nothing, nor does one without a provider: both are on
//! machines that nobody manages. The user's name in an enrolment is never read.

use waterline_facts::{
    Gap, Reason, Seen,
    host::{
        AutoEnrollment, ConfigurationManagerClient, EnrollmentFacts, ManagementFacts, OsFamily,
        UpdateFacts,
    },
};

use crate::system::{SETTINGS_FILE, System, filled, malformed, parse_property_list, unsupported};

const ENROLLMENTS: &str = r"HKLM\SOFTWARE\Microsoft\Enrollments";
const POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\MDM";
const CLIENT: &str = r"HKLM\SOFTWARE\Microsoft\SMS\Mobile Client";
const CLIENT_SERVICE: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\CcmExec";
const CLIENT_STATE: &str = r"HKLM\SOFTWARE\Microsoft\CCM";
const AGENT_SERVICE: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\IntuneManagementExtension";
const UPDATES: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate";
const AUTOMATIC: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";
/// Intune's name as a provider.
const INTUNE: &str = "MS DM Server";
/// Stands in the list, and is no enrolment.
const PLACEHOLDER: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const PORTAL: &str = "/opt/microsoft/intune/bin/intune-portal";
const COMPANY_PORTAL: &str = "/Applications/Company Portal.app/Contents/Info.plist";
const MANAGED: &str = "/Library/Managed Preferences";

/// Reads who manages the machine.
pub(super) fn read(system: &dyn System) -> ManagementFacts {
    match system.family() {
        OsFamily::Windows => windows(system),
        OsFamily::Linux => ManagementFacts {
            enrolled: only_portal_knows(system.exists(PORTAL)),
            intune: only_portal_knows(system.exists(PORTAL)),
            intune_agent: system.exists(PORTAL),
            ..elsewhere()
        },
        OsFamily::Macos => macos(system),
        OsFamily::Other => ManagementFacts {
            enrolled: unsupported("only Windows, Linux and macOS are read"),
            ..elsewhere()
        },
    }
}

/// Nothing of what Windows alone has.
fn elsewhere() -> ManagementFacts {
    ManagementFacts {
        enrollments: Seen::Absent,
        auto_enrollment: Seen::Absent,
        enrollment_forbidden: Seen::Absent,
        intune_agent_version: Seen::Absent,
        profiles: Seen::Absent,
        sign_on_extension: Seen::Absent,
        configuration_manager: Seen::Absent,
        co_managed: Seen::Known(false),
        updates: UpdateFacts {
            server: Seen::Absent,
            held_at: Seen::Absent,
            automatic_off: Seen::Absent,
            internet_off: Seen::Absent,
        },
        ..ManagementFacts::default()
    }
}

/// Without Intune's portal a Linux machine cannot be enrolled.
fn only_portal_knows(portal: Seen<bool>) -> Seen<bool> {
    portal.and_then(|there| match there {
        false => Seen::Known(false),
        true => Seen::Unknown(
            Gap::new(
                Reason::Unsupported,
                "only the portal knows who has enrolled",
            )
            .with_remedy("look into the Intune portal as the user"),
        ),
    })
}

fn macos(system: &dyn System) -> ManagementFacts {
    let list = system
        .read(COMPANY_PORTAL, SETTINGS_FILE)
        .and_then(|bytes| parse_property_list(&bytes, COMPANY_PORTAL));
    let enrolled = Gap::new(
        Reason::Unsupported,
        "no file tells whether a Mac is enrolled",
    )
    .with_remedy("run profiles status -type enrollment");
    let extension = format!("{MANAGED}/com.apple.extensiblesso.plist");
    ManagementFacts {
        enrolled: Seen::Unknown(enrolled.clone()),
        intune: Seen::Unknown(enrolled),
        intune_agent: system.exists(COMPANY_PORTAL),
        intune_agent_version: list.and_then(|list| list.text(&["CFBundleShortVersionString"])),
        profiles: match system.list(MANAGED) {
            Seen::Absent => Seen::Known(false),
            names => names.map(|names| !names.is_empty()),
        },
        sign_on_extension: system.exists(&extension),
        ..elsewhere()
    }
}

fn windows(system: &dyn System) -> ManagementFacts {
    let enrollments = enrollments(system);
    let complete = |intune_only: bool| {
        let wanted = |one: &&EnrollmentFacts| !intune_only || one.provider == INTUNE;
        enrollments.clone().and_then(|all| {
            let mut wanted = all.iter().filter(wanted);
            match wanted.clone().find(|one| one.complete.is_unknown()) {
                Some(unclear) => unclear.complete.clone(),
                None => Seen::Known(wanted.any(|one| one.complete == Seen::Known(true))),
            }
        })
    };
    let (enrolled, intune) = (complete(false), complete(true));
    let client = configuration_manager(system);
    ManagementFacts {
        co_managed: co_managed(&client, &enrolled),
        enrolled,
        intune,
        enrollments,
        auto_enrollment: auto_enrollment(system),
        enrollment_forbidden: is_set(system, POLICY, "DisableRegistration"),
        intune_agent: exists(system, AGENT_SERVICE),
        configuration_manager: client,
        updates: updates(system),
        ..elsewhere()
    }
}

fn enrollments(system: &dyn System) -> Seen<Vec<EnrollmentFacts>> {
    let keys = match system.registry_keys(ENROLLMENTS) {
        Seen::Absent => Seen::Known(Vec::new()),
        keys => keys,
    };
    keys.and_then(|keys| {
        let mut found = Vec::new();
        for name in keys.iter().filter(|name| is_guid(name)) {
            let key = format!("{ENROLLMENTS}\\{name}");
            match filled(system, &key, "ProviderID") {
                Seen::Known(provider) => found.push(enrollment(system, &key, provider)),
                Seen::Absent => {}
                Seen::Unknown(gap) => return Seen::Unknown(gap),
            }
        }
        found.sort();
        Seen::Known(found)
    })
}

fn enrollment(system: &dyn System, key: &str, provider: String) -> EnrollmentFacts {
    EnrollmentFacts {
        provider,
        complete: system
            .registry_number(key, "EnrollmentState")
            .map(|state| state == 1),
        kind: system.registry_number(key, "EnrollmentType"),
        tenant: filled(system, key, "AADTenantID").map(|id| id.to_lowercase()),
        discovery_url: filled(system, key, "DiscoveryServiceFullURL"),
    }
}

fn is_guid(name: &str) -> bool {
    let bare = name.trim_matches(['{', '}']);
    bare.len() == 36 && bare.matches('-').count() == 4 && !bare.eq_ignore_ascii_case(PLACEHOLDER)
}

fn auto_enrollment(system: &dyn System) -> Seen<AutoEnrollment> {
    is_set(system, POLICY, "AutoEnrollMDM").and_then(|on| match on {
        false => Seen::Absent,
        true => match system.registry_number(POLICY, "UseAADCredentialType") {
            Seen::Known(2) => Seen::Known(AutoEnrollment::Device),
            Seen::Known(1) => Seen::Known(AutoEnrollment::User),
            Seen::Known(0) | Seen::Absent => Seen::Known(AutoEnrollment::Unset),
            Seen::Known(other) => malformed(format!("UseAADCredentialType is {other}")),
            Seen::Unknown(gap) => Seen::Unknown(gap),
        },
    })
}

/// The folder of the set-up, or keys below the client's, are left over from failed installs: the
/// service tells.
fn configuration_manager(system: &dyn System) -> Seen<ConfigurationManagerClient> {
    exists(system, CLIENT_SERVICE).and_then(|there| {
        if !there {
            return Seen::Absent;
        }
        let version = filled(system, CLIENT, "ProductVersion");
        Seen::Known(ConfigurationManagerClient {
            build: version.clone().and_then(|version| {
                let number = version.split('.').nth(2).and_then(|part| part.parse().ok());
                number.map_or_else(
                    || malformed(format!("the client's version {version} has no build")),
                    Seen::Known,
                )
            }),
            version,
            site: filled(system, CLIENT, "AssignedSiteCode"),
            co_management_flags: system.registry_number(CLIENT_STATE, "CoManagementFlags"),
        })
    })
}

fn co_managed(client: &Seen<ConfigurationManagerClient>, enrolled: &Seen<bool>) -> Seen<bool> {
    let flags = client
        .as_ref()
        .and_then(|client| client.co_management_flags.clone());
    match (flags, enrolled) {
        (Seen::Absent | Seen::Known(0), _) | (_, Seen::Known(false)) => Seen::Known(false),
        (Seen::Known(_), enrolled) => enrolled.clone(),
        (Seen::Unknown(gap), _) => Seen::Unknown(gap),
    }
}

fn updates(system: &dyn System) -> UpdateFacts {
    let in_use = is_set(system, AUTOMATIC, "UseWUServer");
    let held = is_set(system, UPDATES, "TargetReleaseVersion");
    UpdateFacts {
        server: in_use.and_then(|used| match used {
            true => filled(system, UPDATES, "WUServer"),
            false => Seen::Absent,
        }),
        held_at: held.and_then(|held| match held {
            true => filled(system, UPDATES, "TargetReleaseVersionInfo"),
            false => Seen::Absent,
        }),
        automatic_off: is_set(system, AUTOMATIC, "NoAutoUpdate"),
        internet_off: is_set(
            system,
            UPDATES,
            "DoNotConnectToWindowsUpdateInternetLocations",
        ),
    }
}

/// Whether a policy is set to 1; one that is not there is not.
fn is_set(system: &dyn System, key: &str, name: &str) -> Seen<bool> {
    match system.registry_number(key, name) {
        Seen::Absent => Seen::Known(false),
        number => number.map(|number| number == 1),
    }
}

fn exists(system: &dyn System, key: &str) -> Seen<bool> {
    match system.registry_keys(key) {
        Seen::Known(_) => Seen::Known(true),
        Seen::Absent => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    }
}

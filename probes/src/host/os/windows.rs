//! Windows: one registry key that setup and updates write.
//!
//! `ProductName` still says "Windows 10" on Windows 11 and `CurrentVersion` stays 6.3, so the
//! product comes from build and installation type, and the version from the numbers.

use waterline_facts::{
    Gap, Reason, Seen,
    host::{EditionClass, InstallationType, OsFacts, ReleaseChannel},
};

use super::windows_product::{edition_class, product};
use crate::system::{System, malformed};

const KEY: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
const CODE_POLICY: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\CI\Policy";
const ENVIRONMENT: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment";

pub(super) fn read(system: &dyn System) -> OsFacts {
    let build = required("CurrentBuildNumber", build(system));
    let revision = system.registry_number(KEY, "UBR").and_then(narrow);
    let edition = required("EditionID", filled(system, "EditionID"));
    let installation_type = required("InstallationType", installation_type(system));
    let class = edition.clone().and_then(|edition| edition_class(&edition));
    let product = both(&build, &installation_type)
        .and_then(|(build, kind)| product(build, kind, class.known().copied(), &edition));
    OsFacts {
        name: filled(system, "ProductName").map(|name| shown_name(&name, product.known())),
        version: version(system, &build, &revision),
        display_version: match filled(system, "DisplayVersion") {
            // Before 20H2 the same was called ReleaseId.
            Seen::Absent => filled(system, "ReleaseId"),
            other => other,
        },
        product,
        build,
        revision,
        iot: edition
            .clone()
            .map(|id| id.to_lowercase().starts_with("iot")),
        multi_session: edition
            .clone()
            .map(|id| id.eq_ignore_ascii_case("ServerRdsh")),
        channel: class.clone().map(channel),
        s_mode: match system.registry_number(CODE_POLICY, "SkuPolicyRequired") {
            Seen::Absent => Seen::Known(false),
            required => required.map(|required| required == 1),
        },
        extended_updates: Seen::Unknown(
            Gap::new(Reason::Unsupported, "only WMI tells, which is not asked")
                .with_remedy("run slmgr /dlv and look for the name of an ESU add-on"),
        ),
        build_label: Seen::Absent,
        derived_from: Seen::Absent,
        edition,
        edition_class: class,
        installation_type,
        ..OsFacts::default()
    }
}

pub(super) fn architecture(system: &dyn System) -> Seen<String> {
    system
        .registry_text(ENVIRONMENT, "PROCESSOR_ARCHITECTURE")
        .and_then(|name| match name.to_uppercase().as_str() {
            "AMD64" => Seen::Known("x86_64".into()),
            "ARM64" => Seen::Known("aarch64".into()),
            "X86" => Seen::Known("x86".into()),
            _ => malformed(format!("the architecture {name} is not known")),
        })
}

fn channel(class: EditionClass) -> ReleaseChannel {
    match class {
        EditionClass::HomePro | EditionClass::EntEdu => ReleaseChannel::General,
        EditionClass::ServerAc => ReleaseChannel::Annual,
        EditionClass::Ltsc
        | EditionClass::IotLtsc
        | EditionClass::IotCore
        | EditionClass::ServerLtsc => ReleaseChannel::LongTerm,
    }
}

/// A text value; an empty one counts as not there.
fn filled(system: &dyn System, name: &str) -> Seen<String> {
    system.registry_text(KEY, name).and_then(|text| {
        if text.is_empty() {
            Seen::Absent
        } else {
            Seen::Known(text)
        }
    })
}

/// Every Windows has these, so a missing one is a fault of the hive and not an absence.
fn required<T>(name: &str, seen: Seen<T>) -> Seen<T> {
    match seen {
        Seen::Absent => malformed(format!("{KEY} has no {name}")),
        other => other,
    }
}

fn build(system: &dyn System) -> Seen<u32> {
    filled(system, "CurrentBuildNumber").and_then(|text| {
        text.parse().map_or_else(
            |_| malformed(format!("the build {text} is no number")),
            Seen::Known,
        )
    })
}

fn narrow(number: u64) -> Seen<u32> {
    u32::try_from(number).map_or_else(
        |_| malformed(format!("the revision {number} is too large")),
        Seen::Known,
    )
}

fn installation_type(system: &dyn System) -> Seen<InstallationType> {
    filled(system, "InstallationType").and_then(|text| match text.to_lowercase().as_str() {
        "client" => Seen::Known(InstallationType::Client),
        "server" => Seen::Known(InstallationType::Server),
        "server core" => Seen::Known(InstallationType::ServerCore),
        _ => malformed(format!("the installation type {text} is not known")),
    })
}

/// `10.0.<build>.<revision>`. Before Windows 10 there is no revision and the older text holds.
fn version(system: &dyn System, build: &Seen<u32>, revision: &Seen<u32>) -> Seen<String> {
    let numbers = both(
        &system.registry_number(KEY, "CurrentMajorVersionNumber"),
        &system.registry_number(KEY, "CurrentMinorVersionNumber"),
    );
    let release = match numbers {
        Seen::Known((major, minor)) => Seen::Known(format!("{major}.{minor}")),
        Seen::Absent => required("CurrentVersion", filled(system, "CurrentVersion")),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    let whole = both(&release, build).map(|(release, build)| format!("{release}.{build}"));
    match revision {
        Seen::Known(revision) => whole.map(|whole| format!("{whole}.{revision}")),
        Seen::Absent => whole,
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    }
}

fn shown_name(name: &str, product: Option<&String>) -> String {
    match product.map(String::as_str) {
        Some("windows-11") => name.replace("Windows 10", "Windows 11"),
        _ => name.to_owned(),
    }
}

/// Both facts, or the reason why one of them is not known.
fn both<A: Clone, B: Clone>(a: &Seen<A>, b: &Seen<B>) -> Seen<(A, B)> {
    match (a, b) {
        (Seen::Known(a), Seen::Known(b)) => Seen::Known((a.clone(), b.clone())),
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => Seen::Unknown(gap.clone()),
        (Seen::Absent, Seen::Absent) => Seen::Absent,
        _ => Seen::Unknown(Gap::new(Reason::Malformed, "one of two numbers is missing")),
    }
}

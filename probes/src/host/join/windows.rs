//! Windows: which signs of a join the registry shows.
//!
//! The primary DNS suffix may be set on any machine and policy state may be left over, so neither
//! counts alone. Joining sets the Netlogon service to start by itself and leaving sets it back, and
//! every user can read that. Entra ID keeps one key for each device certificate.

use waterline_facts::{Gap, Reason, Seen, host::JoinFacts};

use super::{NAME_IT, found_in};
use crate::system::{System, malformed};

const TCPIP: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters";
const NETLOGON: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Netlogon";
const POLICY_STATE: &str =
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Group Policy\State\Machine";
const CLOUD_JOIN: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo";
const CLOUD_TENANTS: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\TenantInfo";
const REGISTRATIONS: &str =
    r"HKCU\Software\Microsoft\Windows NT\CurrentVersion\WorkplaceJoin\JoinInfo";
const POLICY_TENANT: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\CDJ\AAD";
const FALLBACK: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\CDJ";
const WORKPLACE: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WorkplaceJoin";
/// SERVICE_AUTO_START.
const AUTOMATIC: u64 = 2;

pub(super) fn read(system: &dyn System) -> JoinFacts {
    let devices = match system.registry_keys(CLOUD_JOIN) {
        Seen::Absent => Seen::Known(Vec::new()),
        other => other,
    };
    JoinFacts {
        entra_tenant: devices.as_ref().and_then(|keys| tenant(system, keys)),
        leftover_tenants: leftovers(system, &devices),
        entra_joined: devices.map(|keys| !keys.is_empty()),
        registered: match system.registry_keys(REGISTRATIONS) {
            Seen::Absent => Seen::Known(false),
            keys => keys.map(|keys| !keys.is_empty()),
        },
        policy_tenant: filled(system.registry_text(POLICY_TENANT, "TenantId"))
            .map(|id| id.to_lowercase()),
        policy_tenant_domain: filled(system.registry_text(POLICY_TENANT, "TenantName")),
        fallback_off: is(system, FALLBACK, "FallbackToSyncJoin", 0),
        registration_blocked: is(system, WORKPLACE, "BlockAADWorkplaceJoin", 1),
        automatic_join_off: is(system, WORKPLACE, "autoWorkplaceJoin", 0),
        ..found_in(domain(system), "registry")
    }
}

/// Whether a setting has this value; one that is not there has not.
fn is(system: &dyn System, key: &str, name: &str, value: u64) -> Seen<bool> {
    match system.registry_number(key, name) {
        Seen::Absent => Seen::Known(false),
        number => number.map(|number| number == value),
    }
}

/// Tenants beyond those of the devices.
fn leftovers(system: &dyn System, devices: &Seen<Vec<String>>) -> Seen<u32> {
    let tenants = match system.registry_keys(CLOUD_TENANTS) {
        Seen::Absent => Seen::Known(Vec::new()),
        tenants => tenants,
    };
    tenants.and_then(|tenants| {
        devices.as_ref().map(|devices| {
            let beyond = tenants.len().saturating_sub(devices.len());
            u32::try_from(beyond).unwrap_or(u32::MAX)
        })
    })
}

fn domain(system: &dyn System) -> Seen<String> {
    let suffix = filled(system.registry_text(TCPIP, "Domain"));
    let policy = filled(system.registry_text(POLICY_STATE, "Distinguished-Name"))
        .and_then(|name| domain_of(&name));
    let automatic = system
        .registry_number(NETLOGON, "Start")
        .map(|start| start == AUTOMATIC);
    match (automatic, suffix, policy) {
        // The computer object's own domain, which a disjoint DNS suffix hides.
        (Seen::Known(true), _, Seen::Known(domain)) => Seen::Known(domain),
        (Seen::Known(true), Seen::Known(suffix), _) => Seen::Known(suffix),
        (Seen::Known(false), Seen::Known(suffix), Seen::Known(domain))
            if suffix.eq_ignore_ascii_case(&domain) =>
        {
            unclear("policy was applied, yet the Netlogon service does not start by itself")
        }
        (Seen::Known(false), ..) => Seen::Absent,
        (Seen::Known(true), Seen::Absent, _) => {
            unclear("the Netlogon service starts by itself, yet no domain is named")
        }
        (Seen::Known(true), Seen::Unknown(gap), _) | (Seen::Unknown(gap), ..) => {
            Seen::Unknown(gap.with_remedy(NAME_IT))
        }
        (Seen::Absent, ..) => unclear("the registry has no Netlogon service"),
    }
}

fn unclear<T>(what: &str) -> Seen<T> {
    Seen::Unknown(Gap::new(Reason::Malformed, what).with_remedy(NAME_IT))
}

fn filled(text: Seen<String>) -> Seen<String> {
    text.and_then(|text| {
        if text.is_empty() {
            Seen::Absent
        } else {
            Seen::Known(text)
        }
    })
}

/// The DNS name in the `DC=` parts of a distinguished name.
fn domain_of(name: &str) -> Seen<String> {
    let labels: Vec<&str> = name
        .split(',')
        .filter_map(|part| part.trim().split_once('='))
        .filter(|(kind, _)| kind.trim().eq_ignore_ascii_case("DC"))
        .map(|(_, label)| label.trim())
        .collect();
    if labels.is_empty() || labels.iter().any(|label| label.is_empty()) {
        return malformed(format!(
            "{POLICY_STATE}\\Distinguished-Name names no domain"
        ));
    }
    Seen::Known(labels.join("."))
}

/// The tenant of the one device certificate, in lower case, as letter case means nothing in it. The
/// user's address beside it is never read.
fn tenant(system: &dyn System, devices: &[String]) -> Seen<String> {
    match devices {
        [] => Seen::Absent,
        [device] => {
            let id = system.registry_text(&format!("{CLOUD_JOIN}\\{device}"), "TenantId");
            filled(id).map(|id| id.to_lowercase())
        }
        several => malformed(format!("{CLOUD_JOIN} has {} devices", several.len())),
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    fn join(netlogon: &str, suffix: &str, policy: &str) -> Seen<String> {
        let text = format!(
            "Windows Registry Editor Version 5.00\n\
             [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Netlogon]\n{netlogon}\n\
             [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\n{suffix}\n\
             [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\Machine]\n{policy}\n"
        );
        let system = Recorded::new(OsFamily::Windows);
        read(&system.with_registry(text.as_bytes()).unwrap()).domain
    }

    const AUTO: &str = "\"Start\"=dword:2";
    const MANUAL: &str = "\"Start\"=dword:3";
    const SUFFIX: &str = "\"Domain\"=\"Corp.Example.Test\"";
    const NO_SUFFIX: &str = "\"Domain\"=\"\"";
    const POLICY: &str = "\"Distinguished-Name\"=\"CN=PC1,OU=A,DC=corp,DC=example,DC=test\"";

    #[test]
    fn joined_only_where_the_signs_agree() {
        let corp = Some("corp.example.test");
        let table = [
            (AUTO, SUFFIX, POLICY, corp),
            (AUTO, SUFFIX, "", corp),
            (AUTO, NO_SUFFIX, POLICY, corp),
            (AUTO, "\"Domain\"=\"other.test\"", POLICY, corp),
        ];
        for (netlogon, suffix, policy, domain) in table {
            let seen = join(netlogon, suffix, policy);
            assert_eq!(
                seen.known().map(String::as_str),
                domain,
                "{netlogon} {suffix}"
            );
        }
    }

    #[test]
    fn the_tenant_is_in_lower_case_as_the_directory_tells_it() {
        let text = format!(
            "Windows Registry Editor Version 5.00\n\
             [{}\\0A1B]\n\"TenantId\"=\"9F0E6B0C-6F6E-4C0A-9A51-2B7C1D7F0A11\"\n",
            CLOUD_JOIN.replacen("HKLM", "HKEY_LOCAL_MACHINE", 1)
        );
        let system = Recorded::new(OsFamily::Windows);
        let join = read(&system.with_registry(text.as_bytes()).unwrap());
        assert_eq!(
            join.entra_tenant.known().map(String::as_str),
            Some("9f0e6b0c-6f6e-4c0a-9a51-2b7c1d7f0a11")
        );
    }

    #[test]
    fn suffix_or_leftover_policy_alone_is_no_join() {
        assert_eq!(join(MANUAL, SUFFIX, ""), Seen::Absent);
        assert_eq!(join(MANUAL, NO_SUFFIX, POLICY), Seen::Absent);
        assert_eq!(join(MANUAL, NO_SUFFIX, ""), Seen::Absent);
    }

    #[test]
    fn contradictions_and_faults_are_unknown_and_say_what_to_do() {
        for seen in [
            join(MANUAL, SUFFIX, POLICY),
            join(AUTO, NO_SUFFIX, ""),
            join("", SUFFIX, ""),
            join("\"Start\"=\"2\"", SUFFIX, POLICY),
            join(AUTO, "\"Domain\"=dword:1", ""),
        ] {
            assert_eq!(seen.gap().map(|gap| gap.remedy.as_str()), Some(NAME_IT));
        }
    }
}

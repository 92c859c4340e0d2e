//! Windows: the settings of the Windows Time service; those of policy win over its own.

use waterline_facts::{Seen, host::TimeFacts};

use super::{DOMAIN_HIERARCHY, sorted};
use crate::system::{System, malformed};

const ZONE: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation";
const POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\W32Time\Parameters";
const SERVICE: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time";
const PARAMETERS: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters";
/// SERVICE_DISABLED.
const DISABLED: u64 = 4;

pub(super) fn read(system: &dyn System) -> TimeFacts {
    let servers = setting(system, "NtpServer").map(|text| servers(&text));
    TimeFacts {
        zone: system.registry_text(ZONE, "TimeZoneKeyName"),
        source: source(system, &servers),
        servers: match servers {
            Seen::Absent => Seen::Known(Vec::new()),
            other => other,
        },
    }
}

fn source(system: &dyn System, servers: &Seen<Vec<String>>) -> Seen<String> {
    if system.registry_number(SERVICE, "Start") == Seen::Known(DISABLED) {
        return Seen::Absent;
    }
    match setting(system, "Type") {
        Seen::Known(kind) => match kind.to_uppercase().as_str() {
            "NT5DS" | "ALLSYNC" => Seen::Known(DOMAIN_HIERARCHY.to_owned()),
            "NTP" => servers
                .as_ref()
                .and_then(|servers| servers.first().cloned().map_or(Seen::Absent, Seen::Known)),
            "NOSYNC" => Seen::Absent,
            _ => malformed(format!("the time service's type {kind} is not known")),
        },
        Seen::Absent => malformed(format!("{PARAMETERS} has no Type")),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    }
}

fn setting(system: &dyn System, name: &str) -> Seen<String> {
    match system.registry_text(POLICY, name) {
        Seen::Absent => system.registry_text(PARAMETERS, name),
        set => set,
    }
}

/// `time.windows.com,0x9 ntp.example.test`: names apart by blanks, each perhaps with flags.
fn servers(text: &str) -> Vec<String> {
    sorted(
        text.split_whitespace()
            .filter_map(|server| server.split(',').next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
    )
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    fn time(service: &str, policy: &str) -> TimeFacts {
        let text = format!(
            "Windows Registry Editor Version 5.00\n\
             [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters]\n{service}\n\
             [HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters]\n{policy}\n"
        );
        let system = Recorded::new(OsFamily::Windows);
        read(&system.with_registry(text.as_bytes()).unwrap())
    }

    #[test]
    fn type_tells_the_source_and_policy_wins() {
        let ntp = "\"Type\"=\"NTP\"\n\"NtpServer\"=\"time.windows.com,0x9 b.test\"";
        let table = [
            (
                "\"Type\"=\"NT5DS\"",
                "",
                Seen::Known(DOMAIN_HIERARCHY.into()),
            ),
            (ntp, "", Seen::Known("b.test".into())),
            (
                ntp,
                "\"Type\"=\"NT5DS\"",
                Seen::Known(DOMAIN_HIERARCHY.into()),
            ),
            ("\"Type\"=\"NoSync\"", "", Seen::Absent),
        ];
        for (service, policy, source) in table {
            assert_eq!(time(service, policy).source, source, "{service} {policy}");
        }
        let servers = vec!["b.test".to_owned(), "time.windows.com".to_owned()];
        assert_eq!(time(ntp, "").servers, Seen::Known(servers));
    }

    #[test]
    fn wrong_type_is_unknown() {
        assert!(time("\"Type\"=dword:1", "").source.is_unknown());
        assert!(time("", "").source.is_unknown());
    }
}

//! Software that agents and connectors build on, and which versions of TLS the settings allow.
//!
//! The registry of Windows; other systems have none of it. Settings only: nothing is spoken.
//! Sources: dotnet/docs how-to-determine-which-versions-are-installed.md (2025-10-20),
//! MicrosoftDocs/entra-docs reference-connect-tls-enforcement.md (2021-09-14),
//! MicrosoftDocs/memdocs enable-tls-1-2-client.md (2024-10-18).

use waterline_facts::{
    Seen,
    host::{OsFamily, ProtocolSetting, ProtocolState, SoftwareFacts, TlsSettingFacts},
};

use crate::system::{System, filled, malformed};

const DOTNET: &str = r"HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full";
const POWERSHELL: &str = r"HKLM\SOFTWARE\Microsoft\PowerShell\3\PowerShellEngine";
const POWERSHELL_CORE: &str = r"HKLM\SOFTWARE\Microsoft\PowerShellCore\InstalledVersions";
/// Policy first: it holds whatever the machine has set.
const EXECUTION: [&str; 2] = [
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell",
    r"HKLM\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell",
];
const SCHANNEL: &str =
    r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols";
const PROTOCOLS: [&str; 5] = ["SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"];
const CRYPTO: &str = r"HKLM\SOFTWARE\Microsoft\.NETFramework\v4.0.30319";
const CRYPTO_32: &str = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\.NETFramework\v4.0.30319";
const WINHTTP: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\WinHttp";
/// TLS 1.2 and 1.3.
const MODERN: u64 = 0x800 | 0x2000;

/// The lowest release number of each version, oldest first.
const DOTNET_VERSIONS: [(u32, &str); 11] = [
    (378_389, "4.5"),
    (378_675, "4.5.1"),
    (379_893, "4.5.2"),
    (393_295, "4.6"),
    (394_254, "4.6.1"),
    (394_802, "4.6.2"),
    (460_798, "4.7"),
    (461_308, "4.7.1"),
    (461_808, "4.7.2"),
    (528_040, "4.8"),
    (533_320, "4.8.1"),
];

/// Reads what is installed.
pub(super) fn read(system: &dyn System) -> SoftwareFacts {
    if system.family() != OsFamily::Windows {
        return SoftwareFacts {
            dotnet_release: Seen::Absent,
            dotnet_version: Seen::Absent,
            powershell: Seen::Absent,
            powershell_core: Seen::Absent,
            execution_policy: Seen::Absent,
        };
    }
    let release = system
        .registry_number(DOTNET, "Release")
        .and_then(|number| {
            u32::try_from(number)
                .map_or_else(|_| malformed("the release is too large"), Seen::Known)
        });
    SoftwareFacts {
        dotnet_version: release.clone().and_then(dotnet_version),
        dotnet_release: release,
        powershell: filled(system, POWERSHELL, "PowerShellVersion"),
        powershell_core: powershell_core(system),
        execution_policy: match filled(system, EXECUTION[0], "ExecutionPolicy") {
            Seen::Absent => filled(system, EXECUTION[1], "ExecutionPolicy"),
            policy => policy,
        },
    }
}

fn dotnet_version(release: u32) -> Seen<String> {
    let reached = DOTNET_VERSIONS
        .iter()
        .rev()
        .find(|(least, _)| release >= *least);
    reached.map_or_else(
        || malformed(format!("the release {release} is of no known version")),
        |(_, version)| Seen::Known((*version).to_owned()),
    )
}

fn powershell_core(system: &dyn System) -> Seen<Vec<String>> {
    let keys = match system.registry_keys(POWERSHELL_CORE) {
        Seen::Absent => Seen::Known(Vec::new()),
        keys => keys,
    };
    keys.map(|keys| {
        let version = |name: &String| {
            let key = format!("{POWERSHELL_CORE}\\{name}");
            filled(system, &key, "SemanticVersion").into_known()
        };
        let mut versions: Vec<String> = keys.iter().filter_map(version).collect();
        versions.sort();
        versions
    })
}

/// Reads what the settings allow.
pub(super) fn tls(system: &dyn System) -> TlsSettingFacts {
    if system.family() != OsFamily::Windows {
        return TlsSettingFacts {
            protocols: Seen::Absent,
            dotnet_strong: Seen::Absent,
            dotnet_system_default: Seen::Absent,
            dotnet_strong_32: Seen::Absent,
            dotnet_system_default_32: Seen::Absent,
            winhttp_protocols: Seen::Absent,
            winhttp_without_tls_1_2: Seen::Absent,
        };
    }
    let flag = |key: &str, name: &str| system.registry_number(key, name).map(|value| value == 1);
    let winhttp = system.registry_number(WINHTTP, "DefaultSecureProtocols");
    TlsSettingFacts {
        protocols: Seen::Known(PROTOCOLS.map(|name| protocol(system, name)).to_vec()),
        dotnet_strong: flag(CRYPTO, "SchUseStrongCrypto"),
        dotnet_system_default: flag(CRYPTO, "SystemDefaultTlsVersions"),
        dotnet_strong_32: flag(CRYPTO_32, "SchUseStrongCrypto"),
        dotnet_system_default_32: flag(CRYPTO_32, "SystemDefaultTlsVersions"),
        winhttp_without_tls_1_2: winhttp.clone().map(|bits| bits & MODERN == 0),
        winhttp_protocols: winhttp,
    }
}

fn protocol(system: &dyn System, name: &str) -> ProtocolSetting {
    let side = |side: &str| {
        let key = format!("{SCHANNEL}\\{name}\\{side}");
        let enabled = system.registry_number(&key, "Enabled");
        let by_default = system.registry_number(&key, "DisabledByDefault");
        state(enabled, by_default)
    };
    ProtocolSetting {
        protocol: name.to_owned(),
        client: side("Client"),
        server: side("Server"),
    }
}

/// `Enabled` is 1 or all bits; a version that is on may still be left out by default.
fn state(enabled: Seen<u64>, off_by_default: Seen<u64>) -> Seen<ProtocolState> {
    match (enabled, off_by_default) {
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => Seen::Unknown(gap),
        (Seen::Known(0), _) => Seen::Known(ProtocolState::Off),
        (_, Seen::Known(1..)) => Seen::Known(ProtocolState::OffByDefault),
        (Seen::Absent, Seen::Absent) => Seen::Known(ProtocolState::Unset),
        _ => Seen::Known(ProtocolState::On),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_settings_leave_it_to_the_system_and_both_values_count() {
        use ProtocolState::{Off, OffByDefault, On, Unset};
        let known = Seen::Known;
        let table = [
            (Seen::Absent, Seen::Absent, Unset),
            (known(1), Seen::Absent, On),
            (known(0xFFFF_FFFF), known(0), On),
            (known(1), known(1), OffByDefault),
            (Seen::Absent, known(1), OffByDefault),
            (known(0), known(0), Off),
        ];
        for (enabled, default, expected) in table {
            assert_eq!(state(enabled, default), Seen::Known(expected));
        }
    }

    #[test]
    fn release_numbers_are_compared_and_not_looked_up() {
        for (release, version) in [(528_449, "4.8"), (533_509, "4.8.1"), (378_389, "4.5")] {
            assert_eq!(dotnet_version(release), Seen::Known(version.to_owned()));
        }
        assert!(dotnet_version(378_388).is_unknown());
    }
}

//! The host probe over recorded machines: management, protection, software, settings of TLS, restarts,
//! and the ties to Entra ID. The hives are those of `recorded_windows.rs`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod machine;

use std::sync::Arc;

use machine::{run, text};
use waterline_facts::{
    HostFacts, Reason, Seen,
    host::{
        AutoEnrollment, EditionClass, InstallationType, JoinKind, LocalPasswordBackup, OsFamily,
        ProtocolState, ReleaseChannel, RestartReason, StatusSource,
    },
};
use waterline_probes::{host::HostProbe, system::Recorded};

const CO_MANAGED: &str = include_str!("machines/windows-11-24h2-enterprise.reg");
const PLAIN: &str = include_str!("machines/windows-10-22h2-pro.reg");

fn windows(registry: &str) -> Recorded {
    let system = Recorded::new(OsFamily::Windows);
    system.with_registry(registry.as_bytes()).unwrap()
}

async fn host(system: Recorded) -> HostFacts {
    run(HostProbe::of(Arc::new(system))).await.0
}

#[tokio::test]
async fn co_managed_machine_tells_who_manages_it_and_names_no_user() {
    let facts = host(windows(CO_MANAGED)).await;
    let management = &facts.management;
    assert_eq!(management.enrolled, Seen::Known(true));
    assert_eq!(management.intune, Seen::Known(true));
    assert_eq!(management.co_managed, Seen::Known(true));
    let device = Seen::Known(AutoEnrollment::Device);
    assert_eq!(management.auto_enrollment, device);
    let enrollments = management.enrollments.known().unwrap();
    assert_eq!(enrollments.len(), 1, "keys without a provider are none");
    let client = management.configuration_manager.known().unwrap();
    assert_eq!(client.build, Seen::Known(9132));
    assert_eq!(text(&client.site), "PS1");
    assert_eq!(client.co_management_flags, Seen::Known(0x20f1));
    assert_eq!(facts.join.kind, Seen::Known(JoinKind::Hybrid));
    assert!(!serde_json::to_string(&facts).unwrap().contains("fooUser"));
}

#[tokio::test]
async fn protection_software_and_settings_are_read() {
    let facts = host(windows(CO_MANAGED)).await;
    assert_eq!(facts.security.secure_boot, Seen::Known(true));
    assert_eq!(text(&facts.security.tpm_version), "2.0");
    assert_eq!(facts.security.system_disk_encrypted, Seen::Known(true));
    let backup = Seen::Known(LocalPasswordBackup::Entra);
    assert_eq!(facts.security.local_password_backup, backup);
    assert_eq!(text(&facts.software.dotnet_version), "4.8.1");
    assert_eq!(text(&facts.software.powershell), "5.1.26100.1");
    let protocols = facts.tls.protocols.known().unwrap();
    let modern = protocols
        .iter()
        .find(|one| one.protocol == "TLS 1.2")
        .unwrap();
    assert_eq!(modern.client, Seen::Known(ProtocolState::OffByDefault));
    assert_eq!(modern.server, Seen::Known(ProtocolState::Unset));
    assert_eq!(facts.tls.dotnet_strong, Seen::Known(true));
    assert_eq!(facts.tls.dotnet_strong_32, Seen::Absent);
    let reasons = vec![RestartReason::WindowsUpdate, RestartReason::FileRename];
    assert_eq!(facts.pending_restart, Seen::Known(reasons));
}

#[tokio::test]
async fn what_only_an_administrator_sees_is_unknown_and_says_how_to_learn_it() {
    let facts = host(windows(PLAIN)).await;
    for gap in [
        facts.security.tpm_version.gap(),
        facts.security.system_disk_encrypted.gap(),
        facts.os.extended_updates.gap(),
    ] {
        assert!(!gap.unwrap().remedy.is_empty());
    }
    assert_eq!(facts.management.enrolled, Seen::Known(false));
    assert_eq!(facts.management.configuration_manager, Seen::Absent);
    assert_eq!(facts.pending_restart, Seen::Known(Vec::new()));
    assert_eq!(facts.join.kind, Seen::Known(JoinKind::None));
}

#[tokio::test]
async fn values_of_the_wrong_type_and_refused_keys_cost_one_fact_each() {
    let wrong = CO_MANAGED
        .replace(
            "\"CoManagementFlags\"=dword:000020f1",
            "\"CoManagementFlags\"=\"8433\"",
        )
        .replace("\"Count\"=dword:00000001", "\"Count\"=\"1\"")
        .replace("5.00.9132.1011", "5.00");
    let refused = r"HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State";
    let facts = host(windows(&wrong).with_denied_key(refused)).await;
    let client = facts.management.configuration_manager.known().unwrap();
    assert!(client.co_management_flags.is_unknown() && client.build.is_unknown());
    assert!(facts.management.co_managed.is_unknown());
    assert!(facts.security.tpm_version.is_unknown());
    let gap = facts.security.secure_boot.gap().unwrap();
    assert_eq!(gap.reason, Reason::Denied);
    assert_eq!(facts.management.intune, Seen::Known(true));
}

#[tokio::test]
async fn servers_clients_and_channels_are_told_apart() {
    use EditionClass::{HomePro, ServerLtsc};
    use ReleaseChannel::{General, LongTerm};
    let arm = include_str!("machines/windows-11-25h2-arm.reg");
    let old = include_str!("machines/windows-server-2019.reg");
    let new = include_str!("machines/windows-server-2025.reg");
    let table = [
        (arm, "windows-11", "aarch64", HomePro, General, "25H2"),
        (
            old,
            "windows-server-2019",
            "x86_64",
            ServerLtsc,
            LongTerm,
            "1809",
        ),
        (
            new,
            "windows-server-2025",
            "x86_64",
            ServerLtsc,
            LongTerm,
            "24H2",
        ),
    ];
    for (registry, product, architecture, class, channel, release) in table {
        let facts = host(windows(registry)).await;
        assert_eq!(text(&facts.os.product), product);
        assert_eq!(text(&facts.architecture), architecture);
        assert_eq!(facts.os.edition_class, Seen::Known(class));
        assert_eq!(facts.os.channel, Seen::Known(channel));
        assert_eq!(text(&facts.os.display_version), release);
        assert_eq!(facts.os.s_mode, Seen::Known(false));
    }
    let server = host(windows(new)).await.os.installation_type;
    assert_eq!(server, Seen::Known(InstallationType::Server));
}

#[tokio::test]
async fn saved_status_wins_over_the_command_and_linux_has_none() {
    let printed = "| Device State |\nAzureAdJoined : NO\n";
    let system = windows(PLAIN).with_device_status(printed);
    let live = host(system.clone())
        .await
        .device_status
        .into_known()
        .unwrap();
    assert_eq!(live.source, StatusSource::Command);
    let saved: Arc<[u8]> = printed.replace("NO", "YES").into_bytes().into();
    let probe = HostProbe::of(Arc::new(system)).with_device_status(Some(saved));
    let file = run(probe).await.0.device_status.into_known().unwrap();
    assert_eq!(file.source, StatusSource::File);
    assert_eq!(file.entra_joined, Seen::Known(true));
    let linux = host(Recorded::new(OsFamily::Linux)).await;
    assert_eq!(linux.device_status, Seen::Absent);
}

#[tokio::test]
async fn linux_and_macos_tell_what_their_files_show() {
    let linux = Recorded::new(OsFamily::Linux)
        .with_file(
            "/etc/os-release",
            "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
        )
        .with_file("/opt/microsoft/intune/bin/intune-portal", "x")
        .with_file("/sys/class/tpm/tpm0/tpm_version_major", "2\n")
        .with_file(
            "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
            [6, 0, 0, 0, 1],
        )
        .with_file("/run/reboot-required", "");
    let facts = host(linux).await;
    let derived = vec!["ubuntu".to_owned(), "debian".to_owned()];
    assert_eq!(facts.os.derived_from, Seen::Known(derived));
    assert_eq!(facts.management.intune_agent, Seen::Known(true));
    assert!(facts.management.enrolled.is_unknown());
    assert_eq!(text(&facts.security.tpm_version), "2.0");
    assert_eq!(facts.security.secure_boot, Seen::Known(true));
    assert_eq!(
        facts.pending_restart,
        Seen::Known(vec![RestartReason::Package])
    );
    let portal = "<plist><dict><key>CFBundleShortVersionString</key><string>5.2404.0</string></dict></plist>";
    let mac = Recorded::new(OsFamily::Macos)
        .with_file(
            "/Applications/Company Portal.app/Contents/Info.plist",
            portal,
        )
        .with_file(
            "/Library/Managed Preferences/com.apple.extensiblesso.plist",
            "x",
        );
    let facts = host(mac).await;
    assert_eq!(text(&facts.management.intune_agent_version), "5.2404.0");
    assert_eq!(facts.management.sign_on_extension, Seen::Known(true));
    assert!(facts.management.enrolled.is_unknown());
}

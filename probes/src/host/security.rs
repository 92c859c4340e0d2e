//! How the machine is protected, as far as an ordinary user may see it.
//!
//! Windows tells of chip and encryption for certain to administrators alone, by WMI, which is not
//! asked. The registry shows an ordinary user whether a chip's driver has a device, and whether the
//! disk was protected at the last start; where it shows nothing, nothing is concluded.

use waterline_facts::{
    Gap, Reason, Seen,
    host::{LocalPasswordBackup, OsFamily, SecurityFacts},
};

use crate::system::{System, malformed, unsupported};

const SECURE_BOOT: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State";
const CHIP: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\TPM\Enum";
const ENCRYPTION: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\BitLockerStatus";
/// Policies of Windows LAPS; the first with any setting holds (Microsoft's documentation of them).
const PASSWORD_POLICIES: [&str; 3] = [
    r"HKLM\SOFTWARE\Microsoft\Policies\LAPS",
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS",
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config",
];
const OLD_PASSWORD_POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft Services\AdmPwd";
const FIRMWARE: &str = "/sys/firmware/efi";
const BOOT_VARIABLE: &str =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const CHIPS: &str = "/sys/class/tpm";

/// Reads it.
pub(super) fn read(system: &dyn System) -> SecurityFacts {
    match system.family() {
        OsFamily::Windows => windows(system),
        OsFamily::Linux => SecurityFacts {
            secure_boot: linux_secure_boot(system),
            tpm_version: linux_chip(system),
            system_disk_encrypted: unsupported("only root may follow a disk to what is below it"),
            local_password_backup: Seen::Absent,
        },
        _ => SecurityFacts {
            secure_boot: unsupported("no file tells"),
            tpm_version: Seen::Absent,
            system_disk_encrypted: Seen::Unknown(
                Gap::new(Reason::Unsupported, "no file tells")
                    .with_remedy("run fdesetup status on a Mac"),
            ),
            local_password_backup: Seen::Absent,
        },
    }
}

fn windows(system: &dyn System) -> SecurityFacts {
    SecurityFacts {
        secure_boot: system
            .registry_number(SECURE_BOOT, "UEFISecureBootEnabled")
            .map(|on| on == 1),
        tpm_version: chip(system),
        system_disk_encrypted: match system.registry_number(ENCRYPTION, "BootStatus") {
            Seen::Absent => Seen::Unknown(
                Gap::new(Reason::Unsupported, "the registry does not tell")
                    .with_remedy("run manage-bde -status as an administrator"),
            ),
            status => status.map(|status| status == 1),
        },
        local_password_backup: password_backup(system),
    }
}

/// The devices of the chip's driver: a chip of version 2.0 calls itself MSFT0101.
fn chip(system: &dyn System) -> Seen<String> {
    let count = system.registry_number(CHIP, "Count");
    match count {
        Seen::Known(1..) => system.registry_text(CHIP, "0").map(|device| {
            let is_newer = device.to_uppercase().contains("MSFT0101");
            if is_newer { "2.0" } else { "1.2" }.to_owned()
        }),
        Seen::Unknown(gap) => Seen::Unknown(gap),
        _ => Seen::Unknown(
            Gap::new(Reason::Unsupported, "the registry shows no chip in use")
                .with_remedy("run Get-Tpm as an administrator"),
        ),
    }
}

fn password_backup(system: &dyn System) -> Seen<LocalPasswordBackup> {
    for key in PASSWORD_POLICIES {
        match system.registry_number(key, "BackupDirectory") {
            Seen::Absent => {}
            Seen::Known(1) => return Seen::Known(LocalPasswordBackup::Entra),
            Seen::Known(2) => return Seen::Known(LocalPasswordBackup::ActiveDirectory),
            Seen::Known(0) => return Seen::Absent,
            Seen::Known(other) => return malformed(format!("{key}\\BackupDirectory is {other}")),
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    let old = system.registry_number(OLD_PASSWORD_POLICY, "AdmPwdEnabled");
    old.and_then(|enabled| match enabled {
        1 => Seen::Known(LocalPasswordBackup::Legacy),
        _ => Seen::Absent,
    })
}

/// Four bytes of attributes, then 0 or 1.
fn linux_secure_boot(system: &dyn System) -> Seen<bool> {
    match system.exists(FIRMWARE) {
        Seen::Known(true) => {}
        Seen::Known(false) | Seen::Absent => return Seen::Absent,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    }
    match system.read(BOOT_VARIABLE, 16) {
        Seen::Known(bytes) => match bytes.get(4) {
            Some(on) => Seen::Known(*on == 1),
            None => malformed(format!("{BOOT_VARIABLE} is too short")),
        },
        Seen::Absent => unsupported("the firmware's variables cannot be seen"),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    }
}

fn linux_chip(system: &dyn System) -> Seen<String> {
    let chips = system.list(CHIPS).into_known().unwrap_or_default();
    let Some(first) = chips.first() else {
        return Seen::Absent;
    };
    let file = format!("{CHIPS}/{first}/tpm_version_major");
    system.text(&file).and_then(|text| match text.trim() {
        "2" => Seen::Known("2.0".to_owned()),
        "1" => Seen::Known("1.2".to_owned()),
        other => malformed(format!("{file} says {other}")),
    })
}

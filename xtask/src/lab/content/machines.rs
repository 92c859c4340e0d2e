//! Computers: what they run, whether they are used, whether they are disabled.

use jiff::civil::Date;

use super::entry::WORKSTATION;
use super::{Entry, Fault, ROOT};
use crate::lab::{BASE, DOMAIN};

/// Some computers of one kind.
struct Kind {
    /// Where they are: the unit's name below `OU=Devices`.
    unit: &'static str,
    prefix: &'static str,
    /// Operating system and its version, as such a computer writes them about itself.
    system: Option<(&'static str, &'static str)>,
    /// Enabled and used in the last 30 days.
    active: usize,
    /// Enabled and not used for 200 days.
    stale: usize,
    disabled: usize,
    fault: Option<Fault>,
}

/// Computers with a DNS suffix of their own.
const MAC: &str = "MAC";
/// Computers of which some have a local administrator's password of the legacy product.
const LAPS: &str = "PC22";
/// The account of a controller in its group (`SERVER_TRUST_ACCOUNT`).
const CONTROLLER: u32 = 0x2000;

const WORKSTATIONS: &str = "OU=Workstations";
const KIOSKS: &str = "OU=Kiosks,OU=Workstations";
const SERVERS: &str = "OU=Servers";
const OLD_PC: Option<Fault> = Some(Fault::OutdatedWorkstation);
const OLD_SERVER: Option<Fault> = Some(Fault::OutdatedServer);

/// Windows 10 had its last free update on 14 October 2025, Windows 11 22H2 (Pro) on 8 October
/// 2024 and 23H2 (Pro) on 11 November 2025, Windows Server 2012 R2 on 10 October 2023.
#[rustfmt::skip]
const KINDS: [Kind; 15] = [
    kind(WORKSTATIONS, "PC07", Some(("Windows 7 Professional", "6.1 (7601)")), [3, 2, 1], OLD_PC),
    kind(WORKSTATIONS, "PC18", Some(("Windows 10 Pro", "10.0 (17763)")), [5, 2, 1], OLD_PC),
    kind(WORKSTATIONS, LAPS, Some(("Windows 10 Pro", "10.0 (19045)")), [22, 4, 3], OLD_PC),
    kind(WORKSTATIONS, "PE22", Some(("Windows 10 Enterprise", "10.0 (19045)")), [9, 0, 0], OLD_PC),
    kind(WORKSTATIONS, "PW22", Some(("Windows 11 Pro", "10.0 (22621)")), [6, 1, 0], OLD_PC),
    kind(WORKSTATIONS, "PW23", Some(("Windows 11 Pro", "10.0 (22631)")), [14, 1, 0], OLD_PC),
    kind(WORKSTATIONS, "PW24", Some(("Windows 11 Enterprise", "10.0 (26100)")), [30, 2, 2], None),
    kind(KIOSKS, "LINUX", Some(("pc-linux-gnu", "4.17.12-Debian")), [1, 0, 0], None),
    kind(KIOSKS, MAC, Some(("macOS", "15.5")), [2, 0, 0], None),
    kind(KIOSKS, "BARE", None, [1, 0, 0], Some(Fault::ComputerWithoutSystem)),
    kind(SERVERS, "SRV12", Some(("Windows Server 2012 R2 Standard", "6.3 (9600)")), [2, 1, 0], OLD_SERVER),
    kind(SERVERS, "SRV16", Some(("Windows Server 2016 Standard", "10.0 (14393)")), [4, 0, 1], None),
    kind(SERVERS, "SRV19", Some(("Windows Server 2019 Standard", "10.0 (17763)")), [5, 1, 0], None),
    kind(SERVERS, "SRV22", Some(("Windows Server 2022 Standard", "10.0 (20348)")), [6, 0, 0], None),
    kind(SERVERS, "SRV25", Some(("Windows Server 2025 Standard", "10.0 (26100)")), [2, 0, 0], None),
];

/// The computers.
#[must_use]
pub fn computers(today: Date) -> Vec<Entry> {
    let machines = KINDS.iter().flat_map(|kind| kind.computers(today));
    machines.chain([left_controller(today)]).collect()
}

/// A controller that was taken away without being demoted, its settings cleaned up by hand.
fn left_controller(today: Date) -> Entry {
    let controllers = format!("OU=Domain Controllers,{BASE}");
    Entry::below(&controllers, "CN", "OLDDC", "computer")
        .account(CONTROLLER)
        .set("sAMAccountName", ["OLDDC$"])
        .set("dNSHostName", [format!("olddc.{DOMAIN}")])
        .last_logon(today, 250)
        .planted(Fault::ControllerLeft)
}

impl Kind {
    fn computers(&self, today: Date) -> Vec<Entry> {
        let active = (0..self.active).map(|at| self.computer(at).last_logon(today, days(at, 0)));
        let stale = (self.active..self.active + self.stale).map(|at| {
            self.computer(at)
                .last_logon(today, days(at, 200))
                .planted(Fault::ComputerStale)
        });
        let first = self.active + self.stale;
        let disabled = (first..first + self.disabled)
            .map(|at| self.computer(at).last_logon(today, days(at, 300)).disable());
        active.chain(stale).chain(disabled).collect()
    }

    fn computer(&self, at: usize) -> Entry {
        let unit = format!("{},OU=Devices,{ROOT}", self.unit);
        let name = format!("{}-{:03}", self.prefix, at + 1);
        let mut computer = Entry::below(&unit, "CN", &name, "computer")
            .account(WORKSTATION)
            .set("sAMAccountName", [format!("{name}$")])
            .set(
                "dNSHostName",
                [format!("{}.{}", name.to_lowercase(), self.suffix())],
            );
        if let Some((system, version)) = self.system {
            computer = computer
                .set("operatingSystem", [system])
                .set("operatingSystemVersion", [version]);
        }
        if self.prefix == MAC {
            computer = computer.planted(Fault::HostSuffixOther);
        }
        if self.prefix == LAPS && at < 3 {
            computer = computer
                .set("ms-Mcs-AdmPwdExpirationTime", ["134274240000000000"])
                .planted(Fault::LocalPasswordDue);
        }
        match self.fault {
            Some(fault) => computer.planted(fault),
            None => computer,
        }
    }

    fn suffix(&self) -> &'static str {
        match self.prefix {
            MAC => "campus.example.test",
            _ => DOMAIN,
        }
    }
}

const fn kind(
    unit: &'static str,
    prefix: &'static str,
    system: Option<(&'static str, &'static str)>,
    [active, stale, disabled]: [usize; 3],
    fault: Option<Fault>,
) -> Kind {
    Kind {
        unit,
        prefix,
        system,
        active,
        stale,
        disabled,
        fault,
    }
}

/// Days since the last logon: at least `least`, spread over 30 days.
fn days(at: usize, least: i64) -> i64 {
    least + i64::try_from(at % 30).unwrap_or(0)
}

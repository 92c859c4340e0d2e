//! Linux: the time daemon that systemd starts, and the servers in its settings.
//!
//! A daemon counts if a unit that starts it is wanted by a target. Without systemd nothing is
//! concluded: in a container the host keeps the clock.

use waterline_facts::{Seen, host::TimeFacts};

use super::{servers_in, sorted, zone_by_link};
use crate::system::{Ini, System, unsupported};

/// Where links say which unit a target wants: the administrator's and the distribution's.
const UNIT_FOLDERS: [&str; 3] = [
    "/etc/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
const TARGETS: [&str; 3] = [
    "multi-user.target.wants",
    "sysinit.target.wants",
    "basic.target.wants",
];
/// Units, the name of the daemon, and where its settings are.
const DAEMONS: [(&str, &str, &[&str]); 8] = [
    ("chrony.service", "chrony", CHRONY),
    ("chronyd.service", "chrony", CHRONY),
    ("ntpsec.service", "ntpsec", &["/etc/ntpsec/ntp.conf"]),
    ("ntp.service", "ntpd", &["/etc/ntp.conf"]),
    ("ntpd.service", "ntpd", &["/etc/ntp.conf"]),
    ("openntpd.service", "openntpd", &["/etc/openntpd/ntpd.conf"]),
    ("systemd-timesyncd.service", "systemd-timesyncd", &[]),
    ("vmtoolsd.service", "vmware-tools", &[]),
];
const CHRONY: &[&str] = &["/etc/chrony/chrony.conf", "/etc/chrony.conf"];
const TIMESYNCD: &str = "/etc/systemd/timesyncd.conf";
const TIMESYNCD_ADDITIONS: &str = "/etc/systemd/timesyncd.conf.d";

pub(super) fn read(system: &dyn System) -> TimeFacts {
    let daemon = daemon(system);
    TimeFacts {
        zone: zone(system),
        servers: daemon
            .as_ref()
            .and_then(|(name, settings)| servers(system, name, settings)),
        source: daemon.map(|(name, _)| name.to_owned()),
    }
}

/// Where the link is a copy of a zone's file, Debian's text file names the zone.
fn zone(system: &dyn System) -> Seen<String> {
    match zone_by_link(system) {
        Seen::Absent => system.text("/etc/timezone").and_then(|text| {
            match text.lines().map(str::trim).find(|line| !line.is_empty()) {
                Some(zone) => Seen::Known(zone.to_owned()),
                None => Seen::Absent,
            }
        }),
        found => found,
    }
}

type Daemon = (&'static str, &'static [&'static str]);

fn daemon(system: &dyn System) -> Seen<Daemon> {
    let mut wanted = Vec::new();
    let mut systemd = false;
    for folder in UNIT_FOLDERS {
        for target in TARGETS {
            match system.list(&format!("{folder}/{target}")) {
                Seen::Known(units) => {
                    systemd = true;
                    wanted.extend(units);
                }
                Seen::Absent => {}
                Seen::Unknown(gap) => return Seen::Unknown(gap),
            }
        }
    }
    if !systemd {
        return unsupported("time is read from systemd's units, and there are none");
    }
    DAEMONS
        .iter()
        .find(|(unit, ..)| wanted.iter().any(|wanted| wanted == unit))
        .map_or(Seen::Absent, |(_, name, settings)| {
            Seen::Known((name, settings))
        })
}

fn servers(system: &dyn System, daemon: &str, settings: &[&str]) -> Seen<Vec<String>> {
    if daemon == "systemd-timesyncd" {
        return timesyncd_servers(system);
    }
    for path in settings {
        match system.text(path) {
            Seen::Known(text) => return Seen::Known(servers_in(&text)),
            Seen::Absent => {}
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    Seen::Known(Vec::new())
}

fn timesyncd_servers(system: &dyn System) -> Seen<Vec<String>> {
    let mut ini = Ini::default();
    let mut files = vec![TIMESYNCD.to_owned()];
    let additions = system.list(TIMESYNCD_ADDITIONS).into_known();
    files.extend(
        additions
            .unwrap_or_default()
            .iter()
            .map(|name| format!("{TIMESYNCD_ADDITIONS}/{name}")),
    );
    for file in files {
        match system.text(&file) {
            Seen::Known(text) => ini.merge(&text),
            Seen::Absent => {}
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    let named = ini.get("Time", "ntp").unwrap_or_default();
    Seen::Known(sorted(named.split_whitespace().map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    fn wanting(unit: &str) -> Recorded {
        let path = format!("/etc/systemd/system/multi-user.target.wants/{unit}");
        Recorded::new(OsFamily::Linux).with_file(&path, "")
    }

    #[test]
    fn enabled_daemon_is_named_with_its_servers() {
        let text = "# server no.test\nserver b.test iburst\npool a.test\ndriftfile /x\nserver\n";
        let facts = read(&wanting("chrony.service").with_file("/etc/chrony/chrony.conf", text));
        assert_eq!(facts.source, Seen::Known("chrony".into()));
        let servers = vec!["a.test".to_owned(), "b.test".to_owned()];
        assert_eq!(facts.servers, Seen::Known(servers));
    }

    #[test]
    fn additions_of_timesyncd_count() {
        let system = wanting("systemd-timesyncd.service")
            .with_file(TIMESYNCD, "[Time]\n#NTP=\nNTP=a.test\n")
            .with_file(
                "/etc/systemd/timesyncd.conf.d/10.conf",
                "[Time]\nNTP=b.test",
            );
        assert_eq!(read(&system).servers, Seen::Known(vec!["b.test".into()]));
    }

    #[test]
    fn no_daemon_is_absent_with_systemd_and_unknown_without() {
        assert_eq!(read(&wanting("ssh.service")).source, Seen::Absent);
        assert!(read(&Recorded::new(OsFamily::Linux)).source.is_unknown());
    }

    #[test]
    fn zone_comes_from_the_link_or_the_text_file() {
        let link = wanting("x").with_link("/etc/localtime", "../usr/share/zoneinfo/Europe/Oslo");
        assert_eq!(read(&link).zone, Seen::Known("Europe/Oslo".into()));
        let text = wanting("x").with_file("/etc/timezone", "Etc/UTC\n");
        assert_eq!(read(&text).zone, Seen::Known("Etc/UTC".into()));
        let odd = wanting("x").with_link("/etc/localtime", "/dev/null");
        assert!(read(&odd).zone.is_unknown());
    }
}

//! macOS: the servers in `/etc/ntp.conf`, which the system's own time service reads.

use waterline_facts::{Seen, host::TimeFacts};

use super::{servers_in, zone_by_link};
use crate::system::{System, unsupported};

pub(super) fn read(system: &dyn System) -> TimeFacts {
    let servers = match system.text("/etc/ntp.conf").map(|text| servers_in(&text)) {
        Seen::Absent => Seen::Known(Vec::new()),
        other => other,
    };
    TimeFacts {
        zone: zone_by_link(system),
        source: servers.as_ref().and_then(|servers| match servers.first() {
            Some(server) => Seen::Known(server.clone()),
            None => unsupported("/etc/ntp.conf names no server"),
        }),
        servers,
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    #[test]
    fn server_and_zone_are_read() {
        let system = Recorded::new(OsFamily::Macos)
            .with_file("/etc/ntp.conf", "server time.apple.com\n")
            .with_link("/etc/localtime", "/var/db/timezone/zoneinfo/Europe/Rome");
        let facts = read(&system);
        assert_eq!(facts.source, Seen::Known("time.apple.com".into()));
        assert_eq!(facts.zone, Seen::Known("Europe/Rome".into()));
        assert!(read(&Recorded::new(OsFamily::Macos)).source.is_unknown());
    }
}

//! The ports of a domain controller, and who needs them.
//!
//! From the vendor's lists: the ports of the synchronisation server (Hybrid Identity Required Ports
//! and Protocols, 2025-04-09), those of a domain's member (Configure a firewall for Active Directory
//! domains and trusts, 2023-12-26), and those of a device that is to be hybrid joined by Autopilot
//! (2022-11-17).

use waterline_facts::{
    Seen,
    protocols::{PortFacts, Transport},
};

use crate::catalog::Role;

/// A service of a domain controller.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service {
    pub port: u16,
    pub transport: Transport,
    pub name: &'static str,
    required_by: &'static [Role],
}

const MEMBERS: &[Role] = &[Role::ConnectServer, Role::Connector, Role::Device];
const SERVERS: &[Role] = &[Role::ConnectServer, Role::Connector];
const CLIENTS: &[Role] = &[Role::Connector, Role::Device];

/// The service that listens where the endpoint mapper says.
pub(super) const DYNAMIC: &str = "rpc-dynamic";

/// Every service, sorted by port and transport; that behind the mapper last.
pub(super) const ALL: [Service; 16] = [
    tcp(53, "dns", MEMBERS),
    udp(53, "dns", MEMBERS),
    tcp(88, "kerberos", MEMBERS),
    udp(88, "kerberos", MEMBERS),
    udp(123, "ntp", CLIENTS),
    tcp(135, "rpc-endpoint-mapper", MEMBERS),
    tcp(389, "ldap", MEMBERS),
    udp(389, "ldap", MEMBERS),
    tcp(445, "smb", MEMBERS),
    tcp(464, "kpasswd", CLIENTS),
    udp(464, "kpasswd", &[]),
    tcp(636, "ldaps", &[]),
    tcp(3268, "global-catalog", MEMBERS),
    tcp(3269, "global-catalog-tls", &[]),
    tcp(9389, "web-services", &[]),
    tcp(0, DYNAMIC, SERVERS),
];

const fn tcp(port: u16, name: &'static str, required_by: &'static [Role]) -> Service {
    Service {
        port,
        transport: Transport::Tcp,
        name,
        required_by,
    }
}

const fn udp(port: u16, name: &'static str, required_by: &'static [Role]) -> Service {
    Service {
        port,
        transport: Transport::Udp,
        name,
        required_by,
    }
}

impl Service {
    /// Its port as a fact for a machine that stands for these roles, or for everyone; nothing
    /// learned yet.
    pub(super) fn facts(&self, roles: &[Role]) -> PortFacts {
        let chosen = |role: &Role| roles.is_empty() || roles.contains(role);
        let mut required_by: Vec<_> = self
            .required_by
            .iter()
            .map(|r| r.name().to_owned())
            .collect();
        required_by.sort();
        PortFacts {
            port: self.port,
            transport: self.transport,
            service: self.name.to_owned(),
            required: self.required_by.iter().any(chosen),
            required_by,
            state: Seen::not_run(),
            took_ms: Seen::not_run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_sorted_and_each_stands_once() {
        let fixed = &ALL[..ALL.len() - 1];
        assert!(fixed.is_sorted_by(|a, b| (a.port, a.transport) < (b.port, b.transport)));
    }

    #[test]
    fn port_is_required_by_the_role_that_needs_it() {
        let password = ALL
            .iter()
            .find(|service| service.port == 464 && service.transport == Transport::Tcp)
            .unwrap();
        assert!(password.facts(&[]).required);
        assert!(password.facts(&[Role::Device]).required);
        assert!(!password.facts(&[Role::ConnectServer]).required);
    }
}

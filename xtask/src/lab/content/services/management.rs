//! Configuration Manager, the Intune connector, and computers that delegate.

use super::{Grant, below_domain};
use crate::lab::content::entry::WORKSTATION;
use crate::lab::content::{Change, Entry, ROOT};

const CONTAINER: &str = "CN=System Management,CN=System,";
const SERVERS: &str = "OU=Servers,OU=Devices";

/// A computer that may act for anybody without their ticket.
const TRUSTED_TO_AUTHENTICATE: u32 = 0x0100_0000 | WORKSTATION;

/// The objects.
pub fn entries() -> Vec<Entry> {
    let connector = "msaODJ4c1f";
    vec![
        Entry::below(
            &below_domain("CN=System,"),
            "CN",
            "System Management",
            "container",
        ),
        Entry::below(&below_domain(CONTAINER), "CN", "SMS-Site-P01", "mSSMSSite")
            .set("mSSMSSiteCode", ["P01"])
            .set("mSSMSAssignmentSiteCode", ["P01"])
            .set("mSSMSSourceForest", ["corp.example.test"])
            .set("mSSMSHealthState", ["0"]),
        Entry::below(
            &below_domain(CONTAINER),
            "CN",
            "SMS-MP-P01-CM1.CORP.EXAMPLE.TEST",
            "mSSMSManagementPoint",
        )
        .set("mSSMSMPName", ["CM1.corp.example.test"])
        .set("mSSMSSiteCode", ["P01"])
        .set("dNSHostName", ["CM1.corp.example.test"])
        .set("mSSMSVersion", ["9128"])
        .set("mSSMSDefaultMP", ["TRUE"])
        .set(
            "mSSMSCapabilities",
            ["<ClientOperationalSettings><Version>5.00.9128.1000</Version></ClientOperationalSettings>"],
        ),
        Entry::below(
            &below_domain("CN=Managed Service Accounts,"),
            "CN",
            connector,
            "msDS-ManagedServiceAccount",
        )
        .account(WORKSTATION)
        .set("sAMAccountName", [format!("{connector}$")]),
        delegating("APPPROXY1")
            .account(TRUSTED_TO_AUTHENTICATE)
            .set("msDS-AllowedToDelegateTo", ["http/intranet.corp.example.test"]),
        delegating("APPPROXY2")
            .set("msDS-AllowedToDelegateTo", ["http/intranet.corp.example.test"]),
        delegating("WEB1").set(
            "msDS-AllowedToActOnBehalfOfOtherIdentity",
            ["O:BAD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;DC)"],
        ),
    ]
}

fn delegating(name: &str) -> Entry {
    Entry::below(&format!("{SERVERS},{ROOT}"), "CN", name, "computer")
        .account(WORKSTATION)
        .set("sAMAccountName", [format!("{name}$")])
        .set("operatingSystem", ["Windows Server 2022 Standard"])
        .set("operatingSystemVersion", ["10.0 (20348)"])
}

/// The computer on which the connector runs.
pub fn changes() -> Vec<Change> {
    let account = below_domain("CN=msaODJ4c1f,CN=Managed Service Accounts,");
    vec![Change {
        dn: format!("CN=SRV22-001,{SERVERS},{ROOT}"),
        add: Some(("msDS-HostServiceAccount", vec![account])),
        faults: Vec::new(),
    }]
}

/// The rights.
pub fn grants() -> Vec<Grant> {
    let make_computers = "(OA;CI;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;TRUSTEE)";
    vec![
        Grant {
            on: below_domain("CN=System Management,CN=System,"),
            to: "SRV22-002$",
            entries: "(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;TRUSTEE)",
        },
        // A server that was given the container alone cannot publish below it.
        Grant {
            on: below_domain("CN=System Management,CN=System,"),
            to: "SRV22-003$",
            entries: "(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;TRUSTEE)",
        },
        Grant {
            on: format!("OU=Workstations,OU=Devices,{ROOT}"),
            to: "msaODJ4c1f$",
            entries: make_computers,
        },
        // A connector from before 2025 runs as its computer.
        Grant {
            on: format!("OU=Kiosks,OU=Workstations,OU=Devices,{ROOT}"),
            to: "SRV19-001$",
            entries: make_computers,
        },
    ]
}

//! Organisational units, service accounts, and what is wrong with the forest itself.

use jiff::civil::Date;

use super::entry::{Change, USER};
use super::{Entry, Fault, ROOT, SERVICE_ACCOUNTS, SUFFIX};
use crate::lab::{BASE, DOMAIN, SERVER, reader};

/// A suffix that no tenant can verify.
pub const LOCAL_SUFFIX: &str = "corp.local";

/// Units below [`ROOT`], parents first, each as the path of names from the bottom up.
const UNITS: [&[&str]; 14] = [
    &["People"],
    &["Finance", "People"],
    &["Engineering", "People"],
    &["Platform", "Engineering", "People"],
    &["Sales", "People"],
    &["Field", "Sales", "People"],
    &["Köln", "Field", "Sales", "People"],
    &["Partners"],
    &["Groups"],
    &["Devices"],
    &["Workstations", "Devices"],
    &["Kiosks", "Workstations", "Devices"],
    &["Servers", "Devices"],
    &["Service Accounts"],
];

/// The organisational units.
#[must_use]
pub fn units() -> Vec<Entry> {
    let root = Entry::below(BASE, "OU", "Corp", "organizationalUnit");
    let below = UNITS.iter().map(|path| {
        let (name, above) = path.split_first().unwrap_or((&"", &[]));
        let parents: String = above.iter().map(|parent| format!("OU={parent},")).collect();
        Entry::below(
            &format!("{parents}{ROOT}"),
            "OU",
            name,
            "organizationalUnit",
        )
    });
    [root].into_iter().chain(below).collect()
}

/// The reader, and what two former synchronisation servers left.
#[must_use]
pub fn service_accounts(today: Date) -> Vec<Entry> {
    let reader = Entry::below(SERVICE_ACCOUNTS, "CN", reader::NAME, "user")
        .account(USER)
        .set("sAMAccountName", [reader::NAME])
        .set("userPrincipalName", [format!("{}@{DOMAIN}", reader::NAME)])
        .set("displayName", ["Directory reader"])
        .planted(Fault::UpnSuffixReserved);
    // The first server is there still, the second is gone.
    let left = [
        former_sync("MSOL_3f2a91c7d5e4", "SRV16-001", today),
        former_sync("MSOL_80b6c2f19a3d", "SRV08-001", today),
    ];
    [reader].into_iter().chain(left).collect()
}

fn former_sync(name: &str, server: &str, today: Date) -> Entry {
    Entry::below(&format!("CN=Users,{BASE}"), "CN", name, "user")
        .account(USER)
        .set("sAMAccountName", [name])
        .set("displayName", [name])
        .set(
            "description",
            [format!(
                "Account of installation {name} running on computer {server}, which sends \
                 to tenant example.onmicrosoft.com"
            )],
        )
        .last_logon(today, 700)
        .planted(Fault::SyncAccountLeft)
        .planted(Fault::UserStale)
}

/// What is changed in the forest, and what is faulty in it as it was made.
#[must_use]
pub fn changes() -> Vec<Change> {
    let configuration = format!("CN=Configuration,{BASE}");
    let partitions = format!("CN=Partitions,{configuration}");
    let controllers = format!("OU=Domain Controllers,{BASE}");
    let features = format!(
        "CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services,{configuration}"
    );
    let suffixes = [SUFFIX, LOCAL_SUFFIX].map(str::to_owned).to_vec();
    vec![
        // Samba itself adds these only once it runs and may change DNS.
        added(
            &format!("CN=DC1,{controllers}"),
            "servicePrincipalName",
            services(),
        ),
        added(&partitions, "uPNSuffixes", suffixes).planted(Fault::UpnSuffixes),
        found(&partitions, Fault::DirectoryLevelLow),
        found(BASE, Fault::MachineQuotaDefault),
        found(
            &format!("CN=Recycle Bin Feature,{features}"),
            Fault::RecycleBinOff,
        ),
        found(&format!("CN=Schema,{configuration}"), Fault::SchemaOld),
        found(&controllers, Fault::SingleController),
    ]
}

fn added(dn: &str, attribute: &'static str, values: Vec<String>) -> Change {
    Change {
        dn: dn.to_owned(),
        add: Some((attribute, values)),
        faults: Vec::new(),
    }
}

fn found(dn: &str, fault: Fault) -> Change {
    Change {
        dn: dn.to_owned(),
        add: None,
        faults: vec![fault],
    }
}

/// Names under which clients ask for tickets to the controller's LDAP and global catalogue.
fn services() -> Vec<String> {
    let host = SERVER
        .trim_end_matches(DOMAIN)
        .trim_end_matches('.')
        .to_uppercase();
    vec![
        format!("GC/{SERVER}/{DOMAIN}"),
        format!("ldap/{SERVER}"),
        format!("ldap/{SERVER}/{DOMAIN}"),
        format!("ldap/{host}"),
    ]
}

/// A subnet that belongs to the first site, and a site to which none belongs.
#[must_use]
pub fn sites() -> Vec<Entry> {
    let sites = format!("CN=Sites,CN=Configuration,{BASE}");
    let first = format!("CN=Default-First-Site-Name,{sites}");
    let subnets = format!("CN=Subnets,{sites}");
    vec![
        Entry::below(&subnets, "CN", "10.20.0.0/16", "subnet").set("siteObject", [first]),
        Entry::below(&sites, "CN", "Warehouse", "site").planted(Fault::SiteWithoutSubnets),
    ]
}

//! What the forest and the domain say about themselves: sites, trusts, policies and keys, and accounts
//! that Kerberos serves weakly.
//!
//! Trusts and keys are objects only: nobody is behind the trusts, and the root key is all zeros.

use super::entry::{Change, USER};
use super::services::Grant;
use super::{Entry, Fault, ROOT, SERVICE_ACCOUNTS, SUFFIX};
use crate::lab::{BASE, reader};

/// The account is limited to DES.
const DES_ONLY: u32 = 0x20_0000;

/// Names of the first site's objects, which every new domain has.
const FIRST_SITE: &str = "CN=Default-First-Site-Name";
const POLICY: &str = "CN=Branch,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services";

/// A password policy that the reader may see.
const READABLE_POLICY: &str = "Guests";

/// The rights: the reader sees the container of password policies and one of them.
#[must_use]
pub fn grants() -> Vec<Grant> {
    let container = format!("CN=Password Settings Container,CN=System,{BASE}");
    let grant = |on| Grant {
        on,
        to: reader::NAME,
        entries: "(A;;RPLCLORC;;;TRUSTEE)",
    };
    let policy = format!("CN={READABLE_POLICY},{container}");
    vec![grant(container), grant(policy)]
}

fn configuration(path: &str) -> String {
    format!("{path},CN=Configuration,{BASE}")
}

/// The objects, parents first.
#[must_use]
pub fn entries() -> Vec<Entry> {
    [topology(), trusts(), policies(), keys(), services()].concat()
}

/// A site that is reached over a slower link, and a subnet that belongs to no site.
fn topology() -> Vec<Entry> {
    let sites = configuration("CN=Sites");
    let subnets = configuration("CN=Subnets,CN=Sites");
    let links = configuration("CN=IP,CN=Inter-Site Transports,CN=Sites");
    let harbour = format!("CN=Harbour,{sites}");
    vec![
        Entry::below(&sites, "CN", "Harbour", "site"),
        Entry::below(&subnets, "CN", "2001:db8:20::/48", "subnet").set("siteObject", [&harbour]),
        Entry::below(&subnets, "CN", "10.99.0.0/24", "subnet").planted(Fault::SubnetWithoutSite),
        Entry::below(&links, "CN", "Harbour", "siteLink")
            .set("siteList", [harbour, format!("{FIRST_SITE},{sites}")])
            .set("cost", ["200"])
            .set("replInterval", ["60"]),
    ]
}

/// A trusted forest, and an external domain whose identifiers are not filtered.
fn trusts() -> Vec<Entry> {
    let trust = |partner: &str, flat: &str, direction: &str, attributes: &str| {
        // Without the partner's identifier Samba gives no tickets to anybody.
        let identifier = format!("S-1-5-21-1004336348-1177238915-{}", 1000 + partner.len());
        Entry::below(&format!("CN=System,{BASE}"), "CN", partner, "trustedDomain")
            .set("trustPartner", [partner])
            .set("flatName", [flat])
            .set("securityIdentifier", [identifier])
            .set("trustType", ["2"])
            .set("trustDirection", [direction])
            .set("trustAttributes", [attributes])
    };
    vec![
        trust("fabrikam.example", "FABRIKAM", "3", "8")
            .set("msDS-SupportedEncryptionTypes", ["24"])
            .planted(Fault::TrustForest),
        trust("old.example", "OLD", "2", "0").planted(Fault::TrustUnfiltered),
    ]
}

/// A password policy for administrators, and an LDAP policy for a site.
fn policies() -> Vec<Entry> {
    let container = format!("CN=Password Settings Container,CN=System,{BASE}");
    let minutes_30 = "-18000000000";
    let password = |name, precedence: &str, group| {
        Entry::below(&container, "CN", name, "msDS-PasswordSettings")
            .set("msDS-PasswordSettingsPrecedence", [precedence])
            .set("msDS-PSOAppliesTo", [format!("CN={group},CN=Users,{BASE}")])
            .set("msDS-MinimumPasswordAge", ["-864000000000"])
            .set("msDS-MaximumPasswordAge", ["-9223372036854775808"])
            .set("msDS-MinimumPasswordLength", ["14"])
            .set("msDS-PasswordHistoryLength", ["24"])
            .set("msDS-PasswordComplexityEnabled", ["TRUE"])
            .set("msDS-PasswordReversibleEncryptionEnabled", ["FALSE"])
            .set("msDS-LockoutThreshold", ["5"])
            .set("msDS-LockoutDuration", [minutes_30])
            .set("msDS-LockoutObservationWindow", [minutes_30])
    };
    let ldap = Entry {
        dn: configuration(POLICY),
        ..Entry::below("", "CN", "Branch", "queryPolicy")
    };
    let limits = ["MaxPageSize=500", "MaxValRange=1500"];
    vec![
        password("Administrators", "10", "Domain Admins").planted(Fault::PolicyFineGrained),
        password(READABLE_POLICY, "20", "Domain Guests").planted(Fault::PolicyReadable),
        ldap.set("lDAPAdminLimits", limits)
            .planted(Fault::LdapPolicyOfSite),
    ]
}

/// A root key of the key distribution service, good since some months.
fn keys() -> Vec<Entry> {
    let services = configuration("CN=Services");
    let service = Entry::below(
        &services,
        "CN",
        "Group Key Distribution Service",
        "container",
    );
    let container = Entry::below(&service.dn, "CN", "Master Root Keys", "container");
    let name = "6b2f81c4-8d0e-4f6a-9b53-7c1d2e90a415";
    let key = Entry::below(&container.dn, "CN", name, "msKds-ProvRootKey")
        .set("msKds-Version", ["1"])
        .set("msKds-KDFAlgorithmID", ["SP800_108_CTR_HMAC"])
        .set("msKds-SecretAgreementAlgorithmID", ["DH"])
        .set("msKds-PrivateKeyLength", ["512"])
        .set("msKds-PublicKeyLength", ["2048"])
        .set(
            "msKds-DomainID",
            [format!("CN=DC1,OU=Domain Controllers,{BASE}")],
        )
        .set("msKds-CreateTime", ["134117600000000000"])
        .set("msKds-UseStartTime", ["134117960000000000"])
        .set("msKds-RootKeyData", ["0".repeat(64)])
        .planted(Fault::RootKey);
    vec![service, container, key]
}

/// Accounts of services: one that does not say that it takes AES, one that does, and one that takes
/// nothing but DES.
fn services() -> Vec<Entry> {
    let service = |name: &str| {
        Entry::below(SERVICE_ACCOUNTS, "CN", name, "user")
            .account(USER)
            .set("sAMAccountName", [name])
            .set("userPrincipalName", [format!("{name}@{SUFFIX}")])
            .set("displayName", [format!("Service {name}")])
    };
    vec![
        service("svc-intranet")
            .set("servicePrincipalName", ["HTTP/intranet.corp.example.test"])
            .planted(Fault::ServiceWithoutAes),
        service("svc-reports")
            .set("servicePrincipalName", ["HTTP/reports.corp.example.test"])
            .set("msDS-SupportedEncryptionTypes", ["24"]),
        service("svc-scanner")
            .account(USER | DES_ONLY)
            .planted(Fault::AccountDesOnly),
    ]
}

/// Settings of objects that are there already.
#[must_use]
pub fn changes() -> Vec<Change> {
    let service = configuration("CN=Directory Service,CN=Windows NT,CN=Services");
    let site = configuration(&format!("CN=NTDS Site Settings,{FIRST_SITE},CN=Sites"));
    vec![
        // Only user principal names may be given twice. The tens count the places of the text.
        set(&service, "dSHeuristics", "000000000100000000021"),
        set(&service, "msDS-DeletedObjectLifetime", "365"),
        set(BASE, "msDS-AllowedDNSSuffixes", "machines.example.com"),
        set(BASE, "dSASignature", "made by the lab, as a backup would"),
        set(&site, "queryPolicyObject", &configuration(POLICY)),
        set(
            &format!("OU=Partners,{ROOT}"),
            "uPNSuffixes",
            "partners.example.com",
        )
        .planted(Fault::UnitUpnSuffix),
    ]
}

fn set(dn: &str, attribute: &'static str, value: &str) -> Change {
    Change {
        dn: dn.to_owned(),
        add: Some((attribute, vec![value.to_owned()])),
        faults: Vec::new(),
    }
}

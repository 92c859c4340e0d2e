//! The entries that an assessment knows the forest by: the domain's head, its configuration and
//! schema, and the organisational units. None of these counts as one of the directory's objects.

use super::{
    names::LANGUAGES,
    object::Object,
    people,
    world::{DNS_NAME, DOMAIN},
};

const CONTAINER: &[&str] = &["top", "container"];
const UNIT: &[&str] = &["top", "organizationalUnit"];

/// The entry of one name and class below another, with its attributes.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

/// The domain, by names relative to it.
#[rustfmt::skip]
const DOMAIN_ROWS: &[Row] = &[
    ("CN=Users,", CONTAINER, &[]),
    ("CN=Computers,", CONTAINER, &[]),
    ("CN=Managed Service Accounts,", CONTAINER, &[]),
    ("CN=ForeignSecurityPrincipals,", CONTAINER, &[]),
    ("CN=System,", CONTAINER, &[]),
    ("OU=Domain Controllers,", UNIT, &[]),
    ("OU=Servers,", UNIT, &[]),
    ("OU=Groups,", UNIT, &[]),
    ("OU=Contacts,", UNIT, &[]),
];

/// The configuration, by names relative to it.
#[rustfmt::skip]
const CONFIGURATION_ROWS: &[Row] = &[
    ("", &["top", "configuration"], &[]),
    ("CN=Partitions,", &["top", "crossRefContainer"],
     &[("msDS-Behavior-Version", "7"), ("uPNSuffixes", "example.com"), ("uPNSuffixes", "example.net"),
       ("msDS-EnabledFeature", "CN=Recycle Bin Feature,CN=Optional Features,CN=Directory Service,\
         CN=Windows NT,CN=Services,CN=Configuration,DC=corp,DC=example,DC=com")]),
    ("CN=CORP,CN=Partitions,", &["top", "crossRef"],
     &[("nCName", DOMAIN), ("dnsRoot", DNS_NAME), ("nETBIOSName", "CORP"), ("systemFlags", "3")]),
    ("CN=Services,", CONTAINER, &[]),
    ("CN=Windows NT,CN=Services,", CONTAINER, &[]),
    ("CN=Directory Service,CN=Windows NT,CN=Services,", &["top", "nTDSService"],
     &[("tombstoneLifetime", "180")]),
    ("CN=Sites,", &["top", "sitesContainer"], &[]),
    ("CN=Subnets,CN=Sites,", &["top", "subnetContainer"], &[]),
    ("CN=Headquarters,CN=Sites,", &["top", "site"], &[("cn", "Headquarters")]),
    ("CN=10.0.0.0/8,CN=Subnets,CN=Sites,", &["top", "subnet"],
     &[("siteObject", "CN=Headquarters,CN=Sites,CN=Configuration,DC=corp,DC=example,DC=com")]),
    ("CN=DC01,CN=Servers,CN=Headquarters,CN=Sites,", &["top", "server"],
     &[("dNSHostName", "dc01.corp.example.com"),
       ("serverReference", "CN=DC01,OU=Domain Controllers,DC=corp,DC=example,DC=com")]),
    ("CN=NTDS Settings,CN=DC01,CN=Servers,CN=Headquarters,CN=Sites,",
     &["top", "applicationSettings", "nTDSDSA"], &[("options", "1")]),
];

/// The schema, by names relative to it: its version, and what an assessment looks for.
#[rustfmt::skip]
const SCHEMA_ROWS: &[Row] = &[
    ("", &["top", "dMD"], &[("objectVersion", "88")]),
    ("CN=ms-Exch-Schema-Version-Pt,", &["top", "attributeSchema"],
     &[("lDAPDisplayName", "msExchSchemaVersionPt"), ("rangeUpper", "17003")]),
    ("CN=ms-DS-Device,", &["top", "classSchema"], &[("lDAPDisplayName", "msDS-Device")]),
    ("CN=ms-DS-Key-Credential-Link,", &["top", "attributeSchema"],
     &[("lDAPDisplayName", "msDS-KeyCredentialLink")]),
];

/// All of them, parents first.
pub(super) fn entries() -> Vec<Object> {
    let mut entries = vec![domain()];
    let configuration = format!("CN=Configuration,{DOMAIN}");
    let schema = format!("CN=Schema,{configuration}");
    entries.extend(DOMAIN_ROWS.iter().map(|row| entry(row, DOMAIN)));
    entries.extend(units());
    entries.extend(
        CONFIGURATION_ROWS
            .iter()
            .map(|row| entry(row, &configuration)),
    );
    entries.extend(SCHEMA_ROWS.iter().map(|row| entry(row, &schema)));
    entries
}

fn entry((name, classes, attributes): &Row, base: &str) -> Object {
    let category = format!("CN=Container,CN=Schema,CN=Configuration,{DOMAIN}");
    let mut object = Object::new(format!("{name}{base}"), classes, category.into());
    for (attribute, value) in *attributes {
        object.add(attribute, *value);
    }
    object
}

fn domain() -> Object {
    let category = format!("CN=Domain-DNS,CN=Schema,CN=Configuration,{DOMAIN}");
    let classes: &[&str] = &["top", "domain", "domainDNS"];
    let mut object = Object::new(DOMAIN.to_owned(), classes, category.into());
    object.set("instanceType", "5");
    object.add("minPwdAge", "-864000000000");
    object.add("ms-DS-MachineAccountQuota", "10");
    object.add("msDS-Behavior-Version", "7");
    object
}

/// Countries, cities in them, and the units for users and computers in each.
fn units() -> Vec<Object> {
    let unit = |dn: String| {
        let category = format!("CN=Organizational-Unit,CN=Schema,CN=Configuration,{DOMAIN}");
        Object::new(dn, UNIT, category.into())
    };
    let of_place = LANGUAGES.iter().flat_map(|language| {
        let city = people::unit(language);
        let country = format!("OU={},{DOMAIN}", language.country);
        [
            country,
            city.clone(),
            format!("OU=Users,{city}"),
            format!("OU=Computers,{city}"),
        ]
    });
    of_place.map(unit).collect()
}

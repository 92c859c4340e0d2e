//! Classes and attributes by which products extend a schema, as far as the lab needs them.
//!
//! Names, syntaxes and what belongs to what are the products' own; the object identifiers are of
//! the arc that is set aside for examples (RFC 5612), so that none can be taken for theirs.

use crate::lab::BASE;
use crate::lab::content::{Change, Entry};

/// The private enterprise number for examples.
const ARC: &str = "1.3.6.1.4.1.32473";

/// Who may do what with objects of the classes: administrators all, everybody who signed in may read.
const ACCESS: &str =
    "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)";

/// The syntaxes that are used (MS-ADTS 3.1.1.2.2.2): their two numbers.
type Syntax = (&'static str, &'static str);
const TEXT: Syntax = ("2.5.5.12", "64");
const NUMBER: Syntax = ("2.5.5.9", "2");
const TRUTH: Syntax = ("2.5.5.8", "1");
const LARGE: Syntax = ("2.5.5.16", "65");

const ATTRIBUTES: [(&str, Syntax); 13] = [
    ("mSSMSSiteCode", TEXT),
    ("mSSMSAssignmentSiteCode", TEXT),
    ("mSSMSSourceForest", TEXT),
    ("mSSMSHealthState", TEXT),
    ("mSSMSMPName", TEXT),
    ("mSSMSVersion", TEXT),
    ("mSSMSDefaultMP", TRUTH),
    ("mSSMSCapabilities", TEXT),
    ("msExchProductId", TEXT),
    ("msExchCurrentServerRoles", NUMBER),
    ("msExchCoexistenceState", NUMBER),
    ("ms-Mcs-AdmPwdExpirationTime", LARGE),
    ("msExchSchemaVersionPt", TEXT),
];

/// Classes: name, the class above, what may hold such objects, what they may have.
type Class = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);
const CLASSES: [Class; 6] = [
    (
        "mSSMSSite",
        "top",
        &["container"],
        &[
            "mSSMSSiteCode",
            "mSSMSAssignmentSiteCode",
            "mSSMSSourceForest",
            "mSSMSHealthState",
        ],
    ),
    (
        "mSSMSManagementPoint",
        "top",
        &["container"],
        &[
            "dNSHostName",
            "mSSMSSiteCode",
            "mSSMSMPName",
            "mSSMSVersion",
            "mSSMSDefaultMP",
            "mSSMSCapabilities",
        ],
    ),
    (
        "msExchOrganizationContainer",
        "container",
        &["container"],
        &["msExchProductId"],
    ),
    (
        "msExchExchangeServer",
        "top",
        &["container"],
        &["serialNumber", "msExchCurrentServerRoles"],
    ),
    (
        "msExchCoexistenceRelationship",
        "top",
        &["container"],
        &["msExchCoexistenceState"],
    ),
    (
        "msExchSystemObjectsContainer",
        "container",
        &["domainDNS"],
        &[],
    ),
];

/// The attributes.
#[must_use]
pub fn attributes() -> Vec<Entry> {
    let attribute = |(number, (name, (syntax, form))): (usize, &(&'static str, Syntax))| {
        let entry = below_schema(cn(name), "attributeSchema")
            .set("lDAPDisplayName", [*name])
            .set("attributeID", [format!("{ARC}.1.{}", number + 1)])
            .set("attributeSyntax", [*syntax])
            .set("oMSyntax", [*form])
            .set("isSingleValued", ["TRUE"])
            .set("searchFlags", ["0"]);
        match *name {
            // Exchange writes the version of its schema as the greatest length of this attribute.
            "msExchSchemaVersionPt" => entry.set("rangeUpper", ["15334"]),
            _ => entry,
        }
    };
    ATTRIBUTES.iter().enumerate().map(attribute).collect()
}

/// What is added to classes that are there: the attribute of the legacy local administrator password
/// solution, to computers.
#[must_use]
pub fn changes() -> Vec<Change> {
    vec![Change {
        dn: format!("CN=Computer,CN=Schema,CN=Configuration,{BASE}"),
        add: Some(("mayContain", vec!["ms-Mcs-AdmPwdExpirationTime".to_owned()])),
        faults: Vec::new(),
    }]
}

/// The classes; they need the attributes.
#[must_use]
pub fn classes() -> Vec<Entry> {
    let class = |(number, (name, above, parents, may)): (usize, &Class)| {
        below_schema(name, "classSchema")
            .set("lDAPDisplayName", [*name])
            .set("governsID", [format!("{ARC}.2.{}", number + 1)])
            .set("subClassOf", [*above])
            .set("objectClassCategory", ["1"])
            .set("rDNAttID", ["cn"])
            .set("possSuperiors", parents.to_vec())
            .set("mayContain", may.to_vec())
            .set("defaultSecurityDescriptor", [ACCESS])
    };
    CLASSES.iter().enumerate().map(class).collect()
}

/// The name of the object, by which Exchange's version is looked up.
fn cn(name: &'static str) -> &'static str {
    match name {
        "msExchSchemaVersionPt" => "ms-Exch-Schema-Version-Pt",
        other => other,
    }
}

fn below_schema(name: &str, class: &'static str) -> Entry {
    Entry::below(
        &format!("CN=Schema,CN=Configuration,{BASE}"),
        "CN",
        name,
        class,
    )
}

//! Enterprise certification authorities and the templates from which they issue.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Principal;
use crate::seen::Seen;

/// Certification authorities and certificate templates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CertificateServiceFacts {
    /// The enterprise certification authorities, sorted by name.
    pub authorities: Seen<Vec<AuthorityFacts>>,
    /// How many certificates `NTAuthCertificates` holds: those of authorities whose certificates
    /// sign in to the domain. Absent if the object does not exist.
    pub logon_certificates: Seen<u32>,
    /// All templates of the forest, sorted by name; only those that an authority publishes are
    /// issued.
    pub templates: Seen<Vec<TemplateFacts>>,
}

/// One enterprise certification authority.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuthorityFacts {
    /// Its name.
    pub name: String,
    /// The server that it runs on; absent if it names none.
    pub host: Seen<String>,
    /// Names of the templates that it publishes, sorted.
    pub templates: Seen<Vec<String>>,
    /// When the latest of its certificates ends.
    pub certificate_ends: Seen<Timestamp>,
    /// Whether one of its certificates is in `NTAuthCertificates`.
    pub for_logon: Seen<bool>,
}

/// One certificate template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateFacts {
    /// Its name (`cn`), by which authorities publish it.
    pub name: String,
    /// Names of the authorities that publish it, sorted.
    pub published_by: Seen<Vec<String>>,
    /// Version of the template's own schema, 1 to 4; absent if it says none.
    pub schema_version: Seen<u32>,
    /// Whether the requester names the subject (bit 1 of `msPKI-Certificate-Name-Flag`), as the
    /// certificate connector needs it.
    pub subject_from_request: Seen<bool>,
    /// Extended key usages as object identifiers, sorted: `1.3.6.1.5.2.3.5` for a controller's
    /// Kerberos, `1.3.6.1.4.1.311.20.2.2` for smart card logon, `1.3.6.1.5.5.7.3.2` for clients.
    pub usages: Seen<Vec<String>>,
    /// Who may both read the template and enroll from it, by rights given to them directly, sorted;
    /// unknown if its access list may not be read.
    pub enrollers: Seen<Vec<Principal>>,
}

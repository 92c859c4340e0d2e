//! Certificates, device registration and password protection.

use super::{Grant, below_domain, configuration};
use crate::lab::content::{Entry, Fault};

const DEVICES: &str = "CN=Device Registration Configuration,";
const PKI: &str = "CN=Public Key Services,";

/// Everybody who signed in may read, administrators do all.
const READ: &str = "O:EAG:EAD:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPLCLORC;;;AU)";

/// The objects.
pub fn entries() -> Vec<Entry> {
    [devices(), certificates(), password_protection()].concat()
}

fn devices() -> Vec<Entry> {
    let services = configuration(&format!("CN=Device Registration Services,{DEVICES}"));
    let container = below_domain("CN=RegisteredDevices,");
    vec![
        Entry::below(
            &below_domain(""),
            "CN",
            "RegisteredDevices",
            "msDS-DeviceContainer",
        ),
        Entry::below(
            &configuration(""),
            "CN",
            "Device Registration Configuration",
            "container",
        ),
        Entry::below(
            &configuration(DEVICES),
            "CN",
            "Device Registration Services",
            "msDS-DeviceRegistrationServiceContainer",
        ),
        Entry::below(
            &configuration(DEVICES),
            "CN",
            "62a0ff2e-97b9-4513-943f-0d221bd30080",
            "serviceConnectionPoint",
        )
        .set("keywords", ["azureADName:example.com"])
        .planted(Fault::HybridJoinPointIncomplete),
        Entry::below(
            &services,
            "CN",
            "DeviceRegistrationService",
            "msDS-DeviceRegistrationService",
        )
        .set("msDS-DeviceLocation", [container.trim_end_matches(',')])
        .set("msDS-IsEnabled", ["TRUE"]),
    ]
}

fn certificates() -> Vec<Entry> {
    let templates = configuration(&format!("CN=Certificate Templates,{PKI}"));
    let template = |name| {
        Entry::below(&templates, "CN", name, "pKICertificateTemplate")
            .set("msPKI-Template-Schema-Version", ["2"])
            .set("nTSecurityDescriptor", [READ])
    };
    vec![
        template("KerberosAuthentication")
            .set("msPKI-Certificate-Name-Flag", ["138412032"])
            .set(
                "pKIExtendedKeyUsage",
                ["1.3.6.1.5.2.3.5", "1.3.6.1.5.5.7.3.1"],
            ),
        template("IntuneDevice")
            .set("msPKI-Certificate-Name-Flag", ["1"])
            .set("pKIExtendedKeyUsage", ["1.3.6.1.5.5.7.3.2"]),
        template("Unpublished").set("msPKI-Certificate-Name-Flag", ["0"]),
        Entry::below(
            &configuration(&format!("CN=Enrollment Services,{PKI}")),
            "CN",
            "Corp Issuing CA",
            "pKIEnrollmentService",
        )
        .set("dNSHostName", ["CA1.corp.example.test"])
        .set(
            "certificateTemplates",
            ["KerberosAuthentication", "IntuneDevice"],
        ),
        // A store without a certificate has a value of one zero byte.
        Entry::below(
            &configuration(PKI),
            "CN",
            "NTAuthCertificates",
            "certificationAuthority",
        )
        .set("cACertificate", ["\0"])
        .set("authorityRevocationList", ["\0"])
        .set("certificateRevocationList", ["\0"]),
    ]
}

fn password_protection() -> Vec<Entry> {
    let point = |host: &str, name, keyword: &str| {
        Entry::below(&below_domain(host), "CN", name, "serviceConnectionPoint")
            .set("keywords", [format!("{keyword};Domain=corp.example.test")])
    };
    vec![
        point(
            "CN=DC1,OU=Domain Controllers,",
            "AzureADPasswordProtectionDCAgent",
            "{2bac71e6-a293-4d5b-ba3b-50b995237946}",
        ),
        point(
            "CN=SRV22-003,OU=Servers,OU=Devices,OU=Corp,",
            "AzureADPasswordProtectionProxy",
            "{EBEFB703-6113-413D-9167-9F8DD4D24468}",
        ),
        Entry::below(
            &configuration(""),
            "CN",
            "Azure AD Password Protection",
            "container",
        ),
        Entry::below(
            &configuration("CN=Azure AD Password Protection,"),
            "CN",
            "Forest",
            "container",
        ),
    ]
}

/// The rights.
pub fn grants() -> Vec<Grant> {
    vec![Grant {
        on: configuration(&format!("CN=IntuneDevice,CN=Certificate Templates,{PKI}")),
        to: "SRV22-001$",
        entries: "(A;;RP;;;TRUSTEE)(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;TRUSTEE)",
    }]
}

//! Attributes that are never asked for, whatever the rights of whoever runs the probe.
//!
//! They hold passwords, keys and recovery secrets, or (photos) the key that AD FS hides below
//! `CN=ADFS,CN=Microsoft,CN=Program Data`. Every search is held against this list before it is
//! sent, and an export's values of these attributes are dropped while it is read.

/// Lower case, sorted. Sources: MS-ADA1 to MS-ADA3, the Windows LAPS technical reference, the AD FS
/// requirements page.
const NEVER: [&str; 19] = [
    "dbcspwd",
    "lmpwdhistory",
    "ms-mcs-admpwd",
    "msds-managedpassword",
    "msfve-recoverypassword",
    "mskds-rootkeydata",
    "mslaps-encrypteddsrmpassword",
    "mslaps-encrypteddsrmpasswordhistory",
    "mslaps-encryptedpassword",
    "mslaps-encryptedpasswordhistory",
    "mslaps-password",
    "ntpwdhistory",
    "supplementalcredentials",
    "thumbnailphoto",
    "trustauthincoming",
    "trustauthoutgoing",
    "unicodepwd",
    "unixuserpassword",
    "userpassword",
];

/// Whether an attribute must never be asked for: a secret, or a wildcard that would include one.
pub(super) fn forbidden(attribute: &str) -> bool {
    let name = attribute.split(';').next().unwrap_or_default();
    let name = name.trim().to_ascii_lowercase();
    matches!(name.as_str(), "" | "*" | "+") || NEVER.binary_search(&name.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_sorted_and_found_in_any_case_and_with_options() {
        assert!(NEVER.is_sorted());
        for name in [
            "unicodePwd",
            "ms-Mcs-AdmPwd",
            "msLAPS-Password",
            "userPassword",
            "thumbnailPhoto",
            "thumbnailPhoto;binary",
            "*",
            "+",
            "",
        ] {
            assert!(forbidden(name), "{name}");
        }
    }

    #[test]
    fn ordinary_attributes_may_be_asked_for() {
        for name in ["mail", "pwdLastSet", "msLAPS-PasswordExpirationTime"] {
            assert!(!forbidden(name), "{name}");
        }
    }
}

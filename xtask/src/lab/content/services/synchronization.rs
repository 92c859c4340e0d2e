//! Synchronisation: accounts with and without rights, a unit that blocks them, single sign-on and
//! the cloud's Kerberos server.

use super::{Grant, below_domain, managed_account};
use crate::lab::BASE;
use crate::lab::content::entry::{USER, WORKSTATION};
use crate::lab::content::{Change, Entry, Fault, ROOT, SERVICE_ACCOUNTS, SUFFIX};

/// A read-only controller's account without a controller: workstation, partial secrets, and
/// trusted to authenticate for delegation.
const CLOUD_CONTROLLER: u32 = 0x0500_1000;

/// A group through which the account is in a protected one.
const OPERATORS: &str = "Sync Operators";
/// A global group that gives rights.
const GLOBAL_SECURITY: i32 = -0x7FFF_FFFE;

/// Both rights that replicate passwords.
const REPLICATE: &str = "(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;TRUSTEE)\
                         (OA;;CR;1131f6ad-9c07-11d1-f79f-00c04fc2dcd2;;TRUSTEE)";

/// To reset users' passwords and to unlock them.
const WRITE_BACK: &str = "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;TRUSTEE)\
                          (OA;CIIO;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;TRUSTEE)";

/// The objects.
pub fn entries() -> Vec<Entry> {
    let custom = "svc-entra-sync";
    vec![
        Entry::below(SERVICE_ACCOUNTS, "CN", custom, "user")
            .account(USER)
            .set("sAMAccountName", [custom])
            .set("userPrincipalName", [format!("{custom}@{SUFFIX}")])
            .set("displayName", [custom]),
        Entry::below(SERVICE_ACCOUNTS, "CN", OPERATORS, "group")
            .set("sAMAccountName", [OPERATORS])
            .set("groupType", [GLOBAL_SECURITY.to_string()])
            .set("member", [format!("CN={custom},{SERVICE_ACCOUNTS}")]),
        managed_account("provAgentgMSA").set("msDS-GroupMSAMembership", ["O:SYD:(A;;RP;;;DD)"]),
        Entry::below(ROOT, "OU", "Sealed", "organizationalUnit").set(
            "nTSecurityDescriptor",
            ["O:DAG:DAD:P(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;CI;RPLCLORC;;;AU)"],
        ),
        single_sign_on(),
        cloud_key(),
        cloud_controller(),
        Entry::below(
            &below_domain("CN=System,"),
            "CN",
            "900274c4-b7d2-43c8-90ee-00a9f650e335",
            "serviceConnectionPoint",
        )
        .set(
            "keywords",
            [r#"{"ComputerAccountSid":"S-1-5-21-1-2-3-1140"}"#],
        ),
    ]
}

fn single_sign_on() -> Entry {
    Entry::below(
        &below_domain("CN=Computers,"),
        "CN",
        "AZUREADSSOACC",
        "computer",
    )
    .account(WORKSTATION)
    .set("sAMAccountName", ["AZUREADSSOACC$"])
    .set("msDS-SupportedEncryptionTypes", ["4"])
    .set(
        "servicePrincipalName",
        ["HOST/autologon.microsoftazuread-sso.com"],
    )
    // The first of January 2024, noon.
    .force("pwdLastSet", "133485840000000000".to_owned())
    .planted(Fault::SingleSignOnKeyOld)
}

fn cloud_key() -> Entry {
    Entry::below(&below_domain("CN=Users,"), "CN", "krbtgt_AzureAD", "user")
        .account(USER)
        .disable()
        .set("sAMAccountName", ["krbtgt_AzureAD"])
        .set("displayName", ["krbtgt_AzureAD"])
}

fn cloud_controller() -> Entry {
    let users = below_domain("CN=Users,");
    Entry::below(
        &below_domain("OU=Domain Controllers,"),
        "CN",
        "AzureADKerberos",
        "computer",
    )
    .account(CLOUD_CONTROLLER)
    .set("sAMAccountName", ["AzureADKerberos$"])
    .set("msDS-KrbTgtLink", [format!("CN=krbtgt_AzureAD,{users}")])
    .set(
        "msDS-RevealOnDemandGroup",
        [format!("CN=Domain Users,{users}")],
    )
    .set(
        "msDS-NeverRevealGroup",
        [format!("CN=Denied RODC Password Replication Group,{users}")],
    )
}

/// The account is in a protected group by way of another group, and among the protected users.
pub fn changes() -> Vec<Change> {
    let member = |path: &str, name: &str| Change {
        dn: below_domain(path),
        add: Some(("member", vec![format!("CN={name},{SERVICE_ACCOUNTS}")])),
        faults: Vec::new(),
    };
    vec![
        member("CN=Account Operators,CN=Builtin,", OPERATORS),
        member("CN=Protected Users,CN=Users,", "svc-entra-sync"),
    ]
}

/// The rights.
pub fn grants() -> Vec<Grant> {
    let head = |to, entries| Grant {
        on: BASE.to_owned(),
        to,
        entries,
    };
    vec![
        head("MSOL_3f2a91c7d5e4", REPLICATE),
        head("MSOL_3f2a91c7d5e4", WRITE_BACK),
        head("svc-entra-sync", REPLICATE),
        // One of the two does not do.
        head(
            "MSOL_80b6c2f19a3d",
            "(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;TRUSTEE)",
        ),
        Grant {
            on: below_domain("CN=AZUREADSSOACC,CN=Computers,"),
            to: "svc-entra-sync",
            entries: "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;TRUSTEE)",
        },
    ]
}

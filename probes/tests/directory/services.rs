//! Services: what a server and an export tell of them, and what stays unknown where lists of rights
//! are hidden.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use waterline_probes::directory::{DirectorySettings, Source};

use crate::{FOREST, Read, server::Fault, wire::read_from};

/// `S-1-5-21-1-2-3-1104` in bytes.
const SID: [u8; 28] = [
    1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x50, 4, 0, 0,
];

/// The GUIDs of both rights that replicate passwords, in bytes; they differ in one.
const RIGHTS: [u8; 2] = [0xAA, 0xAD];

/// A descriptor that gives that account these rights.
fn descriptor(rights: &[u8]) -> Vec<u8> {
    let entry = |right: &u8| {
        let mut entry = vec![5, 0, 56, 0, 0, 1, 0, 0, 1, 0, 0, 0];
        entry.extend([*right, 0xF6, 0x31, 0x11, 0x07, 0x9C, 0xD1, 0x11]);
        entry.extend([0xF7, 0x9F, 0x00, 0xC0, 0x4F, 0xC2, 0xDC, 0xD2]);
        entry.extend(SID);
        entry
    };
    let entries: Vec<_> = rights.iter().flat_map(entry).collect();
    let size = u8::try_from(8 + entries.len()).unwrap();
    let mut bytes = vec![1, 0, 4, 0x80];
    bytes.extend([0; 12]);
    bytes.extend([20, 0, 0, 0, 4, 0, size, 0]);
    bytes.extend([u8::try_from(rights.len()).unwrap(), 0, 0, 0]);
    bytes.extend(entries);
    bytes
}

/// The forest, with this value added to the record that has this line.
fn with(text: &str, line: &str, attribute: &str, value: &[u8]) -> String {
    assert!(text.contains(line), "{line}");
    let value = STANDARD.encode(value);
    text.replace(line, &format!("{line}\n{attribute}:: {value}"))
}

async fn read_export(text: &str) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("forest.ldif");
    std::fs::write(&file, text).unwrap();
    crate::read(DirectorySettings {
        source: Source::Ldif(vec![file]),
        ..DirectorySettings::default()
    })
    .await
}

async fn export(rights: &[u8]) -> Read {
    let head = "ms-DS-MachineAccountQuota: 10";
    let text = with(FOREST, head, "nTSecurityDescriptor", &descriptor(rights));
    read_export(&with(&text, "sAMAccountName: MSOL_1", "objectSid", &SID)).await
}

#[tokio::test]
async fn server_that_hides_access_lists_leaves_rights_unknown_and_the_rest_known() {
    let read = read_from(Fault::None).await;
    read.assert_facts(
        "server",
        &[
            (
                "domains.1.services.synchronization.replicators",
                json!("denied"),
            ),
            (
                "domains.1.services.synchronization.inheritance",
                json!("denied"),
            ),
            (
                "domains.1.services.synchronization.accounts.0.name",
                json!("MSOL_1"),
            ),
            (
                "domains.1.services.synchronization.accounts.0.kind",
                json!("connect"),
            ),
            (
                "domains.1.services.synchronization.accounts.0.replicates",
                json!("denied"),
            ),
            (
                "domains.1.services.synchronization.accounts.0.enabled",
                json!(true),
            ),
            (
                "domains.1.services.synchronization.accounts.0.server",
                json!("absent"),
            ),
            ("domains.1.services.seamless_sso", json!("absent")),
            ("domains.1.services.kerberos_server", json!("absent")),
            ("services.exchange.organization", json!("absent")),
            (
                "domains.1.services.configuration_manager.container",
                json!("absent"),
            ),
            ("domains.1.services.password_protection.agents", json!([])),
            ("domains.1.services.laps.computers", json!(0)),
        ],
    );
}

#[tokio::test]
async fn export_with_access_lists_tells_who_replicates_passwords() {
    let read = export(&RIGHTS).await;
    read.assert_facts(
        "both rights",
        &[
            (
                "domains.1.services.synchronization.replicators.0.sid",
                json!("S-1-5-21-1-2-3-1104"),
            ),
            (
                "domains.1.services.synchronization.accounts.0.replicates",
                json!(true),
            ),
            (
                "domains.1.services.synchronization.accounts.0.rights",
                json!([]),
            ),
        ],
    );
    let name = read.fact("domains.1.services.synchronization.replicators.0.name");
    assert_eq!(name, "MSOL_1");
    read.assert_remedies("export");
}

/// Whose identifier it is would have to be looked up among all objects.
#[tokio::test]
async fn identifier_of_another_object_of_an_export_has_no_name() {
    let head = "ms-DS-MachineAccountQuota: 10";
    let text = with(FOREST, head, "nTSecurityDescriptor", &descriptor(&RIGHTS));
    let read = read_export(&with(&text, "sAMAccountName: bob", "objectSid", &SID)).await;
    let name = read.fact("domains.1.services.synchronization.replicators.0.name");
    assert_eq!(name, "unsupported");
    read.assert_remedies("export");
}

#[tokio::test]
async fn one_right_alone_does_not_replicate_passwords() {
    for right in RIGHTS {
        let read = export(&[right]).await;
        read.assert_facts(
            "one right",
            &[
                ("domains.1.services.synchronization.replicators", json!([])),
                (
                    "domains.1.services.synchronization.accounts.0.replicates",
                    json!(false),
                ),
            ],
        );
    }
}

#[tokio::test]
async fn broken_descriptor_is_told_and_never_taken_for_no_rights() {
    let head = "ms-DS-MachineAccountQuota: 10";
    let mut broken = descriptor(&RIGHTS);
    broken.truncate(60);
    let read = read_export(&with(FOREST, head, "nTSecurityDescriptor", &broken)).await;
    let facts = [(
        "domains.1.services.synchronization.replicators",
        json!("malformed"),
    )];
    read.assert_facts("broken", &facts);
}

//! What an object is: conflicts of replication, classes, anchors, certificates.

use super::{ACCOUNT, Fault, Plot, UPN};
use crate::synth::{layout::Kind, object::Object};

const ANCHOR: &str = "mS-DS-ConsistencyGuid";
const CERTIFICATE: &str = "userCertificate";
const MESSAGE_CERTIFICATE: &str = "userSMIMECertificate";

pub(super) const FAULTS: &[Fault] = &[
    // What lost a conflict is not synchronised, so nothing else of it counts.
    Fault::user("conflict-user", |plot| {
        plot.object.set(UPN, "conflict user@corp.local");
        conflict(plot);
    }),
    Fault::group("conflict-group", conflict),
    Fault::contact("conflict-contact", conflict),
    Fault::computer("conflict-computer", lose),
    Fault::user("conflict-account", |plot| {
        plot.object.set(UPN, "conflict account@corp.local");
        let name = format!("$DUPLICATE-{:x}", plot.turn + 500);
        plot.object.set(ACCOUNT, name);
        plot.claim("conflict_object", "distinguishedName", "");
        plot.leave_out();
    }),
    Fault::user("inet-org-person", |plot| {
        plot.burden("inet_org_person", "objectClass", "inetOrgPerson".to_owned())
    }),
    Fault::user("mailbox-linked", |plot| {
        plot.object.add("msExchRecipientTypeDetails", "2");
        plot.claim("linked_mailbox", "msExchRecipientTypeDetails", "");
    }),
    Fault::user("trap-mailbox-own", |plot| {
        plot.object.add("msExchRecipientTypeDetails", "1")
    }),
    Fault::user("anchor-duplicate", |plot| {
        let taken = bytes(plot.partner, "objectGUID");
        let text = guid(&taken);
        plot.object.remove(ANCHOR);
        plot.object.add_bytes(ANCHOR, taken);
        plot.claim("anchor_foreign", ANCHOR, text.clone());
        plot.claim_both("anchor_duplicate", ANCHOR, "objectGUID", &text);
    })
    .with_partner(|partner| partner.remove(ANCHOR)),
    Fault::user("anchor-foreign", |plot| {
        let mut dice = plot.world.dice(Kind::ServiceAccount, plot.turn + (1 << 50));
        let foreign = dice.bytes().to_vec();
        let text = guid(&foreign);
        plot.object.remove(ANCHOR);
        plot.object.add_bytes(ANCHOR, foreign);
        plot.claim("anchor_foreign", ANCHOR, text);
    }),
    Fault::user("certificates-too-many", |plot| {
        certify(plot, CERTIFICATE, "certificates_too_many")
    }),
    Fault::contact("contact-certificates-too-many", |plot| {
        certify(plot, CERTIFICATE, "certificates_too_many")
    }),
    Fault::computer("computer-certificates-too-many", |plot| {
        certify(plot, CERTIFICATE, "certificates_too_many")
    }),
    Fault::user("message-certificates-too-many", |plot| {
        certify(plot, MESSAGE_CERTIFICATE, "smime_certificates_too_many")
    }),
    Fault::user("trap-certificates-15", |plot| {
        add_certificates(plot, CERTIFICATE, 15)
    }),
];

fn conflict(plot: &mut Plot<'_>) {
    lose(plot);
    plot.leave_out();
}

/// Renames the object as replication renames the one that came second.
fn lose(plot: &mut Plot<'_>) {
    let guid = guid(&bytes(plot.object, "objectGUID"));
    let (name, place) = plot
        .object
        .dn
        .split_once(",OU=")
        .unwrap_or((&plot.object.dn, ""));
    plot.object.dn = format!("{name}\\0ACNF:{guid},OU={place}");
    let name = format!("{}\nCNF:{guid}", plot.object.get("cn"));
    plot.object.set("cn", name.clone());
    plot.object.set("name", name);
    plot.claim("conflict_object", "distinguishedName", "");
}

fn certify(plot: &mut Plot<'_>, attribute: &'static str, check: &'static str) {
    add_certificates(plot, attribute, 16);
    plot.claim(check, attribute, "");
}

/// Makes it so many certificates; they are counted and never read, so none is a real one.
fn add_certificates(plot: &mut Plot<'_>, attribute: &'static str, wanted: u8) {
    plot.object.remove(attribute);
    for number in 0..wanted {
        let mut certificate = vec![0x30, 0x82, 0x01, 0x00, number];
        certificate.resize(260, 0);
        plot.object.add_bytes(attribute, certificate);
    }
}

fn bytes(object: &Object, attribute: &str) -> Vec<u8> {
    let mut of_name = object
        .attributes
        .iter()
        .filter(|(name, _)| *name == attribute);
    of_name
        .next()
        .map(|(_, value)| value.to_vec())
        .unwrap_or_default()
}

/// A GUID in its usual form; its first three fields are little-endian (MS-DTYP 2.3.4.2).
fn guid(bytes: &[u8]) -> String {
    let hex = |range: &[u8]| {
        range
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let turned = |from: usize, to: usize| {
        let mut part = bytes.get(from..to).unwrap_or_default().to_vec();
        part.reverse();
        hex(&part)
    };
    let (fourth, last) = bytes
        .get(8..16)
        .unwrap_or_default()
        .split_at_checked(2)
        .unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        turned(0, 4),
        turned(4, 6),
        turned(6, 8),
        hex(fourth),
        hex(last)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guid_has_its_first_fields_turned_round() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(guid(&bytes), "03020100-0504-0706-0809-0a0b0c0d0e0f");
    }
}

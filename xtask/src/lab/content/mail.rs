//! Contacts and groups.
//!
//! Exchange's own attributes (`mailNickname`, `targetAddress`) are not in Samba's schema and are
//! left out; `mail` and `proxyAddresses` are in every Active Directory.

use super::broken::address_owner;
use super::{Entry, Fault, ROOT, SUFFIX};

const CONTACTS: usize = 30;
const SECURITY_GROUPS: usize = 24;
const MAIL_GROUPS: usize = 10;
/// Members of each group.
const MEMBERS: usize = 8;
/// `groupType` of a global security group: the sign bit stands for security.
const SECURITY: &str = "-2147483646";
/// `groupType` of a universal distribution group.
const DISTRIBUTION: &str = "8";

/// The contacts, one of them with a user's address.
#[must_use]
pub fn contacts() -> Vec<Entry> {
    let unit = format!("OU=Partners,{ROOT}");
    let contact = |name: &str, mail: &str| {
        Entry::below(&unit, "CN", name, "contact")
            .set("displayName", [name])
            .set("mail", [mail])
            .set("proxyAddresses", [format!("SMTP:{mail}")])
    };
    let sound = (1..=CONTACTS).map(|number| {
        contact(
            &format!("Partner {number:02}"),
            &format!("partner{number:02}@example.org"),
        )
    });
    let taken = format!("{}@{SUFFIX}", address_owner().account());
    let rival = contact("Partner with a user's address", &taken)
        .set::<&str>("proxyAddresses", [])
        .planted(Fault::AddressAsMailOfContact);
    sound.chain([rival]).collect()
}

/// The groups, with members from `entries`; the last security group holds the others.
#[must_use]
pub fn groups(entries: &[Entry]) -> Vec<Entry> {
    let unit = format!("OU=Groups,{ROOT}");
    let users: Vec<_> = entries
        .iter()
        .filter(|entry| entry.class == "user")
        .collect();
    let members = |number: usize| {
        let from = (number * MEMBERS) % (users.len() - MEMBERS);
        users[from..from + MEMBERS]
            .iter()
            .map(|user| user.dn.clone())
            .collect::<Vec<_>>()
    };
    let group = |name: &str, kind: &str| {
        Entry::below(&unit, "CN", name, "group")
            .set("sAMAccountName", [name])
            .set("displayName", [name])
            .set("groupType", [kind])
    };
    let mut groups: Vec<_> = (1..=SECURITY_GROUPS)
        .map(|n| group(&format!("Access {n:02}"), SECURITY).set("member", members(n)))
        .collect();
    let nested: Vec<_> = groups.iter().map(|group| group.dn.clone()).collect();
    groups.push(group("Access all", SECURITY).set("member", nested));
    groups.extend((1..=MAIL_GROUPS).map(|n| {
        let mail = format!("list{n:02}@{SUFFIX}");
        group(&format!("List {n:02}"), DISTRIBUTION)
            .set("mail", [mail.clone()])
            .set("proxyAddresses", [format!("SMTP:{mail}")])
            .set("member", members(SECURITY_GROUPS + n))
    }));
    groups
}

//! Group managed service accounts: computers by class, yet no machines.

use super::{
    layout::Kind,
    object::Object,
    world::{DOMAIN, World, filetime, generalized_time},
};

const CLASSES: &[&str] = &[
    "top",
    "person",
    "organizationalPerson",
    "user",
    "computer",
    "msDS-GroupManagedServiceAccount",
];
const CATEGORY: &str =
    "CN=ms-DS-Group-Managed-Service-Account,CN=Schema,CN=Configuration,DC=corp,DC=example,DC=com";

/// The n-th service account.
pub(super) fn service_account(world: &World, number: u64) -> Object {
    let name = format!("svc-{number:05}");
    let dn = format!("CN={name},CN=Managed Service Accounts,{DOMAIN}");
    let mut object = Object::new(dn, CLASSES, CATEGORY.into());
    let mut dice = world.dice(Kind::ServiceAccount, number);
    object.add("cn", name.clone());
    object.add("name", name.clone());
    object.add("sAMAccountName", format!("{name}$"));
    object.add("userAccountControl", "4096");
    object.add("primaryGroupID", "515");
    object.add_bytes("objectGUID", dice.bytes().to_vec());
    object.add_bytes("objectSid", world.sid((1 << 30) + number));
    let created = world.days_ago(100 + dice.below(1000), &mut dice);
    object.add("whenCreated", generalized_time(created));
    object.add(
        "pwdLastSet",
        filetime(world.days_ago(1 + dice.below(29), &mut dice)),
    );
    object
}

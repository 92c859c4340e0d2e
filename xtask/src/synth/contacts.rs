//! Mail contacts: people of other organisations.

use super::{
    layout::Kind,
    names::LANGUAGES,
    object::{Object, escaped},
    world::{DOMAIN, World, generalized_time},
};

const CLASSES: &[&str] = &["top", "person", "organizationalPerson", "contact"];
const CATEGORY: &str = "CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example,DC=com";

/// The n-th contact, without any fault.
pub(super) fn contact(world: &World, number: u64) -> Object {
    let languages = LANGUAGES.len() as u64;
    let turn = usize::try_from((number + world.seed) % languages).expect("an index");
    let person = LANGUAGES[turn].person(number / languages);
    let name = format!("{} {} ({number})", person.given.0, person.surname.0);
    let dn = format!("CN={},OU=Contacts,{DOMAIN}", escaped(&name));
    let mut object = Object::new(dn, CLASSES, CATEGORY.into());
    let nickname = format!("partner.{}", person.local());
    let address = format!("{nickname}@example.org");
    object.add("cn", name.clone());
    object.add("name", name.clone());
    object.add("displayName", name);
    object.add("givenName", person.given.0);
    object.add("sn", person.surname.0);
    object.add("mail", address.clone());
    object.add("mailNickname", nickname);
    object.add("proxyAddresses", format!("SMTP:{address}"));
    object.add("targetAddress", format!("SMTP:{address}"));
    let mut dice = world.dice(Kind::Contact, number);
    object.add_bytes("objectGUID", dice.bytes().to_vec());
    let created = world.days_ago(400 + dice.below(3000), &mut dice);
    object.add("whenCreated", generalized_time(created));
    object
}

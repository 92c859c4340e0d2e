//! Users: people of many countries with a mailbox, as Exchange and HR fill them in.

use super::{
    layout::Kind,
    names::{LANGUAGES, Language, Person},
    object::{Object, escaped},
    world::{DNS_NAME, DOMAIN, World, filetime, generalized_time},
};

const CLASSES: &[&str] = &["top", "person", "organizationalPerson", "user"];
const CATEGORY: &str = "CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example,DC=com";
const DEPARTMENTS: [&str; 8] = [
    "Finance",
    "Sales",
    "Production",
    "Logistics",
    "Research",
    "IT",
    "Legal",
    "Human Resources",
];
const TITLES: [&str; 6] = [
    "Clerk",
    "Engineer",
    "Team lead",
    "Director",
    "Analyst",
    "Technician",
];

/// Never, as `accountExpires` has it.
const NEVER: &str = "9223372036854775807";

/// The n-th user, without any fault.
pub(super) fn user(world: &World, number: u64) -> Object {
    let (language, person) = who(world, number);
    let mut object = Object::new(dn_of(language, &person), CLASSES, CATEGORY.into());
    names(&mut object, &person);
    let account = account(&person, number);
    let local = person.local();
    let address = format!("{local}@{}", language.domain);
    object.add("sAMAccountName", account.clone());
    object.add("userPrincipalName", address.clone());
    object.add("mail", address.clone());
    object.add("mailNickname", local);
    object.add("proxyAddresses", format!("SMTP:{address}"));
    object.add("proxyAddresses", format!("smtp:{account}@{DNS_NAME}"));
    let mut dice = world.dice(Kind::User, number);
    if dice.chance(500) {
        object.add("proxyAddresses", format!("sip:{address}"));
    }
    if dice.chance(200) {
        let legacy = "/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)";
        object.add(
            "proxyAddresses",
            format!("X500:{legacy}/cn=Recipients/cn={account}"),
        );
    }
    work(&mut object, world, number, language);
    life(&mut object, world, number);
    object
}

/// The distinguished name of the n-th user.
pub(super) fn dn(world: &World, number: u64) -> String {
    let (language, person) = who(world, number);
    dn_of(language, &person)
}

fn who(world: &World, number: u64) -> (&'static Language, Person) {
    let languages = LANGUAGES.len() as u64;
    let turn = (number + world.seed) % languages;
    let language = &LANGUAGES[usize::try_from(turn).expect("an index")];
    (language, language.person(number / languages))
}

/// Some administrators write the surname first, with a comma that must be escaped.
fn common_name(person: &Person) -> String {
    let (given, surname) = (person.given.0, person.surname.0);
    let number = match person.namesake {
        1 => String::new(),
        number => format!(" {number}"),
    };
    if person.surname.1.starts_with(['b', 's', 'k']) {
        format!("{surname}, {given}{number}")
    } else {
        format!("{given} {surname}{number}")
    }
}

fn dn_of(language: &Language, person: &Person) -> String {
    let name = common_name(person);
    let unit = unit(language);
    format!("CN={},OU=Users,{unit}", escaped(&name))
}

/// The organisational unit of a place.
pub(super) fn unit(language: &Language) -> String {
    format!("OU={},OU={},{DOMAIN}", language.city, language.country)
}

/// The account name: 20 characters at most, and the number makes it unique.
fn account(person: &Person, number: u64) -> String {
    let surname = person.surname.1;
    format!("{}{number}", &surname[..surname.len().min(12)])
}

fn names(object: &mut Object, person: &Person) {
    let name = common_name(person);
    object.add("cn", name.clone());
    object.add("name", name.clone());
    object.add("displayName", name);
    object.add("givenName", person.given.0);
    object.add("sn", person.surname.0);
}

fn work(object: &mut Object, world: &World, number: u64, language: &Language) {
    let mut dice = world.dice(Kind::User, number);
    object.add("department", *dice.pick(&DEPARTMENTS));
    object.add("title", *dice.pick(&TITLES));
    object.add("company", "Example");
    object.add("co", language.country);
    object.add("l", language.city);
    object.add(
        "telephoneNumber",
        format!("+1 555 01{:04}", dice.below(10_000)),
    );
    if number > 0 {
        object.add("manager", dn(world, number / 8));
    }
}

fn life(object: &mut Object, world: &World, number: u64) {
    let mut dice = world.dice(Kind::User, number + (1 << 40));
    let guid = dice.bytes().to_vec();
    object.add_bytes("objectGUID", guid.clone());
    object.add_bytes("objectSid", world.sid(number));
    if dice.chance(100) {
        // Synchronised before, by the same anchor that it has.
        object.add_bytes("mS-DS-ConsistencyGuid", guid);
    }
    let disabled = dice.chance(60);
    object.add("userAccountControl", if disabled { "514" } else { "512" });
    object.add("primaryGroupID", "513");
    object.add("accountExpires", NEVER);
    let age = 400 + dice.below(3000);
    let quiet = if disabled { 200 } else { 1 };
    let created = world.days_ago(age, &mut dice);
    let (password, logon) = (quiet + dice.below(60), quiet + dice.below(20));
    object.add("pwdLastSet", filetime(world.days_ago(password, &mut dice)));
    object.add(
        "lastLogonTimestamp",
        filetime(world.days_ago(logon, &mut dice)),
    );
    object.add("whenCreated", generalized_time(created));
    object.add(
        "whenChanged",
        generalized_time(world.days_ago(quiet, &mut dice)),
    );
    object.add("uSNCreated", (20_000 + number).to_string());
}

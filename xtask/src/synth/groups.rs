//! Groups: security groups and distribution lists, nested as a tree, some of them large.

use super::{
    layout::Kind,
    object::Object,
    people,
    random::Dice,
    world::{DOMAIN, World, generalized_time},
};

const CLASSES: &[&str] = &["top", "group"];
const CATEGORY: &str = "CN=Group,CN=Schema,CN=Configuration,DC=corp,DC=example,DC=com";
const PURPOSES: [&str; 6] = [
    "Finance",
    "Project",
    "Share",
    "Printer",
    "Application",
    "Team",
];

/// The largest group made: all that one page of the directory can hold a dozen times over.
const LARGEST: u64 = 20_000;

/// Global security group, universal security group, universal distribution list (MS-ADTS 2.2.12).
const SECURITY_GLOBAL: &str = "-2147483646";
const SECURITY_UNIVERSAL: &str = "-2147483640";
const DISTRIBUTION: &str = "8";

/// The n-th group, without any fault.
pub(super) fn group(world: &World, number: u64) -> Object {
    let mut object = Object::new(dn(world, number), CLASSES, CATEGORY.into());
    let mut dice = world.dice(Kind::Group, number);
    let name = name(world, number);
    object.add("cn", name.clone());
    object.add("name", name.clone());
    object.add("displayName", name.clone());
    object.add("sAMAccountName", name.clone());
    object.add("description", "Owner: service desk");
    let kind = [SECURITY_GLOBAL, SECURITY_UNIVERSAL, DISTRIBUTION][index(number % 3)];
    object.add("groupType", kind);
    if kind != SECURITY_GLOBAL {
        let nickname = name.to_lowercase();
        object.add("mailNickname", nickname.clone());
        object.add("mail", format!("{nickname}@example.com"));
        object.add("proxyAddresses", format!("SMTP:{nickname}@example.com"));
    }
    members(&mut object, world, number, &mut dice);
    object.add_bytes("objectGUID", dice.bytes().to_vec());
    object.add_bytes("objectSid", world.sid((1 << 28) + number));
    let created = world.days_ago(400 + dice.below(3000), &mut dice);
    object.add("whenCreated", generalized_time(created));
    object
}

/// The distinguished name of the n-th group.
pub(super) fn dn(world: &World, number: u64) -> String {
    format!("CN={},OU=Groups,{DOMAIN}", name(world, number))
}

fn name(world: &World, number: u64) -> String {
    let purpose = PURPOSES[index((number + world.seed) % 6)];
    format!("{purpose}-{number:05}")
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("an index")
}

/// Every group holds the four below it in a tree, and a run of users: few in most, thousands in some.
fn members(object: &mut Object, world: &World, number: u64, dice: &mut Dice) {
    let (users, groups) = (
        world.layout.count(Kind::User),
        world.layout.count(Kind::Group),
    );
    let wanted = match number {
        0 => LARGEST,
        _ if number.is_multiple_of(2000) => 5_000,
        _ if number.is_multiple_of(100) => 300,
        _ => dice.below(16),
    };
    let first = dice.below(users);
    for step in 0..wanted.min(users / 2) {
        object.add("member", people::dn(world, (first + step) % users));
    }
    for below in 4 * number + 1..=4 * number + 4 {
        if below < groups {
            object.add("member", dn(world, below));
        }
    }
}

//! Users with a planted fault: a sound user with one attribute replaced.

use jiff::civil::Date;

use super::forest::LOCAL_SUFFIX;
use super::people::{FIRST_BROKEN, Person};
use super::{Entry, Fault, SUFFIX};
use crate::lab::DOMAIN;

/// What makes a sound user a broken one.
struct Defect {
    fault: Fault,
    /// How many users get it.
    count: usize,
    change: fn(Entry, &Person) -> Entry,
}

const DEFECTS: [Defect; 25] = [
    defect(Fault::AccountNameMalformed, 1, |user, person| {
        user.force("sAMAccountName", format!("{}+x", person.account()))
    }),
    defect(Fault::AccountNameTooLong, 2, |user, person| {
        user.set("sAMAccountName", [format!("{:x<21}", person.account())])
    }),
    defect(Fault::AddressDuplicate, 2, |user, person| {
        second_address(
            user,
            person,
            &format!("{}@{SUFFIX}", either(person, "team.box", "TEAM.Box")),
        )
    }),
    defect(Fault::AddressDuplicate, 2, |user, person| {
        second_address(
            user,
            person,
            &format!("{}@{SUFFIX}", either(person, "front.desk", "Front.Desk")),
        )
    }),
    defect(Fault::AddressMalformed, 2, |user, person| {
        second_address(user, person, &format!("{}.{SUFFIX}", person.login()))
    }),
    defect(Fault::AddressMalformed, 1, |user, person| {
        second_address(user, person, &format!("{}@@{SUFFIX}", person.login()))
    }),
    defect(Fault::AddressMalformed, 1, |user, person| {
        second_address(user, person, &format!("{}.@{SUFFIX}", person.login()))
    }),
    defect(Fault::AddressMalformed, 1, |user, person| {
        second_address(user, person, &format!("{} x@{SUFFIX}", person.login()))
    }),
    defect(Fault::AddressTooLong, 1, |user, person| {
        let label = "a".repeat(60);
        let domain = format!("{label}.{label}.{label}.{label}.{SUFFIX}");
        second_address(user, person, &format!("a@{domain}"))
    }),
    defect(Fault::DisplayNameMissing, 2, |user, _| {
        user.set::<&str>("displayName", [])
    }),
    defect(Fault::DisplayNameLong, 1, |user, _| {
        user.set("displayName", ["x".repeat(256)])
    }),
    defect(Fault::GivenNameLong, 1, |user, _| {
        user.set("givenName", ["x".repeat(64)])
    }),
    defect(Fault::UpnAmpersand, 2, |user, person| {
        upn(user, &format!("{}&co", person.login()))
    }),
    defect(Fault::UpnBracket, 1, |user, person| {
        upn(user, &format!("{}(x)", person.login()))
    }),
    defect(Fault::UpnDiacritic, 2, |user, person| {
        upn(user, &format!("é.{}", person.login()))
    }),
    defect(Fault::UpnDotBeforeAt, 2, |user, person| {
        upn(user, &format!("{}.", person.login()))
    }),
    defect(Fault::UpnDuplicate, 2, |user, person| {
        let name = format!("{}@{SUFFIX}", either(person, "twin", "Twin"));
        user.force("userPrincipalName", name)
    }),
    defect(Fault::UpnLegalPunctuation, 2, |user, person| {
        upn(user, &format!("o'{}", person.login()))
    }),
    defect(Fault::UpnLegalPunctuation, 1, |user, person| {
        upn(user, &format!("{}#1", person.login()))
    }),
    defect(Fault::UpnMissing, 6, |user, _| {
        user.set::<&str>("userPrincipalName", [])
    }),
    defect(Fault::UpnSpace, 3, |user, person| {
        upn(user, &format!("{} x", person.login()))
    }),
    defect(Fault::UpnSuffixLocal, 17, |user, person| {
        user.set(
            "userPrincipalName",
            [format!("{}@{LOCAL_SUFFIX}", person.login())],
        )
    }),
    defect(Fault::UpnSuffixReserved, 12, |user, person| {
        user.set(
            "userPrincipalName",
            [format!("{}@{DOMAIN}", person.login())],
        )
    }),
    defect(Fault::UpnTooLong, 1, |user, person| {
        upn(user, &format!("{:x<110}", person.login()))
    }),
    defect(Fault::UpnTwoAts, 1, |user, person| {
        upn(user, &format!("{}@x", person.login()))
    }),
];

/// The broken users, one fault each.
#[must_use]
pub fn people(today: Date) -> Vec<Entry> {
    let each = DEFECTS
        .iter()
        .flat_map(|defect| std::iter::repeat_n(defect, defect.count));
    let broken = each.zip(FIRST_BROKEN..).map(|(defect, number)| {
        let person = Person::new(number);
        (defect.change)(person.user(today), &person).planted(defect.fault)
    });
    let rival = address_owner()
        .user(today)
        .planted(Fault::AddressAsMailOfContact);
    broken.chain([rival]).collect()
}

/// The user one of whose addresses a contact has as its mail.
#[must_use]
pub fn address_owner() -> Person {
    Person::new(FIRST_BROKEN - 1)
}

const fn defect(fault: Fault, count: usize, change: fn(Entry, &Person) -> Entry) -> Defect {
    Defect {
        fault,
        count,
        change,
    }
}

fn upn(user: Entry, user_part: &str) -> Entry {
    user.set("userPrincipalName", [format!("{user_part}@{SUFFIX}")])
}

fn second_address(user: Entry, person: &Person, address: &str) -> Entry {
    let first = format!("SMTP:{}@{SUFFIX}", person.login());
    user.set("proxyAddresses", [first, format!("smtp:{address}")])
}

/// One spelling of a user part or the other, by turns.
fn either(person: &Person, one: &'static str, other: &'static str) -> &'static str {
    if person.number.is_multiple_of(2) {
        one
    } else {
        other
    }
}

//! Users without a fault in what synchronisation carries.

use jiff::civil::Date;

use super::entry::USER;
use super::scripts::{Name, SCRIPTS};
use super::{Entry, Fault, SUFFIX};

/// How many sound users there are.
const SOUND: usize = 252;
/// Numbers from here on belong to users who get broken afterwards.
pub const FIRST_BROKEN: usize = 1000;

/// Units that people work in, some of them nested.
const UNITS: [&str; 6] = [
    "OU=Finance,OU=People",
    "OU=Engineering,OU=People",
    "OU=Platform,OU=Engineering,OU=People",
    "OU=Sales,OU=People",
    "OU=Field,OU=Sales,OU=People",
    "OU=Köln,OU=Field,OU=Sales,OU=People",
];

/// One person, from a number; the same number gives the same person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Number, unique among people.
    pub number: usize,
    /// Given name.
    pub given: Name,
    /// Surname.
    pub surname: Name,
}

impl Person {
    /// The person of this number.
    #[must_use]
    pub fn new(number: usize) -> Self {
        let script = &SCRIPTS[number % SCRIPTS.len()];
        let round = number / SCRIPTS.len();
        let given = script.given[round % script.given.len()];
        let surname = script.surnames[(round / script.given.len() + round) % script.surnames.len()];
        Self {
            number,
            given,
            surname,
        }
    }

    /// Account name, at most 20 characters.
    #[must_use]
    pub fn account(&self) -> String {
        format!("{}{:04}", self.surname.1, self.number)
    }

    /// The part before the at sign in their addresses.
    #[must_use]
    pub fn login(&self) -> String {
        format!("{}.{}{}", self.given.1, self.surname.1, self.number)
    }

    /// The user, sound in every respect, who logged on some days ago.
    #[must_use]
    pub fn user(&self, today: Date) -> Entry {
        let unit = format!("{},{}", UNITS[self.number % UNITS.len()], super::ROOT);
        let display = format!("{} {}", self.given.0, self.surname.0);
        let name = self.common_name(&display);
        let address = format!("{}@{SUFFIX}", self.login());
        let days = i64::try_from(self.number % 30).unwrap_or(0);
        let user = Entry::below(&unit, "CN", &name, "user")
            .account(USER)
            .set("sAMAccountName", [self.account()])
            .set("userPrincipalName", [address.clone()])
            .set("givenName", [self.given.0])
            .set("sn", [self.surname.0])
            .set("displayName", [display])
            .set("mail", [address.clone()])
            .set(
                "proxyAddresses",
                [
                    format!("SMTP:{address}"),
                    format!("smtp:{}@{SUFFIX}", self.account()),
                ],
            )
            .last_logon(today, days);
        if name.contains(',') {
            user.planted(Fault::NameWithComma)
        } else {
            user
        }
    }

    /// Every 25th is named surname first, with a comma.
    fn common_name(&self, display: &str) -> String {
        if self.number % 25 == 3 {
            format!("{}, {} {}", self.surname.0, self.given.0, self.number)
        } else {
            format!("{display} {}", self.number)
        }
    }
}

/// The sound users: most in use, some disabled, some long away, some without a mailbox.
#[must_use]
pub fn sound(today: Date) -> Vec<Entry> {
    (1..=SOUND)
        .map(|number| vary(Person::new(number).user(today), number, today))
        .collect()
}

fn vary(user: Entry, number: usize, today: Date) -> Entry {
    match number % 20 {
        7 => user.disable().planted(Fault::UserDisabled),
        11 => user.last_logon(today, 200).planted(Fault::UserStale),
        13 | 17 => user
            .set::<&str>("mail", [])
            .set::<&str>("proxyAddresses", []),
        _ => user,
    }
}

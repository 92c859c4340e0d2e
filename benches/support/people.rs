//! A made-up domain, the same for the same number and seed: users as Active Directory has them, with
//! names in several scripts and the odd fault.
//!
//! Written as they come, never held. For tests of the checks there is `cargo xtask synth`.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};

/// The domain's distinguished name.
pub const DOMAIN: &str = "DC=corp,DC=example,DC=test";

const GIVEN: [&str; 12] = [
    "Anna",
    "Jürgen",
    "Mary Ann",
    "Олена",
    "Łukasz",
    "José",
    "Søren",
    "美咲",
    "Peter",
    "Zoë",
    "Noor",
    "Ivan",
];
const SURNAMES: [&str; 12] = [
    "Müller",
    "O'Brien",
    "Smith",
    "Шевченко",
    "Kowalski",
    "García López",
    "Ødegård",
    "田中",
    "Doe",
    "van Dijk",
    "Haddad",
    "Petrov",
];
const UNITS: [&str; 8] = [
    "Berlin",
    "Kyiv",
    "Oslo",
    "Tokyo",
    "Madrid",
    "Dublin",
    "Service Desk",
    "Vertrieb, Süd",
];

/// A pseudo-random number (SplitMix64).
pub struct Dice(u64);

impl Dice {
    /// Begins with this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        let count = among.len() as u64;
        among[usize::try_from(self.roll() % count).unwrap_or_default()]
    }
}

/// A user.
pub struct Person {
    number: u64,
    given: &'static str,
    surname: &'static str,
    unit: &'static str,
    account: String,
    guid: [u8; 16],
    changed: u64,
}

impl Person {
    /// The user of this number.
    pub fn new(number: u64, dice: &mut Dice) -> Self {
        let mut guid = [0; 16];
        guid[..8].copy_from_slice(&dice.roll().to_le_bytes());
        guid[8..].copy_from_slice(&number.to_le_bytes());
        Self {
            number,
            given: dice.pick(&GIVEN),
            surname: dice.pick(&SURNAMES),
            unit: dice.pick(&UNITS),
            account: format!("u{number:07}"),
            guid,
            changed: 133_000_000_000_000_000 + dice.roll() % 400_000_000_000_000,
        }
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.given, self.surname, self.number)
    }

    fn dn(&self) -> String {
        let unit = self.unit.replace(',', "\\,");
        format!("CN={},OU={unit},{DOMAIN}", self.name())
    }

    /// The attributes that are read of every user.
    fn read(&self) -> Vec<(&'static str, String)> {
        let Self { account, .. } = self;
        let mail = format!("{account}@example.com");
        let control = if self.number.is_multiple_of(9) {
            "514"
        } else {
            "512"
        };
        vec![
            ("cn", self.name()),
            ("sn", self.surname.to_owned()),
            ("givenName", self.given.to_owned()),
            ("displayName", format!("{}, {}", self.surname, self.given)),
            ("whenCreated", "20240117212000.0Z".to_owned()),
            ("userAccountControl", control.to_owned()),
            ("pwdLastSet", self.changed.to_string()),
            ("primaryGroupID", "513".to_owned()),
            ("accountExpires", "9223372036854775807".to_owned()),
            ("sAMAccountName", account.clone()),
            ("userPrincipalName", mail.clone()),
            ("lastLogonTimestamp", (self.changed + 7).to_string()),
            ("proxyAddresses", format!("SMTP:{mail}")),
            (
                "proxyAddresses",
                format!("smtp:{account}@corp.example.test"),
            ),
            (
                "proxyAddresses",
                format!("x500:/o=Corp/ou=Exchange Administrative Group/cn=Recipients/cn={account}"),
            ),
            ("mailNickname", account.clone()),
            ("msExchRecipientTypeDetails", "2147483648".to_owned()),
            ("mail", mail),
        ]
    }

    /// Attributes that an export of Active Directory has beside those.
    fn beside(&self) -> Vec<(&'static str, String)> {
        let Self { account, .. } = self;
        let group = |name: &str| format!("CN={name},OU=Groups,{DOMAIN}");
        vec![
            ("distinguishedName", self.dn()),
            ("whenChanged", "20261101091500.0Z".to_owned()),
            ("uSNCreated", (self.number * 3).to_string()),
            ("uSNChanged", (self.number * 3 + 1).to_string()),
            ("memberOf", group("All Staff")),
            ("memberOf", group("VPN Users")),
            ("memberOf", group("Licence Office 365 E3")),
            ("name", self.name()),
            ("codePage", "0".to_owned()),
            ("countryCode", "0".to_owned()),
            ("badPwdCount", "0".to_owned()),
            ("lastLogoff", "0".to_owned()),
            ("lastLogon", (self.changed + 9).to_string()),
            ("logonCount", (self.number % 999).to_string()),
            ("sAMAccountType", "805306368".to_owned()),
            ("department", self.unit.to_owned()),
            ("company", "Example Corporation".to_owned()),
            ("telephoneNumber", format!("+49 30 {:07}", self.number)),
            (
                "legacyExchangeDN",
                format!("/o=Corp/ou=Exchange Administrative Group/cn=Recipients/cn={account}"),
            ),
            ("msExchVersion", "88218628259840".to_owned()),
        ]
    }

    /// Writes the user as an export of Active Directory has it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn export(&self, to: &mut impl Write) -> io::Result<()> {
        line(to, "dn", self.dn().as_bytes())?;
        for class in ["top", "person", "organizationalPerson", "user"] {
            line(to, "objectClass", class.as_bytes())?;
        }
        for (name, value) in self.read().into_iter().chain(self.beside()) {
            line(to, name, value.as_bytes())?;
        }
        line(to, "instanceType", b"4")?;
        let category = format!("CN=Person,CN=Schema,CN=Configuration,{DOMAIN}");
        line(to, "objectCategory", category.as_bytes())?;
        line(to, "objectGUID", &self.guid)?;
        let sid = [&b"\x01\x05\0\0\0\0\0\x05\x15\0\0\0"[..], &self.guid].concat();
        line(to, "objectSid", &sid)?;
        to.write_all(b"\n")
    }

    /// Writes the user as the bench's server takes it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn entry(&self, to: &mut impl Write) -> io::Result<()> {
        line(to, "dn", self.dn().as_bytes())?;
        line(to, "objectClass", b"user")?;
        for (name, value) in self.read() {
            line(to, name, value.as_bytes())?;
        }
        line(to, "objectCategory", b"person")?;
        line(to, "objectGUID", &self.guid)?;
        to.write_all(b"\n")
    }
}

/// Writes the organisational units.
///
/// # Errors
/// If the file cannot be written.
pub fn units(to: &mut impl Write, class: &str) -> io::Result<()> {
    for unit in UNITS.iter().chain(&["Groups"]) {
        line(
            to,
            "dn",
            format!("OU={},{DOMAIN}", unit.replace(',', "\\,")).as_bytes(),
        )?;
        line(to, "objectClass", b"top")?;
        line(to, "objectClass", class.as_bytes())?;
        line(to, "ou", unit.as_bytes())?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes an export of the domain with so many users.
///
/// # Errors
/// If the file cannot be written.
pub fn export(to: &mut impl Write, users: u64, seed: u64) -> io::Result<()> {
    write!(
        to,
        "dn: {DOMAIN}\nobjectClass: top\nobjectClass: domainDNS\ninstanceType: 5\n\n"
    )?;
    units(to, "organizationalUnit")?;
    let mut dice = Dice::new(seed);
    (0..users).try_for_each(|number| Person::new(number, &mut dice).export(to))
}

/// Writes a line as Windows' tool does: folded at 80 columns, in base64 where it is not plain.
fn line(to: &mut impl Write, name: &str, value: &[u8]) -> io::Result<()> {
    let safe = value.iter().all(|byte| (0x20..0x7F).contains(byte));
    let plain = safe && !value.starts_with(b" ") && !value.starts_with(b":");
    let text = match plain {
        true => [name.as_bytes(), b": ", value].concat(),
        false => format!("{name}:: {}", STANDARD.encode(value)).into_bytes(),
    };
    let (first, rest) = text.split_at(text.len().min(80));
    to.write_all(first)?;
    for part in rest.chunks(79) {
        to.write_all(b"\n ")?;
        to.write_all(part)?;
    }
    to.write_all(b"\n")
}

//! IP addresses under other numbers: of the same family and the same kind of range.
//!
//! What means the same everywhere (loopback, unspecified, multicast, broadcast) stays.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::words::{Space, Table};

/// An address, alone or with a port or the length of a prefix, under another number; none if the
/// text is no address.
pub fn rename(table: &mut Table<'_>, text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address_of(table, address).to_string());
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let address = address_of(table, address.parse().ok()?);
        return Some(format!("[{address}]{rest}"));
    }
    let at = text.find(['/', ':'])?;
    let (address, rest) = text.split_at(at);
    let (address, rest) = match address.parse::<IpAddr>() {
        Ok(address) => (address, rest),
        // An address of the sixth version with the length of a prefix.
        Err(_) => {
            let (address, length) = text.rsplit_once('/')?;
            (
                address.parse().ok()?,
                &text[text.len() - length.len() - 1..],
            )
        }
    };
    Some(format!("{}{rest}", address_of(table, address)))
}

fn address_of(table: &mut Table<'_>, address: IpAddr) -> IpAddr {
    let range = Range::of(address);
    if range == Range::Fixed {
        return address;
    }
    let other = table.other(Space::Address, &address.to_string(), |bytes| {
        range.draw(bytes).to_string()
    });
    other.parse().unwrap_or(address)
}

/// Ranges of addresses that rules and readers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Range {
    Fixed,
    Ten,
    OneSevenTwo,
    OneNineTwo,
    Shared,
    LinkLocal,
    Public,
    UniqueLocal6,
    LinkLocal6,
    Public6,
}

impl Range {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            [0 | 127 | 224.., ..] => Self::Fixed,
            [10, ..] => Self::Ten,
            [172, 16..=31, ..] => Self::OneSevenTwo,
            [192, 168, ..] => Self::OneNineTwo,
            [100, 64..=127, ..] => Self::Shared,
            [169, 254, ..] => Self::LinkLocal,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments()[0] {
            0xfc00..=0xfdff => Self::UniqueLocal6,
            0xfe80..=0xfebf => Self::LinkLocal6,
            0x2000..=0x3fff => Self::Public6,
            _ => Self::Fixed,
        }
    }

    /// An address of this range.
    fn draw(self, bytes: &mut dyn Iterator<Item = u8>) -> IpAddr {
        let mut octets = [0; 16];
        let mut again = || {
            (&mut *bytes)
                .take(16)
                .zip(&mut octets)
                .for_each(|(b, o)| *o = b)
        };
        again();
        let [a, b, c, d, ..] = octets;
        let v4 = |octets: [u8; 4]| IpAddr::V4(octets.into());
        match self {
            Self::Ten => v4([10, b, c, d]),
            Self::OneSevenTwo => v4([172, 16 | b & 15, c, d]),
            Self::OneNineTwo => v4([192, 168, c, d]),
            Self::Shared => v4([100, 64 | b & 63, c, d]),
            Self::LinkLocal => v4([169, 254, c, d]),
            // Of the first octets, those below 100 without the ranges above.
            Self::Public | Self::Fixed => v4([11 + a % 89, b, c, d]),
            Self::UniqueLocal6 => v6(octets, 0xfd, octets[1]),
            Self::LinkLocal6 => v6(octets, 0xfe, 0x80),
            Self::Public6 => v6(octets, 0x20 | octets[0] & 0x1f, octets[1]),
        }
    }
}

fn v6(mut octets: [u8; 16], first: u8, second: u8) -> IpAddr {
    (octets[0], octets[1]) = (first, second);
    IpAddr::V6(octets.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::secret::Secret;

    #[test]
    fn family_and_range_stay_and_the_number_does_not() {
        let secret = Secret::of(b"secret");
        let mut table = Table::new(&secret);
        for text in [
            "10.1.2.3",
            "172.20.0.9",
            "192.168.7.7",
            "169.254.3.3",
            "100.70.1.1",
            "81.2.69.142",
            "fd12::9",
            "fe80::1",
            "2a01:4f8::1",
        ] {
            let other = rename(&mut table, text).unwrap();
            assert_ne!(other, text);
            let range = |text: &str| Range::of(text.parse().unwrap());
            assert_eq!(range(&other), range(text), "{text} became {other}");
            assert_eq!(rename(&mut table, text).unwrap(), other);
        }
        for same in ["127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "ff02::1"] {
            assert_eq!(rename(&mut table, same).unwrap(), same);
        }
    }

    #[test]
    fn ports_and_prefixes_stay() {
        let secret = Secret::of(b"secret");
        let mut table = Table::new(&secret);
        for (text, end) in [
            ("10.1.2.3:53", ":53"),
            ("10.0.0.0/8", "/8"),
            ("[2a01:4f8::1]:53", "]:53"),
            ("2a01:4f8::/32", "/32"),
        ] {
            let other = rename(&mut table, text).unwrap();
            assert!(other.ends_with(end) && other != text, "{other}");
        }
        for text in ["dc1.contoso.com:389", "no address", "", "1.2.3", "[x]:1"] {
            assert_eq!(rename(&mut table, text), None);
        }
    }
}

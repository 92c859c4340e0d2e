//! What one record says, in types of our own.

use std::net::IpAddr;

use hickory_resolver::proto::rr::{Name, RData, RecordType as Wire};

use super::error::LookupError;
use crate::catalog::RecordType;

/// Characters of one record's text beyond this number are dropped.
const LONGEST_TEXT: usize = 4096;

/// What one record says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    /// An address.
    Address(IpAddr),
    /// The name that an alias, a delegation or an address leads to: lower case, without the final
    /// dot.
    Name(String),
    /// A text, its parts joined.
    Text(String),
    /// A mail exchanger.
    Mail {
        /// Lower is tried first.
        preference: u16,
        /// Its name.
        host: String,
    },
    /// A service.
    Service {
        /// Lower is asked first.
        priority: u16,
        /// Share among equals.
        weight: u16,
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
    },
    /// The beginning of a zone.
    Zone {
        /// Its primary name server.
        primary: String,
        /// Its serial number.
        serial: u32,
    },
}

impl Data {
    /// The data as a zone file writes them.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Address(address) => address.to_string(),
            Self::Name(name) => name.clone(),
            Self::Text(text) => text.clone(),
            Self::Mail { preference, host } => format!("{preference} {host}"),
            Self::Service {
                priority,
                weight,
                host,
                port,
            } => format!("{priority} {weight} {port} {host}"),
            Self::Zone { primary, serial } => format!("{primary} {serial}"),
        }
    }
}

/// A name that is complete: no search list applies to it.
///
/// # Errors
/// If the text is no name.
pub(super) fn complete(text: &str) -> Result<Name, LookupError> {
    let mut name = Name::from_ascii(text)
        .or_else(|_| Name::from_utf8(text))
        .map_err(|_| LookupError::BadName(bounded(text)))?;
    name.set_fqdn(true);
    Ok(name)
}

/// The library's word for a type.
pub(super) fn wire_type(kind: RecordType) -> Wire {
    match kind {
        RecordType::A => Wire::A,
        RecordType::Aaaa => Wire::AAAA,
        RecordType::Cname => Wire::CNAME,
        RecordType::Mx => Wire::MX,
        RecordType::Ns => Wire::NS,
        RecordType::Ptr => Wire::PTR,
        RecordType::Soa => Wire::SOA,
        RecordType::Srv => Wire::SRV,
        RecordType::Txt => Wire::TXT,
    }
}

/// What a record says; none if it is of a type that is never asked for.
pub(super) fn data_of(data: &RData) -> Option<Data> {
    Some(match data {
        RData::A(address) => Data::Address(address.0.into()),
        RData::AAAA(address) => Data::Address(address.0.into()),
        RData::CNAME(target) => Data::Name(host_name(target)),
        RData::NS(target) => Data::Name(host_name(target)),
        RData::PTR(target) => Data::Name(host_name(target)),
        RData::MX(mail) => Data::Mail {
            preference: mail.preference,
            host: host_name(&mail.exchange),
        },
        RData::SRV(service) => Data::Service {
            priority: service.priority,
            weight: service.weight,
            host: host_name(&service.target),
            port: service.port,
        },
        RData::SOA(zone) => Data::Zone {
            primary: host_name(&zone.mname),
            serial: zone.serial,
        },
        RData::TXT(text) => {
            let parts: Vec<u8> = text.txt_data.concat();
            Data::Text(bounded(&String::from_utf8_lossy(&parts)))
        }
        _ => return None,
    })
}

/// A name in lower case, without the final dot.
pub(super) fn host_name(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

/// The beginning of a text from outside.
pub(super) fn bounded(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

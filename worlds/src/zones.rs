//! The names of a world: the organisation's records, and those that come by themselves.
//!
//! Records are read with the parser of zone files of the DNS library. Every name and address is
//! kept for each view by itself, so that a split DNS is two views that differ.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
};

use hickory_proto::{
    rr::{
        Name, RData, RecordType,
        rdata::{NS, SOA},
    },
    serialize::txt::Parser,
};
use serde_saphyr::Spanned;

use crate::{
    form::{View, ZoneForm},
    read::Flaw,
};

/// The most records of one line: a line is one.
const ONE: usize = 1;

/// The names of one view.
#[derive(Debug, Clone, Default)]
pub struct Names {
    records: BTreeMap<(Name, RecordType), Vec<RData>>,
    /// Every name with a record.
    names: BTreeSet<Name>,
    /// The zones that begin here.
    zones: BTreeSet<Name>,
    /// The zones of the organisation.
    own: BTreeSet<Name>,
}

impl Names {
    /// Adds a record.
    pub fn add(&mut self, name: Name, data: RData) {
        let name = name.to_lowercase();
        let slot = (name.clone(), data.record_type());
        let slot = self.records.entry(slot).or_default();
        if !slot.contains(&data) {
            slot.push(data);
        }
        self.names.insert(name);
    }

    /// Adds an address of a host.
    pub fn add_address(&mut self, host: &str, address: Ipv4Addr) {
        if let Ok(name) = complete(host) {
            self.add(name, RData::A(address.into()));
        }
    }

    /// Adds the beginning of a zone, held by this server.
    pub fn begin(&mut self, zone: &Name, server: &Name) {
        let begin = SOA::new(server.clone(), server.clone(), 1, 3600, 600, 86_400, 300);
        self.add(zone.clone(), RData::SOA(begin));
        self.add(zone.clone(), RData::NS(NS(server.clone())));
        self.zones.insert(zone.to_lowercase());
    }

    /// What stands at a name, of one type.
    pub fn get(&self, name: &Name, kind: RecordType) -> &[RData] {
        let found = self.records.get(&(name.to_lowercase(), kind));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether anything stands at a name or below it.
    pub fn exists(&self, name: &Name) -> bool {
        let name = name.to_lowercase();
        self.names.contains(&name) || self.names.iter().any(|own| name.zone_of(own))
    }

    /// The zone that holds a name.
    pub fn zone_of(&self, name: &Name) -> Option<&Name> {
        let name = name.to_lowercase();
        let holding = self.zones.iter().filter(|zone| zone.zone_of(&name));
        holding.max_by_key(|zone| zone.num_labels())
    }

    /// Whether a name is the organisation's own.
    pub fn is_own(&self, name: &Name) -> bool {
        let name = name.to_lowercase();
        self.own.iter().any(|zone| zone.zone_of(&name))
    }

    /// Reads a zone into the view.
    pub(crate) fn read(&mut self, form: &ZoneForm, server: Ipv4Addr) {
        let Ok(zone) = complete(&form.zone.value) else {
            return;
        };
        let host = format!("ns1.{}", form.zone.value);
        self.add_address(&host, server);
        self.begin(&zone, &complete(&host).unwrap_or_default());
        self.own.insert(zone.to_lowercase());
        for line in &form.records {
            for (name, data) in records(&line.value, &zone).unwrap_or_default() {
                self.add(name, data);
            }
        }
    }
}

/// Whether a zone is seen in a view.
pub(crate) fn seen_in(form: &ZoneForm, view: View) -> bool {
    form.seen.is_none_or(|own| own == view)
}

/// A name of DNS as it is meant: complete.
///
/// # Errors
/// If it is none.
pub fn complete(text: &str) -> Result<Name, String> {
    let name = Name::from_ascii(text.trim_end_matches('.')).map_err(|error| error.to_string());
    name.map(|mut name| {
        name.set_fqdn(true);
        name
    })
}

/// Whether a text is a host name with a dot in it.
pub(crate) fn is_name(text: &str) -> bool {
    text.split('.').count() > 1 && text.split('.').all(is_label)
}

/// Whether a text is one label of a host name.
pub(crate) fn is_label(text: &str) -> bool {
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=63).contains(&text.len()) && text.chars().all(sound)
}

/// What is wrong with a zone.
pub(crate) fn flaw(form: &ZoneForm) -> Option<Flaw> {
    let own = &form.zone;
    let zone = match complete(&own.value) {
        Ok(zone) if own.value.split('.').all(is_label) => zone,
        _ => {
            return Some(Flaw::at(
                own,
                format!("`{}` is no name of a zone", own.value),
            ));
        }
    };
    form.records.iter().find_map(|line| line_flaw(line, &zone))
}

fn line_flaw(line: &Spanned<String>, zone: &Name) -> Option<Flaw> {
    let found = match records(&line.value, zone) {
        Ok(found) => found,
        Err(problem) => {
            let problem = format!("`{}` is no record: {problem}", line.value.escape_debug());
            return Some(Flaw::at(line, problem));
        }
    };
    let foreign = found.iter().any(|(name, _)| !zone.zone_of(name));
    if foreign {
        return Some(Flaw::at(line, format!("it lies outside the zone {zone}")));
    }
    let far = |data: &RData| match data.ip_addr() {
        Some(IpAddr::V4(address)) => !address.is_loopback(),
        Some(IpAddr::V6(address)) => !address.is_loopback(),
        None => false,
    };
    let problem = "a world reaches nobody else: its addresses lie in 127.0.0.0/8";
    let far = found.iter().any(|(_, data)| far(data));
    far.then(|| Flaw::at(line, problem.to_owned()))
}

/// The records of a line of a zone file.
fn records(line: &str, zone: &Name) -> Result<Vec<(Name, RData)>, String> {
    // The parser would read other files on request.
    if line.trim_start().starts_with('$') || line.contains('\n') {
        return Err("a record stands on one line, and nothing else".to_owned());
    }
    let text = format!("$TTL 300\n{line}\n");
    let parsed = Parser::new(text, None, Some(zone.clone())).parse();
    let (_, sets) = parsed.map_err(|error| error.to_string())?;
    let records = sets.values().flat_map(|set| {
        let own = set.records_without_rrsigs();
        own.map(|record| (record.name.clone(), record.data.clone()))
    });
    let records: Vec<_> = records.collect();
    match records.len() {
        ONE => Ok(records),
        _ => Err("write it as `NAME TYPE DATA`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_every_common_type_are_read() {
        let zone = complete("a.test").unwrap();
        for line in [
            "@ MX 0 mail.b.test.",
            "@ TXT \"v=spf1 -all\"",
            "www A 127.1.2.3",
            "www AAAA ::1",
            "x CNAME y.b.test.",
            "_sip._tls SRV 100 1 443 sip.b.test.",
        ] {
            let (name, _) = records(line, &zone).unwrap().remove(0);
            assert!(zone.zone_of(&name), "{line}: {name}");
        }
        assert!(records("www A 127.0.0.1\nb A 127.0.0.1", &zone).is_err());
        assert!(records("", &zone).is_err());
    }

    #[test]
    fn a_name_exists_if_something_stands_at_it_or_below() {
        let mut names = Names::default();
        names.add_address("a.b.test", Ipv4Addr::LOCALHOST);
        for (name, there) in [("A.b.test", true), ("b.test", true), ("c.test", false)] {
            assert_eq!(names.exists(&complete(name).unwrap()), there, "{name}");
        }
    }
}

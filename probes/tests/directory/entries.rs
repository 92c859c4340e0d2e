//! Entries of an LDIF text, and searches over them as a server would answer them.

use base64::{Engine, engine::general_purpose::STANDARD};
use ldap3_proto::proto::{LdapFilter, LdapPartialAttribute, LdapSearchRequest, LdapSearchScope};

/// One entry: its name and its attributes.
#[derive(Debug, Clone)]
pub struct Entry {
    pub dn: String,
    attributes: Vec<(String, String)>,
}

/// The entries of a text; a reader of its own, so that it cannot err together with the probe's.
pub fn entries(text: &str) -> Vec<Entry> {
    let text = text.replace("\n ", "");
    let records = text.split("\n\n").map(|record| {
        let lines = record.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(attribute).collect::<Vec<_>>()
    });
    let entry = |mut lines: Vec<(String, String)>| {
        (lines.first()?.0 == "dn").then(|| Entry {
            dn: lines.remove(0).1,
            attributes: lines,
        })
    };
    records.filter_map(entry).collect()
}

fn attribute(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let value = match value.strip_prefix(':') {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded.trim()).unwrap()).unwrap(),
        None => value.trim_start().to_owned(),
    };
    Some((name.to_owned(), value))
}

impl Entry {
    fn values(&self, name: &str) -> Vec<&str> {
        let named = self
            .attributes
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The attributes that a search asks for.
    pub fn asked(&self, request: &LdapSearchRequest) -> Vec<LdapPartialAttribute> {
        let held = |name: &String| {
            let vals: Vec<_> = self
                .values(name)
                .iter()
                .map(|value| value.as_bytes().to_vec())
                .collect();
            (!vals.is_empty()).then(|| LdapPartialAttribute {
                atype: name.clone(),
                vals,
            })
        };
        request.attrs.iter().filter_map(held).collect()
    }

    /// Whether a search reaches the entry and wants it.
    pub fn wanted(&self, request: &LdapSearchRequest) -> bool {
        let (dn, base) = (self.dn.to_lowercase(), request.base.to_lowercase());
        let above = dn.strip_suffix(&base).filter(|above| !above.is_empty());
        let reached = match request.scope {
            LdapSearchScope::Base => dn == base,
            LdapSearchScope::OneLevel => above.is_some_and(|above| {
                above.ends_with(',') && !above.trim_end_matches(',').contains(',')
            }),
            _ => dn == base || above.is_some_and(|above| above.ends_with(',')),
        };
        // The configuration is a naming context of its own, though its name ends like the domain's.
        let context = |name: &str| name.contains("cn=configuration");
        reached && context(&dn) == context(&base) && self.meets(&request.filter)
    }

    fn meets(&self, filter: &LdapFilter) -> bool {
        match filter {
            LdapFilter::And(all) => all.iter().all(|filter| self.meets(filter)),
            LdapFilter::Or(any) => any.iter().any(|filter| self.meets(filter)),
            // Of some entries the reader sees nothing but the name.
            LdapFilter::Present(name) => {
                name.eq_ignore_ascii_case("objectClass") || !self.values(name).is_empty()
            }
            LdapFilter::Not(filter) => !self.meets(filter),
            LdapFilter::Equality(name, value) => self.values(name).iter().any(|held| {
                let class = held.split(',').next().unwrap().trim_start_matches("CN=");
                held.eq_ignore_ascii_case(value) || class.eq_ignore_ascii_case(value)
            }),
            LdapFilter::Substring(name, part) => {
                let start = part.initial.clone().unwrap().to_lowercase();
                let begins = |held: &&str| held.to_lowercase().starts_with(&start);
                self.values(name).iter().any(begins)
            }
            LdapFilter::Extensible(rule) => {
                let held = self.values(rule.type_.as_deref().unwrap());
                let set = |held: &str, bits: i64| held.parse::<i64>().unwrap() & bits;
                let bits = || rule.match_value.parse().unwrap();
                match rule.matching_rule.as_deref() {
                    Some("1.2.840.113556.1.4.803") => {
                        held.iter().any(|held| set(held, bits()) == bits())
                    }
                    Some("1.2.840.113556.1.4.804") => {
                        held.iter().any(|held| set(held, bits()) != 0)
                    }
                    // Links are followed no further than the first.
                    Some("1.2.840.113556.1.4.1941") => held.contains(&&*rule.match_value),
                    other => panic!("no controller knows the matching rule {other:?}"),
                }
            }
            other => panic!("the probe sends no such filter: {other:?}"),
        }
    }
}

//! Texts under other names, by their class: names, distinguished names, addresses, hosts.

use serde_json::Value;
use waterline_facts::DirectoryObject;

use super::{
    classes::{self, Class},
    hosts,
    identifiers::{guid_at, rename_hex, rename_sid, sid_at},
    numbers, walk,
    words::Table,
};

/// What stands for free text.
pub const WITHHELD: &str = "(withheld)";

/// Issuers of certificates that rules know, by a part of their name.
const PUBLIC_ISSUERS: [&str; 2] = ["O=Microsoft Corporation", "O=DigiCert"];

/// Kinds of addresses, as they stand before the colon.
const KINDS: [&str; 11] = [
    "smtp", "sip", "x400", "x500", "x.400", "x.500", "eum", "im", "mrs", "fax", "notes",
];

/// Keys of distinguished names.
const KEYS: [&str; 10] = ["cn", "ou", "dc", "o", "c", "l", "st", "uid", "e", "street"];

/// Schemes of URLs.
const SCHEMES: [&str; 6] = ["http", "https", "socks", "ldap", "ldaps", "file"];

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known
        .iter()
        .any(|known| word.trim().eq_ignore_ascii_case(known))
}

/// Renames the texts of one recording.
#[derive(Debug)]
pub struct Renamer<'a> {
    table: Table<'a>,
}

impl<'a> Renamer<'a> {
    /// By this table.
    pub fn new(table: Table<'a>) -> Self {
        Self { table }
    }

    /// The table at the end.
    pub fn into_table(self) -> Table<'a> {
        self.table
    }

    /// Whether names are replaced, and not put back.
    pub fn is_redacting(&self) -> bool {
        self.table.is_redacting()
    }

    /// Notes the names in facts.
    pub fn learn(&mut self, facts: &Value) {
        walk::each(facts, &mut |path, text| {
            if self.is_public(path, text) {
                words_in(text).for_each(|word| self.table.keep(word));
            } else if classes::of(path).has_names() {
                self.learn_text(text);
            }
        });
    }

    /// Notes the names in an object.
    pub fn learn_object(&mut self, object: &DirectoryObject) {
        texts(object).for_each(|text| self.learn_text(text));
    }

    fn learn_text(&mut self, text: &str) {
        let kept = kept_words(text);
        for word in words_in(text) {
            match kept.iter().any(|kept| kept.eq_ignore_ascii_case(word)) {
                true => self.table.keep(word),
                false => self.table.learn(word),
            }
        }
    }

    /// The first word of a text that is a name of the original.
    pub fn leak<'t>(&self, text: &'t str) -> Option<&'t str> {
        words_in(text).find(|word| self.table.is_original(word))
    }

    /// Whether a text stays although its class is that of names.
    pub fn is_public(&self, path: &str, text: &str) -> bool {
        match classes::of(path) {
            Class::Host => hosts::is_public(host_part(text)),
            Class::Issuer => is_public_issuer(text),
            _ => false,
        }
    }

    /// The text of a fact under another name.
    pub fn rename_fact(&mut self, path: &str, text: &str) -> String {
        self.rename(classes::of(path), text)
    }

    /// A text of this class under another name.
    pub fn rename(&mut self, class: Class, text: &str) -> String {
        match class {
            Class::Public => text.to_owned(),
            Class::Free if text.is_empty() || !self.is_redacting() => text.to_owned(),
            Class::Free => WITHHELD.to_owned(),
            Class::Issuer if is_public_issuer(text) => text.to_owned(),
            Class::Name | Class::Issuer => self.name(text),
            Class::Dn => self.dn(text),
            Class::Address => self.address(text),
            Class::Host => self.host(text),
            Class::Hex => rename_hex(&mut self.table, text),
        }
    }

    /// An object under another name.
    pub fn rename_object(&mut self, object: DirectoryObject) -> DirectoryObject {
        let mut one = |class, text: Option<String>| text.map(|text| self.rename(class, &text));
        let (name, address) = (Class::Name, Class::Address);
        DirectoryObject {
            common_name: one(name, object.common_name),
            sam_account_name: one(name, object.sam_account_name),
            user_principal_name: one(address, object.user_principal_name),
            mail: one(address, object.mail),
            mail_nickname: one(name, object.mail_nickname),
            display_name: one(name, object.display_name),
            given_name: one(name, object.given_name),
            surname: one(name, object.surname),
            target_address: one(address, object.target_address),
            consistency_guid: one(Class::Hex, object.consistency_guid),
            guid: self.rename(Class::Hex, &object.guid),
            dn: self.rename(Class::Dn, &object.dn),
            proxy_addresses: object
                .proxy_addresses
                .iter()
                .map(|value| self.rename(address, value))
                .collect(),
            ..object
        }
    }

    /// Word by word; identifiers within as a whole.
    fn name(&mut self, text: &str) -> String {
        let mut renamed = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = ' ';
        while let Some(first) = rest.chars().next() {
            let begins = !before.is_alphanumeric();
            let taken = if let Some(guid) = guid_at(rest).filter(|_| begins) {
                renamed.push_str(&rename_hex(&mut self.table, guid));
                guid.len()
            } else if let Some(sid) = sid_at(rest).filter(|_| begins) {
                renamed.push_str(&rename_sid(&mut self.table, sid));
                sid.len()
            } else if let Some(code) = escape_at(rest) {
                renamed.push_str(code);
                code.len()
            } else {
                let word = word_at(rest);
                match word {
                    "" => renamed.push(first),
                    word => renamed.push_str(&self.table.word(word)),
                }
                word.len().max(first.len_utf8())
            };
            before = rest[..taken].chars().next_back().unwrap_or(' ');
            rest = &rest[taken..];
        }
        renamed
    }

    /// The names of its parts; their keys stay, and what the domain ends in.
    fn dn(&mut self, text: &str) -> String {
        let parts = split_dn(text);
        let labels: Vec<&str> = parts.iter().filter_map(|part| domain_label(part)).collect();
        let kept = hosts::kept_labels(&labels.join("."));
        let mut left = labels.len();
        let mut renamed = Vec::with_capacity(parts.len());
        for part in parts {
            let is_label = domain_label(part).is_some();
            left -= usize::from(is_label);
            let stays = is_label && left < kept;
            renamed.push(match part.split_once('=') {
                _ if stays => part.to_owned(),
                Some((key, value)) if is_one_of(key, &KEYS) => {
                    format!("{key}={}", self.name(value))
                }
                _ => self.name(part),
            });
        }
        renamed.join(",")
    }

    /// The kind before the colon stays, and what the domain ends in.
    fn address(&mut self, text: &str) -> String {
        let (prefix, rest) = split_prefix(text);
        let mut parts = rest.split('@');
        let local = self.name(parts.next().unwrap_or_default());
        let mut renamed = match is_one_of(prefix.trim_end_matches(':'), &KINDS) {
            true => format!("{prefix}{local}"),
            false => format!("{}{local}", self.name(prefix)),
        };
        for domain in parts {
            renamed.push('@');
            renamed.push_str(&self.domain(domain));
        }
        renamed
    }

    fn domain(&mut self, text: &str) -> String {
        let bare = text.trim();
        if bare.len() < text.len() {
            let start = text.len() - text.trim_start().len();
            let end = (start + bare.len()).min(text.len());
            return format!("{}{}{}", &text[..start], self.domain(bare), &text[end..]);
        }
        if hosts::is_public(text) {
            return text.to_owned();
        }
        let labels: Vec<&str> = text.split('.').collect();
        let stays = labels.len() - hosts::kept_labels(text).min(labels.len());
        let renamed = labels.iter().enumerate().map(|(at, label)| {
            if at >= stays {
                (*label).to_owned()
            } else {
                self.name(label)
            }
        });
        renamed.collect::<Vec<_>>().join(".")
    }

    /// A host or an address, with a scheme before it or a port or path after it.
    fn host(&mut self, text: &str) -> String {
        if let Some((scheme, rest)) = text.split_once("://") {
            let rest = self.host(rest);
            return match is_one_of(scheme, &SCHEMES) {
                true => format!("{scheme}://{rest}"),
                false => format!("{}://{rest}", self.name(scheme)),
            };
        }
        if let Some(address) = numbers::rename(&mut self.table, text) {
            return address;
        }
        let host = host_part(text);
        let (domain, rest) = (self.domain(host), &text[host.len()..]);
        match rest.strip_prefix(':').is_some_and(is_number) {
            true => format!("{domain}{rest}"),
            false => format!("{domain}{}", self.name(rest)),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_public_issuer(text: &str) -> bool {
    PUBLIC_ISSUERS.iter().any(|issuer| text.contains(issuer))
}

/// The host at the beginning of a text that may have a port or path.
fn host_part(text: &str) -> &str {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    &text[..text.find([':', '/', '\\', ' ', '=']).unwrap_or(text.len())]
}

/// Letters, or digits.
fn word_at(text: &str) -> &str {
    let first = text.chars().next().unwrap_or(' ');
    let end = if first.is_alphabetic() {
        text.find(|c: char| !c.is_alphabetic())
    } else if first.is_ascii_digit() {
        text.find(|c: char| !c.is_ascii_digit())
    } else {
        Some(0)
    };
    &text[..end.unwrap_or(text.len())]
}

/// A byte that a distinguished name gives by its number, such as `\0A`.
fn escape_at(text: &str) -> Option<&str> {
    let code = text.strip_prefix('\\')?.get(..2)?;
    let is_code = code.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_code.then(|| &text[..3])
}

/// The parts of a distinguished name, at commas that are not escaped.
fn split_dn(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn domain_label(part: &str) -> Option<&str> {
    let (key, label) = part.split_once('=')?;
    key.trim().eq_ignore_ascii_case("dc").then_some(label)
}

/// The kind of an address with its colon, and the rest.
fn split_prefix(text: &str) -> (&str, &str) {
    match text.find(':') {
        Some(at) if !text[..at].contains('@') => text.split_at(at + 1),
        _ => ("", text),
    }
}

/// The words of a text, but not the letters of identifiers.
fn words_in(text: &str) -> impl Iterator<Item = &str> {
    let mut starts = text.char_indices();
    let has_guid = text.contains('-') && starts.any(|(at, _)| guid_at(&text[at..]).is_some());
    let words = text.split(|c: char| !c.is_alphabetic());
    words.filter(move |word| {
        let is_hex = has_guid && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        !word.is_empty() && !is_hex
    })
}

/// Words of a text that stay where they stand.
fn kept_words(text: &str) -> Vec<&str> {
    let parts = split_dn(text);
    let mut kept: Vec<&str> = Vec::new();
    let labels: Vec<&str> = parts.iter().filter_map(|part| domain_label(part)).collect();
    let suffix = hosts::kept_labels(&labels.join("."));
    kept.extend(labels.iter().rev().take(suffix));
    for part in &parts {
        let key = part.split_once('=').map(|(key, _)| key.trim());
        kept.extend(key.filter(|key| is_one_of(key, &KEYS)));
    }
    let prefix = split_prefix(text).0.trim_end_matches(':');
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    kept.extend(Some(prefix).filter(|prefix| is_one_of(prefix, &KINDS)));
    kept.extend(scheme.filter(|scheme| is_one_of(scheme, &SCHEMES)));
    for domain in text
        .split('@')
        .flat_map(|part| [part.trim(), host_part(part)])
    {
        let suffix = hosts::kept_labels(domain);
        kept.extend(domain.rsplit('.').take(suffix));
        if hosts::is_public(domain) {
            kept.extend(domain.split(['.', '-']));
        }
    }
    kept
}

/// The texts of an object that are renamed.
pub fn texts(object: &DirectoryObject) -> impl Iterator<Item = &str> {
    let single = [
        &object.common_name,
        &object.sam_account_name,
        &object.user_principal_name,
        &object.mail,
        &object.mail_nickname,
        &object.display_name,
        &object.given_name,
        &object.surname,
        &object.target_address,
    ];
    let single = single.into_iter().flatten();
    single
        .chain(&object.proxy_addresses)
        .map(String::as_str)
        .chain(std::iter::once(object.dn.as_str()))
}

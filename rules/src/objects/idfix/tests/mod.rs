//! What the withdrawn tool says of objects, rule by rule.

mod chains;
mod duplicates;
mod limits;
mod properties;
mod skips;
mod vectors;

use std::convert::Infallible;

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::*;

/// A line of the table, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub dn: String,
    pub class: String,
    pub attribute: &'static str,
    pub errors: String,
    pub value: Option<String>,
    pub update: Option<String>,
    pub action: &'static str,
}

#[derive(Default)]
struct Lines(Vec<Line>);

impl RowSink for Lines {
    type Error = Infallible;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Infallible> {
        self.0.push(Line {
            dn: row.distinguished_name.to_owned(),
            class: row.object_class.to_owned(),
            attribute: row.attribute,
            errors: row.error_text(),
            value: row.value.map(str::to_owned),
            update: row.update.map(str::to_owned),
            action: row.action.name(),
        });
        Ok(())
    }
}

/// The table for these objects.
pub fn table(rules: RuleSet, objects: &[DirectoryObject]) -> Vec<Line> {
    let mut lines = Lines::default();
    let mut engine = Engine::new(rules, TopLevelDomains::public());
    engine.feed(objects, &mut lines).unwrap();
    lines.0
}

/// The table of the multi-tenant set for one object.
pub fn multi_tenant(object: DirectoryObject) -> Vec<Line> {
    table(RuleSet::MultiTenant, &[object])
}

/// The table of the dedicated set for one object.
pub fn dedicated(object: DirectoryObject) -> Vec<Line> {
    table(RuleSet::Dedicated, &[object])
}

/// An object in which the tool finds nothing wrong, with this common name.
pub fn sound(class: &str, name: &str) -> DirectoryObject {
    let kind = match class {
        "group" => ObjectKind::Group,
        "contact" => ObjectKind::Contact,
        _ => ObjectKind::User,
    };
    let mut object = DirectoryObject::new(kind, format!("CN={name},DC=contoso,DC=com"));
    object.class = class.to_owned();
    object.common_name = Some(name.to_owned());
    object.display_name = Some(name.to_owned());
    object
}

/// The same with what the dedicated set asks for.
pub fn sound_dedicated(class: &str, name: &str) -> DirectoryObject {
    let mut object = sound(class, name);
    object.mail = Some(format!("{name}@contoso.com"));
    object.mail_nickname = Some(name.to_owned());
    object.target_address = Some(format!("SMTP:{name}@contoso.com"));
    object
}

/// Puts a value into an attribute.
pub fn with(mut object: DirectoryObject, attribute: &str, value: &str) -> DirectoryObject {
    let value = value.to_owned();
    match attribute {
        "displayName" => object.display_name = Some(value),
        "givenName" => object.given_name = Some(value),
        "mail" => object.mail = Some(value),
        "mailnickname" => object.mail_nickname = Some(value),
        "proxyAddresses" => object.proxy_addresses = vec![value],
        "sAMAccountName" => object.sam_account_name = Some(value),
        "targetAddress" => object.target_address = Some(value),
        "userPrincipalName" => object.user_principal_name = Some(value),
        other => panic!("no such attribute: {other}"),
    }
    object
}

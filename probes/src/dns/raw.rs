//! Answers of DNS servers as raw evidence: kept while they come, and read again later.
//!
//! Both ways end in the same reading of a message. What is kept beside: the settings of the probe,
//! and what the directory told it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use waterline_facts::{Cloud, DnsFacts, Reason, Seen};

use super::{
    DnsProbe, DnsSettings,
    error::LookupError,
    exchange::{Manner, Question, Response, Server},
};
use crate::{
    Context, Learned,
    catalog::Catalog,
    evidence::{self, Again, Asked, Came, Given, Item, NOT_KEPT, Scope},
    learned::Lead,
};

/// Puts a question, or takes what was kept of its answer.
pub(super) async fn ask(
    server: &Server,
    question: &Question,
    scope: &Scope,
) -> Result<Response, LookupError> {
    let asked = question.asked(server);
    match scope.given(&asked) {
        Some(Ok(item)) => question.read(&item).unwrap_or_else(|| {
            scope.missed(&asked);
            Err(not_kept())
        }),
        Some(Err(_)) => Err(not_kept()),
        None => {
            let found = server.put(question).await;
            let took = found.as_ref().map_or(Duration::ZERO, |found| found.took);
            scope.keep(asked, came(&found), took);
            found
        }
    }
}

fn not_kept() -> LookupError {
    LookupError::Unreachable(NOT_KEPT.to_owned())
}

fn came(found: &Result<Response, LookupError>) -> Came {
    let nothing = |error: &LookupError, detail: &str| Came::Nothing {
        reason: error.reason(),
        detail: detail.to_owned(),
    };
    match found {
        Ok(response) => Came::of_bytes(&response.raw),
        Err(error) => match error {
            LookupError::Unreachable(detail)
            | LookupError::Malformed(detail)
            | LookupError::BadName(detail) => nothing(error, detail),
            other => nothing(other, ""),
        },
    }
}

impl Question {
    fn asked(&self, server: &Server) -> Asked {
        Asked::Dns {
            server: server.address.to_string(),
            name: self.name.to_ascii(),
            record_type: self.kind.to_string(),
            manner: self.manner.name().to_owned(),
        }
    }

    /// The answer that was kept; nothing if it is not of a kind that a server gives.
    fn read(&self, item: &Item) -> Option<Result<Response, LookupError>> {
        Some(match &item.came {
            Came::Bytes(bytes) => {
                let (id, _) = bytes.0.split_first_chunk()?;
                let took = Duration::from_micros(item.took_us);
                self.decode(u16::from_be_bytes(*id), &bytes.0, took)
            }
            Came::Nothing { reason, detail } => Err(match reason {
                Reason::TimedOut => LookupError::TimedOut,
                Reason::Unreachable => LookupError::Unreachable(detail.clone()),
                Reason::Malformed => LookupError::Malformed(detail.clone()),
                Reason::NotConfigured => LookupError::BadName(detail.clone()),
                _ => return None,
            }),
            _ => return None,
        })
    }
}

impl Manner {
    fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Plain => "plain",
            Self::Unchecked => "unchecked",
            Self::Verified => "verified",
            Self::Held => "held",
            Self::Tcp => "tcp",
        }
    }
}

/// What the probe was to look at, but for the catalogue, which is today's.
#[derive(Serialize, Deserialize)]
struct Settings {
    cloud: Cloud,
    domains: Vec<String>,
    directory_domain: Option<String>,
    forest: Option<String>,
    resolvers: Vec<SocketAddr>,
    public_resolvers: Vec<SocketAddr>,
    name_server_port: u16,
}

/// Keeps what the probe is to look at.
pub(super) fn keep_settings(settings: &DnsSettings, servers: &[SocketAddr]) {
    keep_input(
        "settings",
        &Settings {
            cloud: settings.cloud,
            domains: settings.domains.clone(),
            directory_domain: settings.directory_domain.clone(),
            forest: settings.forest.clone(),
            resolvers: servers.to_owned(),
            public_resolvers: settings.public_resolvers.clone(),
            name_server_port: settings.name_server_port,
        },
    );
}

/// What the directory tells, which is kept too.
pub(super) async fn lead(cx: &Context) -> Seen<Lead> {
    let lead = cx.learned.directory().await;
    keep_input("lead", &lead);
    lead
}

fn keep_input(name: &str, value: &impl Serialize) {
    if let Some(scope) = evidence::current()
        && let Ok(value) = serde_json::to_value(value)
    {
        let name = name.to_owned();
        scope.keep(Asked::Input { name }, Came::Value(value), Duration::ZERO);
    }
}

/// The facts of the probe, derived anew from its raw evidence.
///
/// # Errors
/// Why that cannot be done, in words.
pub async fn again(
    items: Vec<Item>,
    catalog: Arc<Catalog>,
    captured: Timestamp,
) -> Result<Again<DnsFacts>, String> {
    let settings: Settings = input(&items, "settings")?;
    let lead: Seen<Lead> = input(&items, "lead").unwrap_or_default();
    let settings = DnsSettings {
        catalog,
        cloud: settings.cloud,
        domains: settings.domains,
        directory_domain: settings.directory_domain,
        forest: settings.forest,
        resolvers: settings.resolvers,
        public_resolvers: settings.public_resolvers,
        name_server_port: settings.name_server_port,
    };
    if settings.resolvers.is_empty() {
        return Err("no resolver was asked".to_owned());
    }
    let probe = DnsProbe::new(settings);
    evidence::again(probe, Given::new(items), Learned::told(lead), captured).await
}

/// A name that nobody has: the one that was drawn then, or one that this draws.
pub(super) fn label(draw: impl FnOnce() -> String) -> String {
    let asked = Asked::Input {
        name: "label".to_owned(),
    };
    let Some(scope) = evidence::current() else {
        return draw();
    };
    match scope.given(&asked) {
        None => {
            let label = draw();
            scope.keep(asked, Came::Value(label.clone().into()), Duration::ZERO);
            label
        }
        Some(Ok(Item {
            came: Came::Value(serde_json::Value::String(label)),
            ..
        })) => label,
        Some(_) => draw(),
    }
}

fn input<T: DeserializeOwned>(items: &[Item], name: &str) -> Result<T, String> {
    let wanted = |item: &&Item| matches!(&item.asked, Asked::Input { name: of } if of == name);
    match items.iter().find(wanted).map(|item| &item.came) {
        Some(Came::Value(value)) => {
            let value = serde_json::from_value(value.clone());
            value.map_err(|error| format!("the probe's {name} cannot be read: {error}"))
        }
        _ => Err(format!("the probe's {name} were not kept")),
    }
}

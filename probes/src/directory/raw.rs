//! Entries of small searches as raw evidence: kept while a server sends them, and read again later
//! in its place.
//!
//! Only what the configuration and the schema tell of the forest and of services is derived anew.
//! What was learned of single domains and their controllers, and of objects, stands as recorded.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use waterline_facts::{DirectoryFacts, Gap, ProbeId, Reason, directory::DirectorySource};

use super::{
    entry::Entry,
    learn_forest,
    query::{Contexts, Query},
    server::Server,
    source::{Directory, Reader, Stop},
    trusts,
};
use crate::{
    Draft,
    evidence::{self, Again, Asked, Bytes, Came, EntryItem, Given, Item, NOT_KEPT, Scope},
};

/// Entries of one search that are kept; what brings more is a sweep over objects.
const MOST: usize = 1000;

/// Asks the server, and keeps what it answers.
pub(super) async fn search(
    server: &Server,
    query: &Query,
    reader: &mut dyn Reader,
    scope: &Scope,
) -> Result<(), Stop> {
    let mut keeping = Keeping {
        reader,
        entries: Vec::new(),
        number: 0,
    };
    let ended = server.ask(query, &mut keeping).await;
    let came = match &ended {
        Err(Stop::NoBase) => Came::Absent,
        Err(Stop::Failed(gap)) => nothing(gap),
        Ok(()) if keeping.number > MOST => Came::Cut {
            size: keeping.number as u64,
            begins: Bytes::default(),
        },
        Ok(()) => Came::Entries(keeping.entries),
    };
    let asked = asked(&server.link.host, query, &server.contexts);
    scope.keep(asked, came, Duration::ZERO);
    ended
}

fn nothing(gap: &Gap) -> Came {
    serde_json::to_value(gap).map_or(Came::Absent, Came::Value)
}

fn asked(server: &str, query: &Query, contexts: &Contexts) -> Asked {
    Asked::Search {
        server: server.to_owned(),
        base: query.base.resolve(contexts),
        scope: format!("{:?}", query.scope).to_lowercase(),
        filter: query.filter.to_string(),
        attributes: query
            .attributes
            .iter()
            .map(|&name| name.to_owned())
            .collect(),
    }
}

/// Hands entries on, and keeps them while they are few.
struct Keeping<'a> {
    reader: &'a mut dyn Reader,
    entries: Vec<EntryItem>,
    number: usize,
}

#[async_trait]
impl Reader for Keeping<'_> {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        self.number += batch.len();
        if self.number > MOST {
            self.entries = Vec::new();
        } else {
            self.entries.extend(batch.iter().map(item));
        }
        self.reader.take(batch).await
    }
}

fn item(entry: &Entry) -> EntryItem {
    let attribute = |(name, values): &(String, Vec<Vec<u8>>)| {
        let values = values.iter().cloned().map(Bytes).collect();
        (name.clone(), values)
    };
    EntryItem {
        dn: entry.dn.clone(),
        attributes: entry.attributes.iter().map(attribute).collect(),
    }
}

fn entry(item: EntryItem) -> Entry {
    let attribute = |(name, values): (String, Vec<Bytes>)| {
        let values = values.into_iter().map(|value| value.0).collect();
        (name, values)
    };
    Entry {
        dn: item.dn,
        attributes: item.attributes.into_iter().map(attribute).collect(),
        ..Entry::default()
    }
}

/// The server whose word on the configuration is taken.
#[derive(Serialize, Deserialize)]
struct Entered {
    server: String,
    domain: String,
    contexts: [String; 4],
}

/// Keeps which server was entered.
pub(super) fn keep_entered(server: &Server, domain: &str) {
    let Contexts {
        domain: own,
        objects,
        configuration,
        schema,
    } = server.contexts.clone();
    let entered = Entered {
        server: server.link.host.clone(),
        domain: domain.to_owned(),
        contexts: [own, objects, configuration, schema],
    };
    if let Some(scope) = evidence::current()
        && let Ok(value) = serde_json::to_value(entered)
    {
        scope.keep(entered_input(), Came::Value(value), Duration::ZERO);
    }
}

fn entered_input() -> Asked {
    Asked::Input {
        name: "server".to_owned(),
    }
}

/// A server whose answers were kept.
struct Kept {
    server: String,
    contexts: Contexts,
}

#[async_trait]
impl Directory for Kept {
    async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        let lost = || Stop::Failed(Gap::new(Reason::Damaged, NOT_KEPT));
        let asked = asked(&self.server, query, &self.contexts);
        let scope = evidence::current().ok_or_else(lost)?;
        match scope.given(&asked) {
            Some(Ok(Item {
                came: Came::Entries(entries),
                ..
            })) => {
                let entries = entries.into_iter().map(entry).collect();
                reader.take(entries).await.map_err(Stop::from)
            }
            Some(Ok(Item {
                came: Came::Absent, ..
            })) => Err(Stop::NoBase),
            Some(Ok(Item {
                came: Came::Value(gap),
                ..
            })) => match serde_json::from_value(gap) {
                Ok(gap) => Err(Stop::Failed(gap)),
                Err(_) => {
                    scope.missed(&asked);
                    Err(lost())
                }
            },
            Some(Ok(_)) => {
                scope.missed(&asked);
                Err(lost())
            }
            Some(Err(_)) | None => Err(lost()),
        }
    }
}

/// The facts with those of the forest and of its services derived anew.
///
/// # Errors
/// Why that cannot be done, in words.
pub async fn again(
    items: Vec<Item>,
    recorded: DirectoryFacts,
) -> Result<Again<DirectoryFacts>, String> {
    let entered = items.iter().find(|item| item.asked == entered_input());
    let Some(Came::Value(value)) = entered.map(|item| &item.came) else {
        return Err("no server was entered".to_owned());
    };
    let entered: Entered = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    let [domain, objects, configuration, schema] = entered.contexts;
    let kept = Kept {
        server: entered.server,
        contexts: Contexts {
            domain,
            objects,
            configuration,
            schema,
        },
    };
    let draft = Draft::default();
    draft.update(|facts: &mut DirectoryFacts| facts.clone_from(&recorded));
    let learn = learn_forest(&kept, DirectorySource::Server, &entered.domain, &draft);
    let given = Arc::new(Given::new(items));
    let misses = evidence::given_to(&given, ProbeId::Directory, learn).await;
    let learned = draft.snapshot().0;
    let mut facts = DirectoryFacts {
        forest: learned.forest,
        services: learned.services,
        ..recorded
    };
    // These are told by the domains, which stand as recorded.
    trusts::write_forests(&mut facts);
    Ok(Again { facts, misses })
}

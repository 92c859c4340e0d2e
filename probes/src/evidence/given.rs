//! What was kept, in place of the outside.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use super::{Asked, Item};

/// Misses of one fact that are told apart.
const MOST_MISSES: usize = 20;

/// What was kept for one probe.
#[derive(Debug, Default)]
pub struct Given {
    answers: Mutex<HashMap<Asked, VecDeque<Item>>>,
    misses: Mutex<Misses>,
}

/// What was asked in vain, by the fact that it was asked for.
pub(super) type Misses = BTreeMap<String, BTreeSet<String>>;

impl Given {
    /// These pieces of evidence; those of one question are given in their order.
    pub fn new(items: impl IntoIterator<Item = Item>) -> Self {
        let mut answers: HashMap<Asked, VecDeque<Item>> = HashMap::new();
        for item in items {
            let key = key(&item.asked);
            answers.entry(key).or_default().push_back(item);
        }
        Self {
            answers: Mutex::new(answers),
            misses: Mutex::default(),
        }
    }

    /// The next answer to this question: one for the same fact, otherwise one for any.
    pub(super) fn take(&self, asked: &Asked, about: &str) -> Option<Item> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let found = answers.get_mut(&key(asked)).and_then(|queue| {
            let own = queue.iter().position(|item| item.about == about);
            queue.remove(own.unwrap_or(0))
        });
        drop(answers);
        if found.is_none() {
            self.miss(asked, about);
        }
        found
    }

    /// Notes a question that got no answer.
    pub(super) fn miss(&self, asked: &Asked, about: &str) {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        let of_fact = misses.entry(about.to_owned()).or_default();
        if of_fact.len() < MOST_MISSES {
            of_fact.insert(asked.to_string());
        }
    }

    /// Notes that a fact goes on from another.
    pub(super) fn depends(&self, fact: &str, on: &str) {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.keys().any(|path| path.starts_with(on)) {
            let why = format!("what is known of {on}");
            misses.entry(fact.to_owned()).or_default().insert(why);
        }
    }

    /// What was asked in vain.
    pub(super) fn misses(&self) -> Misses {
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        misses.clone()
    }
}

/// What makes two questions the same: names are, whatever their case.
fn key(asked: &Asked) -> Asked {
    let mut key = asked.clone();
    if let Asked::Dns { name, .. } = &mut key {
        name.make_ascii_lowercase();
    }
    key
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input { name } => write!(f, "the probe's {name}"),
            Self::Dns {
                server,
                name,
                record_type,
                manner,
            } => write!(f, "{name} {record_type} at {server} ({manner})"),
            Self::File { path } => write!(f, "file {path}"),
            Self::Folder { path } => write!(f, "folder {path}"),
            Self::Link { path } => write!(f, "link {path}"),
            Self::Exists { path } => write!(f, "path {path}"),
            Self::Variable { name } => write!(f, "variable {name}"),
            Self::RegistryValue { key, name } => write!(f, r"registry value {key}\{name}"),
            Self::RegistryKeys { key } => write!(f, "registry key {key}"),
            Self::System { what } => write!(f, "the system's {what}"),
            Self::Search {
                server,
                base,
                filter,
                scope,
                ..
            } => write!(f, "search at {server} in {base} ({scope}) for {filter}"),
            Self::Certificates { server } => write!(f, "certificates of {server}"),
            Self::Head { server } => write!(f, "answer of {server}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::ProbeId;

    use super::*;
    use crate::evidence::Came;

    fn item(about: &str, name: &str, at_ms: u64) -> Item {
        Item {
            probe: ProbeId::Dns,
            about: about.to_owned(),
            at_ms,
            took_us: 0,
            asked: asked(name),
            came: Came::Absent,
        }
    }

    fn asked(name: &str) -> Asked {
        Asked::Dns {
            server: "192.0.2.1:53".to_owned(),
            name: name.to_owned(),
            record_type: "A".to_owned(),
            manner: "usual".to_owned(),
        }
    }

    #[test]
    fn answers_of_one_question_come_in_order_and_those_of_the_same_fact_first() {
        let given = Given::new([
            item("dns.a", "x.", 1),
            item("dns.b", "x.", 2),
            item("dns.a", "x.", 3),
        ]);
        let next = |about: &str| given.take(&asked("X."), about).map(|item| item.at_ms);
        assert_eq!(next("dns.b"), Some(2));
        assert_eq!(next("dns.a"), Some(1));
        assert_eq!(next("dns.a"), Some(3));
        assert_eq!(next("dns.a"), None);
        assert_eq!(given.misses().keys().collect::<Vec<_>>(), ["dns.a"]);
    }
}

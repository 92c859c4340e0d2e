//! Root keys of the key distribution service, from which passwords of group managed service accounts
//! are made. Only when they were made and become good is asked for, never a key.

use waterline_facts::{Seen, directory::RootKeyFacts};

use super::{
    entry::Entry,
    hidden::Guarded,
    query::{Filter, Place, Query},
    source::Directory,
    values,
};

const ROOT_KEYS: Guarded = Guarded {
    container: Place::Configuration(
        "CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services",
    ),
    above: Place::Configuration("CN=Services"),
    filter: Filter::Class("msKds-ProvRootKey"),
    attributes: &["cn", "msKds-UseStartTime", "whenCreated"],
};

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    ROOT_KEYS.queries()
}

/// Reads the root keys, oldest first.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<Vec<RootKeyFacts>> {
    ROOT_KEYS.read(directory).await.map(|entries| {
        let mut keys: Vec<_> = entries.iter().filter_map(key).collect();
        keys.sort();
        keys
    })
}

fn key(entry: &Entry) -> Option<RootKeyFacts> {
    Some(RootKeyFacts {
        effective: entry.fact("msKds-UseStartTime", |value| {
            values::integer(value).and_then(values::filetime)
        }),
        created: entry.fact("whenCreated", values::generalized_time),
        id: entry.text("cn")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_tells_when_it_becomes_good() {
        let value = |text: &str| vec![text.as_bytes().to_vec()];
        let entry = Entry {
            attributes: vec![
                ("cn".to_owned(), value("0b1c")),
                ("whenCreated".to_owned(), value("20260102030405.0Z")),
                ("msKds-UseStartTime".to_owned(), value("134118326450000000")),
            ],
            ..Entry::default()
        };
        let key = key(&entry).unwrap();
        assert_eq!(key.id, "0b1c");
        assert!(key.created.known() < key.effective.known());
    }

    #[test]
    fn the_key_itself_is_never_asked_for() {
        let asked = queries().into_iter().flat_map(|query| query.attributes);
        assert!(asked.into_iter().all(|name| *name != "msKds-RootKeyData"));
    }
}

//! Telling what is hidden from what is not there.
//!
//! A directory shows neither to whoever may not see it: both look alike. Where something must exist,
//! its absence means that it is hidden. Where it need not, the reader's own rights over the place
//! decide; without them nothing is known.

use waterline_facts::{Gap, Reason, Seen};

use super::{
    entry::Entry,
    forest::unreadable,
    outcome,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
};

/// The parts of an object's security descriptor that the reader may change (MS-ADTS 3.1.1.4.5.18);
/// it is computed for each reader.
const RIGHTS: &str = "sDRightsEffective";

/// Entries of a place that every directory has, so that one which is not there may not be seen.
pub(super) fn existing<T>(entries: Seen<T>) -> Seen<T> {
    match entries {
        Seen::Absent => unreadable(&entries),
        found => found,
    }
}

/// The fact that an attribute states which every object of its kind has.
pub(super) fn required<T>(
    entry: &Entry,
    attribute: &str,
    value: impl Fn(&[u8]) -> Option<T>,
) -> Seen<T> {
    existing(entry.fact(attribute, value))
}

/// A container into which ordinary users may not look.
pub(super) struct Guarded {
    /// The container.
    pub container: Place,
    /// One above it that always exists.
    pub above: Place,
    /// Which entries below it are wanted.
    pub filter: Filter,
    /// The attributes that are asked for.
    pub attributes: &'static [&'static str],
}

impl Guarded {
    /// Every search that is made for it.
    pub fn queries(&self) -> Vec<Query> {
        let rights = [self.container, self.above].map(|place| self.rights(place));
        [vec![self.contents()], rights.to_vec()].concat()
    }

    fn contents(&self) -> Query {
        Query {
            base: self.container,
            scope: Scope::OneLevel,
            filter: self.filter.clone(),
            attributes: self.attributes,
            witness: self.above,
        }
    }

    fn rights(&self, place: Place) -> Query {
        Query {
            base: place,
            scope: Scope::Base,
            filter: Filter::Any,
            attributes: &[RIGHTS],
            witness: self.above,
        }
    }

    /// The entries. All of them, or that there is none, is known only to a reader who may change who sees
    /// the container, or the one above where that does not exist: whoever sees some may not see others.
    pub async fn read(&self, directory: &dyn Directory) -> Seen<Vec<Entry>> {
        let seen = match read(directory, &self.contents()).await {
            Seen::Known(entries) => entries,
            Seen::Absent => Vec::new(),
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        };
        let container = read_one(directory, &self.rights(self.container)).await;
        let rights = match container {
            Seen::Absent => read_one(directory, &self.rights(self.above)).await,
            found => found,
        };
        match rights {
            Seen::Unknown(gap) => Seen::Unknown(gap),
            Seen::Known(entry) if entry.integer(RIGHTS).is_some_and(|rights| rights != 0) => {
                Seen::Known(seen)
            }
            Seen::Known(_) | Seen::Absent => Seen::Unknown(hidden(self.container, seen.len())),
        }
    }
}

fn hidden(place: Place, seen: usize) -> Gap {
    let path = place.locate().1;
    let what = match seen {
        0 => format!(
            "nothing is seen in {path}: either there is nothing, or the account that was used may not \
             see it"
        ),
        _ => format!("{seen} seen in {path}, and the account that was used may not see all"),
    };
    Gap::new(Reason::Denied, what).with_remedy(outcome::ADMINISTER)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::{
        super::source::{Reader, Stop},
        *,
    };

    const KEYS: Guarded = Guarded {
        container: Place::Configuration("CN=Keys,CN=Services"),
        above: Place::Configuration("CN=Services"),
        filter: Filter::Class("key"),
        attributes: &["cn"],
    };

    /// Shows one key or none, and rights at the container, at the one above or nowhere.
    struct Shown {
        keys: usize,
        container: Option<&'static str>,
        above: Option<&'static str>,
    }

    #[async_trait]
    impl Directory for Shown {
        async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
            let rights = |value: &str| {
                let rights = (RIGHTS.to_owned(), vec![value.as_bytes().to_vec()]);
                Entry {
                    attributes: vec![rights],
                    ..Entry::default()
                }
            };
            let entries = match (query.scope, query.base == KEYS.container) {
                (Scope::Base, true) => vec![rights(self.container.ok_or(Stop::NoBase)?)],
                (Scope::Base, false) => vec![rights(self.above.ok_or(Stop::NoBase)?)],
                _ if self.container.is_none() => return Err(Stop::NoBase),
                _ => vec![Entry::default(); self.keys],
            };
            Ok(reader.take(entries).await?)
        }
    }

    #[tokio::test]
    async fn all_and_none_are_known_only_to_who_administers_the_container() {
        let cases = [
            (1, Some("15"), Some("0"), Some(1)),
            (1, Some("0"), Some("15"), None),
            (1, None, Some("15"), Some(0)),
            (0, Some("15"), Some("0"), Some(0)),
            (0, Some("0"), Some("15"), None),
            (0, None, Some("15"), Some(0)),
            (0, None, Some("0"), None),
            (0, None, None, None),
        ];
        for (keys, container, above, expected) in cases {
            let shown = Shown {
                keys,
                container,
                above,
            };
            let read = KEYS.read(&shown).await;
            let case = format!("{keys} keys, rights {container:?}, above {above:?}");
            assert_eq!(read.known().map(Vec::len), expected, "{case}");
            if let Some(gap) = read.gap() {
                assert_eq!(gap.reason, Reason::Denied, "{case}");
                let some = keys > 0 && container.is_some();
                assert_eq!(gap.detail.contains("may not see all"), some, "{case}");
                assert!(!gap.remedy.is_empty(), "{case}");
            }
        }
    }

    #[test]
    fn attribute_that_must_exist_is_hidden_and_not_absent() {
        let gap = required(&Entry::default(), "minPwdAge", |_| Some(0));
        assert_eq!(gap.gap().unwrap().reason, Reason::Denied);
    }
}

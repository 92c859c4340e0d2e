//! Local administrator password solution: how far it is in use.
//!
//! Computers are counted by the dates at which their passwords are due; the attributes with the
//! passwords are never asked for.

use async_trait::async_trait;
use waterline_facts::{Gap, Reason, Seen, directory::services::LapsFacts};

use super::told;
use crate::directory::{
    entry::Entry,
    outcome::RIGHTS,
    query::{Filter, Place, Query, Scope},
    source::{Directory, Reader, Stop},
};

const DUE: &str = "msLAPS-PasswordExpirationTime";
const LEGACY_DUE: &str = "ms-Mcs-AdmPwdExpirationTime";

fn schema() -> Query {
    let named = |name| Filter::Is("lDAPDisplayName", name);
    Query {
        base: Place::Schema(""),
        scope: Scope::OneLevel,
        filter: Filter::Either(vec![named(DUE), named(LEGACY_DUE)]),
        attributes: &["lDAPDisplayName"],
        witness: Place::Configuration(""),
    }
}

fn computers() -> Query {
    due(DUE, &[DUE])
}

fn legacy_computers() -> Query {
    due(LEGACY_DUE, &[LEGACY_DUE])
}

fn due(attribute: &'static str, attributes: &'static [&'static str]) -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![told::present(attribute), Filter::Category("computer")]),
        attributes,
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![schema(), computers(), legacy_computers()]
}

/// Reads the facts of LAPS.
pub(super) async fn learn(directory: &dyn Directory) -> LapsFacts {
    let schema = told::list(directory, &schema()).await;
    let has = |name: &str| {
        let named = |entry: &Entry| entry.has("lDAPDisplayName", name);
        schema.as_ref().map(|entries| entries.iter().any(named))
    };
    LapsFacts {
        computers: counted(directory, &computers(), has(DUE)).await,
        legacy_computers: counted(directory, &legacy_computers(), has(LEGACY_DUE)).await,
    }
}

/// Counts without keeping anything.
#[derive(Default)]
struct Count(u32);

#[async_trait]
impl Reader for Count {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        self.0 = self.0.saturating_add(told::count(&batch));
        Ok(())
    }
}

async fn counted(directory: &dyn Directory, query: &Query, in_schema: Seen<bool>) -> Seen<u32> {
    if in_schema == Seen::Known(false) {
        return Seen::Known(0);
    }
    let mut count = Count::default();
    match directory.search(query, &mut count).await {
        Ok(()) if count.0 > 0 => Seen::Known(count.0),
        Ok(()) | Err(Stop::NoBase) => Seen::Unknown(hidden()),
        Err(Stop::Failed(gap)) => Seen::Unknown(gap),
    }
}

fn hidden() -> Gap {
    let what = "no computer shows when its password is due, which may be hidden";
    Gap::new(Reason::Denied, what).with_remedy(RIGHTS)
}

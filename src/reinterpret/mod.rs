//! Facts derived anew: the probes of this version, run on the raw evidence of a recording.
//!
//! Nobody outside is asked. A fact for which an answer lacks, or on which one lacks that it goes on
//! from, stays as it was recorded, and is named. So nothing is known afterwards that neither the
//! recording nor its evidence tells.

mod merge;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use waterline_facts::{Environment, ProbeId, Seen};
use waterline_probes::{
    browsers::{self, BrowserProbe},
    catalog::Catalog,
    directory, dns,
    evidence::Again,
    host::HostProbe,
    network,
    system::system_again,
};

use crate::recording::Opened;
use merge::Merger;

/// What was derived anew, by probe.
#[derive(Debug, Default)]
pub struct Account(BTreeMap<ProbeId, Outcome>);

/// What became of a probe's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// They stand as recorded, for this reason.
    AsRecorded(String),
    /// They were derived anew.
    Derived {
        /// Facts that differ from what was recorded, by path.
        changed: Vec<String>,
        /// Facts that stand as recorded, by path, with what is lacking.
        kept: Vec<(String, String)>,
    },
}

impl Account {
    /// What became of each probe's facts.
    pub fn probes(&self) -> impl Iterator<Item = (ProbeId, &Outcome)> {
        self.0.iter().map(|(probe, outcome)| (*probe, outcome))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsRecorded(why) => write!(f, "as recorded, as {why}"),
            Self::Derived { changed, kept } => {
                write!(f, "derived anew from raw evidence")?;
                match changed.as_slice() {
                    [] => write!(f, ", nothing differs")?,
                    paths => write!(f, ", these differ: {}", paths.join(", "))?,
                }
                for (path, why) in kept {
                    write!(f, "; {path} as recorded, as there is no {why}")?;
                }
                Ok(())
            }
        }
    }
}

/// Derives the facts of an environment anew, as far as the recording has raw evidence of them.
pub fn reinterpret(opened: &Opened, environment: &mut Environment) -> Account {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return Account::default();
    };
    let mut anew = Anew {
        opened,
        runtime,
        account: Account::default(),
    };
    let captured = opened.manifest.captured;
    anew.derive(ProbeId::Host, &mut environment.host, async |items| {
        system_again(items, HostProbe::of, captured).await
    });
    anew.derive(
        ProbeId::Browsers,
        &mut environment.browsers,
        async |items| {
            let probe = |system| BrowserProbe::of(system, browsers::Catalog::embedded());
            system_again(items, probe, captured).await
        },
    );
    anew.derive(ProbeId::Dns, &mut environment.dns, async |items| {
        let catalog: Arc<Catalog> = Catalog::embedded();
        dns::again(items, catalog, captured).await
    });
    let recorded = environment.network.clone();
    anew.derive(ProbeId::Network, &mut environment.network, async |items| {
        let recorded = recorded.into_known().unwrap_or_default();
        Ok(network::again(&items, recorded))
    });
    let recorded = environment.directory.clone();
    anew.derive(
        ProbeId::Directory,
        &mut environment.directory,
        async |items| directory::again(items, recorded.into_known().unwrap_or_default()).await,
    );
    let why = "nothing is derived anew of it yet".to_owned();
    let protocols = Outcome::AsRecorded(why);
    anew.account.0.insert(ProbeId::Protocols, protocols);
    anew.account
}

/// What of a probe's facts always stands as recorded, though the others are derived anew.
fn not_covered(probe: ProbeId) -> Option<&'static str> {
    match probe {
        ProbeId::Network => Some("all but certificates and heads of answers"),
        ProbeId::Directory => Some("all but directory.forest and directory.services"),
        _ => None,
    }
}

/// Facts being derived anew.
struct Anew<'a> {
    opened: &'a Opened,
    runtime: tokio::runtime::Runtime,
    account: Account,
}

impl Anew<'_> {
    fn derive<T: Serialize + DeserializeOwned>(
        &mut self,
        probe: ProbeId,
        facts: &mut Seen<T>,
        run: impl AsyncFnOnce(Vec<waterline_probes::evidence::Item>) -> Result<Again<T>, String>,
    ) {
        let outcome = match self.derived(probe, facts, run) {
            Ok((anew, outcome)) => {
                *facts = Seen::Known(anew);
                outcome
            }
            Err(why) => Outcome::AsRecorded(why),
        };
        self.account.0.insert(probe, outcome);
    }

    fn derived<T: Serialize + DeserializeOwned>(
        &self,
        probe: ProbeId,
        facts: &Seen<T>,
        run: impl AsyncFnOnce(Vec<waterline_probes::evidence::Item>) -> Result<Again<T>, String>,
    ) -> Result<(T, Outcome), String> {
        let words = |error: serde_json::Error| error.to_string();
        let recorded = facts.known().ok_or("the recording has no facts of it")?;
        let items = self.opened.evidence(probe).map_err(|e| e.to_string())?;
        if items.is_empty() {
            return Err("the recording holds no raw evidence of it".to_owned());
        }
        let Again { facts, misses } = self.runtime.block_on(run(items))?;
        let old = serde_json::to_value(recorded).map_err(words)?;
        let new = serde_json::to_value(&facts).map_err(words)?;
        let mut merger = Merger::new(misses);
        let merged = merger.merge(new, &old, probe.name());
        let anew = serde_json::from_value(merged).map_err(words)?;
        let Merger {
            changed, mut kept, ..
        } = merger;
        if let Some(rest) = not_covered(probe) {
            kept.push((rest.to_owned(), "raw evidence of it".to_owned()));
        }
        Ok((anew, Outcome::Derived { changed, kept }))
    }
}

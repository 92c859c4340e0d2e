//! The facts as parts: one for each probe, so that damage to one costs only its own facts.

use std::{collections::BTreeMap, path::Path};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use waterline_facts::{
    Environment, FORMAT, FormatVersion, Gap, ProbeId, Reason, RunFacts, Seen,
    run::{ProbeOutcome, ProbeRun},
};

use super::{Manifest, RecordingError, checkpoints, limits, manifest::check_major, read::Problem};

/// Name of the part with how the run went.
pub(super) const HEAD: &str = "environment.json";

/// Name of the part with what the object checks found.
pub(super) const OBJECT_FACTS: &str = "environment/objects.json";

/// Name of the part with what recordings of other machines say.
pub(super) const HOSTS: &str = "environment/hosts.json";

/// What `environment.json` holds: how the run went, and the version of all the facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// Version of the facts' form.
    pub format: FormatVersion,
    /// How the run went.
    pub run: RunFacts,
}

/// Name of the part with a probe's facts.
pub(super) fn part_name(probe: ProbeId) -> String {
    format!("environment/{probe}.json")
}

/// Name of the part with the facts below a root, by the root's name.
pub fn part_of(root: &str) -> String {
    match root {
        "run" | "format" => HEAD.to_owned(),
        "objects" => OBJECT_FACTS.to_owned(),
        probe => format!("environment/{probe}.json"),
    }
}

/// The facts as parts, by name.
pub(super) fn split(
    environment: &Environment,
) -> Result<Vec<(String, Vec<u8>)>, serde_json::Error> {
    let head = Head {
        format: environment.format,
        run: environment.run.clone(),
    };
    let mut parts = vec![
        (HEAD.to_owned(), json(&head)?),
        (part_name(ProbeId::Host), json(&environment.host)?),
        (part_name(ProbeId::Browsers), json(&environment.browsers)?),
        (part_name(ProbeId::Dns), json(&environment.dns)?),
        (part_name(ProbeId::Network), json(&environment.network)?),
        (part_name(ProbeId::Protocols), json(&environment.protocols)?),
        (part_name(ProbeId::Directory), json(&environment.directory)?),
        (OBJECT_FACTS.to_owned(), json(&environment.objects)?),
    ];
    // A run that was shown no other machines says so by the part that is not there.
    if environment.hosts != Seen::Absent {
        parts.push((HOSTS.to_owned(), json(&environment.hosts)?));
    }
    Ok(parts)
}

/// A value as the text of a part.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

/// The parts of one recording as they were read: bytes, or what is wrong with them.
pub(super) type Read = BTreeMap<String, Result<Vec<u8>, String>>;

/// Puts facts together again from parts, noting what is damaged.
#[derive(Debug)]
pub(super) struct Joiner<'a> {
    pub(super) path: &'a Path,
    pub(super) parts: &'a Read,
    /// Whether the recording was finished.
    pub(super) complete: bool,
    pub(super) problems: Vec<Problem>,
}

impl Joiner<'_> {
    /// The environment; facts of damaged parts are unknown.
    ///
    /// # Errors
    /// If the facts have another major version.
    pub(super) fn environment(
        &mut self,
        manifest: &Manifest,
    ) -> Result<Environment, RecordingError> {
        let head = match self.value::<Head>(HEAD) {
            Some(Ok(head)) => head,
            Some(Err(gap)) => head_from(manifest, &gap),
            None => head_from(manifest, &missing(HEAD)),
        };
        check_major(self.path, "facts", head.format, FORMAT)?;
        Ok(Environment {
            format: head.format,
            run: head.run,
            host: self.facts(&part_name(ProbeId::Host)),
            browsers: self.facts(&part_name(ProbeId::Browsers)),
            dns: self.facts(&part_name(ProbeId::Dns)),
            network: self.facts(&part_name(ProbeId::Network)),
            protocols: self.facts(&part_name(ProbeId::Protocols)),
            directory: self.facts(&part_name(ProbeId::Directory)),
            objects: self.facts(OBJECT_FACTS),
            hosts: match self.parts.contains_key(HOSTS) {
                false if self.complete => Seen::Absent,
                _ => self.facts(HOSTS),
            },
        })
    }

    /// Facts of a part; a part that the recording does not have was not probed.
    fn facts<T: DeserializeOwned>(&mut self, name: &str) -> Seen<T> {
        match self.value::<Seen<T>>(name) {
            Some(Ok(facts)) => facts,
            Some(Err(gap)) => Seen::Unknown(gap),
            None if self.complete => Seen::not_run(),
            None => Seen::Unknown(damaged(name, checkpoints::UNFINISHED)),
        }
    }

    fn value<T: DeserializeOwned>(&mut self, name: &str) -> Option<Result<T, Gap>> {
        let read = self.parts.get(name)?.as_ref();
        let parsed = read
            .map_err(Clone::clone)
            .and_then(|bytes| serde_json::from_slice(bytes).map_err(limits::damage));
        Some(parsed.map_err(|what| {
            self.problems.push(Problem::new(name, what.clone()));
            damaged(name, &what)
        }))
    }
}

/// The gap that a damaged part leaves.
pub(super) fn damaged(part: &str, what: &str) -> Gap {
    Gap::new(Reason::Damaged, format!("{part}: {what}"))
        .with_remedy("record again, or take an undamaged copy of the recording")
}

fn missing(part: &str) -> Gap {
    damaged(part, "the manifest does not list it")
}

/// How the run went as far as the manifest still tells; each probe says that its record is lost.
fn head_from(manifest: &Manifest, gap: &Gap) -> Head {
    let lost = |id| ProbeRun {
        id,
        started_ms: 0,
        took_ms: 0,
        outcome: ProbeOutcome::Ended(gap.clone()),
        notes: Vec::new(),
    };
    Head {
        format: FORMAT,
        run: RunFacts {
            tool_version: manifest.tool_version.clone(),
            started: manifest.captured,
            took_ms: 0,
            budget_s: 0,
            rights: manifest.rights.clone(),
            interrupted: false,
            probes: ProbeId::ALL.map(lost).into(),
        },
    }
}

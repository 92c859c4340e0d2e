//! Reads a description and says where a fault is: file, line, column, and the line itself.
//!
//! What a word means by itself the forms say; here stands what must fit together. The parser bounds
//! depth and aliases, and a file is read up to a limit.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use serde_saphyr::{Location, Spanned};
use xtask::synth;

use crate::{
    form::{ControllersForm, DirectoryForm, ProxyForm, WorldForm},
    zones,
};

/// No description comes near this size.
const LIMIT: u64 = 1 << 20;
/// The longest delay, in milliseconds.
const LONGEST_DELAY: u64 = 60_000;
/// The most objects that the generator is asked for.
const MOST_OBJECTS: u64 = 1_000_000;
/// Characters of a line that are shown.
const LONGEST_EXCERPT: usize = 160;

/// A description that was read and makes sense.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) form: WorldForm,
    /// Its file.
    pub(crate) file: PathBuf,
    text: String,
}

/// Why a description cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// The file cannot be read.
    #[error("cannot read {file}: {problem}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        problem: String,
    },
    /// The file is no description of a world.
    #[error("{file}:{line}:{column}: {problem}")]
    Invalid {
        /// The file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: u64,
        /// What is wrong there.
        problem: String,
        /// The line itself.
        excerpt: String,
    },
}

impl WorldError {
    /// The line of the file with a mark under the place; empty if no line is at fault.
    pub fn excerpt(&self) -> String {
        match self {
            Self::Invalid {
                line,
                column,
                excerpt,
                ..
            } if *line > 0 => {
                let before = usize::try_from(*column)
                    .unwrap_or(1)
                    .clamp(1, LONGEST_EXCERPT)
                    - 1;
                let gutter = " ".repeat(line.to_string().len());
                let mark = " ".repeat(before);
                format!("{gutter} |\n{line} | {excerpt}\n{gutter} | {mark}^")
            }
            _ => String::new(),
        }
    }
}

impl World {
    /// The description in this file.
    ///
    /// # Errors
    /// If it cannot be read, or something in it is unknown, wrong or contradicts itself.
    pub fn read(file: &Path) -> Result<Self, WorldError> {
        let unreadable = |problem: String| WorldError::Unreadable {
            file: file.display().to_string(),
            problem,
        };
        let opened = std::fs::File::open(file).map_err(|error| unreadable(error.to_string()))?;
        let mut text = String::new();
        let read = opened.take(LIMIT + 1).read_to_string(&mut text);
        read.map_err(|error| unreadable(error.to_string()))?;
        if text.len() as u64 > LIMIT {
            return Err(unreadable(format!("larger than {LIMIT} bytes")));
        }
        Self::parse(file, text)
    }

    /// The description in this text, whose paths are taken from where this file stands.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn parse(file: &Path, text: String) -> Result<Self, WorldError> {
        let parsed = serde_saphyr::from_str(&text).map_err(|error| {
            let error = error.without_snippet();
            let place = error.location().unwrap_or(Location::UNKNOWN);
            // The parser repeats the place at the end of its message.
            let message = error.to_string();
            let problem = message.split(" at line ").next().unwrap_or(&message);
            fault(file, &text, place, problem)
        })?;
        let world = Self {
            form: parsed,
            file: file.to_owned(),
            text,
        };
        match world.flaw() {
            None => Ok(world),
            Some(Flaw(place, problem)) => Err(world.fault(place, problem)),
        }
    }

    /// A fault of this description.
    pub(crate) fn fault(&self, place: Location, problem: impl Into<String>) -> WorldError {
        fault(&self.file, &self.text, place, problem)
    }

    /// A file beside the description.
    pub(crate) fn beside(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The first thing that does not fit.
    fn flaw(&self) -> Option<Flaw> {
        let form = &self.form;
        let resolvers = form.resolvers.iter().chain(&form.public_resolvers);
        let delays = resolvers.map(|one| one.delay_ms.as_ref());
        let delays = delays.chain(form.endpoints.iter().map(|one| one.delay_ms.as_ref()));
        let delay = delays.flatten().find(|one| one.value > LONGEST_DELAY);
        delay
            .map(|one| Flaw::at(one, format!("a delay is at most {LONGEST_DELAY} ms")))
            .or_else(|| form.zones.iter().find_map(zones::flaw))
            .or_else(|| form.tenants.values().find_map(tenant_flaw))
            .or_else(|| proxy_flaw(form.proxy.as_ref()?))
            .or_else(|| self.controllers_flaw(form.controllers.as_ref()?))
            .or_else(|| self.directory_flaw(form.directory.as_ref()?))
            .or_else(|| self.file_flaw(form.machine.registry.as_ref()?))
    }

    fn controllers_flaw(&self, form: &ControllersForm) -> Option<Flaw> {
        let domain = &form.domain;
        if self.form.directory.is_none() {
            let problem = "controllers answer no searches: describe a `directory` beside them";
            return Some(Flaw::at(domain, problem.to_owned()));
        }
        let mut zones = self.form.zones.iter();
        let has_zone = zones.any(|zone| zone.zone.value == domain.value);
        if !has_zone {
            let problem = format!("there is no zone `{}`", domain.value);
            return Some(Flaw::at(domain, problem));
        }
        if form.site.is_empty() || form.site.len() > 63 {
            return Some(Flaw::at(domain, "`site` has 1 to 63 characters".to_owned()));
        }
        form.hosts.iter().find_map(|host| {
            let name = &host.name;
            if !zones::is_label(&name.value) {
                return Some(Flaw::at(name, format!("`{}` is no host name", name.value)));
            }
            let known = |port: &&Spanned<u16>| !crate::controller::PORTS.contains(&port.value);
            let port = host.closed.iter().find(known)?;
            let problem = format!("a controller has no port {}", port.value);
            Some(Flaw::at(port, problem))
        })
    }

    fn directory_flaw(&self, form: &DirectoryForm) -> Option<Flaw> {
        if let Some(export) = form.exports.first() {
            let problem = "exports stand in place of what the generator makes: leave out `objects`";
            return match form.objects {
                Some(_) => Some(Flaw::at(export, problem.to_owned())),
                None => form.exports.iter().find_map(|one| self.file_flaw(one)),
            };
        }
        let Some(objects) = &form.objects else {
            return Some(Flaw(
                Location::UNKNOWN,
                "`directory` needs `objects` or `exports`".to_owned(),
            ));
        };
        let (least, most) = (synth::FEWEST, MOST_OBJECTS);
        if !(least..=most).contains(&objects.value) {
            return Some(Flaw::at(objects, format!("`objects` is {least} to {most}")));
        }
        let known = |name: &str| name == "all" || synth::fault_names().any(|own| own == name);
        let unknown = form.faults.iter().find(|fault| !known(&fault.value))?;
        let problem = format!(
            "the generator has no fault `{}`; `cargo xtask synth --list` names them",
            unknown.value
        );
        Some(Flaw::at(unknown, problem))
    }

    fn file_flaw(&self, path: &Spanned<String>) -> Option<Flaw> {
        let there = self.beside(&path.value).is_file();
        (!there).then(|| Flaw::at(path, format!("there is no file {}", path.value)))
    }
}

/// Something that does not fit, and where.
#[derive(Debug)]
pub(crate) struct Flaw(pub Location, pub String);

impl Flaw {
    pub fn at<T>(value: &Spanned<T>, problem: String) -> Self {
        Self(value.referenced, problem)
    }
}

fn tenant_flaw(id: &Spanned<String>) -> Option<Flaw> {
    let parts: Vec<usize> = id.value.split('-').map(str::len).collect();
    let digits = id.value.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let sound = digits && parts == [8, 4, 4, 4, 12];
    let problem = "a tenant's id is written as 9f0e6b0c-6f6e-4c0a-9a51-2b7c1d7f0a11";
    (!sound).then(|| Flaw::at(id, problem.to_owned()))
}

fn proxy_flaw(form: &ProxyForm) -> Option<Flaw> {
    let host = &form.host;
    if form.port == 0 {
        return Some(Flaw::at(host, "the proxy's port is 1 to 65535".to_owned()));
    }
    (!zones::is_name(&host.value))
        .then(|| Flaw::at(host, format!("`{}` is no host name", host.value)))
}

fn fault(file: &Path, text: &str, place: Location, problem: impl Into<String>) -> WorldError {
    let line = usize::try_from(place.line()).unwrap_or(0);
    let excerpt = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let harmless = |c: char| if c.is_control() { ' ' } else { c };
    WorldError::Invalid {
        file: file.display().to_string(),
        line: place.line(),
        column: place.column(),
        problem: problem.into(),
        excerpt: excerpt
            .chars()
            .map(harmless)
            .take(LONGEST_EXCERPT)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "about: x\nmachine: {family: linux, name: pc}\n";

    fn told(text: &str) -> String {
        let read = World::parse(Path::new("w.yaml"), text.to_owned());
        read.map(drop).unwrap_err().to_string()
    }

    #[test]
    fn the_least_description_is_a_whole_world() {
        World::parse(Path::new("w.yaml"), LEAST.to_owned()).unwrap();
    }

    /// Each text is refused at this place with this word.
    fn refused(cases: &[(&str, &str, &str)]) {
        for (text, place, word) in cases {
            let message = told(&format!("{text}{LEAST}"));
            assert!(message.starts_with(place), "{text}: {message}");
            assert!(message.contains(word), "{text}: {message}");
        }
    }

    #[test]
    fn unknown_words_are_refused_in_their_place() {
        refused(&[
            ("abuot: x\n", "w.yaml:1:1: ", "abuot"),
            ("proxy: {host: p.test, prot: 1}\n", "w.yaml:1:", "prot"),
            ("resolvers: [{manner: nice}]\n", "w.yaml:1:22: ", "nice"),
            (
                "directory: {objects: 100, faults: [x]}\n",
                "w.yaml:1:36: ",
                "no fault `x`",
            ),
        ]);
    }

    #[test]
    fn values_that_cannot_be_are_refused_in_their_place() {
        refused(&[
            (
                "proxy: {host: 'p test', port: 1}\n",
                "w.yaml:1:15: ",
                "no host name",
            ),
            (
                "proxy: {host: p.test, port: 0}\n",
                "w.yaml:1:15: ",
                "1 to 65535",
            ),
            (
                "resolvers: [{delay_ms: 60001}]\n",
                "w.yaml:1:24: ",
                "at most 60000",
            ),
            ("tenants: {a.test: me}\n", "w.yaml:1:19: ", "tenant's id"),
            ("directory: {objects: 99}\n", "w.yaml:1:22: ", "100 to"),
            (
                "directory: {exports: [none.ldif]}\n",
                "w.yaml:1:23: ",
                "no file none.ldif",
            ),
            ("directory: {}\n", "w.yaml:0:0: ", "`objects` or `exports`"),
        ]);
        let zone = |records: &str| format!("zones:\n  - zone: a.test\n    records: {records}\n");
        refused(&[
            (
                "zones:\n  - {zone: 'a b'}\n",
                "w.yaml:2:12: ",
                "no name of a zone",
            ),
            (&zone("['@ MX x']"), "w.yaml:3:15: ", "no record"),
            (&zone("['@ A 192.0.2.1']"), "w.yaml:3:15: ", "127.0.0.0/8"),
            (
                &zone("['@ A 127.0.0.1', 'b.test. A 127.0.0.1']"),
                "w.yaml:3:32: ",
                "outside",
            ),
            (
                &zone("[$INCLUDE /etc/passwd]"),
                "w.yaml:3:15: ",
                "no record",
            ),
        ]);
    }

    #[test]
    fn controllers_need_a_directory_and_a_zone() {
        let controllers = "controllers: {domain: a.test, site: s, hosts: []}\n";
        let with_directory = format!("{controllers}directory: {{objects: 100}}\n");
        refused(&[
            (controllers, "w.yaml:1:23: ", "a `directory`"),
            (&with_directory, "w.yaml:1:23: ", "no zone `a.test`"),
        ]);
    }

    #[test]
    fn the_line_is_shown_with_a_mark_under_the_place() {
        let text = format!("{LEAST}direct: maybe\n");
        let error = World::parse(Path::new("w.yaml"), text).unwrap_err();
        assert_eq!(error.excerpt(), "  |\n3 | direct: maybe\n  |         ^");
    }
}

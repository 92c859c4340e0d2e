//! What this machine says of proxies, and which of its settings those follow whom a run stands for.
//!
//! Devices follow WinHTTP, users WinINET, the synchronisation server the machine.config of .NET, a
//! connector its own config file and then machine.config; elsewhere than on Windows, and where
//! nobody is named and variables are set, the environment. Credentials in settings are left out.
//! Everything is only read. Sources: MicrosoftDocs/entra-docs how-to-connect-install-prerequisites.md
//! (2025-08-28), application-proxy-configure-connectors-with-proxy-servers.md (2024-02-23),
//! how-to-hybrid-join.md (2024-02-26).

mod dotnet;
mod windows;

use waterline_facts::{Seen, host::OsFamily, network::ProxySettingFacts, seen::known_or_absent};

use super::proxy::{self, ProxyAddress, ProxyChoice, ProxyError, ProxyRules};
use crate::{catalog::Role, system::System};

/// What the machine says, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The way to go.
    pub choice: ProxyChoice,
    /// Where the PAC file lies that decides it, if one does and its place is told.
    pub pac: Option<String>,
    /// Every place that was looked at, the deciding one marked.
    pub settings: Vec<ProxySettingFacts>,
}

/// One place's settings, understood.
#[derive(Debug, Clone, Default, PartialEq)]
struct Place {
    facts: ProxySettingFacts,
    rules: ProxyRules,
    /// Whether it says to go past all proxies, rather than nothing.
    forbids: bool,
}

impl Place {
    fn named(name: &str) -> Self {
        let facts = ProxySettingFacts {
            place: name.to_owned(),
            server: Seen::Absent,
            pac: Seen::Absent,
            ..ProxySettingFacts::default()
        };
        Self {
            facts,
            ..Self::default()
        }
    }

    /// With this server as the settings write it, and these exceptions.
    fn with_server(mut self, server: &str, exceptions: &str) -> Result<Self, ProxyError> {
        let exceptions = proxy::list(exceptions);
        self.facts.exceptions.clone_from(&exceptions);
        self.rules = rules(server)?;
        self.rules.exceptions = exceptions;
        let shown = [&self.rules.https, &self.rules.http];
        let shown = shown.into_iter().flatten().map(ToString::to_string).next();
        self.facts.server = known_or_absent(shown);
        Ok(self)
    }

    /// Asking the network for a PAC file, where none is named, mostly finds none: that alone
    /// decides nothing.
    fn is_automatic(&self) -> bool {
        self.facts.pac.known().is_some()
    }

    fn says_something(&self) -> bool {
        self.is_automatic() || self.forbids || self.facts.server.known().is_some()
    }
}

/// A server, as Windows writes it: one for everything, or one for each kind as `https=HOST:PORT`.
fn rules(server: &str) -> Result<ProxyRules, ProxyError> {
    let mut rules = ProxyRules::default();
    let parts = server.split([';', ' ']).filter(|part| !part.is_empty());
    for part in parts {
        let (kind, address) = part.split_once('=').unwrap_or(("", part));
        if kind == "socks" || kind == "ftp" {
            continue;
        }
        let (address, credentials) = proxy::split(address)?;
        rules.credentials_dropped |= credentials;
        let slots: &mut [&mut Option<ProxyAddress>] = match kind {
            "https" => &mut [&mut rules.https],
            "http" => &mut [&mut rules.http],
            _ => &mut [&mut rules.https, &mut rules.http],
        };
        for slot in slots {
            slot.get_or_insert_with(|| address.clone());
        }
    }
    Ok(rules)
}

/// Reads the machine's settings for those whom a run stands for.
///
/// # Errors
/// If the place that decides cannot be understood, naming it.
pub fn read(system: &dyn System, roles: &[Role]) -> Result<Stored, StoreError> {
    let own = deciding(system, roles);
    let mut settings = Vec::new();
    let mut used: Option<Place> = None;
    for (name, read) in own {
        let place = read(system).map_err(|problem| StoreError {
            place: name.to_owned(),
            problem,
        })?;
        let Some(mut place) = place else {
            continue;
        };
        place.facts.used = used.is_none() && place.says_something();
        settings.push(place.facts.clone());
        if place.facts.used {
            used = Some(place);
        }
    }
    Ok(match used {
        None => Stored {
            choice: ProxyChoice::None,
            pac: None,
            settings,
        },
        // A PAC file outweighs a server that is named beside it, as in Windows.
        Some(place) => Stored {
            pac: place.facts.pac.known().cloned(),
            choice: match place.is_automatic() {
                true => ProxyChoice::Automatic,
                false => ProxyChoice::ByRules(place.rules),
            },
            settings,
        },
    })
}

/// Why the machine's settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct StoreError {
    place: String,
    problem: ProxyError,
}

/// Reads one place; none if it is not there at all.
type Read = fn(&dyn System) -> Result<Option<Place>, ProxyError>;

const ENVIRONMENT: (&str, Read) = ("environment", environment);
const WINHTTP: (&str, Read) = ("winhttp", windows::winhttp);
const WININET: (&str, Read) = ("wininet", windows::wininet);
const MACHINE_CONFIG: (&str, Read) = ("machine.config", dotnet::machine);
const CONNECTOR_CONFIG: (&str, Read) = ("the connector's config file", dotnet::connector);

/// The places to look at; the first that says something decides.
fn deciding(system: &dyn System, roles: &[Role]) -> Vec<(&'static str, Read)> {
    if system.family() != OsFamily::Windows {
        return vec![ENVIRONMENT];
    }
    match roles.first() {
        None => vec![ENVIRONMENT, WINHTTP, WININET],
        Some(Role::User) => vec![WININET],
        Some(Role::ConnectServer) => vec![MACHINE_CONFIG],
        Some(Role::Connector) => vec![CONNECTOR_CONFIG, MACHINE_CONFIG],
        Some(_) => vec![WINHTTP],
    }
}

fn environment(system: &dyn System) -> Result<Option<Place>, ProxyError> {
    let get = |name: &str| system.variable(name).into_known();
    let rules = ProxyRules::read(get)?;
    let mut place = Place::named("environment");
    let usual = [&rules.https, &rules.http];
    let usual = usual.into_iter().flatten().map(ToString::to_string).next();
    place.facts.server = known_or_absent(usual);
    place.facts.exceptions.clone_from(&rules.exceptions);
    place.rules = rules;
    Ok(Some(place))
}

#[cfg(test)]
mod tests;

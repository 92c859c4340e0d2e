//! The proxy settings of .NET programs: `system.net/defaultProxy` in a config file.
//!
//! A file without that element says nothing. One that is turned off (`enabled="false"`) says to go
//! directly, which is the same here. Patterns of the bypass list are regular expressions: those that
//! are written as plain names are understood, the others are shown and cover nothing.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use waterline_facts::{Seen, seen::known_or_absent};

use super::{Place, ProxyError};
use crate::system::System;

const MACHINE: &str = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Config\machine.config";
/// Config files of connectors, under the names that they had and have.
const CONNECTORS: [&str; 4] = [
    r"C:\Program Files\Microsoft Entra private network connector\MicrosoftEntraPrivateNetworkConnectorService.exe.config",
    r"C:\Program Files\Microsoft AAD App Proxy Connector\ApplicationProxyConnectorService.exe.config",
    r"C:\Program Files\Microsoft Azure AD Connect Authentication Agent\AzureADConnectAuthenticationAgentService.exe.config",
    r"C:\Program Files\Microsoft Intune\ODJConnector\ODJConnectorSvc\ODJConnectorSvc.exe.config",
];

/// What every .NET program follows that has no settings of its own.
pub(super) fn machine(system: &dyn System) -> Result<Option<Place>, ProxyError> {
    read(system, MACHINE, "machine.config")
}

/// What the first connector that is installed follows.
pub(super) fn connector(system: &dyn System) -> Result<Option<Place>, ProxyError> {
    let installed = |path: &&str| system.exists(path) == Seen::Known(true);
    match CONNECTORS.into_iter().find(installed) {
        Some(path) => read(system, path, path),
        None => Ok(None),
    }
}

fn read(system: &dyn System, path: &str, name: &str) -> Result<Option<Place>, ProxyError> {
    let Seen::Known(text) = system.text(path) else {
        return Ok(None);
    };
    let found = default_proxy(&text);
    let place = Place::named(name);
    let mut place = match &found.address {
        Some(address) if found.enabled => place.with_server(address, &found.bypasses.join(";"))?,
        _ => place,
    };
    place.forbids = found.present && !found.enabled;
    if found.enabled {
        place.facts.pac = known_or_absent(found.script);
        place.facts.discovers = found.discovers;
    }
    Ok(Some(place))
}

/// What the element says.
#[derive(Debug, Default)]
struct DefaultProxy {
    present: bool,
    enabled: bool,
    address: Option<String>,
    script: Option<String>,
    discovers: bool,
    bypasses: Vec<String>,
}

/// Reads up to the first fault of the file: what comes before it stands.
fn default_proxy(text: &str) -> DefaultProxy {
    let mut reader = Reader::from_str(text);
    let mut found = DefaultProxy::default();
    let mut inside = false;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::End(end) if end.local_name().as_ref() == "defaultProxy" => inside = false,
            Event::Start(start) | Event::Empty(start) => {
                if start.local_name().as_ref() == "defaultProxy" {
                    inside = true;
                    found.present = true;
                    found.enabled = !says(&start, "enabled", "false");
                } else if inside {
                    found.take(&start);
                }
            }
            _ => {}
        }
    }
    found
}

impl DefaultProxy {
    fn take(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "proxy" => {
                self.address = attribute(element, "proxyaddress").filter(|a| !a.is_empty());
                self.script = attribute(element, "scriptLocation").filter(|s| !s.is_empty());
                self.discovers = says(element, "autoDetect", "true");
                if says(element, "bypassonlocal", "true") {
                    self.bypasses.push("<local>".to_owned());
                }
            }
            "add" => self
                .bypasses
                .extend(attribute(element, "address").map(|a| plain(&a))),
            _ => {}
        }
    }
}

/// Whether an attribute has this value; the documents write `True` as well as `true`.
fn says(element: &BytesStart<'_>, name: &str, value: &str) -> bool {
    attribute(element, name).is_some_and(|own| own.eq_ignore_ascii_case(value))
}

/// An attribute, by its name without regard to case: the documents write it in several ways.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|own| own.key.as_ref().eq_ignore_ascii_case(name))?;
    Some(found.value.trim().to_owned())
}

/// A regular expression as the name or pattern that it was made of, where it was.
fn plain(expression: &str) -> String {
    let bare = expression.trim_start_matches('^').trim_end_matches('$');
    bare.replace(".*", "*")
        .replace("[a-z]+", "*")
        .replace("\\.", ".")
}

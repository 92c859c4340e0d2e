//! The public hosts of a world: where each is, and how it behaves directly and behind the proxy.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc, time::Duration};

use rustls::ServerConfig;
use serde_json::json;
use serde_saphyr::Spanned;
use waterline_facts::network::Scheme;

use crate::{
    authority::{Authority, Wanted},
    endpoint::{Conduct, Manner, page},
    form::{EndpointFault, EndpointForm, ProxyForm},
    open::{Around, Endpoint, OpenError, host_names},
    proxy::Behind,
    read::{World, WorldError},
};

/// How long a slow endpoint takes if nothing else is said, in milliseconds.
const USUAL_DELAY: u64 = 3000;
/// When certificates ended that have expired.
const EXPIRED: i32 = 2021;
/// The sign-in service's number for a domain that it does not know.
const NO_SUCH_TENANT: u32 = 90_002;

/// The public hosts.
#[derive(Debug)]
pub(crate) struct Hosts {
    /// Where they are; those that nobody resolves are not here.
    pub addresses: BTreeMap<String, Ipv4Addr>,
    /// How they are met directly, by host and usual port.
    pub direct: BTreeMap<(String, u16), Reached>,
    /// How they are met behind the proxy.
    pub behind_proxy: BTreeMap<(String, u16), Behind>,
}

/// What a client meets at a port.
#[derive(Debug, Clone)]
pub(crate) enum Reached {
    Served(Conduct),
    Refused,
    Filtered,
}

impl Hosts {
    /// All hosts around, with the faults that a world gives them.
    ///
    /// # Errors
    /// If the world names one that is not around, or no certificate can be made.
    pub fn of(
        world: &World,
        around: &Around,
        public: &Authority,
        private: Option<&Authority>,
    ) -> Result<Self, OpenError> {
        check_patterns(world, around)?;
        let makers = Makers {
            world,
            public,
            private,
            stranger: Authority::new("Authority of Nobody")?,
        };
        let mut hosts = Self {
            addresses: BTreeMap::new(),
            direct: BTreeMap::new(),
            behind_proxy: BTreeMap::new(),
        };
        for (place, host) in (1_u16..).zip(host_names(around)) {
            let [high, low] = place.to_be_bytes();
            let address = Ipv4Addr::new(127, 77, high, low);
            hosts.addresses.insert(host.to_owned(), address);
        }
        for endpoint in around
            .endpoints
            .iter()
            .filter(|one| one.scheme != Scheme::Udp)
        {
            let key = (endpoint.host.clone(), endpoint.port);
            let fault = makers.fault(endpoint);
            if fault.is_some_and(|form| form.fault == EndpointFault::NoName) {
                hosts.addresses.remove(&endpoint.host);
                continue;
            }
            hosts
                .direct
                .insert(key.clone(), makers.direct(endpoint, fault)?);
            if let Some(proxy) = &world.form.proxy
                && let Some(behind) = makers.behind(endpoint, fault, proxy)?
            {
                hosts.behind_proxy.insert(key, behind);
            }
        }
        Ok(hosts)
    }
}

/// What makes hosts.
struct Makers<'a> {
    world: &'a World,
    public: &'a Authority,
    private: Option<&'a Authority>,
    /// One that nobody trusts.
    stranger: Authority,
}

impl Makers<'_> {
    /// The first fault that concerns an endpoint.
    fn fault(&self, endpoint: &Endpoint) -> Option<&EndpointForm> {
        let mut forms = self.world.form.endpoints.iter();
        forms.find(|form| {
            let port = form.ports.is_empty() || form.ports.contains(&endpoint.port);
            port && any_matches(&form.hosts, &endpoint.host)
        })
    }

    fn direct(
        &self,
        endpoint: &Endpoint,
        fault: Option<&EndpointForm>,
    ) -> Result<Reached, rcgen::Error> {
        let kind = fault.map(|form| form.fault);
        if kind == Some(EndpointFault::Refused) {
            return Ok(Reached::Refused);
        }
        if kind == Some(EndpointFault::Filtered) {
            return Ok(Reached::Filtered);
        }
        Ok(Reached::Served(Conduct {
            tls: self.certificate(endpoint, kind)?,
            manner: self.manner(endpoint, fault),
        }))
    }

    /// How the proxy shows an endpoint; nothing if it cannot reach it itself.
    fn behind(
        &self,
        endpoint: &Endpoint,
        fault: Option<&EndpointForm>,
        proxy: &ProxyForm,
    ) -> Result<Option<Behind>, rcgen::Error> {
        let kind = fault.map(|form| form.fault);
        if let Some(EndpointFault::Refused | EndpointFault::Filtered) = kind {
            return Ok(None);
        }
        if any_matches(&proxy.forbids, &endpoint.host) {
            return Ok(Some(Behind::Forbidden));
        }
        let alone = any_matches(&proxy.leaves_alone, &endpoint.host);
        let tls = match self.private.filter(|_| !alone && speaks_tls(endpoint)) {
            Some(private) => Some(private.server(Wanted::sound(&endpoint.host))?),
            None => self.certificate(endpoint, kind)?,
        };
        Ok(Some(Behind::Open(Conduct {
            tls,
            manner: self.manner(endpoint, fault),
        })))
    }

    fn certificate(
        &self,
        endpoint: &Endpoint,
        fault: Option<EndpointFault>,
    ) -> Result<Option<Arc<ServerConfig>>, rcgen::Error> {
        if !speaks_tls(endpoint) {
            return Ok(None);
        }
        let sound = Wanted::sound(&endpoint.host);
        let made = match fault {
            Some(EndpointFault::Expired) => self.public.server(Wanted {
                ends: EXPIRED,
                ..sound
            }),
            Some(EndpointFault::OtherName) => self.public.server(Wanted {
                name: "other.test",
                ..sound
            }),
            Some(EndpointFault::Untrusted) => self.stranger.server(sound),
            _ => self.public.server(sound),
        };
        made.map(Some)
    }

    fn manner(&self, endpoint: &Endpoint, fault: Option<&EndpointForm>) -> Manner {
        let text = endpoint.expect.as_deref().unwrap_or("ok").to_owned();
        let sound = page("200 OK", "text/plain", &text);
        let delay = fault.and_then(|form| form.delay_ms.as_ref());
        let delay = Duration::from_millis(delay.map_or(USUAL_DELAY, |one| one.value));
        match fault.map(|form| form.fault) {
            Some(EndpointFault::Silent) => Manner::Silent,
            Some(EndpointFault::Resets) => Manner::Resets,
            Some(EndpointFault::Slow) => Manner::SaysAfter(delay, sound),
            Some(EndpointFault::Fails) => {
                Manner::Says(page("503 Service Unavailable", "text/plain", "failed"))
            }
            Some(EndpointFault::Blocked) => {
                let text = "<html><title>Web Page Blocked</title></html>";
                Manner::Says(page("403 Forbidden", "text/html", text))
            }
            _ => {
                let tenants = self.world.form.tenants.clone();
                Manner::Answers(Arc::new(move |first| match domain_asked_for(first) {
                    Some(domain) => tenant(domain, tenants.get(domain)),
                    None => sound.clone(),
                }))
            }
        }
    }
}

fn speaks_tls(endpoint: &Endpoint) -> bool {
    matches!(endpoint.scheme, Scheme::Https | Scheme::Tls)
}

/// The domain whose tenant a request asks for.
fn domain_asked_for(first: &str) -> Option<&str> {
    let path = first.split(' ').nth(1)?;
    let rest = path.strip_suffix("/v2.0/.well-known/openid-configuration")?;
    rest.rsplit('/').next()
}

/// What the sign-in service says of a domain.
fn tenant(domain: &str, id: Option<&Spanned<String>>) -> String {
    match id {
        Some(id) => {
            let issuer = format!("https://login.microsoftonline.com/{}/v2.0", id.value);
            let text = json!({"issuer": issuer}).to_string();
            page("200 OK", "application/json", &text)
        }
        None => {
            let problem = format!("there is no tenant of {domain}");
            let text = json!({"error": problem, "error_codes": [NO_SUCH_TENANT]}).to_string();
            page("400 Bad Request", "application/json", &text)
        }
    }
}

fn any_matches(patterns: &[Spanned<String>], host: &str) -> bool {
    patterns.iter().any(|one| matches(&one.value, host))
}

/// Whether a host is the one, or lies in the zone `*.ZONE`.
fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(zone) => zone.starts_with('.') && host.ends_with(zone),
        None => pattern == host,
    }
}

/// Every host that the world names is around: else a slip would go unnoticed.
fn check_patterns(world: &World, around: &Around) -> Result<(), WorldError> {
    let form = &world.form;
    let proxy = form.proxy.iter();
    let proxy = proxy.flat_map(|proxy| proxy.leaves_alone.iter().chain(&proxy.forbids));
    let faults = form.endpoints.iter().flat_map(|one| &one.hosts);
    let known = |one: &&Spanned<String>| {
        let mut hosts = around.endpoints.iter();
        hosts.any(|endpoint| matches(&one.value, &endpoint.host))
    };
    match faults.chain(proxy).find(|one| !known(one)) {
        None => Ok(()),
        Some(unknown) => {
            let problem = format!("the catalogue has no host `{}`", unknown.value);
            Err(world.fault(unknown.referenced, problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_what_is_before_the_zone() {
        for (pattern, host, same) in [
            ("a.test", "a.test", true),
            ("*.test", "a.test", true),
            ("*.a.test", "a.test", false),
            ("*test", "a.test", false),
        ] {
            assert_eq!(matches(pattern, host), same, "{pattern} {host}");
        }
    }

    #[test]
    fn the_domain_stands_in_the_path_whatever_is_before_it() {
        let path = "/a.test/v2.0/.well-known/openid-configuration";
        for first in [
            format!("GET {path} HTTP/1.1"),
            format!("GET https://x{path} HTTP/1.1"),
        ] {
            assert_eq!(domain_asked_for(&first), Some("a.test"));
        }
        assert_eq!(domain_asked_for("GET / HTTP/1.1"), None);
    }
}

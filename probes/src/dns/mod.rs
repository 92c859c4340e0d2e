//! Name resolution: what the configured resolvers do, what the zones of the domains say, and where
//! the directory's servers are.
//!
//! Each resolver, and one public resolver for the public records, is asked by itself for each
//! record of each domain and for each locator record; the name servers of the domains are asked
//! whether they hold them. What depends on the directory waits for its probe. Plain queries only; no
//! zone transfer, no update, nothing is changed.

pub mod client;
mod controllers;
mod data;
mod domains;
mod error;
pub(crate) mod exchange;
#[cfg(test)]
pub(crate) mod fake;
mod locators;
mod lookup;
mod packet;
mod random;
mod raw;
mod records;
mod resolvers;
mod sender_policy;
mod slots;
mod summary;
mod views;
mod zones;

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use waterline_facts::{Cloud, DnsFacts, Gap, ProbeId, Reason, Seen, dns::LocatorFacts};

use crate::{Contact, Context, Draft, Probe, ProbeError, catalog::Catalog, evidence};
use client::LookupError;
use domains::Domain;
use locators::Locators;
pub use packet::text as packet_text;
pub use raw::again;
use views::Views;

/// What the probe is to look at.
#[derive(Debug, Clone)]
pub struct DnsSettings {
    /// The records and names to ask for.
    pub catalog: Arc<Catalog>,
    /// The cloud whose records are right.
    pub cloud: Cloud,
    /// The public domains: suffixes of sign-in names and of mail.
    pub domains: Vec<String>,
    /// The DNS name of the Active Directory domain; absent if none is known.
    pub directory_domain: Option<String>,
    /// The root domain of its forest; absent where it is that domain.
    pub forest: Option<String>,
    /// Resolvers to ask in place of the system's; empty for the system's.
    pub resolvers: Vec<SocketAddr>,
    /// Resolvers that have the public view of the domains, of which the first that answers is
    /// taken; empty if nobody outside is to be asked.
    pub public_resolvers: Vec<SocketAddr>,
    /// Port at which the zones' own name servers are asked: 53 everywhere but in tests.
    pub name_server_port: u16,
}

impl DnsSettings {
    /// The system's resolvers, and no domain.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            cloud: Cloud::default(),
            domains: Vec::new(),
            directory_domain: None,
            forest: None,
            resolvers: Vec::new(),
            public_resolvers: Vec::new(),
            name_server_port: 53,
        }
    }

    /// Whom a run with these settings asks: its resolvers in their order, then the public ones;
    /// none if the machine has none, or its settings cannot be read. Nobody is contacted. The name
    /// servers of the domains are known only once they have been looked up.
    pub fn contacts(&self) -> Vec<Contact> {
        let inside = self.servers().unwrap_or_default().into_iter();
        let inside = inside.map(|server| contact(server, "name resolution"));
        let outside = self.public_resolvers.iter();
        inside
            .chain(outside.map(|server| contact(*server, "the public view of the domains")))
            .collect()
    }

    fn servers(&self) -> Result<Vec<SocketAddr>, LookupError> {
        if self.resolvers.is_empty() {
            return client::system_resolvers();
        }
        Ok(self.resolvers.clone())
    }
}

fn contact(server: SocketAddr, purpose: &str) -> Contact {
    Contact {
        host: server.ip().to_string(),
        port: server.port(),
        protocol: "dns",
        proxy: None,
        purpose: purpose.to_owned(),
    }
}

/// Looks at name resolution.
#[derive(Debug, Clone)]
pub struct DnsProbe {
    settings: DnsSettings,
}

impl DnsProbe {
    /// A probe with these settings.
    pub fn new(settings: DnsSettings) -> Self {
        Self { settings }
    }

    async fn ask(&self, cx: &Context, draft: &Draft<DnsFacts>) {
        let servers = match self.settings.servers() {
            Ok(servers) => servers,
            Err(error) => return nobody_to_ask(draft, &error),
        };
        raw::keep_settings(&self.settings, &servers);
        tokio::join!(
            resolvers::ask_all(&self.settings, &servers, cx, draft),
            self.ask_for_domains(&servers, cx, draft),
            self.ask_for_directory(&servers, cx, draft),
        );
    }

    /// The public records: of the profile's domains at once, of the directory's suffixes when they
    /// are known.
    async fn ask_for_domains(&self, servers: &[SocketAddr], cx: &Context, draft: &Draft<DnsFacts>) {
        let views = Views::inside(servers, cx);
        let views = views.and_outside(&self.settings, cx, draft).await;
        let named = domains::of_profile(&self.settings.domains);
        self.ask_about(&named, &views, cx, draft).await;
        let lead = raw::lead(cx).await;
        let found = domains::of_directory(&lead, &named, draft);
        self.ask_about(&found, &views, cx, draft).await;
        if named.is_empty() && found.is_empty() {
            draft.update(no_public_domain);
        }
    }

    async fn ask_about(
        &self,
        domains: &[Domain],
        views: &Views,
        cx: &Context,
        draft: &Draft<DnsFacts>,
    ) {
        if domains.is_empty() {
            return;
        }
        let settings = &self.settings;
        records::ask_all(settings, domains, views, cx, draft).await;
        zones::ask_all(settings, domains, views, cx, draft).await;
        sender_policy::ask_all(domains, views, cx, draft).await;
    }

    /// The locator records: of the domain at once, of its sites and all its controllers when they
    /// are known.
    async fn ask_for_directory(
        &self,
        servers: &[SocketAddr],
        cx: &Context,
        draft: &Draft<DnsFacts>,
    ) {
        let Some(domain) = &self.settings.directory_domain else {
            return draft.update(no_directory_domain);
        };
        let views = &Views::inside(servers, cx);
        let locators = Locators { views, cx, draft };
        let mut whole = locators::of_domain(&self.settings, domain);
        locators.ask(whole.clone()).await;
        let lead = raw::lead(cx).await;
        let forest = lead.known().and_then(|lead| lead.forest.clone());
        let forest = self.settings.forest.clone().or(forest);
        let root = forest.as_deref().unwrap_or(domain);
        let of_forest = locators::of_forest(&self.settings, domain, root);
        locators.ask(of_forest.clone()).await;
        if forest.is_none() {
            draft.update(|facts| doubt(facts, &of_forest));
        }
        whole.extend(of_forest);
        let sites = lead.known().and_then(|lead| lead.sites.known());
        if let Some(sites) = sites {
            locators.ask(locators::of_sites(&whole, sites)).await;
        }
        // Which controllers there are, the locators tell.
        evidence::depends("dns.controllers", "dns.locators");
        controllers::ask_all(&lead, views, cx, draft).await;
    }
}

#[async_trait]
impl Probe for DnsProbe {
    type Facts = DnsFacts;

    fn id(&self) -> ProbeId {
        ProbeId::Dns
    }

    async fn run(&self, cx: &Context, draft: &Draft<DnsFacts>) -> Result<(), ProbeError> {
        tokio::select! {
            biased;
            () = cx.cancel.cancelled() => Err(ProbeError::new(Reason::Cancelled, "")),
            () = self.ask(cx, draft) => Ok(()),
        }
    }
}

/// Reads bytes as an answer and looks at every record in it.
pub(crate) fn read_untrusted_answer(bytes: &[u8]) {
    if let Ok(answer) = exchange::read_answer(bytes) {
        for record in answer.answers.iter().chain(&answer.authorities) {
            let _ = data::data_of(&record.data).map(|data| data.text());
        }
    }
}

/// How many terms a text has that a sender policy may have.
pub(crate) fn count_policy_terms(text: &str) -> usize {
    sender_policy::count_terms(text)
}

/// A machine without a resolver has none: that is seen. What it would have said is not known.
fn nobody_to_ask(draft: &Draft<DnsFacts>, error: &LookupError) {
    let gap = Gap::new(error.reason(), error.to_string()).with_remedy("name one with --resolver");
    draft.update(|facts| {
        facts.resolvers = match error {
            LookupError::NotConfigured => Seen::Absent,
            _ => Seen::Unknown(gap.clone()),
        };
        unknown(facts, &gap);
        facts.locators = Seen::Unknown(gap.clone());
        facts.controllers = Seen::Unknown(gap.clone());
        facts.public_resolver = Seen::Unknown(gap.clone());
        facts.suffixes = Seen::Unknown(gap);
    });
}

/// All that is asked about public domains is unknown.
fn unknown(facts: &mut DnsFacts, gap: &Gap) {
    facts.records = Seen::Unknown(gap.clone());
    facts.zones = Seen::Unknown(gap.clone());
    facts.sender_policies = Seen::Unknown(gap.clone());
}

/// Nobody said which public domains to ask for.
fn no_public_domain(facts: &mut DnsFacts) {
    let gap = Gap::new(Reason::NotConfigured, "no public domain is named");
    let gap = gap.with_remedy("list the public domains under `domains` in the profile");
    unknown(facts, &gap);
}

/// Nobody said which Active Directory domain to ask for.
fn no_directory_domain(facts: &mut DnsFacts) {
    let gap = Gap::new(Reason::NotConfigured, "no directory domain is known");
    let gap = gap.with_remedy("name the domain with --domain or in the profile");
    facts.locators = Seen::Unknown(gap.clone());
    facts.controllers = Seen::Unknown(gap);
}

/// A record of the forest that is not there may be so because the domain is not the forest's root.
fn doubt(facts: &mut DnsFacts, of_forest: &[LocatorFacts]) {
    let Seen::Known(locators) = &mut facts.locators else {
        return;
    };
    let asked = |one: &&mut LocatorFacts| of_forest.iter().any(|of| of.name == one.name);
    for locator in locators.iter_mut().filter(asked) {
        if locator.hosts == Seen::Absent {
            let detail = format!("{} is not there, and may not be the forest's", locator.name);
            let gap = Gap::new(Reason::NotConfigured, detail);
            locator.hosts = Seen::Unknown(gap.with_remedy("run the directory probe as well"));
        }
    }
}

/// What a look-up has learned: data, that there is none, or why that is not known.
fn seen<T>(found: Result<T, LookupError>, name: &str) -> Seen<T> {
    match found {
        Ok(data) => Seen::Known(data),
        Err(error) if error.is_absence() => Seen::Absent,
        Err(error) => Seen::unknown(error.reason(), format!("{name}: {error}")),
    }
}

#[cfg(test)]
mod tests;

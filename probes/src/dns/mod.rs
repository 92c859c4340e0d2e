//! Name resolution: what the configured resolvers do, what the zones of the domains say, and where
//! the directory's servers are.
//!
//! Sends at most seven queries to each resolver by itself, and one query for each record of each
//! domain and for each locator record and host through the usual way. Plain queries only; no zone
//! transfer, no update, nothing is changed.

pub mod client;
#[cfg(test)]
pub(crate) mod fake;
mod locators;
mod records;
mod resolvers;

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use waterline_facts::{Cloud, DnsFacts, Gap, ProbeId, Reason, Seen};

use crate::{Contact, Context, Draft, Probe, ProbeError, catalog::Catalog};
use client::{Client, LookupError};

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
        }
    }

    /// The resolvers that a run with these settings asks, in that order; none if the machine has
    /// none, or its settings cannot be read. Nobody is contacted.
    pub fn contacts(&self) -> Vec<Contact> {
        let servers = self.servers().unwrap_or_default();
        let contact = |server: SocketAddr| Contact {
            host: server.ip().to_string(),
            port: server.port(),
            protocol: "dns",
            proxy: None,
            purpose: "name resolution".to_owned(),
        };
        servers.into_iter().map(contact).collect()
    }

    fn servers(&self) -> Result<Vec<SocketAddr>, LookupError> {
        if self.resolvers.is_empty() {
            return client::system_resolvers();
        }
        Ok(self.resolvers.clone())
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
        let client = Client::asking(&servers, cx.patience);
        tokio::join!(
            resolvers::ask_all(&self.settings, &servers, cx, draft),
            records::ask_all(&self.settings, &client, cx, draft),
            locators::ask_all(&self.settings, &client, cx, draft),
        );
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

/// A machine without a resolver has none: that is seen. What it would have said is not known.
fn nobody_to_ask(draft: &Draft<DnsFacts>, error: &LookupError) {
    let gap = Gap::new(error.reason(), error.to_string()).with_remedy("name one with --resolver");
    draft.update(|facts| {
        facts.resolvers = match error {
            LookupError::NotConfigured => Seen::Absent,
            _ => Seen::Unknown(gap.clone()),
        };
        facts.records = Seen::Unknown(gap.clone());
        facts.locators = Seen::Unknown(gap.clone());
    });
}

/// The fact that nobody said which public domains to ask for.
fn no_public_domain<T>() -> Seen<T> {
    let gap = Gap::new(Reason::NotConfigured, "no public domain is named");
    Seen::Unknown(gap.with_remedy("list the public domains under `domains` in the profile"))
}

/// The fact that nobody said which Active Directory domain to ask for.
fn no_directory_domain<T>() -> Seen<T> {
    let gap = Gap::new(Reason::NotConfigured, "no directory domain is known");
    Seen::Unknown(gap.with_remedy("name the domain with --domain or in the profile"))
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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::context::testing::context;
    use fake::{FakeDns, Reply};

    #[tokio::test]
    async fn without_domains_records_are_unknown_and_say_what_to_do() {
        let server = FakeDns::start(|_, _| Reply::NoSuchName).await;
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.resolvers = vec![server.address];
        let draft = Draft::default();
        let cx = context(Duration::from_millis(500));
        DnsProbe::new(settings).run(&cx, &draft).await.unwrap();
        let (facts, _) = draft.snapshot();
        assert_eq!(facts.resolvers.known().unwrap().len(), 1);
        assert_eq!(facts.records.gap().unwrap().reason, Reason::NotConfigured);
        assert!(facts.locators.gap().unwrap().remedy.contains("--domain"));
    }

    #[tokio::test]
    async fn interrupted_run_keeps_what_it_had() {
        let server = FakeDns::start(|_, _| Reply::Silence).await;
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.resolvers = vec![server.address];
        let draft = Draft::default();
        let cx = context(Duration::from_secs(60));
        cx.cancel.cancel();
        let ended = DnsProbe::new(settings).run(&cx, &draft).await.unwrap_err();
        assert_eq!(ended.gap.reason, Reason::Cancelled);
        assert!(draft.snapshot().0.resolvers.is_unknown());
    }

    /// What a probe of one domain learns from these resolvers.
    async fn facts_of(resolvers: &[&FakeDns]) -> DnsFacts {
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.resolvers = resolvers.iter().map(|server| server.address).collect();
        settings.domains = vec!["corp.example".to_owned()];
        settings.directory_domain = Some("corp.example".to_owned());
        let draft = Draft::default();
        let cx = context(Duration::from_millis(500));
        DnsProbe::new(settings).run(&cx, &draft).await.unwrap();
        draft.snapshot().0
    }

    #[tokio::test]
    async fn dead_resolver_beside_a_live_one_costs_no_record() {
        let dead = FakeDns::start(|_, _| Reply::Silence).await;
        let live = FakeDns::start(|_, _| Reply::NoSuchName).await;
        let facts = facts_of(&[&dead, &live]).await;
        let records = facts.records.known().unwrap();
        assert!(!records.is_empty());
        assert!(records.iter().all(|record| record.answer == Seen::Absent));
        let resolvers = facts.resolvers.known().unwrap();
        assert_eq!(resolvers[0].answers, Seen::Known(false));
    }

    #[tokio::test]
    async fn with_a_dead_resolver_alone_nothing_is_absent_but_unknown() {
        let dead = FakeDns::start(|_, _| Reply::Silence).await;
        let facts = facts_of(&[&dead]).await;
        for record in facts.records.known().unwrap() {
            assert_eq!(record.answer.gap().unwrap().reason, Reason::TimedOut);
            assert!(record.matches.is_unknown());
        }
        for locator in facts.locators.known().unwrap() {
            assert_eq!(locator.hosts.gap().unwrap().reason, Reason::TimedOut);
        }
    }

    #[test]
    fn contacts_are_the_resolvers() {
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.resolvers = vec!["192.0.2.53:53".parse().unwrap()];
        let contacts: Vec<_> = settings.contacts().iter().map(Contact::to_string).collect();
        assert_eq!(contacts, ["192.0.2.53:53/dns (name resolution)"]);
    }

    #[test]
    fn machine_without_a_resolver_has_none_and_knows_nothing_else() {
        let draft = Draft::default();
        nobody_to_ask(&draft, &LookupError::NotConfigured);
        let (facts, _) = draft.snapshot();
        assert_eq!(facts.resolvers, Seen::Absent);
        assert!(facts.records.is_unknown());
    }
}

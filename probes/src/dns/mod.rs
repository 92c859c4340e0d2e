//! Name resolution: what the configured resolvers do, what the zones of the domains say, and where
//! the directory's servers are.
//!
//! Sends at most six queries to each resolver by itself, and one query for each record of each
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
use waterline_facts::{DnsFacts, Gap, ProbeId, Reason, Seen};

use crate::{
    Context, Draft, Probe, ProbeError,
    catalog::{Catalog, Cloud},
};
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

    fn servers(&self) -> Result<Vec<SocketAddr>, LookupError> {
        if self.settings.resolvers.is_empty() {
            return client::system_resolvers();
        }
        Ok(self.settings.resolvers.clone())
    }

    async fn ask(&self, cx: &Context, draft: &Draft<DnsFacts>) {
        let servers = match self.servers() {
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

/// The fact that nobody said of which domain to ask.
fn no_domain<T>() -> Seen<T> {
    let gap = Gap::new(Reason::NotConfigured, "no domain is known");
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

    #[test]
    fn machine_without_a_resolver_has_none_and_knows_nothing_else() {
        let draft = Draft::default();
        nobody_to_ask(&draft, &LookupError::NotConfigured);
        let (facts, _) = draft.snapshot();
        assert_eq!(facts.resolvers, Seen::Absent);
        assert!(facts.records.is_unknown());
    }
}

//! The other domains of the forest: each is entered on a controller of its own, while the objects of
//! the first are already being read.
//!
//! Controllers are those that were named and are of that domain; else those that DNS names, then those
//! that the configuration lists. Trusted forests are not entered.

use futures::{FutureExt, StreamExt};
use tokio::sync::SetOnce;
use waterline_facts::{
    DirectoryFacts, Gap, Reason, Seen,
    directory::{DirectorySource, DomainFacts},
};

use super::{
    asking::{Answers, Asking},
    controllers,
    dn::Dn,
    domains,
    enter::{Entered, enter},
    entry::Entry,
    finding,
    link::Dialer,
    query::Contexts,
    replicas::Replica,
    server::Server,
    services,
    settings::{DirectorySettings, Reach, Scheme, ServerUrl},
    trusts,
};
use crate::{Context, Draft};

/// How many domains are being entered at once.
const AT_ONCE: usize = 8;

/// A further domain of the forest.
pub(super) struct Other {
    /// DNS name.
    pub name: String,
    entered: SetOnce<Result<Server, Gap>>,
}

/// What is needed to enter further domains.
pub(super) struct Way<'a> {
    /// What the user wants.
    pub settings: &'a DirectorySettings,
    /// Limits.
    pub cx: &'a Context,
    /// Opens connections.
    pub dialer: &'a Dialer,
    /// The configuration of the forest, which every domain of it has in common.
    pub configuration: &'a str,
    /// This machine's site, if known.
    pub site: Option<&'a str>,
    /// What was said by the controllers that were asked already.
    pub asked: &'a Answers,
    /// The controllers that the configuration lists.
    pub replicas: &'a Seen<Vec<Replica>>,
    /// How listed controllers are spoken to.
    pub scheme: Scheme,
}

/// What is known of the controllers of the other domains.
#[derive(Default)]
pub(super) struct Learned {
    /// What they said.
    pub asked: Answers,
    /// Their computer objects.
    pub computers: Vec<Entry>,
}

/// The domains to enter besides the first; why they are not known, if they should be entered and
/// are not known.
pub(super) fn wanted(
    settings: &DirectorySettings,
    domains: &Seen<Vec<DomainFacts>>,
    entered: &str,
) -> (Vec<Other>, Option<Gap>) {
    if settings.reach == Reach::Domain || settings.base_dn.is_some() {
        return (Vec::new(), None);
    }
    let other = |domain: &DomainFacts| Other {
        name: domain.dns_name.clone(),
        entered: SetOnce::new(),
    };
    let listed = domains.known().map(Vec::as_slice).unwrap_or_default();
    let others = listed.iter().filter(|domain| domain.dns_name != entered);
    let unlisted = domains.gap().map(|gap| Gap {
        detail: format!("which domains the forest has is not known: {}", gap.detail),
        ..gap.clone()
    });
    (others.map(other).collect(), unlisted)
}

/// Enters all of them and writes what each says about itself. What is known of their controllers,
/// once all of those have answered or are given up.
pub(super) async fn enter_all(
    way: &Way<'_>,
    others: &[Other],
    draft: &Draft<DirectoryFacts>,
) -> Learned {
    let entering = others
        .iter()
        .map(|other| enter_one(way, other, draft).boxed());
    let entering = entering.collect::<Vec<_>>();
    let entering = futures::stream::iter(entering).buffered(AT_ONCE);
    let mut all = Learned::default();
    for learned in entering.collect::<Vec<_>>().await {
        all.asked.extend(learned.asked);
        all.computers.extend(learned.computers);
    }
    all
}

impl Other {
    /// Waits until the domain is entered.
    ///
    /// # Errors
    /// If it cannot be.
    pub async fn entered(&self) -> Result<&Server, Gap> {
        self.entered.wait().await.as_ref().map_err(Clone::clone)
    }

    /// Sweeps over the domain, if it was entered.
    pub async fn sweep(&self, draft: &Draft<DirectoryFacts>) {
        if let Some(Ok(server)) = self.entered.get() {
            domains::sweep(server, DirectorySource::Server, &self.name, draft).await;
        }
    }

    /// Says goodbye.
    pub async fn close(self) {
        if let Some(Ok(server)) = self.entered.into_inner() {
            server.close().await;
        }
    }
}

async fn enter_one(way: &Way<'_>, other: &Other, draft: &Draft<DirectoryFacts>) -> Learned {
    let mut asking = Asking::of_domain(way.dialer, way.cx, &other.name);
    let entered = way.enter(&mut asking, &other.name).await;
    if let Err(gap) = &entered {
        draft.note(format!("{} was not read: {gap}", other.name));
        draft.update(|facts| {
            domains::change(facts, &other.name, |place| domains::not_entered(place, gap));
            trusts::write_forests(facts);
        });
    }
    // Nobody else enters this one.
    let _ = other.entered.set(entered);
    let mut computers = Vec::new();
    if let Ok(server) = other.entered().await {
        let learned = domains::learn(server, &other.name, way.replicas).await;
        draft.update(|facts| {
            domains::change(facts, &other.name, |place| replace(place, learned));
            // The root domain may be this one.
            trusts::write_forests(facts);
        });
        let services = services::learn_domain(server, DirectorySource::Server).await;
        draft.update(|facts| {
            domains::change(facts, &other.name, |place| place.services = services);
        });
        let read = controllers::read_computers(server).await;
        let without = controllers::without_settings(&read, way.replicas);
        draft.update(|facts| {
            domains::change(facts, &other.name, |place| {
                place.controllers_without_settings = without;
            });
        });
        computers = read.into_known().unwrap_or_default();
    }
    Learned {
        asked: asking.all().await,
        computers,
    }
}

/// Puts what a domain says of itself into its place in the list.
fn replace(place: &mut DomainFacts, learned: Seen<Vec<DomainFacts>>) {
    match learned {
        Seen::Known(domains) => {
            let own = domains
                .into_iter()
                .find(|own| own.dns_name == place.dns_name);
            *place = own.unwrap_or_else(|| place.clone());
        }
        Seen::Unknown(gap) => domains::not_entered(place, &gap),
        Seen::Absent => {}
    }
}

impl Way<'_> {
    async fn enter(&self, asking: &mut Asking, name: &str) -> Result<Server, Gap> {
        asking.ask(self.candidates(name).await?);
        if let Some(site) = self.site {
            finding::prefer_site(self.settings, asking, name, site).await;
        }
        let Entered { root, link, .. } = enter(&self.settings.auth, asking, &|_, _| ()).await?;
        let contexts = self.same_forest(root.contexts, name)?;
        Ok(Server::new(link, contexts, self.dialer.patience))
    }

    async fn candidates(&self, name: &str) -> Result<Vec<ServerUrl>, Gap> {
        let mut urls = self.of_domain(name);
        if !urls.is_empty() {
            return Ok(urls);
        }
        urls = self.awaited();
        let found = finding::by_dns(self.settings, &self.dialer.locator, name).await;
        let listed = listed(self.replicas, name);
        let listed = listed.map(|replica| ServerUrl::new(self.scheme, &replica.host));
        let (found, failure) = match found {
            Ok(found) => (found, None),
            Err(gap) => (Vec::new(), Some(gap)),
        };
        for url in found.into_iter().chain(listed) {
            if urls.iter().all(|known| known.host != url.host) {
                urls.push(url);
            }
        }
        failure.filter(|_| urls.is_empty()).map_or(Ok(urls), Err)
    }

    /// The controllers of a domain among those that answered.
    fn of_domain(&self, name: &str) -> Vec<ServerUrl> {
        let of_domain = self.asked.iter().filter(|(_, answer)| {
            let answer = answer.as_ref();
            answer.is_ok_and(|answer| answer.root.domain == name)
        });
        of_domain.map(|(url, _)| url.clone()).collect()
    }

    /// Those that were named and have not answered yet, so that they may be of any domain.
    fn awaited(&self) -> Vec<ServerUrl> {
        let awaited = self.asked.iter().filter(|(url, answer)| {
            let silent = answer
                .as_ref()
                .is_err_and(|gap| gap.reason == Reason::NotRun);
            silent && self.settings.servers.contains(url)
        });
        awaited.map(|(url, _)| url.clone()).collect()
    }

    /// The naming contexts, if they are of the forest that is being read.
    fn same_forest(&self, contexts: Contexts, name: &str) -> Result<Contexts, Gap> {
        if Dn::parse(&contexts.configuration) == Dn::parse(self.configuration) {
            return Ok(contexts);
        }
        let what = format!("the controller that answers for {name} is of another forest");
        Err(Gap::new(Reason::NotConfigured, what)
            .with_remedy("check the locator records of that domain in DNS"))
    }
}

/// The listed controllers of a domain.
pub(super) fn listed<'a>(
    replicas: &'a Seen<Vec<Replica>>,
    name: &'a str,
) -> impl Iterator<Item = &'a Replica> {
    let replicas = replicas.known().map(Vec::as_slice).unwrap_or_default();
    replicas.iter().filter(move |replica| {
        let computer = replica.computer.as_deref().and_then(Dn::parse);
        computer.and_then(|dn| dn.dns_name()).as_deref() == Some(name)
    })
}

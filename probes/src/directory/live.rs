//! Reads a forest over LDAP: finds the domain's controllers, asks them all who they are, signs in to the
//! first writable one that answers, and reads; then the other domains, each from a controller of its
//! own.
//!
//! A controller that is dead is waited for beside the reading.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use futures::future::join_all;
use waterline_facts::{
    DirectoryFacts, Gap, Reason, Seen, directory::ConnectionFacts, directory::DirectorySource,
    seen::known_or_absent,
};

use super::{
    asking::{Answers, Asking},
    controllers,
    dn::Dn,
    domains,
    enter::{Entered, enter},
    entry::Entry,
    finding, learn_forest, learn_objects,
    link::{Dialer, authentication},
    locate::Locator,
    others::{self, Other, Way},
    pool::Pool,
    query::Extent,
    replicas::Replica,
    root_dse::RootDse,
    server::Server,
    settings::{AuthChoice, DirectorySettings, ServerUrl},
    trusts,
};
use crate::{Context, Draft};

/// Reads a directory from a server.
///
/// # Errors
/// If no controller can be entered.
pub(super) async fn read(
    settings: &DirectorySettings,
    cx: &Context,
    draft: &Draft<DirectoryFacts>,
) -> Result<(), Gap> {
    draft.update(|facts| {
        facts.domain = known_or_absent(settings.domain.as_ref().map(|name| name.to_lowercase()));
    });
    let dialer = Dialer {
        locator: Locator::new(&settings.resolvers, cx.patience),
        tls: Arc::clone(&cx.tls),
        patience: cx.patience,
        cleartext: settings.cleartext,
        start_tls: settings.start_tls,
    };
    let candidates = candidates(settings, &dialer.locator).await?;
    let mut asking = Asking::new(&dialer, cx);
    asking.ask(candidates);
    let read = read_from_one(settings, cx, draft, &mut asking).await;
    if let Err(gap) = &read {
        let asked = asking.all().await;
        draft.update(|facts| write_asked(facts, &asked, gap));
    }
    read
}

async fn read_from_one(
    settings: &DirectorySettings,
    cx: &Context,
    draft: &Draft<DirectoryFacts>,
    asking: &mut Asking,
) -> Result<(), Gap> {
    let site = match settings.servers.is_empty() {
        true => finding::own_site(settings, asking).await,
        false => None,
    };
    let told = |asked: &Answers, root: Option<&RootDse>| {
        draft.update(|facts| {
            write_asked(facts, asked, &Reason::NotRun.into());
            root.into_iter().for_each(|root| write_root(facts, root));
        });
    };
    let entered = enter(&settings.auth, asking, &told).await?;
    draft.update(|facts| write_entered(facts, &entered, &settings.auth));
    let Entered { url, root, link } = entered;
    if root.read_only {
        draft.note(format!(
            "{} is read-only and may lack attributes; no writable controller answered",
            url.host
        ));
    }
    if matches!(settings.auth, AuthChoice::Anonymous) {
        link.close(cx.patience).await;
        return Err(anonymous());
    }
    let mut contexts = root.contexts.clone();
    if let Some(base) = &settings.base_dn {
        contexts.objects = checked_base(base, &contexts.domain)?;
    }
    let extent = contexts.extent();
    let server = Server::new(link, contexts, cx.patience);
    super::raw::keep_entered(&server, &root.domain);
    let from = DirectorySource::Server;
    let replicas = learn_forest(&server, from, &root.domain, draft).await;
    let (dialer, asked) = (asking.dialer().clone(), asking.answers());
    let way = Way {
        settings,
        cx,
        dialer: &dialer,
        configuration: &root.contexts.configuration,
        site: site.as_deref(),
        asked: &asked,
        replicas: &replicas,
        scheme: url.scheme,
    };
    let reading = Reading {
        server: &server,
        domain: &root.domain,
        extent,
        draft,
    };
    reading.read(&way, asking).await;
    server.close().await;
    Ok(())
}

/// The reading of a forest, once its first domain was entered.
struct Reading<'a> {
    server: &'a Server,
    domain: &'a str,
    extent: Extent,
    draft: &'a Draft<DirectoryFacts>,
}

impl Reading<'_> {
    /// Reads the controllers and the objects of all domains.
    async fn read(&self, way: &Way<'_>, asking: &mut Asking) {
        let computers = controllers::read_computers(self.server).await;
        let without = controllers::without_settings(&computers, way.replicas);
        self.draft.update(|facts| {
            domains::change(facts, self.domain, |place| {
                place.controllers_without_settings = without;
            });
        });
        let domains = self.draft.snapshot().0.domains;
        let (others, unlisted) = others::wanted(way.settings, &domains, self.domain);
        asking.ask(self.not_asked(way, asking, &others));
        self.write_controllers(way.replicas, &computers, &asking.answers());
        let pool = Pool {
            own: (self.domain, self.server),
            others: &others,
            unlisted,
            ended: Mutex::default(),
        };
        let ((), learned, mut asked) = tokio::join!(
            learn_objects(&pool, self.extent, way.cx, self.draft),
            others::enter_all(way, &others, self.draft),
            asking.all(),
        );
        let ended = pool
            .ended
            .into_inner()
            .unwrap_or_else(|held| held.into_inner());
        self.write_read(&ended);
        self.draft.update(trusts::write_forests);
        asked.extend(learned.asked);
        let computers = computers.map(|own| [own, learned.computers].concat());
        self.write_controllers(way.replicas, &computers, &asked);
        self.sweep(&others).await;
        for other in others {
            other.close().await;
        }
    }

    /// Reads what only a sweep over a whole domain tells, in all domains at once.
    async fn sweep(&self, others: &[Other]) {
        let source = DirectorySource::Server;
        let own = domains::sweep(self.server, source, self.domain, self.draft);
        let others = join_all(others.iter().map(|other| other.sweep(self.draft)));
        tokio::join!(own, others);
    }

    /// The listed controllers that nobody asks yet: those of the others are asked to enter these.
    fn not_asked(&self, way: &Way<'_>, asking: &Asking, others: &[Other]) -> Vec<ServerUrl> {
        let of_others = |url: &ServerUrl| {
            let mut listed = others
                .iter()
                .flat_map(|other| others::listed(way.replicas, &other.name));
            listed.any(|replica| replica.host == url.host)
        };
        let mut urls = asking.not_asked(way.replicas, way.scheme);
        urls.retain(|url| !of_others(url));
        urls
    }

    fn write_controllers(
        &self,
        replicas: &Seen<Vec<Replica>>,
        computers: &Seen<Vec<Entry>>,
        asked: &Answers,
    ) {
        let controllers = controllers::facts(replicas, computers, asked);
        self.draft.update(|facts| facts.controllers = controllers);
    }

    /// Writes which domains were read.
    fn write_read(&self, ended: &BTreeMap<String, Seen<u64>>) {
        self.draft.update(|facts| {
            let Seen::Known(domains) = &mut facts.domains else {
                return;
            };
            for domain in domains {
                if let Some(objects) = ended.get(&domain.dns_name) {
                    domains::write_read(domain, objects.clone(), self.extent);
                }
            }
        });
    }
}

/// The controllers to try: those that were named, or those that DNS names.
async fn candidates(
    settings: &DirectorySettings,
    locator: &Locator,
) -> Result<Vec<ServerUrl>, Gap> {
    if !settings.servers.is_empty() {
        return Ok(settings.servers.clone());
    }
    match &settings.domain {
        Some(domain) => finding::by_dns(settings, locator, domain).await,
        None => finding::by_suggestion(settings, locator).await,
    }
}

/// What is known of the controllers while the configuration is not read, and why it is not.
fn write_asked(facts: &mut DirectoryFacts, asked: &Answers, why: &Gap) {
    let (replicas, computers) = (Seen::Unknown(why.clone()), Seen::Unknown(why.clone()));
    facts.controllers = controllers::facts(&replicas, &computers, asked);
}

/// How the directory was entered.
fn write_entered(facts: &mut DirectoryFacts, entered: &Entered, auth: &AuthChoice) {
    let Entered { url, root, link } = entered;
    write_root(facts, root);
    facts.connection = Seen::Known(ConnectionFacts {
        server: root.host.clone().unwrap_or_else(|| url.host.clone()),
        source: DirectorySource::Server,
        authentication: Seen::Known(authentication(auth)),
        protection: Seen::Known(link.protection),
    });
}

/// What the root DSE tells of the forest.
fn write_root(facts: &mut DirectoryFacts, root: &RootDse) {
    facts.domain = Seen::Known(root.domain.clone());
    facts.forest.root_domain = told(root.root_domain.clone());
    facts.forest.level = told(root.forest_level);
    facts.forest.naming_contexts = Seen::Known(root.naming_contexts.clone());
}

fn told<T>(value: Option<T>) -> Seen<T> {
    value.map_or_else(|| Seen::Unknown(controllers::not_told()), Seen::Known)
}

fn checked_base(base: &str, domain: &str) -> Result<String, Gap> {
    let below = Dn::parse(base)
        .zip(Dn::parse(domain))
        .is_some_and(|(base, domain)| base.depth_below(&domain).is_some());
    if below {
        return Ok(base.to_owned());
    }
    let what = format!("the base {base:?} is not in {domain}, which is what the server holds");
    Err(Gap::new(Reason::NotConfigured, what).with_remedy("check --base, or name another --server"))
}

/// A domain controller tells visitors its root DSE and nothing more; where one is set to tell more,
/// what is missing could not be told from what is hidden.
fn anonymous() -> Gap {
    Gap::new(
        Reason::Denied,
        "without a sign-in a controller tells little more than its levels",
    )
    .with_remedy("use --auth kerberos or --auth simple")
}

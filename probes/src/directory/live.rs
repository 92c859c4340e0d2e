//! Enters a domain over LDAP: finds its controllers, asks them all who they are, signs in to the
//! first writable one that answers, and reads.
//!
//! A controller that is dead is waited for beside the reading. A refused sign-in is not tried on
//! another controller, so that no account is locked out.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use waterline_facts::{
    DirectoryFacts, Gap, Reason, Seen, directory::ConnectionFacts, directory::DirectorySource,
    seen::known_or_absent,
};

use super::{
    asking::{Answer, Answers, Asking},
    controllers,
    dn::Dn,
    learn_forest, learn_objects,
    link::{Dialer, Link, authentication},
    locate::Locator,
    root_dse::RootDse,
    server::Server,
    settings::{AuthChoice, DirectorySettings, Scheme, ServerUrl},
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
    let Entered { url, root, link } = enter(settings, draft, asking).await?;
    draft.update(|facts| {
        write_root(facts, &root);
        facts.connection = Seen::Known(ConnectionFacts {
            server: root.host.clone().unwrap_or_else(|| url.host.clone()),
            source: DirectorySource::Server,
            authentication: Seen::Known(authentication(&settings.auth)),
            protection: Seen::Known(link.protection),
        });
    });
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
    let server = Server::new(link, contexts.clone(), cx.patience);
    let replicas = learn_forest(&server, &root.domain, draft).await;
    let computers = controllers::read_computers(&server).await;
    asking.ask(asking.not_asked(&replicas, url.scheme));
    let facts_of = |asked: &Answers| controllers::facts(&replicas, &computers, asked);
    draft.update(|facts| facts.controllers = facts_of(&asking.answers()));
    let ((), asked) = tokio::join!(
        learn_objects(&server, contexts.extent(), &root.domain, cx, draft),
        asking.all(),
    );
    draft.update(|facts| facts.controllers = facts_of(&asked));
    server.close().await;
    Ok(())
}

/// The controllers to try: those that were named, or those that DNS names.
async fn candidates(
    settings: &DirectorySettings,
    locator: &Locator,
) -> Result<Vec<ServerUrl>, Gap> {
    if !settings.servers.is_empty() {
        return Ok(settings.servers.clone());
    }
    let Some(domain) = &settings.domain else {
        return Err(Gap::new(
            Reason::NotConfigured,
            "this machine is in no domain, and none was named",
        )
        .with_remedy("name one with --domain, a server with --server, or an export with --ldif"));
    };
    let located = locator.controllers(domain).await?;
    let url = |host: &str, port| match settings.auth {
        // The locator record names the port of plain LDAP; a password wants TLS.
        AuthChoice::Simple { .. } => ServerUrl::new(Scheme::Ldaps, host),
        _ => ServerUrl {
            port,
            ..ServerUrl::new(Scheme::Ldap, host)
        },
    };
    Ok(located
        .iter()
        .map(|found| url(&found.host, found.port))
        .collect())
}

/// The controllers that answered, writable ones first.
fn ranked(asked: &Answers) -> Vec<(ServerUrl, Answer)> {
    let answered = asked
        .iter()
        .filter_map(|(url, answer)| Some((url, answer.as_ref().ok()?)));
    let mut ranked: Vec<_> = answered
        .map(|(url, answer)| (url.clone(), answer.clone()))
        .collect();
    ranked.sort_by_key(|(_, answer)| answer.root.read_only);
    ranked
}

fn none_answered(asked: &Answers) -> Gap {
    let mut failures = asked.iter().filter_map(|(_, answer)| answer.as_ref().err());
    match (failures.next(), asked.len()) {
        (Some(gap), 1) => gap.clone(),
        (Some(first), tried) => Gap {
            detail: format!(
                "none of {tried} controllers can be read; the first: {}",
                first.detail
            ),
            ..first.clone()
        },
        (None, _) => Gap::new(Reason::NotConfigured, "there is no controller to ask")
            .with_remedy("name one with --server"),
    }
}

/// A controller that was signed in to.
struct Entered {
    url: ServerUrl,
    root: RootDse,
    link: Link,
}

/// Signs in to the first controller that can be reached.
async fn enter(
    settings: &DirectorySettings,
    draft: &Draft<DirectoryFacts>,
    asking: &mut Asking,
) -> Result<Entered, Gap> {
    let (mut tried, mut failure) = (BTreeSet::new(), None);
    asking.first().await;
    loop {
        let asked = asking.answers();
        draft.update(|facts| write_asked(facts, &asked, &Reason::NotRun.into()));
        let untried = |(url, _): &(ServerUrl, Answer)| !tried.contains(url);
        let Some((url, Answer { root, .. })) = ranked(&asked).into_iter().find(untried) else {
            if asking.next().await {
                continue;
            }
            return Err(failure.unwrap_or_else(|| none_answered(&asked)));
        };
        draft.update(|facts| write_root(facts, &root));
        // A server that was named by its address has to be asked for its name.
        let by_address = url.host.parse::<IpAddr>().is_ok();
        let name = root.host.as_deref().filter(|_| by_address);
        match asking.dialer().enter(&url, &settings.auth, name).await {
            Ok(link) => return Ok(Entered { url, root, link }),
            Err(gap) if matches!(gap.reason, Reason::TimedOut | Reason::Unreachable) => {
                failure.get_or_insert(gap);
                tried.insert(url);
            }
            Err(gap) => return Err(gap),
        }
    }
}

/// What is known of the controllers while the configuration is not read, and why it is not.
fn write_asked(facts: &mut DirectoryFacts, asked: &Answers, why: &Gap) {
    let (replicas, computers) = (Seen::Unknown(why.clone()), Seen::Unknown(why.clone()));
    facts.controllers = controllers::facts(&replicas, &computers, asked);
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

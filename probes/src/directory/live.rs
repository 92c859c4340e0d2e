//! Enters a domain over LDAP: finds its controllers, asks them all who they are, signs in to the
//! best one, and reads.
//!
//! A controller that is dead costs its own time limit once, beside the others. A refused sign-in is
//! not tried on another controller, so that no account is locked out.

use std::sync::Arc;

use waterline_facts::{
    DirectoryFacts, Gap, Reason, Seen, directory::ConnectionFacts, directory::DirectorySource,
    seen::known_or_absent,
};

use super::{
    controllers::{self, Answer, Answers},
    dn::Dn,
    learn_forest, learn_objects,
    link::{Dialer, Link, authentication},
    locate::Locator,
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
    let mut asked = controllers::ask_all(&dialer, cx.clock, cx.concurrency, candidates).await;
    let unread = Seen::unknown(Reason::NotRun, "the configuration was not read");
    let found = controllers::facts(&unread, &Seen::not_run(), &asked);
    draft.update(|facts| facts.controllers = found);

    let (url, answer) = best(&asked)?;
    draft.update(|facts| write_root(facts, &answer));
    let (url, answer, link) = enter(&dialer, settings, &asked, (url, answer)).await?;
    draft.update(|facts| write_root(facts, &answer));
    let connection = ConnectionFacts {
        server: answer.root.host.clone().unwrap_or_else(|| url.host.clone()),
        source: DirectorySource::Server,
        authentication: Seen::Known(authentication(&settings.auth)),
        protection: Seen::Known(link.protection),
    };
    draft.update(|facts| facts.connection = Seen::Known(connection));
    if answer.root.read_only {
        draft.note(format!(
            "{} is read-only and may lack attributes; no writable controller answered",
            url.host
        ));
    }
    if matches!(settings.auth, AuthChoice::Anonymous) {
        link.close(cx.patience).await;
        return Err(anonymous());
    }

    let mut contexts = answer.root.contexts.clone();
    if let Some(base) = &settings.base_dn {
        contexts.objects = checked_base(base, &contexts.domain)?;
    }
    let domain = answer.root.domain.clone();
    let server = Server::new(link, contexts.clone(), cx.patience);
    let replicas = learn_forest(&server, &domain, draft).await;
    let computers = controllers::read_computers(&server).await;
    let others = controllers::not_asked(&replicas, &asked, url.scheme);
    let ((), more) = tokio::join!(
        learn_objects(&server, &contexts, &domain, cx, draft),
        controllers::ask_all(&dialer, cx.clock, cx.concurrency, others),
    );
    asked.extend(more);
    let found = controllers::facts(&replicas, &computers, &asked);
    draft.update(|facts| facts.controllers = found);
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

/// The first writable controller that answered, else the first that did.
fn best(asked: &Answers) -> Result<(ServerUrl, Answer), Gap> {
    ranked(asked)
        .into_iter()
        .next()
        .ok_or_else(|| none_answered(asked))
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
        (None, _) => Gap::new(Reason::NotConfigured, "there is no controller to ask"),
    }
}

/// Signs in to the first controller that can be reached.
async fn enter(
    dialer: &Dialer,
    settings: &DirectorySettings,
    asked: &Answers,
    best: (ServerUrl, Answer),
) -> Result<(ServerUrl, Answer, Link), Gap> {
    let mut failure = None;
    let rest = ranked(asked).into_iter().skip(1);
    for (url, answer) in std::iter::once(best).chain(rest) {
        // A server that was named by its address has to be asked for its name.
        let by_address = url.host.parse::<std::net::IpAddr>().is_ok();
        let name = answer.root.host.clone().filter(|_| by_address);
        match dialer.enter(&url, &settings.auth, name.as_deref()).await {
            Ok(link) => return Ok((url, answer, link)),
            Err(gap) if matches!(gap.reason, Reason::TimedOut | Reason::Unreachable) => {
                failure.get_or_insert(gap);
            }
            Err(gap) => return Err(gap),
        }
    }
    Err(failure.unwrap_or_else(|| none_answered(asked)))
}

/// What the root DSE tells of the forest.
fn write_root(facts: &mut DirectoryFacts, answer: &Answer) {
    let root = &answer.root;
    let told = |value: Option<u32>| match value {
        Some(value) => Seen::Known(value),
        None => Seen::unknown(Reason::Malformed, "the controller does not tell it"),
    };
    facts.domain = Seen::Known(root.domain.clone());
    facts.forest.root_domain = match &root.root_domain {
        Some(name) => Seen::Known(name.clone()),
        None => Seen::unknown(Reason::Malformed, "the controller does not tell it"),
    };
    facts.forest.level = told(root.forest_level);
    facts.forest.naming_contexts = Seen::Known(root.naming_contexts.clone());
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

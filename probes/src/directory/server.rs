//! The live filling of the seam: a domain controller, over LDAP.
//!
//! Asks in pages, for named attributes only, and follows no referral. Large attributes come in ranges,
//! which are fetched to their end. Objects are read by [`reading`](super::reading).

use std::{sync::OnceLock, time::Duration};

use async_trait::async_trait;
use ldap3::{
    LdapResult, SearchOptions, SearchStream,
    asn1::StructureTag,
    controls::{PagedResults, RawControl},
};
use waterline_facts::{Gap, Reason};

use super::{
    attributes::forbidden,
    entry::Entry,
    link::Link,
    outcome,
    query::{Contexts, Query, Scope},
    raw, root_dse,
    source::{Directory, Reader, Stop},
    wire::{base_name, entry, next_cookie, unfinished},
};
use crate::evidence;

/// Entries on a page. Active Directory gives MaxPageSize (1000 by default) at most.
const PAGE: i32 = 1000;

/// The most entries that are taken at once, from a server that does not keep to pages.
const MOST_AT_ONCE: usize = 20_000;

/// The most values that are kept of one attribute.
const MOST_VALUES: usize = 20_000;

/// Keeps the server from sending references to other domains (MS-ADTS 3.1.1.3.4.1.4).
const DOMAIN_SCOPE: &str = "1.2.840.113556.1.4.1339";

/// Says which parts of a security descriptor are wanted (MS-ADTS 3.1.1.3.4.1.11), in BER.
const SD_FLAGS: &str = "1.2.840.113556.1.4.801";
const ACCESS_LIST: [u8; 5] = [0x30, 0x03, 0x02, 0x01, 0x04];

/// A domain controller to which a connection is open.
pub(super) struct Server {
    /// The connection.
    pub link: Link,
    /// Where the directory's parts are.
    pub contexts: Contexts,
    /// The longest wait for a single answer.
    pub patience: Duration,
    /// Why the conversation ended, once it has: nothing more is asked then, so that a silent server
    /// costs one time limit and not one for each search.
    ended: OnceLock<Gap>,
}

/// One search as it is sent.
pub(super) struct Request<'a> {
    /// Where it begins.
    pub base: &'a str,
    /// How far it reaches.
    pub scope: Scope,
    /// Which entries it wants.
    pub filter: &'a str,
    /// The attributes it asks for.
    pub attributes: &'a [&'a str],
}

/// The answers to a search, as they come.
type Answers<'a> = SearchStream<'a, &'a str, Vec<&'a str>>;

#[async_trait]
impl Directory for Server {
    async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        match evidence::current() {
            Some(scope) => raw::search(self, query, reader, &scope).await,
            None => self.ask(query, reader).await,
        }
    }
}

/// Reads the root DSE, which every server shows to everybody.
///
/// # Errors
/// If there is no answer, or none that can be understood.
pub(super) async fn root_entry(link: &Link, patience: Duration) -> Result<Entry, Gap> {
    root_attributes(link, patience, "(objectClass=*)", root_dse::ATTRIBUTES).await
}

/// Reads these attributes of the root DSE; by the filter some of them are told what to answer.
///
/// # Errors
/// If there is no answer, or none that can be understood.
pub(super) async fn root_attributes(
    link: &Link,
    patience: Duration,
    filter: &str,
    attributes: &[&str],
) -> Result<Entry, Gap> {
    let request = Request {
        base: "",
        scope: Scope::Base,
        filter,
        attributes,
    };
    let (entries, result) = page(link, patience, &request, None).await?;
    match outcome::search_ended(&link.host, &result) {
        Err(Stop::Failed(gap)) => return Err(gap),
        Err(Stop::NoBase) | Ok(()) => {}
    }
    let none = || {
        Gap::new(
            Reason::Malformed,
            format!("{} shows no root DSE", link.host),
        )
        .with_remedy("name a domain controller with --server")
    };
    entries.into_iter().next().ok_or_else(none)
}

impl Server {
    /// A controller that was entered.
    pub fn new(link: Link, contexts: Contexts, patience: Duration) -> Self {
        Self {
            link,
            contexts,
            patience,
            ended: OnceLock::new(),
        }
    }

    /// Sends a search, and hands over what comes.
    pub(super) async fn ask(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        let (base, filter) = (query.base.resolve(&self.contexts), query.filter.to_string());
        if let Some(name) = query.forbidden() {
            return Err(refused(name).into());
        }
        if let Some(gap) = self.ended.get() {
            return Err(gap.clone().into());
        }
        let request = Request {
            base: &base,
            scope: query.scope,
            filter: &filter,
            attributes: query.attributes,
        };
        let searched = self.pages(&request, reader).await;
        if let Err(Stop::Failed(gap)) = &searched
            && matches!(gap.reason, Reason::TimedOut | Reason::Unreachable)
        {
            let _ = self.ended.set(gap.clone());
        }
        searched
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.link.close(self.patience).await;
    }

    async fn pages(&self, request: &Request<'_>, reader: &mut dyn Reader) -> Result<(), Stop> {
        let mut cookie = Vec::new();
        loop {
            let (mut batch, result) = self.page(request, cookie).await?;
            outcome::search_ended(&self.link.host, &result)?;
            for entry in &mut batch {
                self.complete(entry).await?;
            }
            reader.take(batch).await?;
            cookie = next_cookie(&result).ok_or_else(|| self.malformed())?;
            if cookie.is_empty() {
                return Ok(());
            }
        }
    }

    /// One page of a search.
    async fn page(
        &self,
        request: &Request<'_>,
        cookie: Vec<u8>,
    ) -> Result<(Vec<Entry>, LdapResult), Gap> {
        page(&self.link, self.patience, request, Some(cookie)).await
    }

    /// Fetches the rest of attributes that came in part (`proxyAddresses;range=0-1499`).
    async fn complete(&self, entry: &mut Entry) -> Result<(), Gap> {
        for at in 0..entry.attributes.len() {
            while let Some((name, next)) = unfinished(&entry.attributes[at].0) {
                if forbidden(&name) {
                    return Err(refused(&name));
                }
                let asked = format!("{name};range={next}-*");
                let request = Request {
                    base: &entry.dn,
                    scope: Scope::Base,
                    filter: "(objectClass=*)",
                    attributes: &[&asked],
                };
                let (more, _) = self.page(&request, Vec::new()).await?;
                let part = more.into_iter().flat_map(|entry| entry.attributes);
                let part = part
                    .into_iter()
                    .find(|(part, _)| base_name(part).eq_ignore_ascii_case(&name));
                let (part_name, values) = part.ok_or_else(|| self.malformed())?;
                if values.is_empty() || entry.attributes[at].1.len() + values.len() > MOST_VALUES {
                    return Err(too_many(&name, &entry.dn));
                }
                entry.attributes[at].0 = part_name;
                entry.attributes[at].1.extend(values);
            }
            let name = base_name(&entry.attributes[at].0).to_owned();
            entry.attributes[at].0 = name;
        }
        // Beside a range the plain attribute comes too, without values.
        entry.attributes.retain(|(_, values)| !values.is_empty());
        Ok(())
    }

    fn malformed(&self) -> Gap {
        malformed(&self.link)
    }
}

/// One page of a search, and how it ended; a search without a cookie is not paged.
pub(super) async fn page(
    link: &Link,
    patience: Duration,
    request: &Request<'_>,
    cookie: Option<Vec<u8>>,
) -> Result<(Vec<Entry>, LdapResult), Gap> {
    let mut answers = ask(link, patience, request, cookie).await?;
    let mut entries = Vec::new();
    while let Some(found) = next(link, patience, &mut answers).await? {
        if entries.len() == MOST_AT_ONCE {
            return Err(malformed(link));
        }
        entries.push(entry(found).ok_or_else(|| malformed(link))?);
    }
    Ok((entries, answers.finish().await))
}

/// Sends a search; a search without a cookie is not paged.
async fn ask<'a>(
    link: &Link,
    patience: Duration,
    request: &Request<'a>,
    cookie: Option<Vec<u8>>,
) -> Result<Answers<'a>, Gap> {
    let mut ldap = link.ldap.clone();
    ldap.with_timeout(patience)
        .with_search_options(SearchOptions::new());
    if let Some(cookie) = cookie {
        ldap.with_controls(controls(request, cookie));
    }
    ldap.streaming_search(
        request.base,
        request.scope.into(),
        request.filter,
        request.attributes.to_vec(),
    )
    .await
    .map_err(|error| outcome::connection_failed(&link.host, &error))
}

/// What goes with a request for a page.
pub(super) fn controls(request: &Request<'_>, cookie: Vec<u8>) -> Vec<RawControl> {
    let paging = RawControl::from(PagedResults { size: PAGE, cookie });
    let mut controls = vec![paging, domain_scope()];
    controls.extend(access_list_only(request));
    controls
}

/// The next entry of a page in its BER form; nothing at the page's end.
async fn next(
    link: &Link,
    patience: Duration,
    answers: &mut Answers<'_>,
) -> Result<Option<StructureTag>, Gap> {
    loop {
        match answers.next().await {
            Ok(Some(item)) if item.is_intermediate() => {}
            // The rest stands elsewhere, so what comes here is only a part.
            Ok(Some(item)) if item.is_ref() => return Err(outcome::referred(&link.host)),
            Ok(item) => return Ok(item.map(|item| item.0)),
            Err(error) => {
                let id = answers.ldap_handle().last_id();
                abandon(link, id, patience).await;
                return Err(outcome::connection_failed(&link.host, &error));
            }
        }
    }
}

/// Tells the server that nobody waits for the rest.
async fn abandon(link: &Link, id: i32, patience: Duration) {
    let mut ldap = link.ldap.clone();
    let _ = ldap.with_timeout(patience).abandon(id).await;
}

/// What was sent is no entry.
pub(super) fn malformed(link: &Link) -> Gap {
    let what = format!("{} sent an entry that cannot be understood", link.host);
    Gap::new(Reason::Malformed, what).with_remedy(outcome::ANOTHER)
}

/// The attribute must never be asked for.
pub(super) fn refused(attribute: &str) -> Gap {
    let what = format!("the attribute {attribute:?} is never asked for");
    Gap::new(Reason::Failed, what)
}

/// An attribute does not come to its end.
pub(super) fn too_many(attribute: &str, dn: &str) -> Gap {
    let what = format!("{attribute} of {dn} has more than {MOST_VALUES} values, or does not end");
    Gap::new(Reason::Malformed, what).with_remedy("look at that object in the directory")
}

impl From<Scope> for ldap3::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Base => Self::Base,
            Scope::OneLevel => Self::OneLevel,
            Scope::Subtree => Self::Subtree,
        }
    }
}

/// Without this control a descriptor comes only to those who may read its audit list too.
fn access_list_only(request: &Request<'_>) -> Option<RawControl> {
    let is = |name: &&str| name.eq_ignore_ascii_case("nTSecurityDescriptor");
    request.attributes.iter().any(is).then(|| RawControl {
        ctype: SD_FLAGS.to_owned(),
        crit: false,
        val: Some(ACCESS_LIST.to_vec()),
    })
}

fn domain_scope() -> RawControl {
    RawControl {
        ctype: DOMAIN_SCOPE.to_owned(),
        crit: false,
        val: None,
    }
}

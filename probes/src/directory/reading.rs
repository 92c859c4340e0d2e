//! Reads all objects from a controller: page by page, nothing held but what came together.
//!
//! The next page is asked for before the last one is worked on. A connection that is lost is opened
//! again once, to the same controller, and what came by then is passed over, by GUID; so no object
//! comes twice and none is lost.

use std::{collections::HashSet, time::Duration};

use async_trait::async_trait;
use ldap3::{LdapResult, asn1::StructureTag};
use waterline_facts::{DirectoryObject, Gap, Reason};

use super::{
    fields::{Names, Number},
    link::Link,
    objects::{self, Batch},
    outcome,
    query::Query,
    server::{self, Answers, Request, Server},
    source::{Objects, Stop, Taker},
    wire::{self, Rest, base_name, next_cookie, unfinished},
};

/// So many times the wait for an answer is waited for entries, which a server may have to look for.
const SEARCHING: u32 = 3;

/// A lost connection is opened again only if no more objects came by then.
const MOST_SEEN: usize = 4_000_000;

/// More parts of an attribute than this are made up: at 1500 values each, 15 million.
const MOST_PARTS: usize = 10_000;

/// Pages in a row without anything new, beside those with what came before a connection was lost.
const MOST_IDLE: usize = 100;

/// The controller does not know any more where the search stood; RFC 4511, appendix A.2.
const LOST_PLACE: [u32; 2] = [12, 53];

#[async_trait]
impl Objects for Server {
    async fn objects(&self, taker: &mut dyn Taker) -> Result<(), Stop> {
        let query = objects::query();
        let mut reading = Reading::new(self, &query);
        let lost = match reading.pages(&self.link, taker).await {
            Err(Stop::Failed(gap)) if reading.can_go_on(&gap) => gap,
            ended => return ended,
        };
        let Some(Ok(link)) = self.link.again().await else {
            return Err(lost.into());
        };
        let what = format!(
            "the connection was lost after {} objects ({lost}) and opened again; the objects that had \
             come were passed over",
            reading.seen.len()
        );
        taker.note(what).await;
        let ended = reading.pages(&link, taker).await;
        link.close(self.patience).await;
        ended
    }
}

/// The reading of all objects.
struct Reading<'a> {
    base: String,
    filter: String,
    query: &'a Query,
    patience: Duration,
    names: Names,
    guid: Option<Number>,
    /// The GUIDs of the objects that came.
    seen: HashSet<[u8; 16]>,
    /// Whether an object came that has no GUID, and could not be known again.
    nameless: bool,
    /// Pages in a row that brought nothing new.
    idle: usize,
}

/// A page in the making.
#[derive(Default)]
struct Page {
    batch: Batch,
    /// The GUIDs of its objects.
    guids: Vec<[u8; 16]>,
    /// Attributes of which the rest has yet to be fetched, by the object's place in the batch.
    rests: Vec<(usize, Rest)>,
}

impl<'a> Reading<'a> {
    fn new(server: &Server, query: &'a Query) -> Self {
        let names = objects::names([]);
        Self {
            base: query.base.resolve(&server.contexts),
            filter: query.filter.to_string(),
            query,
            patience: server.patience * SEARCHING,
            guid: objects::guid_number(&names),
            names,
            seen: HashSet::new(),
            nameless: false,
            idle: 0,
        }
    }

    /// Whether a new search would bring what is missing, and nothing twice.
    fn can_go_on(&self, gap: &Gap) -> bool {
        let lost = matches!(gap.reason, Reason::Unreachable | Reason::TimedOut);
        lost && !self.nameless && !self.seen.is_empty() && self.seen.len() <= MOST_SEEN
    }

    async fn pages(&mut self, link: &Link, taker: &mut dyn Taker) -> Result<(), Stop> {
        let (base, filter) = (self.base.clone(), self.filter.clone());
        let request = Request {
            base: &base,
            scope: self.query.scope,
            filter: &filter,
            attributes: self.query.attributes,
        };
        let patience = self.patience;
        let mut answers = server::ask(link, patience, &request, Some(Vec::new())).await?;
        loop {
            let mut page = Page::default();
            let cookie = match self.page(link, &mut answers, &mut page).await {
                Ok(cookie) => cookie,
                Err(stop) => {
                    // What is not handed over has to come again.
                    page.guids.iter().for_each(|guid| {
                        self.seen.remove(guid);
                    });
                    return Err(stop);
                }
            };
            if cookie.is_empty() {
                taker.take(page.batch).await;
                return Ok(());
            }
            // The server looks for the next page while this one is worked on.
            let next = server::ask(link, patience, &request, Some(cookie)).await;
            taker.take(page.batch).await;
            answers = next?;
        }
    }

    /// Reads a page to its end, and gives the cookie of the next.
    async fn page(
        &mut self,
        link: &Link,
        answers: &mut Answers<'_>,
        page: &mut Page,
    ) -> Result<Vec<u8>, Stop> {
        while let Some(entry) = server::next(link, self.patience, answers).await? {
            self.add(link, &entry, page)?;
        }
        let result = answers.finish().await;
        ended(link, &result)?;
        self.idle = match page.batch.count() {
            0 => self.idle + 1,
            _ => 0,
        };
        if self.idle > MOST_IDLE + self.seen.len() {
            let what = format!("{} sends the same pages without end", link.host);
            return Err(Gap::new(Reason::Malformed, what)
                .with_remedy(outcome::ANOTHER)
                .into());
        }
        self.complete(link, page).await?;
        Ok(next_cookie(&result).ok_or_else(|| server::malformed(link))?)
    }

    fn add(&mut self, link: &Link, entry: &StructureTag, page: &mut Page) -> Result<(), Gap> {
        let read = wire::fields(entry, &self.names);
        let (fields, rests) = read.ok_or_else(|| server::malformed(link))?;
        let guid = self.guid.and_then(|number| fields.of(number).next());
        match guid.and_then(|guid| <[u8; 16]>::try_from(guid).ok()) {
            Some(guid) if !self.seen.insert(guid) => return Ok(()),
            Some(guid) => page.guids.push(guid),
            None => self.nameless = true,
        }
        if page.batch.add(&fields).is_some() {
            let place = page.batch.objects.len() - 1;
            let rests = rests.into_iter().map(|rest| (place, rest));
            page.rests.extend(rests);
        }
        Ok(())
    }

    /// Fetches the rest of attributes that came in part (`member;range=0-1499`).
    async fn complete(&self, link: &Link, page: &mut Page) -> Result<(), Gap> {
        for (place, rest) in std::mem::take(&mut page.rests) {
            let object = &mut page.batch.objects[place];
            self.fetch(link, object, rest).await?;
        }
        Ok(())
    }

    async fn fetch(
        &self,
        link: &Link,
        object: &mut DirectoryObject,
        rest: Rest,
    ) -> Result<(), Gap> {
        let mut next = Some(rest.next);
        for _ in 0..MOST_PARTS {
            let Some(from) = next else { return Ok(()) };
            let asked = format!("{};range={from}-*", rest.name);
            let dn = object.dn.clone();
            let request = Request {
                base: &dn,
                scope: super::query::Scope::Base,
                filter: "(objectClass=*)",
                attributes: &[&asked],
            };
            let (entries, result) = server::page(link, self.patience, &request, None).await?;
            ended(link, &result).map_err(|stop| gone(stop, &rest.name, &dn))?;
            let mut parts = entries.into_iter().flat_map(|entry| entry.attributes);
            let part = parts.find(|(name, values)| {
                !values.is_empty() && base_name(name).eq_ignore_ascii_case(&rest.name)
            });
            let (name, values) = part.ok_or_else(|| server::malformed(link))?;
            for value in &values {
                objects::take(object, rest.attribute, value);
            }
            next = unfinished(&name).map(|(_, next)| next);
            if next.is_some_and(|next| next <= from) {
                break;
            }
        }
        Err(server::too_many(&rest.name, &object.dn))
    }
}

/// Whether a page came to its end.
fn ended(link: &Link, result: &LdapResult) -> Result<(), Stop> {
    if LOST_PLACE.contains(&result.rc) {
        let what = format!("{} lost its place in the search (page cookie)", link.host);
        return Err(Gap::new(Reason::Unreachable, what)
            .with_remedy("run again later, or name another domain controller with --server")
            .into());
    }
    outcome::search_ended(&link.host, result)
}

/// An object vanished, or hides, while its attribute was read.
fn gone(stop: Stop, attribute: &str, dn: &str) -> Gap {
    match stop {
        Stop::Failed(gap) => gap,
        Stop::NoBase => Gap::new(
            Reason::Failed,
            format!("{dn} vanished while its {attribute} was read"),
        )
        .with_remedy("run again"),
    }
}

//! Reads all objects from a controller: page by page, nothing held but what came together.
//!
//! The next page is asked for before the last one is worked on. A connection that is lost is opened
//! again once, to the same controller, and what came by then is passed over, by GUID; so no object
//! comes twice and none is lost.

use std::{collections::HashSet, io, time::Duration};

use async_trait::async_trait;
use ldap3::LdapResult;
use waterline_facts::{DirectoryObject, Gap, Reason};

use super::{
    bulk::{
        answer::{Answer, Ended},
        search::{Answers, each},
    },
    fields::{Fields, Names, Number},
    link::Link,
    objects::{self, Batch},
    outcome,
    query::Query,
    server::{self, Request, Server},
    source::{Objects, Stop, Taker},
    wire::{self, Rest, base_name, unfinished},
};

/// So many times the wait for an answer is waited for entries, which a server may have to look for.
const SEARCHING: u32 = 3;

/// A lost connection is opened again only if no more objects came by then.
const MOST_SEEN: usize = 4_000_000;

/// More parts of an attribute than this are made up: at 1500 values each, 15 million.
const MOST_PARTS: usize = 10_000;

/// Objects that are handed over together.
const TOGETHER: usize = 250;

/// More objects are not held, though the rest of their attributes has yet to be fetched.
const MOST_HELD: usize = 20_000;

/// Pages in a row without anything new, beside those with what came before a connection was lost.
const MOST_IDLE: usize = 100;

/// The controller does not know any more where the search stood; RFC 4511, appendix A.2.
const LOST_PLACE: [u32; 2] = [12, 53];

#[async_trait]
impl Objects for Server {
    async fn objects(&self, taker: &mut dyn Taker) -> Result<(), Stop> {
        let query = objects::query();
        if let Some(name) = query.forbidden() {
            return Err(server::refused(name).into());
        }
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
            reading.known.seen.len()
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
    known: Known,
    /// Pages in a row that brought nothing new.
    idle: usize,
}

/// The objects that came.
struct Known {
    /// The number of the attribute by which they are known.
    guid: Option<Number>,
    /// Their GUIDs.
    seen: HashSet<[u8; 16]>,
    /// Whether one came that has no GUID, and could not be known again.
    nameless: bool,
}

/// A page in the making.
#[derive(Default)]
struct Page {
    /// What is not handed over yet.
    batch: Batch,
    /// The GUIDs of its objects.
    guids: Vec<[u8; 16]>,
    /// Attributes of which the rest has yet to be fetched, by the object's place in the batch.
    rests: Vec<(usize, Rest)>,
    /// How many entries it brought that had not come before.
    new: u64,
}

impl<'a> Reading<'a> {
    fn new(server: &Server, query: &'a Query) -> Self {
        let names = objects::names([]);
        Self {
            base: query.base.resolve(&server.contexts),
            filter: query.filter.to_string(),
            query,
            patience: server.patience * SEARCHING,
            known: Known {
                guid: objects::guid_number(&names),
                seen: HashSet::new(),
                nameless: false,
            },
            names,
            idle: 0,
        }
    }

    /// Whether a new search would bring what is missing, and nothing twice.
    fn can_go_on(&self, gap: &Gap) -> bool {
        let lost = matches!(gap.reason, Reason::Unreachable | Reason::TimedOut);
        let Known { seen, nameless, .. } = &self.known;
        lost && !nameless && !seen.is_empty() && seen.len() <= MOST_SEEN
    }

    async fn pages(&mut self, link: &Link, taker: &mut dyn Taker) -> Result<(), Stop> {
        let mut answers = self.ask(link, Vec::new()).await?;
        loop {
            let mut page = Page::default();
            let cookie = match self.page(link, &mut answers, &mut page, taker).await {
                Ok(cookie) => cookie,
                Err(stop) => {
                    // What is not handed over has to come again.
                    page.guids.iter().for_each(|guid| {
                        self.known.seen.remove(guid);
                    });
                    link.bulk.abandon(answers).await;
                    return Err(stop);
                }
            };
            if cookie.is_empty() {
                taker.take(page.batch).await;
                return Ok(());
            }
            // The server looks for the next page while the rest of this one is worked on.
            let next = self.ask(link, cookie).await;
            taker.take(page.batch).await;
            answers = next?;
        }
    }

    async fn ask(&self, link: &Link, cookie: Vec<u8>) -> Result<Answers, Gap> {
        let request = Request {
            base: &self.base,
            scope: self.query.scope,
            filter: &self.filter,
            attributes: self.query.attributes,
        };
        let controls = server::controls(&request, cookie);
        let asked = link.bulk.ask(&request, controls).await;
        asked.map_err(|error| lost(link, &error))
    }

    /// Reads a page to its end, and gives the cookie of the next.
    async fn page(
        &mut self,
        link: &Link,
        answers: &mut Answers,
        page: &mut Page,
        taker: &mut dyn Taker,
    ) -> Result<Vec<u8>, Stop> {
        let end = loop {
            let messages = answers.next(self.patience).await;
            let messages = messages.map_err(|error| lost(link, &error))?;
            if let Some(end) = self.take(link, &messages, page)? {
                break end;
            }
            if page.batch.objects.len() >= TOGETHER && page.rests.is_empty() {
                page.guids.clear();
                taker.take(std::mem::take(&mut page.batch)).await;
            }
        };
        ended(link, &end.result)?;
        self.idle = match page.new {
            0 => self.idle + 1,
            _ => 0,
        };
        if self.idle > MOST_IDLE + self.known.seen.len() {
            let what = format!("{} sends the same pages without end", link.host);
            return Err(Gap::new(Reason::Malformed, what)
                .with_remedy(outcome::ANOTHER)
                .into());
        }
        self.complete(link, page).await?;
        Ok(end.cookie.ok_or_else(|| server::malformed(link))?)
    }

    /// Takes messages in; gives the end of the page if it is among them.
    fn take(
        &mut self,
        link: &Link,
        messages: &[u8],
        page: &mut Page,
    ) -> Result<Option<Ended>, Gap> {
        let mut fields = Fields::new(&self.names);
        for answer in each(messages) {
            match answer.ok_or_else(|| server::malformed(link))? {
                Answer::Entry(entry) => {
                    let rests = wire::read(entry, &mut fields);
                    let rests = rests.ok_or_else(|| server::malformed(link))?;
                    page.add(&fields, rests, &mut self.known);
                }
                Answer::Done(end) => return Ok(Some(end)),
                // The rest stands elsewhere, so what comes here is only a part.
                Answer::Reference => return Err(outcome::referred(&link.host)),
                Answer::Other => {}
            }
        }
        match page.batch.objects.len() > MOST_HELD {
            true => Err(server::malformed(link)),
            false => Ok(None),
        }
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

impl Page {
    /// Adds an entry, unless it came before.
    fn add(&mut self, fields: &Fields<'_>, rests: Vec<Rest>, known: &mut Known) {
        let guid = known.guid.and_then(|number| fields.of(number).next());
        match guid.and_then(|guid| <[u8; 16]>::try_from(guid).ok()) {
            Some(guid) if !known.seen.insert(guid) => return,
            Some(guid) => self.guids.push(guid),
            None => known.nameless = true,
        }
        let before = self.batch.count();
        if self.batch.add(fields).is_some() {
            let place = self.batch.objects.len() - 1;
            let rests = rests.into_iter().map(|rest| (place, rest));
            self.rests.extend(rests);
        }
        self.new += self.batch.count() - before;
    }
}

/// Why no more messages come.
fn lost(link: &Link, error: &io::Error) -> Gap {
    outcome::conversation_failed(&link.host, error)
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

//! The live filling of the seam: a domain controller, over LDAP.
//!
//! Asks in pages below the server's limit, for named attributes only, and follows no referral. Large
//! attributes come in ranges, which are fetched to their end.

use std::{sync::OnceLock, time::Duration};

use async_trait::async_trait;
use ldap3::{
    LdapResult, SearchOptions,
    asn1::{PL, StructureTag, parse_tag},
    controls::{Control, PagedResults, RawControl},
};
use waterline_facts::{Gap, Reason};

use super::{
    attributes::forbidden,
    entry::{Entry, Missing},
    link::Link,
    outcome,
    query::{Contexts, Query, Scope},
    root_dse,
    source::{Directory, Reader, Stop},
};

// Active Directory answers at most MaxPageSize (1000 by default) entries; ask in pages below it.
const PAGE: i32 = 500;

/// The most values that are kept of one attribute.
const MOST_VALUES: usize = 20_000;

const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// Keeps the server from sending references to other domains (MS-ADTS 3.1.1.3.4.1.4).
const DOMAIN_SCOPE: &str = "1.2.840.113556.1.4.1339";

/// A domain controller to which a connection is open.
pub(super) struct Server {
    link: Link,
    contexts: Contexts,
    patience: Duration,
    /// Why the conversation ended, once it has: nothing more is asked then, so that a silent server
    /// costs one time limit and not one for each search.
    ended: OnceLock<Gap>,
}

/// One search as it is sent.
struct Request<'a> {
    base: &'a str,
    scope: Scope,
    filter: &'a str,
    attributes: &'a [&'a str],
}

#[async_trait]
impl Directory for Server {
    async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
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
}

/// Reads the root DSE, which every server shows to everybody.
///
/// # Errors
/// If there is no answer, or none that can be understood.
pub(super) async fn root_entry(link: &Link, patience: Duration) -> Result<Entry, Gap> {
    let request = Request {
        base: "",
        scope: Scope::Base,
        filter: "(objectClass=*)",
        attributes: root_dse::ATTRIBUTES,
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
            cookie = next_cookie(&result);
            if cookie.is_empty() {
                return Ok(());
            }
        }
    }

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
async fn page(
    link: &Link,
    patience: Duration,
    request: &Request<'_>,
    cookie: Option<Vec<u8>>,
) -> Result<(Vec<Entry>, LdapResult), Gap> {
    let failed = |error| outcome::connection_failed(&link.host, &error);
    let mut ldap = link.ldap.clone();
    ldap.with_timeout(patience)
        .with_search_options(SearchOptions::new());
    if let Some(cookie) = cookie {
        let paging = RawControl::from(PagedResults { size: PAGE, cookie });
        ldap.with_controls(vec![paging, domain_scope()]);
    }
    let attributes = request.attributes.to_vec();
    let mut stream = ldap
        .streaming_search(
            request.base,
            scope(request.scope),
            request.filter,
            attributes,
        )
        .await
        .map_err(failed)?;
    let mut entries = Vec::new();
    loop {
        match stream.next().await {
            Ok(Some(item)) if item.is_ref() || item.is_intermediate() => {}
            Ok(Some(item)) => entries.push(entry(item.0).ok_or_else(|| malformed(link))?),
            Ok(None) => return Ok((entries, stream.finish().await)),
            Err(error) => {
                let id = stream.ldap_handle().last_id();
                abandon(link, id, patience).await;
                return Err(failed(error));
            }
        }
    }
}

/// Tells the server that nobody waits for the rest.
async fn abandon(link: &Link, id: i32, patience: Duration) {
    let mut ldap = link.ldap.clone();
    let _ = ldap.with_timeout(patience).abandon(id).await;
}

fn malformed(link: &Link) -> Gap {
    let what = format!("{} sent an entry that cannot be understood", link.host);
    Gap::new(Reason::Malformed, what)
}

fn refused(attribute: &str) -> Gap {
    let what = format!("the attribute {attribute:?} is never asked for");
    Gap::new(Reason::Failed, what)
}

fn too_many(attribute: &str, dn: &str) -> Gap {
    let what = format!("{attribute} of {dn} has more than {MOST_VALUES} values, or does not end");
    Gap::new(Reason::Malformed, what)
}

fn scope(scope: Scope) -> ldap3::Scope {
    match scope {
        Scope::Base => ldap3::Scope::Base,
        Scope::OneLevel => ldap3::Scope::OneLevel,
        Scope::Subtree => ldap3::Scope::Subtree,
    }
}

fn domain_scope() -> RawControl {
    RawControl {
        ctype: DOMAIN_SCOPE.to_owned(),
        crit: false,
        val: None,
    }
}

/// The cookie with which the next page is asked for; empty if there is none.
fn next_cookie(result: &LdapResult) -> Vec<u8> {
    let paged = |control: &&Control| control.1.ctype == PAGED_RESULTS;
    let value = result
        .ctrls
        .iter()
        .find(paged)
        .and_then(|control| control.1.val.as_deref());
    value.and_then(cookie).unwrap_or_default()
}

/// The library's own reading of this control panics on what is malformed.
fn cookie(value: &[u8]) -> Option<Vec<u8>> {
    let (_, tag) = parse_tag(value).ok()?;
    let PL::C(parts) = tag.payload else {
        return None;
    };
    parts.into_iter().nth(1)?.expect_primitive()
}

/// An entry out of its BER form (RFC 4511, 4.5.2).
fn entry(tag: StructureTag) -> Option<Entry> {
    let mut parts = tag.expect_constructed()?.into_iter();
    let dn = parts.next()?.expect_primitive()?;
    let attributes = parts.next()?.expect_constructed()?;
    Some(Entry {
        dn: String::from_utf8_lossy(&dn).into_owned(),
        attributes: attributes
            .into_iter()
            .map(attribute)
            .collect::<Option<_>>()?,
        missing: Missing::Unset,
    })
}

fn attribute(tag: StructureTag) -> Option<(String, Vec<Vec<u8>>)> {
    let mut parts = tag.expect_constructed()?.into_iter();
    let name = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
    let values = parts.next()?.expect_constructed()?.into_iter();
    Some((
        name,
        values
            .map(StructureTag::expect_primitive)
            .collect::<Option<_>>()?,
    ))
}

fn base_name(attribute: &str) -> &str {
    attribute.split(';').next().unwrap_or_default()
}

/// The name of an attribute that came in part, and the number of the first value that is missing.
fn unfinished(attribute: &str) -> Option<(String, usize)> {
    let (name, options) = attribute.split_once(';')?;
    let range = options.split(';').find_map(|option| {
        let (key, range) = option.split_once('=')?;
        key.eq_ignore_ascii_case("range").then_some(range)
    })?;
    let (_, last) = range.split_once('-')?;
    let last: usize = last.parse().ok()?;
    Some((name.to_owned(), last.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_is_unfinished_until_its_star() {
        let cases = [
            ("member;range=0-1499", Some(("member".to_owned(), 1500))),
            ("member;Range=1500-2999", Some(("member".to_owned(), 3000))),
            ("member;range=3000-*", None),
            ("member;binary", None),
            ("member", None),
            ("member;range=0-18446744073709551615", None),
        ];
        for (name, expected) in cases {
            assert_eq!(unfinished(name), expected, "{name}");
        }
    }

    #[test]
    fn cookie_of_a_malformed_control_is_none() {
        assert_eq!(cookie(b""), None);
        assert_eq!(cookie(b"\x04\x01x"), None);
        assert_eq!(
            cookie(b"\x30\x07\x02\x01\x00\x04\x02ab"),
            Some(b"ab".to_vec())
        );
    }

    #[test]
    fn malformed_entry_is_no_entry() {
        let tag = |payload| StructureTag {
            class: ldap3::asn1::TagClass::Application,
            id: 4,
            payload,
        };
        assert!(entry(tag(PL::P(b"x".to_vec()))).is_none());
        assert!(entry(tag(PL::C(vec![]))).is_none());
    }
}

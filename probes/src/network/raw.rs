//! What servers show of themselves as raw evidence: certificates in DER, and heads of answers.
//!
//! Kept while they come and described again later, by the same functions. Fields of a head that may
//! hold a secret are left out. Whether an authority is public depends on the roots of the day, and
//! everything else of an endpoint on how long whom was waited for: that stands as recorded.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rustls::pki_types::CertificateDer;
use waterline_facts::{
    NetworkFacts, Seen,
    network::{HttpStage, TlsStage},
};

use super::{exchange, handshake};
use crate::{
    chain,
    clock::ms,
    evidence::{self, Again, Asked, Bytes, Came, Item},
};

/// Fields of a head that are not kept.
const SECRET: [&str; 7] = [
    "authentication-info",
    "authorization",
    "cookie",
    "proxy-authentication-info",
    "proxy-authorization",
    "set-cookie",
    "set-cookie2",
];

/// Keeps the certificates that a server has shown.
pub(super) fn keep_chain(host: &str, chain: &[CertificateDer<'_>], took: Duration) {
    if let Some(scope) = evidence::current()
        && !chain.is_empty()
    {
        let server = host.to_owned();
        let list = chain.iter().map(|der| Bytes(der.to_vec()));
        let came = Came::List(list.collect());
        scope.keep(Asked::Certificates { server }, came, took);
    }
}

/// Keeps the head of an answer.
pub(super) fn keep_head(authority: &str, status: StatusCode, headers: &HeaderMap, took: Duration) {
    if let Some(scope) = evidence::current() {
        let server = authority.to_owned();
        let came = Came::of_bytes(&head(status, headers));
        scope.keep(Asked::Head { server }, came, took);
    }
}

/// A head as text, without its secrets.
fn head(status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
    let mut line = String::new();
    let _ = write!(line, "HTTP {}\r\n", status.as_u16());
    let mut text = line.into_bytes();
    let plain = headers
        .iter()
        .filter(|(name, _)| !SECRET.contains(&name.as_str()));
    for (name, value) in plain {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text
}

/// The head that was kept as this text; nothing if it is none.
fn read_head(text: &[u8]) -> Option<(StatusCode, HeaderMap)> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let status = first.trim_end().strip_prefix("HTTP ")?;
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = line.get(colon + 2..).unwrap_or_default();
        headers.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some((status, headers))
}

/// The facts with what certificates and heads say derived anew. A stage is that of the evidence for
/// the same endpoint that took as long to the microsecond.
pub fn again(items: &[Item], mut facts: NetworkFacts) -> Again<NetworkFacts> {
    let mut misses = BTreeMap::new();
    let mut missed = |path: String, what: &str| {
        misses.insert(path, [what.to_owned()].into());
    };
    if let Seen::Known(endpoints) = &mut facts.endpoints {
        for (at, endpoint) in endpoints.iter_mut().enumerate() {
            let path = format!("network.endpoints[{at}]");
            let of_endpoint: Vec<_> = items.iter().filter(|item| item.about == path).collect();
            if let Seen::Known(stage) = &mut endpoint.tls
                && !describe_chain(stage, &of_endpoint)
            {
                missed(format!("{path}.tls"), "chain of certificates");
            }
            if let Seen::Known(stage) = &mut endpoint.http
                && !describe_head(stage, &of_endpoint)
            {
                missed(format!("{path}.http"), "head of the answer");
            }
        }
    }
    Again { facts, misses }
}

fn describe_chain(stage: &mut TlsStage, items: &[&Item]) -> bool {
    let mut chains = items.iter().filter(|item| took(item, stage.took_ms));
    let list = chains.find_map(|item| match &item.came {
        Came::List(list) => Some(list),
        _ => None,
    });
    let Some(list) = list else {
        return false;
    };
    let chain: Vec<_> = list
        .iter()
        .map(|der| CertificateDer::from(&*der.0))
        .collect();
    handshake::write_chain(stage, chain::describe(&chain));
    true
}

fn describe_head(stage: &mut HttpStage, items: &[&Item]) -> bool {
    let mut heads = items.iter().filter(|item| took(item, stage.took_ms));
    let head = heads.find_map(|item| match (&item.asked, &item.came) {
        (Asked::Head { .. }, Came::Bytes(text)) => read_head(&text.0),
        _ => None,
    });
    let Some((status, headers)) = head else {
        return false;
    };
    *stage = exchange::stage(stage.took_ms, status, &headers);
    true
}

fn took(item: &Item, took_ms: f64) -> bool {
    ms(Duration::from_micros(item.took_us)) == took_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_comes_back_as_it_was_but_for_its_secrets() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("server", "x"),
            ("set-cookie", "session=hunter2"),
            ("via", "1.1 a"),
            ("via", "1.1 b"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let text = head(StatusCode::FOUND, &headers);
        assert!(!String::from_utf8_lossy(&text).contains("hunter2"));
        let (status, read) = read_head(&text).unwrap();
        headers.remove("set-cookie");
        assert_eq!((status, read), (StatusCode::FOUND, headers));
    }

    #[test]
    fn what_is_no_head_is_nothing() {
        for text in [
            &b""[..],
            b"HTTP",
            b"HTTP 9999\r\n",
            b"HTTP 200\r\n\xff: x\r\n",
        ] {
            assert!(read_head(text).is_none(), "{text:?}");
        }
    }
}

//! The HTTP stage: one GET without credentials, its head and the first kilobytes of its body.
//!
//! Sends one request and reads at most 16 KiB of the answer's body; redirects are not followed. The
//! head is bounded by the parser (64 KiB, 100 headers). The same code asks a proxy for a tunnel.

use std::{error::Error as _, io, pin::pin};

use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use tokio::time::{self, Instant};
use waterline_facts::{
    network::{EndpointFailure, FailureReason, HttpStage, Stage},
    seen::known_or_absent,
};

use super::{AGENT, Stream, failed, handshake, raw, tcp};
use crate::clock::ms;

/// As much of a body as is read.
const BODY: usize = 16 << 10;
/// As much of a head as is read.
const HEAD: usize = 64 << 10;
/// Characters of a header beyond this number are not kept.
const LONGEST_HEADER: usize = 512;

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The beginning of the body.
    pub body: Vec<u8>,
    /// Whether the body broke off, or was not all there when time ran out.
    pub cut: bool,
    /// The stage as a fact.
    pub stage: HttpStage,
}

impl Answer {
    /// A header as text, bounded.
    pub fn header(&self, name: &str) -> Option<String> {
        text(&self.headers, name)
    }
}

/// Asks for what this URI names. Through a proxy that is to fetch it, the URI is a whole one.
pub(super) async fn get(
    stream: Stream,
    uri: &str,
    authority: &str,
    deadline: Instant,
) -> Result<Answer, EndpointFailure> {
    let start = Instant::now();
    let request = request(Method::GET, uri, authority)?;
    let exchange = converse(stream, request, async |answer: http::Response<Incoming>| {
        let took = start.elapsed();
        let (head, body) = answer.into_parts();
        raw::keep_head(authority, head.status, &head.headers, took);
        let (body, cut) = beginning(body, deadline).await;
        Ok(Answer {
            stage: stage(ms(took), head.status, &head.headers),
            status: head.status,
            headers: head.headers,
            body,
            cut,
        })
    });
    in_time(Stage::Http, deadline, exchange).await
}

/// Asks a proxy to let through to this host and port.
pub(super) async fn tunnel(
    stream: Stream,
    authority: &str,
    deadline: Instant,
) -> Result<Stream, EndpointFailure> {
    let request = request(Method::CONNECT, authority, authority)?;
    let exchange = converse(stream, request, async |answer: http::Response<Incoming>| {
        if !answer.status().is_success() {
            return Ok(Err(refusal(answer.status(), answer.headers())));
        }
        let through = hyper::upgrade::on(answer).await?;
        Ok(Ok(Box::new(TokioIo::new(through)) as Stream))
    });
    in_time(Stage::Proxy, deadline, exchange).await?
}

fn request(
    method: Method,
    uri: &str,
    authority: &str,
) -> Result<Request<Empty<Bytes>>, EndpointFailure> {
    Request::builder()
        .method(method)
        .uri(uri)
        .header(header::HOST, authority)
        .header(header::USER_AGENT, AGENT)
        .header(header::ACCEPT, "*/*")
        .body(Empty::new())
        .map_err(|error| failed(Stage::Http, FailureReason::NotHttp, error.to_string()))
}

/// Sends a request and hands the answer on, driving the connection all the while.
async fn converse<T>(
    stream: Stream,
    request: Request<Empty<Bytes>>,
    read: impl AsyncFnOnce(http::Response<Incoming>) -> hyper::Result<T>,
) -> hyper::Result<T> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .handshake(TokioIo::new(stream))
        .await?;
    let mut exchange = pin!(async { read(sender.send_request(request).await?).await });
    let ended = tokio::select! {
        result = &mut exchange => return result,
        ended = connection.with_upgrades() => ended,
    };
    // There may be an answer to read yet. If there is none, the connection knows better why.
    match (exchange.await, ended) {
        (Err(error), Err(cause)) if error.is_canceled() => Err(cause),
        (result, _) => result,
    }
}

async fn in_time<T>(
    stage: Stage,
    deadline: Instant,
    exchange: impl Future<Output = hyper::Result<T>>,
) -> Result<T, EndpointFailure> {
    match time::timeout_at(deadline, exchange).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(failure(stage, &error)),
        Err(_) => Err(failed(stage, FailureReason::TimedOut, "no answer in time")),
    }
}

/// As much of the body as is wanted, and whether it broke off or took too long: the head before it
/// was an answer nevertheless.
async fn beginning(mut body: Incoming, deadline: Instant) -> (Vec<u8>, bool) {
    let mut read = Vec::new();
    while read.len() < BODY {
        match time::timeout_at(deadline, body.frame()).await {
            Ok(Some(Ok(frame))) => {
                let data = frame.data_ref().map_or(&[][..], |data| data);
                read.extend_from_slice(&data[..data.len().min(BODY - read.len())]);
            }
            Ok(None) => break,
            Ok(Some(Err(_))) | Err(_) => return (read, true),
        }
    }
    (read, false)
}

pub(super) fn stage(took_ms: f64, status: StatusCode, headers: &HeaderMap) -> HttpStage {
    HttpStage {
        took_ms,
        status: status.as_u16(),
        server: known_or_absent(text(headers, "server")),
        via: known_or_absent(text(headers, "via")),
        location: known_or_absent(text(headers, "location")),
        traces: traces(headers),
    }
}

/// Headers by which something on the way may show itself.
const TRACES: [&str; 10] = [
    "age",
    "cache-status",
    "proxy-agent",
    "proxy-authenticate",
    "proxy-connection",
    "via",
    "x-bluecoat-via",
    "x-cache",
    "x-cache-lookup",
    "x-squid-error",
];

fn traces(headers: &HeaderMap) -> Vec<String> {
    let present = |name: &&str| Some(format!("{name}: {}", text(headers, name)?));
    TRACES.iter().filter_map(present).collect()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    Some(text.chars().take(LONGEST_HEADER).collect())
}

/// Why a proxy did not let through.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap) -> EndpointFailure {
    let reason = match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => FailureReason::ProxyAuthenticationRequired,
        StatusCode::FORBIDDEN => FailureReason::ProxyForbidden,
        _ => FailureReason::ProxyFailed,
    };
    let asks = text(headers, "proxy-authenticate");
    let asks = asks
        .map(|asks| format!(", asking for {asks}"))
        .unwrap_or_default();
    failed(
        Stage::Proxy,
        reason,
        format!("the proxy answered {status}{asks}"),
    )
}

fn failure(stage: Stage, error: &hyper::Error) -> EndpointFailure {
    let inner = error.source().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(inner) => failure_before_asking(stage, inner),
        None => failure_of(stage, error),
    }
}

/// What came before anything was asked, which is no answer: the request was given up for it.
fn failure_before_asking(stage: Stage, error: &hyper::Error) -> EndpointFailure {
    match error.source().is_some() || error.is_parse() || error.is_incomplete_message() {
        true => failure_of(stage, error),
        false => failed(stage, FailureReason::NotHttp, error.to_string()),
    }
}

fn failure_of(stage: Stage, error: &hyper::Error) -> EndpointFailure {
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let tls = cause.and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
    if let Some(tls) = tls {
        // With TLS 1.3 the server's last word on the handshake comes with the first answer.
        return failed(Stage::Tls, handshake::reason(tls), tls.to_string());
    }
    let reason = match cause {
        Some(io) => tcp::reason(io),
        None if error.is_parse() => FailureReason::NotHttp,
        None => FailureReason::Reset,
    };
    let cause = cause.map(|io| format!(": {io}")).unwrap_or_default();
    failed(stage, reason, format!("{error}{cause}"))
}

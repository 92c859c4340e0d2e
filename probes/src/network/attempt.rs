//! One endpoint, from its name to its answer.
//!
//! All stages together have as long as the run's patience for one answer, so that a machine cut off
//! from everything comes to its end in a time that can be told beforehand. The first stage that
//! fails ends the attempt; the stages after it were not tried and say so.

use std::sync::Arc;

use rustls::{ClientConfig, client::Resumption};
use tokio::{net::TcpStream, time::Instant};
use waterline_facts::{
    Gap, Reason, Seen,
    network::{
        ConnectStage, EndpointFacts, EndpointFailure, FailureReason, ProxyStage, Scheme, Stage,
    },
};

use super::{
    NetworkSettings, Stream, exchange, failed, handshake,
    names::Names,
    page::{self, Asked, Origin},
    plan::Planned,
    proxy::{ProxyAddress, ProxyChoice},
    tcp,
};
use crate::{Context, clock::ms};

/// How an attempt ended before the service had answered.
#[derive(Debug)]
pub(super) enum Ended {
    /// At a failure that was seen.
    Failed(EndpointFailure),
    /// Without a verdict.
    Unclear(Gap),
}

impl From<EndpointFailure> for Ended {
    fn from(failure: EndpointFailure) -> Self {
        Self::Failed(failure)
    }
}

/// What all attempts have in common.
pub(super) struct Way {
    names: Names,
    proxy: ProxyChoice,
    patience: std::time::Duration,
    https: Arc<ClientConfig>,
    tls: Arc<ClientConfig>,
    /// Every host of the catalogue: to these a service may lead.
    known: Vec<String>,
}

impl Way {
    /// The way that these settings choose.
    pub(super) fn new(settings: &NetworkSettings, cx: &Context) -> Self {
        let groups = settings.catalog.endpoints.iter();
        let hosts = groups.flat_map(|group| &group.hosts);
        let known = hosts.filter_map(|host| host.host.as_ref().map(ToString::to_string));
        Self {
            names: Names::new(settings, cx),
            proxy: settings.proxy.clone(),
            patience: cx.patience,
            https: probing(&cx.tls, &[b"http/1.1"]),
            tls: probing(&cx.tls, &[]),
            known: known.collect(),
        }
    }
}

/// TLS settings for probing: nothing resumed, as a resumed session shows no chain.
fn probing(config: &ClientConfig, protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let mut config = config.clone();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

/// Contacts one endpoint and tells what was seen of it.
pub(super) async fn contact(planned: Planned, way: &Way) -> EndpointFacts {
    let mut attempt = Attempt {
        proxy: way
            .proxy
            .for_host(planned.facts.scheme, &planned.facts.host),
        facts: planned.facts.clone(),
        planned: &planned,
        way,
        deadline: Instant::now() + way.patience,
    };
    let ended = attempt.stages().await;
    attempt.conclude(ended)
}

struct Attempt<'a> {
    planned: &'a Planned,
    way: &'a Way,
    proxy: Option<&'a ProxyAddress>,
    deadline: Instant,
    facts: EndpointFacts,
}

impl Attempt<'_> {
    async fn stages(&mut self) -> Result<(), Ended> {
        let mut stream = match self.proxy {
            None => self.direct().await?,
            Some(proxy) => self.through(proxy).await?,
        };
        if matches!(self.facts.scheme, Scheme::Https | Scheme::Tls) {
            stream = self.secure(stream).await?;
        }
        if matches!(self.facts.scheme, Scheme::Https | Scheme::Http) {
            self.exchange(stream).await?;
        }
        Ok(())
    }

    async fn direct(&mut self) -> Result<Stream, Ended> {
        self.facts.proxy = Seen::Absent;
        let (addresses, stage) = self.way.names.find(&self.facts.host, self.deadline).await?;
        self.facts.resolve = Seen::Known(stage);
        let (stream, stage) = tcp::connect(&addresses, self.facts.port, self.deadline).await?;
        self.facts.connect = Seen::Known(stage);
        Ok(Box::new(stream))
    }

    async fn through(&mut self, proxy: &ProxyAddress) -> Result<Stream, Ended> {
        self.facts.resolve = Seen::unknown(Reason::NotRun, "the proxy resolves names itself");
        let (stream, stage) = self.reach(proxy).await?;
        self.facts.connect = Seen::Known(stage);
        if self.fetched_by_proxy() {
            self.facts.proxy = Seen::Absent;
            return Ok(Box::new(stream));
        }
        let start = Instant::now();
        let stream = exchange::tunnel(Box::new(stream), &self.authority(), self.deadline).await?;
        self.facts.proxy = Seen::Known(ProxyStage {
            took_ms: ms(start.elapsed()),
            proxy: proxy.to_string(),
        });
        Ok(stream)
    }

    /// A proxy that cannot be reached stands in the way of the endpoint: that is seen.
    async fn reach(&self, proxy: &ProxyAddress) -> Result<(TcpStream, ConnectStage), Ended> {
        let named = |failure: EndpointFailure| {
            let detail = format!("proxy {proxy}: {}", failure.detail);
            failed(Stage::Proxy, failure.reason, detail)
        };
        let found = self.way.names.find(&proxy.host, self.deadline).await;
        let (addresses, _) = found.map_err(|ended| match ended {
            Ended::Failed(failure) => Ended::Failed(named(failure)),
            unclear => unclear,
        })?;
        let connected = tcp::connect(&addresses, proxy.port, self.deadline).await;
        connected.map_err(|failure| named(failure).into())
    }

    async fn secure(&mut self, stream: Stream) -> Result<Stream, Ended> {
        let config = match self.facts.scheme {
            Scheme::Https => &self.way.https,
            _ => &self.way.tls,
        };
        let host = &self.facts.host;
        let (stage, result) = handshake::shake(stream, host, config, self.deadline).await;
        if let Some(stage) = stage {
            self.facts.tls = Seen::Known(stage);
        }
        Ok(Box::new(result?))
    }

    async fn exchange(&mut self, stream: Stream) -> Result<(), Ended> {
        let authority = self.authority_in_urls();
        let uri = match self.fetched_by_proxy() {
            true => format!("http://{authority}{}", self.planned.path),
            false => self.planned.path.clone(),
        };
        let answer = exchange::get(stream, &uri, &authority, self.deadline).await?;
        self.facts.http = Seen::Known(answer.stage.clone());
        let asked = Asked {
            scheme: self.facts.scheme,
            host: &self.facts.host,
            fetched_by_proxy: self.fetched_by_proxy(),
            expect: self.planned.expect.as_deref(),
            known: &self.way.known,
        };
        match page::origin(asked, &answer) {
            Origin::Service => Ok(()),
            Origin::Refused(failure) => Err(failure.into()),
            Origin::Between(sign) => Err(failed(Stage::Http, FailureReason::Blocked, sign).into()),
            Origin::Doubtful(doubt) => Err(Ended::Unclear(Gap::new(Reason::Malformed, doubt))),
        }
    }

    /// Clear HTTP is not tunnelled: proxies let through to port 443 at most.
    fn fetched_by_proxy(&self) -> bool {
        self.proxy.is_some() && self.facts.scheme == Scheme::Http
    }

    fn authority(&self) -> String {
        format!("{}:{}", self.facts.host, self.facts.port)
    }

    /// The port is left out where the scheme implies it, as some services know no other form.
    fn authority_in_urls(&self) -> String {
        match (self.facts.scheme, self.facts.port) {
            (Scheme::Http, 80) | (Scheme::Https, 443) => self.facts.host.clone(),
            _ => self.authority(),
        }
    }

    fn conclude(mut self, ended: Result<(), Ended>) -> EndpointFacts {
        match ended {
            Ok(()) => {
                self.facts.reachable = Seen::Known(true);
                self.facts.failure = Seen::Absent;
            }
            Err(Ended::Failed(failure)) => {
                self.explain(&gap(&failure));
                self.facts.reachable = Seen::Known(false);
                self.facts.failure = Seen::Known(failure);
            }
            Err(Ended::Unclear(gap)) => {
                self.explain(&gap);
                self.facts.reachable = Seen::Unknown(gap.clone());
                self.facts.failure = Seen::Unknown(gap);
            }
        }
        self.facts
    }

    /// Says of each stage that was not come to why that is.
    fn explain(&mut self, gap: &Gap) {
        explain(&mut self.facts.resolve, gap);
        explain(&mut self.facts.connect, gap);
        explain(&mut self.facts.proxy, gap);
        explain(&mut self.facts.tls, gap);
        explain(&mut self.facts.http, gap);
    }
}

fn explain<T>(stage: &mut Seen<T>, gap: &Gap) {
    if stage.gap().is_some_and(|own| own.detail.is_empty()) {
        *stage = Seen::Unknown(gap.clone());
    }
}

/// Why the stages from a failure on are not known.
fn gap(failure: &EndpointFailure) -> Gap {
    use FailureReason as Why;
    let reason = match failure.reason {
        Why::TimedOut => Reason::TimedOut,
        Why::NameMismatch | Why::Expired | Why::Untrusted => Reason::Untrusted,
        Why::ProxyAuthenticationRequired | Why::ProxyForbidden => Reason::Denied,
        Why::Blocked | Why::NotHttp => Reason::Malformed,
        _ => Reason::Unreachable,
    };
    Gap::new(reason, format!("{} failed", failure.stage.words()))
}

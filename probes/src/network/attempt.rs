//! One endpoint, from its name to its answer.
//!
//! All stages together have as long as the run's patience for one answer, so that a machine cut off
//! from everything comes to its end in a time that can be told beforehand. The first stage that
//! fails ends the attempt; the stages after it were not tried and say so.

use std::net::IpAddr;

use tokio::{net::TcpStream, time::Instant};
use waterline_facts::{
    Gap, Reason, Seen,
    network::{
        ConnectStage, EndpointFacts, EndpointFailure, FailureReason, ProxyStage, Scheme, Stage,
    },
};

use super::{
    Stream, exchange, failed,
    handshake::{self, Peer},
    page::{self, Asked, Origin},
    plan::Planned,
    proxy::ProxyAddress,
    tcp,
    ways::Ways,
};
use crate::clock::ms;

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

/// Contacts one endpoint directly or through this proxy, and tells what was seen of it.
pub(super) async fn contact(
    planned: &Planned,
    ways: &Ways,
    proxy: Option<&ProxyAddress>,
) -> EndpointFacts {
    let _slot = match proxy {
        Some(proxy) => ways.slots.to_proxy(&proxy.to_string()).await,
        None => ways.slots.to_host(&planned.facts.host).await,
    };
    let mut attempt = Attempt {
        facts: planned.facts.clone(),
        planned,
        proxy,
        ways,
        deadline: Instant::now() + ways.patience,
    };
    // Boxed, so that an endpoint takes its room only while it is contacted.
    let ended = Box::pin(attempt.stages()).await;
    attempt.conclude(ended)
}

struct Attempt<'a> {
    planned: &'a Planned,
    ways: &'a Ways,
    proxy: Option<&'a ProxyAddress>,
    deadline: Instant,
    facts: EndpointFacts,
}

/// A connection, and where else it might have been made to.
struct Open {
    stream: TcpStream,
    addresses: Vec<IpAddr>,
    port: u16,
    stage: ConnectStage,
}

impl Attempt<'_> {
    async fn stages(&mut self) -> Result<(), Ended> {
        let open = match self.proxy {
            None => self.direct().await?,
            Some(proxy) => self.reach(proxy).await?,
        };
        self.facts.connect = Seen::Known(open.stage.clone());
        let Open {
            stream,
            addresses,
            port,
            stage,
        } = open;
        let others = tcp::other_families(&addresses, port, &stage, self.deadline);
        let (ended, others) = tokio::join!(Box::pin(self.service(stream)), others);
        if let Seen::Known(stage) = &mut self.facts.connect {
            stage.families.extend(others);
            stage.families.sort_by_key(|facts| facts.family);
        }
        ended
    }

    /// Everything that comes after the connection.
    async fn service(&mut self, stream: TcpStream) -> Result<(), Ended> {
        let mut stream = match self.proxy {
            Some(proxy) if !self.fetched_by_proxy() => self.let_through(stream, proxy).await?,
            _ => Box::new(stream),
        };
        if matches!(self.facts.scheme, Scheme::Https | Scheme::Tls) {
            stream = self.secure(stream).await?;
        }
        if matches!(self.facts.scheme, Scheme::Https | Scheme::Http) {
            self.exchange(stream).await?;
        }
        Ok(())
    }

    async fn direct(&mut self) -> Result<Open, Ended> {
        self.facts.proxy = Seen::Absent;
        let found = self.ways.names.find(&self.facts.host, self.deadline).await;
        let (addresses, stage) = found?;
        self.facts.resolve = Seen::Known(stage);
        let port = self.ways.real(self.facts.port);
        let (stream, stage) = tcp::connect(&addresses, port, self.deadline).await?;
        Ok(Open {
            stream,
            addresses,
            port,
            stage,
        })
    }

    /// A proxy that cannot be reached stands in the way of the endpoint: that is seen. Whether the
    /// endpoint's own name can be looked up here is not asked: the proxy does that.
    async fn reach(&mut self, proxy: &ProxyAddress) -> Result<Open, Ended> {
        self.facts.resolve = Seen::unknown(Reason::NotRun, "the proxy resolves names itself");
        if self.fetched_by_proxy() {
            self.facts.proxy = Seen::Absent;
        }
        let named = |ended: Ended| match ended {
            Ended::Failed(failure) => {
                let detail = format!("proxy {proxy}: {}", failure.detail);
                failed(Stage::Proxy, failure.reason, detail).into()
            }
            unclear => unclear,
        };
        let found = self.ways.names.find(&proxy.host, self.deadline).await;
        let (addresses, _) = found.map_err(named)?;
        let port = self.ways.real(proxy.port);
        let connected = tcp::connect(&addresses, port, self.deadline).await;
        let (stream, stage) = connected.map_err(named)?;
        Ok(Open {
            stream,
            addresses,
            port,
            stage,
        })
    }

    async fn let_through(
        &mut self,
        stream: TcpStream,
        proxy: &ProxyAddress,
    ) -> Result<Stream, Ended> {
        let start = Instant::now();
        let stream = exchange::tunnel(Box::new(stream), &self.authority(), self.deadline).await?;
        self.facts.proxy = Seen::Known(ProxyStage {
            took_ms: ms(start.elapsed()),
            proxy: proxy.to_string(),
        });
        Ok(stream)
    }

    async fn secure(&mut self, stream: Stream) -> Result<Stream, Ended> {
        let peer = Peer {
            host: &self.facts.host,
            config: match self.facts.scheme {
                Scheme::Https => &self.ways.https,
                _ => &self.ways.tls,
            },
            roots: &self.ways.roots,
        };
        let (stage, result) = handshake::shake(stream, peer, self.deadline).await;
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
            known: &self.ways.known,
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
        Why::TimedOut | Why::Filtered => Reason::TimedOut,
        Why::NameMismatch | Why::Expired | Why::Untrusted | Why::Intercepted => Reason::Untrusted,
        Why::ProxyAuthenticationRequired | Why::ProxyForbidden => Reason::Denied,
        Why::Blocked | Why::NotHttp => Reason::Malformed,
        _ => Reason::Unreachable,
    };
    Gap::new(reason, format!("{} failed", failure.stage.words()))
}

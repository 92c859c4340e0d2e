//! The name stage: the addresses of a host, from the resolvers that this machine uses.
//!
//! An address in place of a name is taken as it is. A resolver that says no is a failure of the
//! endpoint; one that says nothing leaves it unknown, as the endpoint itself was never asked.

use std::net::IpAddr;

use tokio::{
    sync::Semaphore,
    time::{self, Instant},
};
use waterline_facts::{
    Gap,
    network::{FailureReason, ResolveStage, Stage},
};

use super::{NetworkSettings, attempt::Ended, failed};
use crate::{
    Context,
    clock::ms,
    dns::client::{Client, LookupError, Resolved},
};

/// Names that are looked up at once: each takes a socket for each family.
const AT_ONCE: usize = 160;

/// Finds addresses.
pub(super) struct Names {
    client: Result<Client, LookupError>,
    turns: Semaphore,
}

impl Names {
    /// By the resolvers of the settings, else by the system's.
    pub(super) fn new(settings: &NetworkSettings, cx: &Context) -> Self {
        Self {
            client: match settings.resolvers.as_slice() {
                [] => Client::of_the_system(cx.patience),
                servers => Ok(Client::asking(servers, cx.patience)),
            },
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// The addresses of a host, and the stage as a fact.
    pub(super) async fn find(
        &self,
        host: &str,
        deadline: Instant,
    ) -> Result<(Vec<IpAddr>, ResolveStage), Ended> {
        let start = Instant::now();
        let found = match host.parse::<IpAddr>() {
            Ok(address) => Ok(Resolved {
                addresses: vec![address],
                aliases: Vec::new(),
            }),
            Err(_) => self.ask(host, deadline).await,
        };
        let Resolved { addresses, aliases } = found.map_err(|error| ended(host, error))?;
        let stage = ResolveStage {
            took_ms: ms(start.elapsed()),
            addresses: addresses.iter().map(ToString::to_string).collect(),
            aliases,
        };
        Ok((addresses, stage))
    }

    async fn ask(&self, host: &str, deadline: Instant) -> Result<Resolved, LookupError> {
        let client = self.client.as_ref().map_err(Clone::clone)?;
        // Waiting for a turn counts: with a resolver that is silent, all end with the first.
        let found = time::timeout_at(deadline, async {
            let _turn = self.turns.acquire().await;
            client.resolve(host).await
        });
        found.await.unwrap_or(Err(LookupError::TimedOut))
    }
}

fn ended(host: &str, error: LookupError) -> Ended {
    let reason = match error {
        LookupError::NameNotFound => FailureReason::NameNotFound,
        LookupError::NoRecords => FailureReason::NoAddress,
        LookupError::Answered(_) => FailureReason::ResolverError,
        _ => {
            let gap = Gap::new(error.reason(), format!("{host}: {error}"));
            return Ended::Unclear(gap.with_remedy("name a resolver that answers with --resolver"));
        }
    };
    Ended::Failed(failed(Stage::Resolve, reason, format!("{host}: {error}")))
}

//! How many connections there may be at once: overall, to one host, and to one proxy.
//!
//! The cap overall lets many wait for the silent at once; that for each host and proxy keeps the
//! probe from looking like an attack. A place is taken before the time limit of an attempt begins.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sockets;

/// Sockets and files that look-ups, the other probes and the program itself have open meanwhile.
const FOR_OTHERS: usize = 448;

/// How many connections there may be at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Overall; fewer where the system gives the program fewer sockets.
    pub overall: usize,
    /// To one host that is reached directly.
    pub per_host: usize,
    /// To one proxy. Browsers have 32: Chromium's `kDefaultMaxSocketsPerProxyChain`.
    pub per_proxy: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // More than any cloud's list has, so that nobody waits for those who are silent.
            overall: 640,
            per_host: 6,
            per_proxy: 32,
        }
    }
}

/// The places of a run.
#[derive(Debug)]
pub(super) struct Slots {
    limits: Limits,
    overall: Arc<Semaphore>,
    each: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A place; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    _each: Option<OwnedSemaphorePermit>,
    _overall: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            overall: Arc::new(Semaphore::new(affordable(limits.overall))),
            each: Mutex::default(),
        }
    }

    /// A place for a connection to this host.
    pub(super) async fn to_host(&self, host: &str) -> Slot {
        self.take(format!("host {host}"), self.limits.per_host)
            .await
    }

    /// A place for a connection to this proxy.
    pub(super) async fn to_proxy(&self, proxy: &str) -> Slot {
        self.take(format!("proxy {proxy}"), self.limits.per_proxy)
            .await
    }

    /// Its own place first, so that nobody keeps one of all while waiting for a busy proxy.
    async fn take(&self, key: String, most: usize) -> Slot {
        let each = self.each(key, most).acquire_owned().await.ok();
        let overall = Arc::clone(&self.overall).acquire_owned().await.ok();
        Slot {
            _each: each,
            _overall: overall,
        }
    }

    fn each(&self, key: String, most: usize) -> Arc<Semaphore> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Arc::new(Semaphore::new(most.max(1)));
        Arc::clone(each.entry(key).or_insert_with(fresh))
    }
}

/// Of so many places those for which there are sockets: a host of two families takes two at once.
fn affordable(places: usize) -> usize {
    let left = sockets::most().saturating_sub(FOR_OTHERS);
    places.min(left / 2).max(1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time;

    use super::*;

    const LIMITS: Limits = Limits {
        overall: 3,
        per_host: 1,
        per_proxy: 2,
    };

    async fn waits(taking: impl Future<Output = Slot>) -> bool {
        time::timeout(Duration::from_millis(20), taking)
            .await
            .is_err()
    }

    #[tokio::test]
    async fn host_proxy_and_all_have_their_caps() {
        let slots = Slots::new(LIMITS);
        let first = slots.to_host("a").await;
        assert!(waits(slots.to_host("a")).await);
        let _second = slots.to_proxy("a").await;
        let third = slots.to_proxy("a").await;
        assert!(waits(slots.to_host("b")).await, "three are taken of three");
        drop(first);
        let fourth = slots.to_host("b").await;
        assert!(waits(slots.to_proxy("a")).await);
        drop((third, fourth));
        slots.to_proxy("a").await;
    }
}

//! Asks domain controllers who they are: the root DSE, which needs no sign-in.
//!
//! Many are asked at once, each under its own time limit, and whoever wants an answer takes those
//! that are there: a controller that is dead holds nobody up.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, timeout},
};
use waterline_facts::{Gap, Reason, Seen};

use super::{
    link::Dialer,
    outcome,
    replicas::Replica,
    root_dse::{RootDse, clock_offset_ms},
    server::root_entry,
    settings::{Scheme, ServerUrl},
};
use crate::{Clock, Context};

/// More controllers than this are not asked.
const MOST_ASKED: usize = 256;

/// How long a controller that stands earlier in the order is waited for, once a later one answered.
const GRACE: Duration = Duration::from_secs(1);

/// What controllers said about themselves, or why they did not, in the order of asking.
pub(super) type Answers = Vec<(ServerUrl, Result<Answer, Gap>)>;

/// What a controller said about itself.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// Its root DSE.
    pub root: RootDse,
    /// Its clock minus this machine's, in milliseconds.
    pub clock_offset_ms: Option<i64>,
}

/// Controllers that are being asked. Nothing more is asked once this is dropped.
pub(super) struct Asking {
    dialer: Dialer,
    clock: Clock,
    slots: Arc<Semaphore>,
    tasks: JoinSet<(usize, Result<Answer, Gap>)>,
    urls: Vec<ServerUrl>,
    answers: BTreeMap<usize, Result<Answer, Gap>>,
}

impl Asking {
    /// Asks nobody yet.
    pub fn new(dialer: &Dialer, cx: &Context) -> Self {
        Self {
            dialer: dialer.clone(),
            clock: cx.clock,
            slots: Arc::new(Semaphore::new(cx.concurrency.max(1))),
            tasks: JoinSet::new(),
            urls: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Opens connections as this does.
    pub fn dialer(&self) -> &Dialer {
        &self.dialer
    }

    /// Begins to ask these too.
    pub fn ask(&mut self, urls: Vec<ServerUrl>) {
        let room = MOST_ASKED.saturating_sub(self.urls.len());
        for url in urls.into_iter().take(room) {
            let (place, slots) = (self.urls.len(), Arc::clone(&self.slots));
            let (dialer, clock) = (self.dialer.clone(), self.clock);
            self.urls.push(url.clone());
            self.tasks.spawn(async move {
                let _slot = slots.acquire().await;
                (place, ask(&dialer, clock, &url).await)
            });
        }
    }

    /// Waits for the next answer. Whether there was one to wait for.
    pub async fn next(&mut self) -> bool {
        match self.tasks.join_next().await {
            Some(Ok((place, answer))) => {
                self.answers.insert(place, answer);
                true
            }
            Some(Err(_)) => true,
            None => false,
        }
    }

    /// Waits for a writable controller, and then for a moment for those before it in the order. If
    /// there is none, waits for all.
    pub async fn first(&mut self) {
        while self.first_writable().is_none() && self.next().await {}
        let earlier = async { while self.earlier_awaited() && self.next().await {} };
        let _ = timeout(GRACE, earlier).await;
    }

    fn first_writable(&self) -> Option<usize> {
        let writable = |answer: &Answer| !answer.root.read_only;
        let mut found = self.answers.iter();
        found.find_map(|(place, answer)| answer.as_ref().is_ok_and(writable).then_some(*place))
    }

    fn earlier_awaited(&self) -> bool {
        let found = self.first_writable();
        found.is_some_and(|found| (0..found).any(|place| !self.answers.contains_key(&place)))
    }

    /// What is known by now.
    pub fn answers(&self) -> Answers {
        let answer = |place: usize| self.answers.get(&place).cloned();
        let urls = self.urls.iter().enumerate();
        urls.map(|(place, url)| {
            (
                url.clone(),
                answer(place).unwrap_or_else(|| Err(awaited(url))),
            )
        })
        .collect()
    }

    /// Waits for all answers.
    pub async fn all(&mut self) -> Answers {
        while self.next().await {}
        self.answers()
    }

    /// The controllers of the configuration that were not asked yet.
    pub fn not_asked(&self, replicas: &Seen<Vec<Replica>>, scheme: Scheme) -> Vec<ServerUrl> {
        let asked = self.answers();
        let known: BTreeSet<_> = asked
            .iter()
            .map(|(url, answer)| name(url, answer))
            .collect();
        let replicas = replicas.known().map(Vec::as_slice).unwrap_or_default();
        let new = replicas
            .iter()
            .filter(|replica| !known.contains(&replica.host));
        new.map(|replica| ServerUrl::new(scheme, &replica.host))
            .collect()
    }
}

/// A controller's own name, or the one under which it was asked.
pub(super) fn name(url: &ServerUrl, answer: &Result<Answer, Gap>) -> String {
    let own = answer
        .as_ref()
        .ok()
        .and_then(|answer| answer.root.host.clone());
    own.unwrap_or_else(|| url.host.clone())
}

fn awaited(url: &ServerUrl) -> Gap {
    let what = format!("{} had not answered when the probe ended", url.host);
    Gap::new(Reason::NotRun, what).with_remedy("raise --budget")
}

async fn ask(dialer: &Dialer, clock: Clock, url: &ServerUrl) -> Result<Answer, Gap> {
    // Twice the limit for a single answer, so that a host with many dead addresses costs no more.
    let asked = timeout(2 * dialer.patience, converse(dialer, clock, url)).await;
    asked.unwrap_or_else(|_| Err(outcome::timed_out(&url.host)))
}

async fn converse(dialer: &Dialer, clock: Clock, url: &ServerUrl) -> Result<Answer, Gap> {
    let link = dialer.open(url).await?;
    let begun = Instant::now();
    let entry = root_entry(&link, dialer.patience).await?;
    let (round_trip, now) = (begun.elapsed(), clock.now());
    link.close(dialer.patience.min(Duration::from_secs(1)))
        .await;
    let root = RootDse::read(&url.host, &entry)?;
    let offset = root.time.map(|time| clock_offset_ms(time, now, round_trip));
    Ok(Answer {
        root,
        clock_offset_ms: offset,
    })
}

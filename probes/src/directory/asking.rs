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
    /// Those of this machine's site, which are taken before the others.
    near: BTreeSet<ServerUrl>,
    /// The domain whose controllers these have to be, if only those will do.
    domain: Option<String>,
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
            near: BTreeSet::new(),
            domain: None,
        }
    }

    /// The same, for the controllers of one domain: another domain's do not count as answering.
    pub fn of_domain(dialer: &Dialer, cx: &Context, domain: &str) -> Self {
        Self {
            domain: Some(domain.to_owned()),
            ..Self::new(dialer, cx)
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
            let (dialer, clock, domain) = (self.dialer.clone(), self.clock, self.domain.clone());
            self.urls.push(url.clone());
            self.tasks.spawn(async move {
                let _slot = slots.acquire().await;
                let answer = ask(&dialer, clock, &url).await;
                (
                    place,
                    answer.and_then(|answer| fitting(answer, domain, &url)),
                )
            });
        }
    }

    /// Takes these before the others, asking those that were not asked yet.
    pub fn prefer(&mut self, urls: Vec<ServerUrl>) {
        let known: BTreeSet<_> = self.urls.iter().cloned().collect();
        self.near.extend(urls.iter().cloned());
        let new = urls.into_iter().filter(|url| !known.contains(url));
        self.ask(new.collect());
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

    /// Waits for any controller to answer; the best of those that did.
    pub async fn any(&mut self) -> Option<(ServerUrl, Answer)> {
        while self.ranked().is_empty() && self.next().await {}
        self.ranked().into_iter().next()
    }

    /// Waits for a writable controller, and then for a moment for those that come before it. If
    /// there is none, waits for all.
    pub async fn first(&mut self) {
        while self.best().is_none() && self.next().await {}
        let earlier = async { while self.earlier_awaited() && self.next().await {} };
        let _ = timeout(GRACE, earlier).await;
    }

    /// The controllers that answered, writable ones first, those of this machine's site before the
    /// others, else in the order of asking.
    pub fn ranked(&self) -> Vec<(ServerUrl, Answer)> {
        let answered = self.answers.iter();
        let mut ranked: Vec<_> = answered
            .filter_map(|(place, answer)| Some((*place, answer.as_ref().ok()?)))
            .collect();
        ranked.sort_by_key(|(place, answer)| (answer.root.read_only, self.order(*place)));
        let known = |(place, answer): (usize, &Answer)| (self.urls[place].clone(), answer.clone());
        ranked.into_iter().map(known).collect()
    }

    fn order(&self, place: usize) -> (bool, usize) {
        (!self.near.contains(&self.urls[place]), place)
    }

    fn best(&self) -> Option<usize> {
        let writable = |answer: &Answer| !answer.root.read_only;
        let answered = self.answers.iter();
        answered
            .filter(|(_, answer)| answer.as_ref().is_ok_and(writable))
            .map(|(place, _)| *place)
            .min_by_key(|place| self.order(*place))
    }

    fn earlier_awaited(&self) -> bool {
        let awaited = |place: &usize| !self.answers.contains_key(place);
        let best = self.best().map(|best| self.order(best));
        let mut places = (0..self.urls.len()).filter(awaited);
        best.is_some_and(|best| places.any(|place| self.order(place) < best))
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

/// The answer, if it comes from a controller of the domain that is wanted.
fn fitting(answer: Answer, domain: Option<String>, url: &ServerUrl) -> Result<Answer, Gap> {
    match domain {
        Some(domain) if domain != answer.root.domain => {
            let what = format!(
                "{} is a controller of {}, not of {domain}",
                url.host, answer.root.domain
            );
            let gap = Gap::new(Reason::NotConfigured, what);
            Err(gap.with_remedy("check the locator records of that domain in DNS"))
        }
        _ => Ok(answer),
    }
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

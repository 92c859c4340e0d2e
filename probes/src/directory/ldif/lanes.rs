//! Looks through exports on several threads, and gives what was found in the order of the files.
//!
//! One thread reads blocks and deals them out in turn; each of the others looks through its own; whoever
//! collects takes from them in the same turn. All waiting lines are short, so that little is held.

use std::{fs::File, io, path::PathBuf, sync::Arc, thread};

use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
};
use waterline_facts::{Gap, Reason};

use super::{
    blocks::{Block, Blocks},
    lines::Lines,
    places::{Places, Target},
    record::Record,
    records::Complaint,
    survey::{Asked, Part},
    unreadable,
};
use crate::{
    context::Spent,
    directory::dn::{Dn, Partition},
};

/// Blocks that may wait for a thread, and parts that may wait for whoever collects.
const WAITING: usize = 2;

/// More threads than this would wait for the one that reads.
const MOST_THREADS: usize = 8;

/// Which domain is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// DNS name of the domain, lower case; else that of the first entry of a domain.
    pub domain: Option<String>,
    /// Where its objects begin, if not at its top.
    pub base: Option<String>,
}

/// What was found in a block.
#[derive(Debug)]
pub(super) struct Piece {
    /// The number of the file.
    pub file: usize,
    /// Whether the file ends here.
    pub last: bool,
    /// What was found, or why the file is no export.
    pub part: Result<Part, Complaint>,
}

/// The threads at work.
pub(super) struct Lanes {
    lanes: Vec<mpsc::Receiver<Piece>>,
    turn: usize,
    working: Vec<JoinHandle<Result<(), Gap>>>,
}

struct Work {
    file: usize,
    block: Block,
    target: Option<Arc<Target>>,
}

impl Lanes {
    /// Begins to look through the files, each with its number. Objects are written over those that
    /// are spent.
    pub fn start(
        files: Vec<(usize, PathBuf)>,
        asked: &Arc<Asked>,
        choice: Choice,
        spent: &Spent,
    ) -> Self {
        let threads = thread::available_parallelism().map_or(2, usize::from);
        let (mut lanes, mut dealt, mut working) = (Vec::new(), Vec::new(), Vec::new());
        let (empty, rooms) = std::sync::mpsc::channel();
        for _ in 0..threads.clamp(1, MOST_THREADS) {
            let (deal, work) = mpsc::channel(WAITING);
            let (give, lane) = mpsc::channel(WAITING);
            let (asked, spent) = (Arc::clone(asked), spent.clone());
            let given = Given {
                pieces: give,
                rooms: empty.clone(),
            };
            working.push(spawn_blocking(move || {
                look_through(work, &asked, &spent, &given);
                Ok(())
            }));
            dealt.push(deal);
            lanes.push(lane);
        }
        let asked = Arc::clone(asked);
        working.push(spawn_blocking(move || {
            read_all(&files, &asked, choice, &dealt, &rooms)
        }));
        Self {
            lanes,
            turn: 0,
            working,
        }
    }

    /// What was found in the next block; nothing after the last.
    pub async fn next(&mut self) -> Option<Piece> {
        let lane = self.turn % self.lanes.len();
        self.turn += 1;
        self.lanes[lane].recv().await
    }

    /// Waits for the threads, which end once nobody collects.
    ///
    /// # Errors
    /// If a file could not be read to its end.
    pub async fn end(self) -> Result<(), Gap> {
        drop(self.lanes);
        for thread in self.working {
            let failed = |_| Err(Gap::new(Reason::Failed, "reading the export failed"));
            thread.await.unwrap_or_else(failed)?;
        }
        Ok(())
    }
}

/// Where a thread gives what it has done.
struct Given {
    pieces: mpsc::Sender<Piece>,
    /// The bytes of blocks, which are read over.
    rooms: std::sync::mpsc::Sender<Vec<u8>>,
}

fn look_through(mut work: mpsc::Receiver<Work>, asked: &Asked, spent: &Spent, given: &Given) {
    let mut places = Places::new(&asked.places);
    while let Some(Work {
        file,
        block,
        target,
    }) = work.blocking_recv()
    {
        places.aim(target.as_ref());
        let piece = Piece {
            file,
            last: block.last,
            part: Part::of(&block, asked, &mut places, spent.take()),
        };
        // Once all is read nobody needs the room.
        let _ = given.rooms.send(block.bytes);
        if given.pieces.blocking_send(piece).is_err() {
            return;
        }
    }
}

fn read_all(
    files: &[(usize, PathBuf)],
    asked: &Asked,
    choice: Choice,
    dealt: &[mpsc::Sender<Work>],
    rooms: &std::sync::mpsc::Receiver<Vec<u8>>,
) -> Result<(), Gap> {
    let mut target = choice.domain.clone().map(|domain| choice.target(domain));
    let mut turn = 0;
    for (number, path) in files {
        let failed = |error: io::Error| unreadable(path, &error);
        let mut blocks = File::open(path).and_then(Blocks::new).map_err(failed)?;
        while let Some(block) = blocks
            .next(rooms.try_recv().unwrap_or_default())
            .map_err(failed)?
        {
            if target.is_none() {
                target = first_domain(&block, asked).map(|domain| choice.target(domain));
            }
            let work = Work {
                file: *number,
                block,
                target: target.clone(),
            };
            if dealt[turn % dealt.len()].blocking_send(work).is_err() {
                return Ok(());
            }
            turn += 1;
        }
    }
    Ok(())
}

impl Choice {
    pub fn target(&self, domain: String) -> Arc<Target> {
        let base = self.base.clone().unwrap_or_else(|| super::dn_of(&domain));
        Arc::new(Target {
            base: Dn::parse(&base).unwrap_or_default(),
            domain,
        })
    }
}

/// DNS name of the domain of the first entry that stands in one.
pub(super) fn first_domain(block: &Block, asked: &Asked) -> Option<String> {
    let mut begins = true;
    for line in Lines::new(&block.bytes) {
        let first = std::mem::replace(&mut begins, line.bytes.is_empty());
        let mut record = Record::default();
        if !first || record.take(&line, &asked.words).is_err() {
            begins |= first && line.bytes.starts_with(b"#");
            continue;
        }
        let dn = record
            .fields(&asked.words)
            .and_then(|(fields, _)| Dn::parse(&String::from_utf8_lossy(fields.dn)));
        let domain = dn.filter(|dn| dn.partition().0 == Partition::Domain);
        if let Some(domain) = domain.and_then(|dn| dn.dns_name()) {
            return Some(domain);
        }
    }
    None
}

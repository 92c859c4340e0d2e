//! The corpora of `fuzz/`, and changes to them, on stable Rust: a short run of each fuzz target.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::*;

/// Changed inputs of each reader: what a slow one cannot do in this time is left out.
const CHANGED: usize = 400;
const LONGEST: Duration = Duration::from_secs(3);

/// Draws the changes: the same in each run (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap()
    }
}

fn folders() -> Vec<PathBuf> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut folders: Vec<_> = fs::read_dir(seeds)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
}

fn corpus(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Some bytes of one input changed, cut out, or put in from another.
fn changed(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
            2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            3 if at < bytes.len() => {
                let end = at + dice.below(bytes.len() - at);
                bytes.drain(at..end);
            }
            _ => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len() + 1);
                let piece = other[from..].iter().take(dice.below(64)).copied();
                let piece: Vec<u8> = piece.collect();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

#[test]
fn every_reader_has_a_corpus_and_a_target_and_the_other_way_round() {
    let names: Vec<_> = READERS
        .iter()
        .map(|reader| reader.name.to_owned())
        .collect();
    assert!(names.is_sorted());
    let of = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    assert_eq!(folders().iter().map(of).collect::<Vec<_>>(), names);
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets");
    let mut targets: Vec<_> = fs::read_dir(targets)
        .unwrap()
        .map(|entry| of(&entry.unwrap().path()).replace('_', "-"))
        .collect();
    targets.sort();
    assert_eq!(targets, names);
}

#[test]
fn every_reader_returns_from_its_corpus_and_from_changes_to_it() {
    for (reader, folder) in READERS.into_iter().zip(folders()) {
        let corpus = corpus(&folder);
        assert!(!corpus.is_empty(), "{}", reader.name);
        corpus.iter().for_each(|bytes| reader.read(bytes));
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        let begun = Instant::now();
        for _ in 0..CHANGED {
            if begun.elapsed() > LONGEST {
                break;
            }
            reader.read(&changed(&corpus, &mut dice));
        }
    }
}

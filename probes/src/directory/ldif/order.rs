//! In which order the attributes of a record come: mostly in that of the record before.
//!
//! A tool writes the attributes of every entry in one order, so that the name of the next line can be
//! guessed, and comparing it is all there is to do. A wrong guess costs a comparison; a record that
//! has others makes the next one be learnt.

use crate::directory::fields::Number;

/// How many of the names that come next are compared: entries do not have all attributes.
const AHEAD: usize = 4;

/// Wrong guesses in a record that make the next one be learnt.
const MOST_MISSED: usize = 8;

/// The attributes of the records before, in their order.
#[derive(Debug, Default)]
pub(super) struct Order<'a> {
    /// Names without those that repeat, with their numbers if they are asked for.
    known: Vec<(&'a [u8], Option<Number>)>,
    /// The one of the last line.
    at: usize,
    missed: usize,
    learning: bool,
}

impl<'a> Order<'a> {
    /// The number and the rest of a line behind its colon, if its attribute was guessed.
    pub fn guess(&mut self, line: &'a [u8]) -> Option<(Option<Number>, &'a [u8])> {
        if self.learning {
            return None;
        }
        let known = self.known.get(self.at..)?;
        for (ahead, (name, number)) in known.iter().enumerate().take(AHEAD) {
            // One byte tells most names apart.
            let ends = line.get(name.len()) == Some(&b':');
            if ends && line.starts_with(name) {
                self.at += ahead;
                return Some((*number, &line[name.len() + 1..]));
            }
        }
        None
    }

    /// Takes note of a line that was not guessed: an attribute without options.
    pub fn note(&mut self, name: &'a [u8], number: Option<Number>) {
        self.missed += 1;
        if self.learning && self.known.last().is_none_or(|(last, _)| *last != name) {
            self.known.push((name, number));
        }
    }

    /// Begins with the next record.
    pub fn begin(&mut self) {
        // After a record that was learnt, others may be guessed.
        self.learning = !self.learning && self.missed > MOST_MISSED;
        if self.learning {
            self.known.clear();
        }
        (self.at, self.missed) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many lines of a record are guessed; each has the number of its first letter.
    fn guessed(order: &mut Order<'static>, record: &'static str) -> usize {
        order.begin();
        let number = |name: &[u8]| Some(Number::from(name[0])).filter(|_| name[0] != b'x');
        let mut guessed = 0;
        for line in record.split(' ').map(str::as_bytes) {
            let name = line.split(|byte| *byte == b':').next().unwrap();
            match order.guess(line) {
                None => order.note(name, number(name)),
                Some((known, value)) => {
                    assert_eq!((known, value), (number(name), &line[name.len() + 1..]));
                    guessed += 1;
                }
            }
        }
        guessed
    }

    #[test]
    fn records_are_guessed_after_one_like_them() {
        let mut order = Order::default();
        let full = "a:1 b:2 c:3 d: e::x f:6 g:7 h:8 i:9 xy:0";
        let counts = [
            full,
            full,
            full,
            // Attributes that lack or repeat, and one that is longer by a letter.
            "a:1 c:3 d: d:2 d:3 e::x f:6 g:7 i:9 xy:0",
            "a:1 bb:2 c:3",
            "z:1",
            full,
        ]
        .map(|record| guessed(&mut order, record));
        assert_eq!(counts, [0, 0, 10, 10, 2, 0, 10]);
    }
}

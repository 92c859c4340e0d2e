//! Who waits for whom: what targets and tasks have in common.
//!
//! A graph of ids, small enough to walk again for each question. Nothing recurses, so that a long
//! chain costs no stack, and everything is sorted, so that the same ids give the same answer.

use std::collections::{BTreeMap, BTreeSet};

/// Ids, each with those that it waits for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Graph<'a> {
    waits_for: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Graph<'a> {
    /// Makes an id known, waiting for nothing yet.
    pub(crate) fn add(&mut self, id: &'a str) {
        self.waits_for.entry(id).or_default();
    }

    /// Makes one id wait for another; both become known.
    pub(crate) fn wait(&mut self, id: &'a str, earlier: &'a str) {
        self.add(earlier);
        self.waits_for.entry(id).or_default().insert(earlier);
    }

    /// What an id waits for itself; nothing if it is not known.
    pub(crate) fn earlier(&self, id: &str) -> impl Iterator<Item = &'a str> {
        self.waits_for.get(id).into_iter().flatten().copied()
    }

    /// An id and all that it waits for, however far.
    pub(crate) fn reach(&self, id: &'a str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            open.extend(self.earlier(id).filter(|earlier| reached.insert(earlier)));
        }
        reached
    }

    /// A circle of ids of which each waits for the next, if there is one: it begins with its
    /// first id in alphabetical order, which also ends it.
    pub(crate) fn cycle(&self) -> Option<Vec<&'a str>> {
        let stuck = self.stuck();
        let mut path = vec![*stuck.first()?];
        loop {
            let here = *path.last()?;
            let next = self.earlier(here).find(|id| stuck.contains(id))?;
            if let Some(start) = path.iter().position(|id| *id == next) {
                return Some(closed(path.split_off(start)));
            }
            path.push(next);
        }
    }

    /// Ids that can never have their turn, as each waits for another of them.
    fn stuck(&self) -> BTreeSet<&'a str> {
        let mut later: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
        let mut waiting: BTreeMap<&'a str, usize> = BTreeMap::new();
        for (id, earlier) in &self.waits_for {
            waiting.insert(id, earlier.len());
            for earlier in earlier {
                later.entry(earlier).or_default().push(id);
            }
        }
        let free = waiting.iter().filter(|(_, count)| **count == 0);
        let mut free: Vec<&str> = free.map(|(id, _)| *id).collect();
        while let Some(id) = free.pop() {
            waiting.remove(id);
            for id in later.remove(id).unwrap_or_default() {
                if let Some(count) = waiting.get_mut(id) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(id);
                    }
                }
            }
        }
        waiting.into_keys().collect()
    }
}

/// A circle turned so that its first id in alphabetical order leads, and closed with it.
fn closed(mut circle: Vec<&str>) -> Vec<&str> {
    let first = (0..circle.len()).min_by_key(|index| circle[*index]);
    circle.rotate_left(first.unwrap_or(0));
    circle.extend(circle.first().copied());
    circle
}

#[cfg(test)]
mod tests {
    use super::*;

    type Edges = &'static [(&'static str, &'static str)];

    fn graph(edges: Edges) -> Graph<'static> {
        let mut graph = Graph::default();
        for (id, earlier) in edges {
            graph.wait(id, earlier);
        }
        graph
    }

    #[test]
    fn a_circle_is_spelled_out_from_its_first_id() {
        let table: [(Edges, Option<&str>); 5] = [
            (&[("a", "b"), ("b", "c"), ("a", "c")], None),
            (&[("a", "a")], Some("a a")),
            (&[("c", "b"), ("b", "c")], Some("b c b")),
            (&[("a", "z"), ("z", "m"), ("m", "z")], Some("m z m")),
            (
                &[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")],
                Some("a b c a"),
            ),
        ];
        for (edges, expected) in table {
            let found = graph(edges).cycle().map(|circle| circle.join(" "));
            assert_eq!(found.as_deref(), expected, "{edges:?}");
        }
    }

    #[test]
    fn reach_goes_all_the_way_and_ends_in_a_circle_too() {
        let graph = graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")]);
        assert_eq!(graph.reach("a"), BTreeSet::from(["a", "b", "c"]));
        assert_eq!(graph.reach("nobody"), BTreeSet::from(["nobody"]));
    }

    #[test]
    fn a_long_chain_costs_no_stack() {
        let ids: Vec<String> = (0..100_000).map(|number| format!("{number:06}")).collect();
        let mut graph = Graph::default();
        for pair in ids.windows(2) {
            graph.wait(&pair[0], &pair[1]);
        }
        assert_eq!(graph.cycle(), None);
        assert_eq!(graph.reach(&ids[0]).len(), ids.len());
    }
}

//! A list of facts in the draft whose elements are filled in as they are learned.
//!
//! The elements stand there from the start, not yet learned, so that whatever ends the probe early
//! is told of each.

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use waterline_facts::{DnsFacts, Seen};

use crate::{Context, Draft, evidence};

/// Elements that were appended to one list.
pub(super) struct Slots<'a, T> {
    draft: &'a Draft<DnsFacts>,
    name: &'static str,
    list: fn(&mut DnsFacts) -> &mut Seen<Vec<T>>,
    first: usize,
}

impl<'a, T> Slots<'a, T> {
    /// Appends elements of which nothing is learned yet to the list of this name.
    pub(super) fn append(
        draft: &'a Draft<DnsFacts>,
        name: &'static str,
        list: fn(&mut DnsFacts) -> &mut Seen<Vec<T>>,
        elements: Vec<T>,
    ) -> Self {
        let mut first = 0;
        draft.update(|facts| match list(facts) {
            Seen::Known(before) => {
                first = before.len();
                before.extend(elements);
            }
            empty => *empty = Seen::Known(elements),
        });
        Self {
            draft,
            name,
            list,
            first,
        }
    }

    /// Fills in each element as it comes, several being learned at once; in the order in which they
    /// were appended.
    pub(super) async fn fill<'f>(&self, cx: &Context, learned: Vec<BoxFuture<'f, T>>)
    where
        T: Send + 'f,
    {
        cx.progress.expect(learned.len() as u64);
        let placed = learned.into_iter().enumerate();
        let placed = placed.map(|(place, one)| {
            let path = format!("dns.{}[{}]", self.name, self.first + place);
            evidence::about(path, one.map(move |element| (place, element)))
        });
        let placed: Vec<_> = placed.collect();
        let mut learned = stream::iter(placed).buffer_unordered(cx.concurrency.max(1));
        while let Some((place, element)) = learned.next().await {
            self.draft.update(|facts| {
                if let Seen::Known(all) = (self.list)(facts)
                    && let Some(slot) = all.get_mut(self.first + place)
                {
                    *slot = element;
                }
            });
            cx.progress.advance(1);
        }
    }
}

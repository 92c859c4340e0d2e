//! Raw evidence: what came in, as it came, beside the facts that were made of it.
//!
//! While a probe runs, each answer of the outside is kept with what was asked and with the fact that
//! it is for. Later the same probe can be run on what was kept in place of the outside, and so
//! derives its facts anew. A question to which nothing was kept is a *miss*: it is noted for the fact
//! that asked, which then counts as not derived. Bounded in size; secrets are taken out before.

mod again;
mod given;
mod item;
mod kept;
mod scope;

pub(crate) use again::given_to;
pub use again::{Again, again};
pub use given::Given;
pub use item::{Asked, Bytes, Came, EntryItem, Item, MOST_BYTES};
pub use kept::{Keeper, MOST_PROBE_BYTES};
pub use scope::{Evidence, about, depends};
pub(crate) use scope::{NOT_KEPT, Scope, current, of_probe};

//! Facts as rules see them: which there are and of which type, and their values in one run.

pub mod mark;
pub mod path;
pub mod schema;
pub mod sieve;
pub mod view;

pub use path::FactPath;
pub use schema::{Kind, Node, Schema};
pub use view::{FactView, Learned, open_question};

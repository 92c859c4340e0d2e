//! An export in memory, looked through on one thread: what hostile bytes are tried on.
//!
//! Takes the same way as a file does, block by block; only the threads are left out.

use super::{
    blocks::Blocks,
    lanes::{Choice, first_domain},
    places::Places,
    survey::{Asked, Part},
};
use crate::directory::query::Query;

/// How many objects these bytes hold for the domain of their first entry.
///
/// # Errors
/// What is wrong with them, in words.
pub(in crate::directory) fn look_through(bytes: &[u8], queries: Vec<Query>) -> Result<u64, String> {
    let words = |error: std::io::Error| error.to_string();
    let asked = Asked::new(queries);
    let mut places = Places::new(&asked.places);
    let mut blocks = Blocks::new(bytes).map_err(words)?;
    let mut target = None;
    let mut objects = 0;
    while let Some(block) = blocks.next(Vec::new()).map_err(words)? {
        if target.is_none() {
            let choice = Choice::default();
            target = first_domain(&block, &asked).map(|domain| choice.target(domain));
        }
        places.aim(target.as_ref());
        let part = Part::of(&block, &asked, &mut places, Vec::new());
        objects += part
            .map_err(|complaint| complaint.to_string())?
            .objects
            .objects
            .len() as u64;
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::small_queries;

    const ONE: &str = "dn: CN=a,DC=x,DC=example\nobjectClass: top\nobjectClass: user\n\
                       sAMAccountName: a\nobjectCategory: CN=Person,CN=Schema\n\n";

    #[test]
    fn objects_in_memory_are_counted() {
        assert_eq!(look_through(ONE.as_bytes(), small_queries()), Ok(1));
    }

    #[test]
    fn what_is_no_export_holds_nothing() {
        assert!(look_through(b"", small_queries()).is_err());
        assert_eq!(look_through(b"MZ\0", small_queries()), Ok(0));
    }
}

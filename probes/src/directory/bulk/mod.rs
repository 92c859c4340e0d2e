//! Reading much from a server: whole messages as they came, decoded in place.
//!
//! Sends one kind of request, a paged search; everything else goes through the LDAP library, which
//! stands behind the same [switch](switch).

pub mod answer;
pub mod ber;
pub mod dialogue;
pub mod search;
pub mod switch;

/// How many messages these bytes hold, each looked into as far as a search does.
pub fn count_messages(bytes: &[u8]) -> usize {
    if !ber::is_sound(bytes) {
        return 0;
    }
    search::each(bytes)
        .flatten()
        .map(|answer| {
            if let answer::Answer::Entry(mut parts) = answer {
                while parts.any().is_some() {}
            }
        })
        .count()
}

//! Reading much from a server: whole messages as they came, decoded in place.
//!
//! Sends one kind of request, a paged search; everything else goes through the LDAP library, which
//! stands behind the same [switch](switch).

pub mod answer;
pub mod ber;
pub mod dialogue;
pub mod search;
pub mod switch;

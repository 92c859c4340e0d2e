//! Names of services for GSSAPI.

/// The principal of a host's directory service. The realm is named, as without it the ticket's own would
/// be taken, in which controllers of other domains are not known.
pub(super) fn principal(host: &str, domain: &str) -> String {
    format!("{host}@{}", domain.to_uppercase())
}

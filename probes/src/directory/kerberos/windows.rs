//! Names of services for SSPI.

/// The name of a host's directory service; controllers find the realm themselves.
pub(super) fn principal(host: &str, _domain: &str) -> String {
    host.to_owned()
}

//! Sockets on Windows: handles, of which a process has more than it can use.

/// Errors for want of sockets: WSAEMFILE and WSAENOBUFS.
pub(in super::super) const SHORTAGES: [i32; 2] = [10024, 10055];

/// Windows sets a process no limit worth minding.
pub(in super::super) fn most() -> usize {
    usize::MAX
}

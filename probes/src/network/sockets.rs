//! How many sockets the system gives this program, and whether an error says that there are no more.
//!
//! Running out of them is this machine's doing and no fault of the endpoint: it is told apart, so
//! that it is never taken for a closed way.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub(super) use platform::most;

/// Whether this error says that the machine has no socket left to give.
pub(super) fn is_shortage(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    code.is_some_and(|code| platform::SHORTAGES.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortage_is_told_from_what_the_other_side_did() {
        for code in platform::SHORTAGES {
            assert!(is_shortage(&io::Error::from_raw_os_error(code)), "{code}");
        }
        assert!(!is_shortage(&io::ErrorKind::ConnectionRefused.into()));
    }

    #[test]
    fn there_are_sockets_to_be_had() {
        assert!(most() > 0);
    }
}

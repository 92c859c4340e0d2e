//! Sockets on Unix: each is an open file, of which a process may have so many.

use rustix::{
    io::Errno,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

/// As many as a run needs at most.
const ENOUGH: u64 = 4096;

/// Errors for want of sockets: too many of the process, of the system, or no memory for them.
pub(in super::super) const SHORTAGES: [i32; 3] = [
    Errno::MFILE.raw_os_error(),
    Errno::NFILE.raw_os_error(),
    Errno::NOBUFS.raw_os_error(),
];

/// How many files the process may have open, once it has asked for what it may ask for itself.
pub(in super::super) fn most() -> usize {
    let own = getrlimit(Resource::Nofile);
    let wanted = own.maximum.map_or(ENOUGH, |most| most.min(ENOUGH));
    if own.current.is_some_and(|current| current < wanted) {
        // What is refused is done without: fewer connections are made at once then.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(wanted),
                maximum: own.maximum,
            },
        );
    }
    let given = getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH);
    usize::try_from(given.min(ENOUGH)).unwrap_or(usize::MAX)
}

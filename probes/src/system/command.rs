//! What a command of the system prints, within a time and a size.
//!
//! Only for commands that read and change nothing. One that does not end is ended.

use std::{
    io::Read,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use waterline_facts::{Reason, Seen};

use super::malformed;

/// What the command prints, if it has printed all within `wait`, and no more than `most` bytes.
pub(super) fn output(command: &mut Command, wait: Duration, most: u64) -> Seen<Vec<u8>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| Seen::unknown(Reason::Failed, format!("{name}: {error}"));
    let mut child = match command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
    {
        Ok(child) => child,
        Err(error) => return failed(error),
    };
    let Some(printed) = child.stdout.take() else {
        return malformed(format!("{name} prints nowhere"));
    };
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = printed.take(most + 1).read_to_end(&mut bytes);
        // Nobody listens any more once the time is over.
        let _ = sender.send(read.map(|_| bytes));
    });
    let answer = receiver.recv_timeout(wait);
    // It has printed all or must end; what it leaves behind is collected either way.
    let _ = child.kill();
    let _ = child.wait();
    match answer {
        Ok(Ok(bytes)) if bytes.len() as u64 > most => {
            malformed(format!("{name} printed more than {most} bytes"))
        }
        Ok(Ok(bytes)) => Seen::Known(bytes),
        Ok(Err(error)) => failed(error),
        Err(_) => Seen::unknown(Reason::TimedOut, format!("{name} had not ended")),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, wait_ms: u64, most: u64) -> Seen<Vec<u8>> {
        let mut command = Command::new("/bin/sh");
        let wait = Duration::from_millis(wait_ms);
        output(command.args(["-c", script]), wait, most)
    }

    #[test]
    fn command_that_is_silent_prints_too_much_or_is_not_there_is_unknown_with_the_reason() {
        assert_eq!(shell("printf abc", 60_000, 3), Seen::Known(b"abc".to_vec()));
        let reason = |seen: Seen<Vec<u8>>| seen.gap().unwrap().reason;
        assert_eq!(reason(shell("printf abcd", 60_000, 3)), Reason::Malformed);
        assert_eq!(reason(shell("exec sleep 600", 20, 3)), Reason::TimedOut);
        let gone = output(&mut Command::new("/no/such/command"), Duration::ZERO, 1);
        assert_eq!(reason(gone), Reason::Failed);
    }
}

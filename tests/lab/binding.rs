//! Channel binding: a sign-in by Kerberos over TLS carries the token of the certificate, and a
//! server that demands another one is told of.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use xtask::lab::{ADDRESS, Lab, SERVER};

use super::harness::{Assessment, assess_directory, kerberos, lab};
use super::refused::{directory_is_not_assessed, tells};

/// A server that demands channel binding; ended with the test.
struct Door {
    process: Child,
    lines: BufReader<std::process::ChildStdout>,
    _folder: TempDir,
}

impl Door {
    /// Opens one that demands the token of its own certificate (`this`) or of `another` one.
    fn open(lab: &Lab, demands: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let keys = folder.path().join("keytab");
        let controller = lab.folder().join("dc");
        let mut export = Command::new("samba-tool");
        export.args(["domain", "exportkeytab"]).arg(&keys);
        export.arg(format!("--principal=ldap/{SERVER}"));
        export.arg(format!(
            "--configfile={}",
            controller.join("etc/smb.conf").display()
        ));
        assert!(export.output().unwrap().status.success());
        let tls = controller.join("private/tls");
        // The system's own Python, for which the package of the Kerberos library is.
        let mut command = lab.command("/usr/bin/python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab/binding.py"));
        command
            .arg(ADDRESS)
            .args([tls.join("cert.pem"), tls.join("key.pem")]);
        command.arg(demands).env("KRB5_KTNAME", &keys);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            lines,
            _folder: folder,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Signs in at such a server: what it says of the token, and what becomes of the run.
fn signed_in(demands: &str) -> (String, Assessment) {
    let lab = lab();
    let mut door = Door::open(&lab, demands);
    let port = door.line();
    let authority = lab.folder().join("ca.pem").display().to_string();
    let options = kerberos(&format!("ldaps://{SERVER}:{port}"));
    let trusted = ["--ca-file".to_owned(), authority];
    let found = assess_directory(&lab, &[options, trusted.to_vec()].concat());
    (door.line(), found)
}

#[test]
#[ignore = "needs the lab"]
fn sign_in_over_tls_carries_the_token_of_the_certificate() {
    let (said, found) = signed_in("this");
    assert_eq!(said, "accepted", "{}", found.messages);
}

#[test]
#[ignore = "needs the lab"]
fn server_that_demands_another_token_is_told_of() {
    let (said, found) = signed_in("another");
    assert_eq!(said, "refused BadChannelBindingsError");
    directory_is_not_assessed(&found);
    tells(&found, &["channel binding", "ldap://", SERVER]);
}

//! Runs the program in an empty environment and folder, and looks at what came of it.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// A folder for one test.
pub struct Sandbox {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Probes that read this machine alone.
pub const LOCAL: &str = "host,browsers";

impl Sandbox {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its name.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs_err::write(self.path(name), text).unwrap();
        name.to_owned()
    }

    /// Runs the program in this folder.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[])
    }

    /// Runs the program in this folder with variables of the environment.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let mut command = Command::cargo_bin("waterline").unwrap();
        command.env_clear().env("HOME", self.folder.path());
        // Windows programs cannot open a socket without it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        let command = command.envs(variables.iter().copied());
        let output = command
            .current_dir(self.folder.path())
            .args(arguments)
            .output()
            .unwrap();
        Ended {
            code: output.status.code().expect("no signal ends the program"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Records this machine, without any network, and gives the recording's name.
    pub fn recording(&self, name: &str) -> String {
        let ended = self.run(&["record", name, "--only", LOCAL]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        name.to_owned()
    }
}

impl Ended {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.stdout);
        parsed.unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// Panics unless the program ended with this code and told all this on standard error.
    pub fn refused(&self, code: i32, told: &[&str]) {
        assert_eq!(self.code, code, "{}", self.stderr);
        for told in told {
            assert!(
                self.stderr.contains(told),
                "{told:?} is not in:\n{}",
                self.stderr
            );
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

/// A file or folder of this repository.
pub fn repository(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

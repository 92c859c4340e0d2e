//! What this machine can build and run, looked at after the packages were installed.

use std::path::Path;

use super::steps::Steps;

/// What this machine can do.
#[derive(Debug)]
pub struct Machine {
    /// Whether the program can be built with Kerberos by GSSAPI.
    kerberos: bool,
}

impl Machine {
    /// Looks.
    #[must_use]
    pub fn look() -> Self {
        Self {
            kerberos: cfg!(target_os = "linux") && has_kerberos_headers(),
        }
    }

    /// Arguments which select what is built: the same for every call of cargo.
    #[must_use]
    pub fn workspace(&self) -> Vec<&'static str> {
        let features = if self.kerberos {
            "waterline/kerberos,waterline/worlds"
        } else {
            "waterline/worlds"
        };
        vec!["--workspace", "--locked", "--features", features]
    }

    /// Says what was not checked for want of something.
    pub fn explain(&self, steps: &mut Steps, missing: &str) {
        if !self.kerberos && !cfg!(windows) {
            steps.leave_out(
                "kerberos",
                "the headers of MIT Kerberos and libclang are not here",
            );
        }
        if !missing.is_empty() {
            steps.leave_out("packages", missing);
        }
    }
}

fn has_kerberos_headers() -> bool {
    [
        "/usr/include/gssapi/gssapi.h",
        "/usr/local/include/gssapi/gssapi.h",
    ]
    .iter()
    .any(|header| Path::new(header).is_file())
}

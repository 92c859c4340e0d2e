//! Reads, checks and plans the lab's domain, against `rusthound-ce` that collects it.
//!
//! Both sign in to the same domain controller by a simple bind over TLS, as the lab's reader, by turns.
//! Needs the lab up and the other program; says so if either is missing.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

#[cfg(target_os = "linux")]
mod support;

#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use anyhow::{Context, Result, ensure};
    use xtask::lab::{ADDRESS, DOMAIN, Lab, SERVER, State, reader};

    use super::support::{
        self, WATERLINE, judge,
        stopwatch::{Run, median, run},
        users_read,
    };

    /// Variable that tells where the other program stands; on the path if it is not set.
    const VARIABLE: &str = "RUSTHOUND_CE";

    /// How the other program is installed.
    const INSTALL: &str = "cargo install rusthound-ce --no-default-features --features nogssapi";

    /// Times that each side runs.
    const TIMES: usize = 7;

    pub fn main() -> Result<()> {
        let lab = Lab::of_checkout(Path::new(env!("CARGO_MANIFEST_DIR")))?;
        let up = matches!(lab.state(), State::Up(_));
        ensure!(up, "the lab is not up: cargo xtask lab up");
        let collector = collector()?;
        let folder = support::folder("collector")?;
        let (mut collected, mut assessed) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            collected.push(collect(&lab, &collector, &folder)?);
            assessed.push(assess(&lab, &folder)?);
        }
        let (collect, assess) = (median(collected), median(assessed));
        for (name, run) in [("rusthound-ce", collect), ("waterline assess", assess)] {
            let Run {
                seconds, peak_mb, ..
            } = run;
            println!("{name:18} {seconds:6.2} s  {peak_mb:5.0} MB");
        }
        judge(&[(
            "time by that of rusthound-ce",
            assess.seconds / collect.seconds,
            1.0,
        )])
    }

    fn collector() -> Result<PathBuf> {
        if let Some(path) = std::env::var_os(VARIABLE) {
            return Ok(path.into());
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut places = std::env::split_paths(&path).map(|place| place.join("rusthound-ce"));
        places.find(|place| place.is_file()).with_context(|| {
            format!(
                "rusthound-ce is not on the path: install it by `{INSTALL}`, or name it in {VARIABLE}"
            )
        })
    }

    /// Collects the domain. The password goes into the arguments, as that program takes it no other
    /// way; it is good for the lab alone.
    fn collect(lab: &Lab, program: &Path, folder: &Path) -> Result<Run> {
        let password = fs_err::read_to_string(lab.folder().join(reader::PASSWORD_FILE))?;
        let found = folder.join("collected");
        fs_err::create_dir_all(&found)?;
        let mut command = lab.command(&program.display().to_string());
        command.args([
            "--domain",
            DOMAIN,
            "--ldapfqdn",
            SERVER,
            "--ldapip",
            ADDRESS,
        ]);
        command.args(["--ldaps", "--ldapusername"]);
        command.arg(format!("{}@{DOMAIN}", reader::NAME));
        command.args(["--ldappassword", &password, "--output"]);
        command
            .arg(&found)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let run = run(&mut command, &[0])?;
        let written = fs_err::read_dir(&found)?.count();
        ensure!(written > 0, "rusthound-ce collected nothing");
        fs_err::remove_dir_all(&found)?;
        Ok(run)
    }

    fn assess(lab: &Lab, folder: &Path) -> Result<Run> {
        let report = folder.join("report.json");
        let file = |name: &str| lab.folder().join(name);
        let mut command: Command = lab.command(WATERLINE);
        command.args([
            "assess",
            "--quiet",
            "--only",
            "directory",
            "--fail-on",
            "never",
        ]);
        command.args(["--domain", DOMAIN, "--server", &format!("ldaps://{SERVER}")]);
        command.args(["--auth", "simple", "--bind-dn", &reader::dn()]);
        command
            .arg("--password-file")
            .arg(file(reader::PASSWORD_FILE));
        command.arg("--ca-file").arg(file("ca.pem"));
        command
            .arg("--report")
            .arg(format!("json={}", report.display()));
        let run = run(&mut command, &[0])?;
        ensure!(users_read(&report)? > 0, "no users were read");
        Ok(run)
    }
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("the lab needs Linux");
}

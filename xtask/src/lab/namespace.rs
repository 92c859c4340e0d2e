//! The network namespace in which the lab lives.
//!
//! It holds a loopback interface and nothing else, so the controller may take the ports below
//! 1024 without meeting another server, and nothing can leave the machine. Programs inside see
//! the lab's own `resolv.conf`, `hosts` and `nsswitch.conf`: `ip netns exec` mounts the files of
//! `/etc/netns/<name>` over those of `/etc` for them alone.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use sha2::{Digest, Sha256};

/// Variable that names another namespace, so that two checkouts can each have a lab.
pub const NAME_VARIABLE: &str = "WATERLINE_LAB_NAMESPACE";
/// Namespace used when the variable is not set.
pub const DEFAULT_NAME: &str = "waterline-lab";

const OWNER_MARK: &str = "# lab: ";
const HOSTS: &str = "127.0.0.1 localhost\n::1 localhost\n";
// Neither mDNS nor systemd-resolved: both would be asked outside the namespace.
const NSSWITCH: &str =
    "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n";

/// A named network namespace.
#[derive(Debug, Clone)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// The namespace for the lab in `folder`: the one that the environment names, else the usual
    /// one, or one of its own name where another checkout's lab has that.
    ///
    /// # Errors
    /// If the name from the environment is not made of letters, digits and hyphens.
    pub fn choose(folder: &Path) -> Result<Self> {
        if let Ok(name) = std::env::var(NAME_VARIABLE) {
            return Self::named(name);
        }
        let [usual, own] = [DEFAULT_NAME.to_owned(), own_name(folder)].map(|name| Self { name });
        let taken = usual.exists() && usual.owner().as_deref() != Some(folder);
        // Once made, its own is kept to, even when the other has gone.
        Ok(if own.exists() || taken { own } else { usual })
    }

    /// A namespace of its own for a further part of the same lab.
    #[must_use]
    pub fn beside(&self, part: &str) -> Self {
        Self {
            name: format!("{}-{part}", self.name),
        }
    }

    fn named(name: String) -> Result<Self> {
        let sound = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        ensure!(
            sound && !name.is_empty() && !name.starts_with('-'),
            "{NAME_VARIABLE}={name:?}: a namespace's name is made of letters, digits and hyphens"
        );
        Ok(Self { name })
    }

    /// Its name, as `ip netns` takes it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn handle(&self) -> PathBuf {
        Path::new("/run/netns").join(&self.name)
    }

    fn etc(&self) -> PathBuf {
        Path::new("/etc/netns").join(&self.name)
    }

    /// Whether it is there.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.handle().exists()
    }

    /// The lab's folder that it was made for; `None` if no lab made it.
    #[must_use]
    pub fn owner(&self) -> Option<PathBuf> {
        let text = fs_err::read_to_string(self.etc().join("resolv.conf")).ok()?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(OWNER_MARK))?;
        Some(PathBuf::from(line))
    }

    /// Makes it for the lab in `folder`, with loopback up and its own name resolution.
    ///
    /// # Errors
    /// If it belongs to another lab, or this user or kernel may not make one.
    pub fn create(&self, folder: &Path) -> Result<()> {
        if self.exists() {
            return self.check_owner(folder);
        }
        fs_err::create_dir_all(self.etc())?;
        let resolver = format!("{OWNER_MARK}{}\nnameserver 127.0.0.1\n", folder.display());
        fs_err::write(self.etc().join("resolv.conf"), resolver)?;
        fs_err::write(self.etc().join("hosts"), HOSTS)?;
        fs_err::write(self.etc().join("nsswitch.conf"), NSSWITCH)?;
        succeed(Command::new("ip").args(["netns", "add", &self.name]))
            .context("this machine does not let root make network namespaces")?;
        succeed(Command::new("ip").args(["-n", &self.name, "link", "set", "lo", "up"]))?;
        Ok(())
    }

    /// Errors unless the lab in `folder` made it.
    ///
    /// # Errors
    /// If another lab made it, or none.
    pub fn check_owner(&self, folder: &Path) -> Result<()> {
        match self.owner() {
            Some(owner) if owner == folder => Ok(()),
            Some(owner) => bail!(
                "the namespace {} belongs to the lab in {}: run `cargo xtask lab down` there, or \
                 set {NAME_VARIABLE} to another name here",
                self.name,
                owner.display()
            ),
            None => bail!(
                "the network namespace {} was not made by a lab: set {NAME_VARIABLE} to another name",
                self.name
            ),
        }
    }

    /// Removes it and its files below `/etc/netns`.
    ///
    /// # Errors
    /// If `ip` fails or a file cannot be removed.
    pub fn remove(&self) -> Result<()> {
        if self.exists() {
            succeed(Command::new("ip").args(["netns", "delete", &self.name]))?;
        }
        if self.etc().exists() {
            fs_err::remove_dir_all(self.etc())?;
        }
        // Only goes if it is empty: other namespaces may keep files there.
        let _ = std::fs::remove_dir("/etc/netns");
        Ok(())
    }

    /// The ids of the processes inside.
    ///
    /// # Errors
    /// If `ip` fails.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let output = succeed(Command::new("ip").args(["netns", "pids", &self.name]))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text
            .lines()
            .filter_map(|line| line.trim().parse().ok())
            .collect())
    }

    /// A command that will run `program` inside.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, program]);
        command
    }

    /// Runs `work` on a thread inside, so that the sockets which it opens belong to the namespace;
    /// threads that it starts do too. Files such as `resolv.conf` stay those of the outside.
    ///
    /// # Errors
    /// If the namespace cannot be entered.
    pub fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let handle = fs_err::File::open(self.handle())?;
        let entered = thread::scope(|scope| {
            scope
                .spawn(|| -> io::Result<T> {
                    use std::os::fd::AsFd;
                    move_into_link_name_space(
                        handle.file().as_fd(),
                        Some(LinkNameSpaceType::Network),
                    )?;
                    Ok(work())
                })
                .join()
        });
        match entered {
            Ok(result) => result.with_context(|| format!("cannot enter namespace {}", self.name)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// A name that no other checkout's lab takes.
fn own_name(folder: &Path) -> String {
    let hash = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let end: String = hash
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{DEFAULT_NAME}-{end}")
}

/// Runs a command to its end and gives its output.
///
/// # Errors
/// If it cannot be started or does not succeed; the error quotes what it wrote to standard error.
pub fn succeed(command: &mut Command) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("cannot start `{name}`"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`{name}` failed: {}",
        complaint.trim()
    );
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_ip_or_a_path_would_take_otherwise_are_refused() {
        for name in ["", "-d", "../x", "a b", "a/b"] {
            assert!(
                Namespace::named(name.to_owned()).is_err(),
                "{name:?} was taken"
            );
        }
        assert_eq!(
            Namespace::named("lab-2".to_owned()).unwrap().name(),
            "lab-2"
        );
    }

    #[test]
    fn two_checkouts_get_two_names() {
        assert_eq!(own_name(Path::new("/a/lab")), own_name(Path::new("/a/lab")));
        assert_ne!(own_name(Path::new("/a/lab")), own_name(Path::new("/b/lab")));
    }
}

//! The lab: a Samba domain controller of the forest `corp.example.test` with faults planted in it.
//!
//! It lives in `target/lab` and in a network namespace of its own. It is provisioned once and
//! used again until its recipe or content changes, or its dates have aged. Only processes which
//! the lab started are ended, by process id and start time.
//!
//! Not here: anything that a program under test would need to know beyond [`Lab::environment`].

pub mod certificates;
pub mod content;
pub mod controller;
pub mod grants;
pub mod names;
pub mod namespace;
pub mod network;
pub mod process;
pub mod provision;
pub mod reader;
pub mod ready;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::clock;
use controller::Controller;
use names::Names;
use namespace::Namespace;

/// DNS name of the domain and of the forest.
pub const DOMAIN: &str = "corp.example.test";
/// The Kerberos realm.
pub const REALM: &str = "CORP.EXAMPLE.TEST";
/// NetBIOS name of the domain.
pub const NETBIOS: &str = "CORP";
/// Distinguished name of the domain.
pub const BASE: &str = "DC=corp,DC=example,DC=test";
/// DNS name of the controller.
pub const SERVER: &str = "dc1.corp.example.test";
/// Address of the controller; it answers at 127.0.0.1 as well.
///
/// Not 127.0.0.1, because provisioning registers no address in DNS for that one.
pub const ADDRESS: &str = "127.0.0.10";

/// The lab of this checkout.
#[derive(Debug, Clone)]
pub struct Lab {
    folder: PathBuf,
    namespace: Namespace,
}

/// How the lab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The controller runs, with this process id.
    Up(u32),
    /// It does not run, but is provisioned.
    Down,
    /// There is nothing yet.
    Absent,
}

impl Lab {
    /// The lab of the checkout whose root folder is `root`.
    ///
    /// # Errors
    /// If the namespace's name from the environment is unsound.
    pub fn of_checkout(root: &Path) -> Result<Self> {
        let folder = root.join("target/lab");
        let namespace = Namespace::choose(&folder)?;
        Ok(Self { folder, namespace })
    }

    /// Folder of everything that the lab keeps.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The network namespace that it lives in.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Its domain controller.
    #[must_use]
    pub fn controller(&self) -> Controller<'_> {
        Controller::new(self)
    }

    /// Its servers of names and of time.
    #[must_use]
    pub fn names(&self) -> Names<'_> {
        Names::new(self)
    }

    /// How it is now.
    #[must_use]
    pub fn state(&self) -> State {
        match self.controller().running() {
            Some(process) => State::Up(process.id()),
            None if provision::record(self).is_some() => State::Down,
            None => State::Absent,
        }
    }

    /// Brings it up and waits until it answers; harmless if it is up already.
    ///
    /// # Errors
    /// If a program is missing, this user is not root, another lab has the namespace, or the
    /// controller does not answer within a minute.
    pub fn up(&self) -> Result<()> {
        check_machine()?;
        self.namespace.create(&self.folder)?;
        if self.controller().running().is_none() {
            provision::ensure_current(self, clock::now())?;
            self.controller().start()?;
        }
        ready::wait(self)?;
        self.names().start()
    }

    /// Ends the controller and removes the namespace; harmless if it is down already.
    ///
    /// # Errors
    /// If the controller does not end, or other processes are still in the namespace.
    pub fn down(&self) -> Result<()> {
        self.names().stop()?;
        self.controller().stop()?;
        if !self.namespace.exists() {
            return Ok(());
        }
        self.namespace.check_owner(&self.folder)?;
        let left = self.namespace.processes()?;
        ensure!(
            left.is_empty(),
            "processes which the lab did not start are in the namespace {}: {left:?}; end them, \
             then run `cargo xtask lab down` again",
            self.namespace.name()
        );
        self.namespace.remove()
    }

    /// Deletes all that the lab keeps; it must be down.
    ///
    /// # Errors
    /// If the lab is up or the folder cannot be deleted.
    pub fn purge(&self) -> Result<()> {
        if let State::Up(id) = self.state() {
            bail!("the lab is up (process {id}): bring it down first");
        }
        if self.folder.exists() {
            fs_err::remove_dir_all(&self.folder)?;
        }
        Ok(())
    }

    /// Variables that a program in the lab needs, and those that a shell finds handy.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        vec![
            ("KRB5_CONFIG", path("krb5.conf")),
            ("KRB5CCNAME", format!("FILE:{}", path("reader.ccache"))),
            ("LDAPTLS_CACERT", path("ca.pem")),
            ("LAB_ADMIN_DN", reader::administrator_dn()),
            (
                "LAB_ADMIN_PASSWORD_FILE",
                path(reader::ADMINISTRATOR_PASSWORD_FILE),
            ),
            ("LAB_BASE", BASE.to_owned()),
            ("LAB_BIND_DN", reader::dn()),
            ("LAB_CA_FILE", path("ca.pem")),
            ("LAB_DOMAIN", DOMAIN.to_owned()),
            ("LAB_NAMESPACE", self.namespace.name().to_owned()),
            ("LAB_PASSWORD_FILE", path(reader::PASSWORD_FILE)),
            ("LAB_PLANTED", path("planted.json")),
            ("LAB_SERVER", SERVER.to_owned()),
        ]
    }

    /// A command that will run `program` inside the lab with its environment.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = self.namespace.command(program);
        command.envs(self.environment());
        command
    }
}

/// Errors unless this machine can run a lab, naming all that is missing.
///
/// # Errors
/// If this user is not root or a program is missing.
pub fn check_machine() -> Result<()> {
    ensure!(
        rustix::process::geteuid().is_root(),
        "the lab needs root, to make a network namespace and to serve ports below 1024"
    );
    let missing: Vec<_> = PROGRAMS
        .iter()
        .filter(|(program, _)| !on_path(program))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = missing
        .iter()
        .map(|(program, package)| format!("{program} (package {package})"))
        .collect();
    bail!(
        "the lab needs {}: install them (`cargo xtask test` does on Debian)",
        list.join(", ")
    )
}

/// Programs which the lab runs, and the Debian packages that they come in.
const PROGRAMS: [(&str, &str); 12] = [
    ("ip", "iproute2"),
    ("samba", "samba-ad-dc"),
    ("samba-tool", "samba"),
    ("ldbadd", "ldb-tools"),
    ("kinit", "krb5-user"),
    ("ldapsearch", "ldap-utils"),
    ("setsid", "util-linux"),
    ("named", "bind9"),
    ("dnssec-keygen", "bind9-utils"),
    ("dnssec-signzone", "bind9-utils"),
    ("chronyd", "chrony"),
    ("faketime", "faketime"),
];

/// Whether a program of this name is in a folder of `PATH` or where Debian keeps root's programs.
#[must_use]
pub fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(system)
        .any(|folder| folder.join(program).is_file())
}

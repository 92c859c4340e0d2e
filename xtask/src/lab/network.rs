//! The lab's network: a small internet, and what stands between it and a client.
//!
//! In a namespace of its own, on loopback addresses only: `dnsmasq` leads every name to one `nginx`,
//! which shows certificates of the lab's own "public" authority and, at further addresses, every
//! kind of wrong one, a captive portal and a block page; nftables drops and rejects, towards a domain
//! controller too; one `squid`
//! lets through, asks for a sign-in, or opens TLS, by port. Made anew each time, in a second or two.
//! Only processes which the lab started are ended.

mod authorities;
mod filter;
mod servers;

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::namespace::Namespace;
use super::process::Process;
use super::{Lab, on_path};
use crate::clock;
use servers::{SERVERS, Server};

/// A proxy that lets through whoever asks.
pub const PLAIN_PROXY: &str = "http://127.0.0.1:3128";
/// A proxy that asks for a sign-in.
pub const ASKING_PROXY: &str = "http://127.0.0.1:3129";
/// A proxy that opens TLS, with certificates of its own authority.
pub const OPENING_PROXY: &str = "http://127.0.0.1:3130";
/// The domain of a controller to which Kerberos and LDAP are dropped, and packets of full size.
pub const CONTROLLER_DOMAIN: &str = "corp.example.test";
/// A resolver that answers and knows no name.
pub const NAMELESS: &str = "127.0.0.3";
/// The user whose traffic to port 80 is dropped: Debian's `nobody`.
pub const USER_WITHOUT_HTTP: u32 = 65_534;

/// Time in which all servers have to answer, and their helpers to end.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// Programs which it runs, and the Debian packages that they come in.
const PROGRAMS: [(&str, &str); 5] = [
    ("ip", "iproute2"),
    ("nft", "nftables"),
    ("dnsmasq", "dnsmasq-base"),
    ("nginx", "nginx-light"),
    ("squid", "squid-openssl"),
];

/// The network of a checkout's lab.
#[derive(Debug, Clone)]
pub struct NetworkLab {
    folder: PathBuf,
    namespace: Namespace,
    catalog: PathBuf,
}

impl NetworkLab {
    /// That of the checkout whose root folder is `root`.
    ///
    /// # Errors
    /// If the namespace's name from the environment is unsound.
    pub fn of_checkout(root: &Path) -> Result<Self> {
        let lab = Lab::of_checkout(root)?;
        Ok(Self {
            folder: root.join("target/lab-network"),
            namespace: lab.namespace().beside("net"),
            catalog: root.join("probes/catalog/endpoints"),
        })
    }

    /// The certificate of the authority that counts as public in this internet.
    #[must_use]
    pub fn public_authority(&self) -> PathBuf {
        self.folder.join("public.pem")
    }

    /// The certificate of the authority of the proxy that opens TLS.
    #[must_use]
    pub fn gateway_authority(&self) -> PathBuf {
        self.folder.join("gateway.pem")
    }

    /// The network namespace that it lives in.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Whether all its servers run.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.namespace.exists() && SERVERS.iter().all(|server| self.running(server).is_some())
    }

    /// Brings it up and waits until all servers answer; harmless if it is up already.
    ///
    /// # Errors
    /// If a program is missing, this user is not root, or a server does not come up.
    pub fn up(&self) -> Result<()> {
        check_machine()?;
        if self.is_up() {
            return Ok(());
        }
        self.down()?;
        fs_err::create_dir_all(&self.folder)?;
        self.namespace.create(&self.folder)?;
        authorities::write(&self.folder, &self.catalog, clock::now())?;
        filter::apply(&self.namespace, &self.folder)?;
        servers::prepare(&self.folder)?;
        for server in &SERVERS {
            self.start(server)?;
        }
        self.wait()
    }

    /// Ends its servers and removes the namespace and the folder; harmless if it is down already.
    ///
    /// # Errors
    /// If a server does not end, or other processes are still in the namespace.
    pub fn down(&self) -> Result<()> {
        for server in &SERVERS {
            if let Some(process) = self.running(server) {
                process.end(Duration::from_secs(5))?;
            }
        }
        if self.namespace.exists() {
            self.namespace.check_owner(&self.folder)?;
            self.wait_for_helpers()?;
            self.namespace.remove()?;
        }
        if self.folder.exists() {
            fs_err::remove_dir_all(&self.folder)?;
        }
        Ok(())
    }

    /// A command that will run `program` inside.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        self.namespace.command(program)
    }

    fn record(&self, server: &Server) -> PathBuf {
        self.folder.join(format!("{}.pid", server.name))
    }

    fn running(&self, server: &Server) -> Option<Process> {
        Process::recall(&self.record(server))
    }

    fn start(&self, server: &Server) -> Result<()> {
        let (name, program) = (server.name, server.program);
        let log = fs_err::File::create(self.folder.join(format!("{name}.out")))?.into_file();
        let mut command = Command::new("setsid");
        command.args(["ip", "netns", "exec", self.namespace.name(), program]);
        command.args((server.arguments)(&self.folder));
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let process = Process::of_id(child.id());
        let process = process.with_context(|| format!("{name} ended at once"))?;
        process.remember(&self.record(server))
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        for server in &SERVERS {
            for port in server.ports {
                while !self.answers(*port)? {
                    let log = self.folder.join(format!("{}.out", server.name));
                    let name = server.name;
                    if self.running(server).is_none() {
                        let told = fs_err::read_to_string(&log).unwrap_or_default();
                        bail!("{name} ended: {told}");
                    }
                    ensure!(
                        begun.elapsed() < PATIENCE,
                        "{name} does not answer at {port:?}, see {}",
                        log.display()
                    );
                    thread::sleep(PAUSE);
                }
            }
        }
        Ok(())
    }

    fn answers(&self, (address, port): ([u8; 4], u16)) -> Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::from(address), port));
        self.namespace
            .enter(|| TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok())
    }

    /// A server's helpers end a moment after it.
    fn wait_for_helpers(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let left = self.namespace.processes()?;
            if left.is_empty() {
                return Ok(());
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "processes are still in the namespace {}: {left:?}",
                self.namespace.name()
            );
            thread::sleep(PAUSE);
        }
    }
}

/// Errors unless this machine can run it, naming all that is missing.
///
/// # Errors
/// If this user is not root or a program is missing.
pub fn check_machine() -> Result<()> {
    ensure!(
        rustix::process::geteuid().is_root(),
        "the lab's network needs root, to make a network namespace"
    );
    let missing = PROGRAMS.iter().filter(|(program, _)| !on_path(program));
    let missing: Vec<_> = missing
        .map(|(program, package)| format!("{program} (package {package})"))
        .collect();
    ensure!(
        missing.is_empty(),
        "the lab's network needs {}: install them (`cargo xtask test` does on Debian)",
        missing.join(", ")
    );
    Ok(())
}

//! Reads this machine: operating system, hardware, tie to a directory, management, protection, time.
//!
//! From the registry on Windows, settings files on Linux, property lists on macOS, and from the
//! kernel. Sends nothing and asks no service; so it cannot tell whether a membership still works,
//! nor how far the clock is off. On Windows it runs `dsregcmd /status`, which reads alone.

mod join;
mod management;
mod os;
mod restart;
mod security;
mod software;
mod status;
mod time;

use std::sync::Arc;

use async_trait::async_trait;
use waterline_facts::{
    HostFacts, ProbeId, Reason, Seen,
    host::{DeviceStatusFacts, DiskFacts, OsFamily, StatusSource},
};

use crate::{
    Context, Draft, Probe, ProbeError,
    system::{Live, Machine, System, blocking, malformed, noted},
};

/// Reads the machine that it is given.
#[derive(Clone)]
pub struct HostProbe {
    system: Arc<dyn System>,
    /// A saved text, in place of what the command says now.
    status: Option<Arc<[u8]>>,
}

impl HostProbe {
    /// Reads this machine.
    pub fn live() -> Self {
        Self::of(Arc::new(Live))
    }

    /// Reads this system, such as a recorded one.
    pub fn of(system: Arc<dyn System>) -> Self {
        Self {
            system,
            status: None,
        }
    }

    /// With what somebody saved of `dsregcmd /status`, in place of what the command says now.
    #[must_use]
    pub fn with_device_status(mut self, text: Option<Arc<[u8]>>) -> Self {
        self.status = text;
        self
    }

    /// What the saved text says, else the command.
    async fn device_status(&self, draft: &Draft<HostFacts>) {
        let system = noted(&self.system, "host.device_status");
        let saved = self.status.clone();
        let read = move || -> Seen<DeviceStatusFacts> {
            match saved {
                Some(text) => status::read(&text, StatusSource::File),
                None => status::live(&*system),
            }
        };
        match blocking(read).await {
            Ok(facts) => draft.update(|all| all.device_status = facts),
            Err(gap) => draft.note(gap.to_string()),
        }
    }

    /// What is read from settings alone.
    async fn settings(&self, cx: &Context, draft: &Draft<HostFacts>) {
        self.group(draft, "host.management", management::read, |all, own| {
            all.management = own;
        })
        .await;
        cx.progress.advance(1);
        self.group(draft, "host.security", security::read, |all, own| {
            all.security = own;
        })
        .await;
        cx.progress.advance(1);
        self.group(draft, "host.software", software::read, |all, own| {
            all.software = own;
        })
        .await;
        cx.progress.advance(1);
        self.group(draft, "host.tls", software::tls, |all, own| all.tls = own)
            .await;
        cx.progress.advance(1);
        self.group(draft, "host.pending_restart", restart::read, |all, own| {
            all.pending_restart = own;
        })
        .await;
        cx.progress.advance(1);
    }

    /// One group of facts, read on the pool for blocking work; if that fails it is noted, and the
    /// group stays as it was.
    async fn group<T: Send + 'static>(
        &self,
        draft: &Draft<HostFacts>,
        path: &str,
        read: fn(&dyn System) -> T,
        write: fn(&mut HostFacts, T),
    ) {
        let system = noted(&self.system, path);
        match blocking(move || read(&*system)).await {
            Ok(facts) => draft.update(|all| write(all, facts)),
            Err(gap) => draft.note(gap.to_string()),
        }
    }
}

#[async_trait]
impl Probe for HostProbe {
    type Facts = HostFacts;

    fn id(&self) -> ProbeId {
        ProbeId::Host
    }

    async fn run(&self, cx: &Context, draft: &Draft<HostFacts>) -> Result<(), ProbeError> {
        cx.progress.expect(11);
        self.group(draft, "host", machine, write_machine).await;
        cx.progress.advance(1);
        self.group(draft, "host.os", os::read, |all, os| all.os = os)
            .await;
        cx.progress.advance(1);
        self.group(draft, "host.join", join::read, |all, join| all.join = join)
            .await;
        cx.progress.advance(1);
        self.group(draft, "host.time", time::read, |all, time| all.time = time)
            .await;
        cx.progress.advance(1);
        self.settings(cx, draft).await;
        self.device_status(draft).await;
        cx.progress.advance(1);
        // Last, because a disk may keep its readers waiting.
        self.group(draft, "host.system_disk", system_disk, |all, disk| {
            all.system_disk = disk
        })
        .await;
        cx.progress.advance(1);
        Ok(())
    }
}

/// The DNS name of the Active Directory domain that the machine is joined to; absent if it is not.
///
/// Reads a few small files or registry values and waits for nothing, so that it can be asked before
/// the probes start.
pub fn joined_domain(system: &dyn System) -> Seen<String> {
    join::read(system).domain
}

/// Domains that this machine's settings suggest, lower case, the likeliest first. They prove no join;
/// only those that DNS knows controllers of are domains at all.
pub fn suggested_domains(system: &dyn System) -> Vec<String> {
    join::hints::read(system)
}

/// The product of the operating system, for probes whose places depend on it.
pub(crate) fn product(system: &dyn System) -> Seen<String> {
    os::read(system).product
}

fn machine(system: &dyn System) -> Machine {
    let mut machine = system.machine();
    if let Seen::Known(native) = os::native_architecture(system) {
        machine.architecture = Seen::Known(native);
    }
    machine
}

fn write_machine(all: &mut HostFacts, machine: Machine) {
    all.name = machine.host_name.and_then(|name| short_name(&name));
    all.architecture = machine.architecture;
    all.memory_bytes = machine.memory_bytes;
    all.os.kernel = machine.kernel;
}

/// The host name up to the first dot.
fn short_name(name: &str) -> Seen<String> {
    match name.trim().split('.').next() {
        Some(short) if !short.is_empty() => Seen::Known(short.to_owned()),
        _ => malformed("the host name is empty"),
    }
}

/// The disk mounted where the operating system is.
fn system_disk(system: &dyn System) -> Seen<DiskFacts> {
    let mount = match system.family() {
        OsFamily::Windows => {
            let drive = system.variable("SystemDrive").into_known();
            format!("{}\\", drive.as_deref().unwrap_or("C:"))
        }
        _ => "/".to_owned(),
    };
    system.disks().and_then(|disks| {
        disks
            .into_iter()
            .find(|disk| disk.mount.eq_ignore_ascii_case(&mount))
            .map_or_else(
                || Seen::unknown(Reason::Unsupported, format!("{mount} is on no local disk")),
                Seen::Known,
            )
    })
}

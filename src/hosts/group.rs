//! The kinds of things that machines have, and the groups of machines that share one.

use jiff::civil::Date;
use waterline_facts::{
    Reason, Seen,
    browsers::{BrowserProduct, ExtensionPolicy, Scope, UpdatePolicy},
    host::{EditionClass, InstallationType, OsFamily},
    hosts::{
        AmountGroup, BrowserGroup, HostsFacts, JoinGroup, PolicyGroup, SystemGroup, TimeGroup,
    },
};

/// A fact without the words of its gap, which name files and so would part what belongs together.
pub(super) fn plain<T: Clone>(seen: &Seen<T>) -> Seen<T> {
    match seen {
        Seen::Unknown(gap) => Seen::Unknown(gap.reason.into()),
        other => other.clone(),
    }
}

/// One kind of thing that a machine has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    System(Box<SystemKey>),
    Browser(Box<BrowserKey>),
    Policy(Box<PolicyKey>),
    Join(Box<JoinKey>),
    Memory(Seen<u64>, Seen<OsFamily>),
    Disk(Seen<u64>, Seen<OsFamily>),
    Time(Seen<String>),
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $of:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct $name {
            $(pub(super) $field: Seen<$of>,)*
        }

        impl $name {
            /// Nothing of it is known, for this reason.
            pub(super) fn unknown(reason: Reason) -> Self {
                Self { $($field: Seen::Unknown(reason.into()),)* }
            }
        }
    };
}

key! {
    /// What machines of one [`SystemGroup`] share.
    SystemKey {
        family: OsFamily,
        product: String,
        name: String,
        release: String,
        build: u32,
        edition_class: EditionClass,
        installation_type: InstallationType,
        architecture: String,
    }
}

key! {
    /// What machines of one [`BrowserGroup`] share; in this order groups are sorted, oldest first.
    BrowserKey {
        product: BrowserProduct,
        name: String,
        channel: String,
        major: u32,
        released: Date,
        ends: Date,
        scope: Scope,
        family: OsFamily,
        installation_type: InstallationType,
    }
}

key! {
    /// What machines of one [`PolicyGroup`] share.
    PolicyKey {
        product: BrowserProduct,
        family: OsFamily,
        device_sign_in: bool,
        extension: ExtensionPolicy,
        updates: UpdatePolicy,
        pinned_version: String,
    }
}

key! {
    /// What machines of one [`JoinGroup`] share.
    JoinKey {
        family: OsFamily,
        domain: String,
        entra_joined: bool,
        entra_tenant: String,
    }
}

impl Kind {
    /// The kind that stands for all further ones, once there are too many to tell apart.
    pub(super) fn other(&self) -> Self {
        let reason = Reason::Failed;
        let amount = Seen::Unknown(reason.into());
        let family = Seen::Unknown(reason.into());
        match self {
            Self::System(_) => Self::System(Box::new(SystemKey::unknown(reason))),
            Self::Browser(_) => Self::Browser(Box::new(BrowserKey::unknown(reason))),
            Self::Policy(_) => Self::Policy(Box::new(PolicyKey::unknown(reason))),
            Self::Join(_) => Self::Join(Box::new(JoinKey::unknown(reason))),
            Self::Memory(..) => Self::Memory(amount, family),
            Self::Disk(..) => Self::Disk(amount, family),
            Self::Time(_) => Self::Time(Seen::Unknown(reason.into())),
        }
    }

    /// Adds the group of the machines that have it.
    pub(super) fn add_to(self, facts: &mut HostsFacts, count: Count) {
        let Count {
            machines,
            samples,
            lowest_revision,
        } = count;
        match self {
            Self::System(key) => facts.systems.push(SystemGroup {
                family: key.family,
                product: key.product,
                name: key.name,
                release: key.release,
                build: key.build,
                lowest_revision: lowest_revision.map_or(Seen::Absent, Seen::Known),
                edition_class: key.edition_class,
                installation_type: key.installation_type,
                architecture: key.architecture,
                machines,
                samples,
            }),
            Self::Browser(key) => facts.browsers.push(browser_group(*key, machines, samples)),
            Self::Policy(key) => facts.policies.push(PolicyGroup {
                product: key.product,
                family: key.family,
                device_sign_in: key.device_sign_in,
                extension: key.extension,
                updates: key.updates,
                pinned_version: key.pinned_version,
                machines,
                samples,
            }),
            Self::Join(key) => facts.joins.push(JoinGroup {
                family: key.family,
                domain: key.domain,
                entra_joined: key.entra_joined,
                entra_tenant: key.entra_tenant,
                machines,
                samples,
            }),
            Self::Memory(amount, family) => {
                facts
                    .memory
                    .push(amount_group(amount, family, machines, samples));
            }
            Self::Disk(amount, family) => {
                facts
                    .disk_free
                    .push(amount_group(amount, family, machines, samples));
            }
            Self::Time(source) => facts.time_sources.push(TimeGroup {
                source,
                machines,
                samples,
            }),
        }
    }
}

fn browser_group(key: BrowserKey, machines: u64, samples: Vec<String>) -> BrowserGroup {
    BrowserGroup {
        product: key.product,
        name: key.name,
        channel: key.channel,
        major: key.major,
        released: key.released,
        ends: key.ends,
        scope: key.scope,
        family: key.family,
        installation_type: key.installation_type,
        machines,
        samples,
    }
}

fn amount_group(
    amount: Seen<u64>,
    family: Seen<OsFamily>,
    machines: u64,
    samples: Vec<String>,
) -> AmountGroup {
    AmountGroup {
        amount,
        family,
        machines,
        samples,
    }
}

/// How many machines are in a group, and what is told of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Count {
    pub(super) machines: u64,
    pub(super) samples: Vec<String>,
    pub(super) lowest_revision: Option<u32>,
}

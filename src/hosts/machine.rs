//! One machine, as far as it is counted: which it is, and the kinds of things that it has.

use jiff::Timestamp;
use waterline_facts::{
    Environment, Gap, HostFacts, Reason, Seen,
    browsers::{Browser, BrowserFacts, BrowserPolicies, BrowserProduct},
    host::OsFamily,
};

use super::group::{BrowserKey, JoinKey, Kind, PolicyKey, SystemKey, plain};

/// Bytes of a GiB.
const GIB: u64 = 1 << 30;
/// Bytes of a quarter of a GiB: a machine of 4 GiB shows some 3.9.
const QUARTER: u64 = GIB / 4;
/// Beyond this nobody counts: 64 TiB in MiB.
const MOST: u64 = 1 << 26;

/// A machine.
pub(super) struct Machine {
    /// Its name and domain in lower case, which tell it from others.
    pub(super) identity: String,
    /// The name it is shown by.
    pub(super) name: String,
    /// The recording's name in its folder.
    pub(super) file: String,
    /// When the recording was begun.
    pub(super) captured: Timestamp,
    /// Update revision of Windows.
    pub(super) revision: Option<u32>,
    /// What it has, each kind once.
    pub(super) kinds: Vec<Kind>,
}

impl Machine {
    /// The machine of a recording.
    ///
    /// # Errors
    /// Why it does not tell of which machine it is, in words.
    pub(super) fn of(file: &str, environment: &Environment) -> Result<Self, String> {
        let host = match &environment.host {
            Seen::Known(host) => host,
            Seen::Absent => return Err("it has no facts of a machine".to_owned()),
            Seen::Unknown(gap) => return Err(format!("it has no facts of a machine: {gap}")),
        };
        let name = host
            .name
            .known()
            .ok_or("it does not tell the machine's name")?;
        let domain = host.join.domain.known().map_or("", String::as_str);
        let mut kinds = vec![
            Kind::System(Box::new(system(host))),
            Kind::Join(Box::new(JoinKey {
                family: plain(&host.os.family),
                domain: lower(&host.join.domain),
                entra_joined: plain(&host.join.entra_joined),
                entra_tenant: lower(&host.join.entra_tenant),
            })),
            Kind::Memory(
                amount(&host.memory_bytes, QUARTER, 256),
                plain(&host.os.family),
            ),
            Kind::Disk(free(host), plain(&host.os.family)),
            Kind::Time(lower(&host.time.source)),
        ];
        kinds.extend(browsers(host, &environment.browsers));
        kinds.sort();
        kinds.dedup();
        Ok(Self {
            identity: format!("{}.{}", name.to_lowercase(), domain.to_lowercase()),
            name: name.clone(),
            file: file.to_owned(),
            captured: environment.run.started,
            revision: host.os.revision.known().copied(),
            kinds,
        })
    }
}

fn lower(seen: &Seen<String>) -> Seen<String> {
    plain(seen).map(|text| text.to_lowercase())
}

fn system(host: &HostFacts) -> SystemKey {
    let os = &host.os;
    SystemKey {
        family: plain(&os.family),
        product: plain(&os.product),
        name: plain(&os.name),
        release: match os.family.known() {
            Some(OsFamily::Windows) => plain(&os.display_version),
            _ => plain(&os.version),
        },
        build: plain(&os.build),
        edition_class: plain(&os.edition_class),
        installation_type: plain(&os.installation_type),
        architecture: plain(&host.architecture),
    }
}

/// An amount in steps, so that machines of about the same stand together.
fn amount(bytes: &Seen<u64>, step: u64, of_step: u64) -> Seen<u64> {
    plain(bytes).map(|bytes| (bytes / step).saturating_mul(of_step).min(MOST))
}

fn free(host: &HostFacts) -> Seen<u64> {
    let bytes = host.system_disk.as_ref().map(|disk| disk.free_bytes);
    amount(&bytes, GIB, 1)
}

/// The browsers of a machine; where not all could be read, one more that is unknown.
fn browsers(host: &HostFacts, browsers: &Seen<BrowserFacts>) -> Vec<Kind> {
    let facts = match browsers {
        Seen::Known(facts) => facts,
        Seen::Absent => return unread(host, &Reason::NotRun.into()),
        Seen::Unknown(gap) => return unread(host, gap),
    };
    let (installed, mut kinds) = match &facts.installed {
        Seen::Known(installed) => (installed, Vec::new()),
        Seen::Absent => (&facts.partial, Vec::new()),
        Seen::Unknown(gap) => (&facts.partial, unread(host, gap)),
    };
    for browser in installed {
        kinds.push(Kind::Browser(Box::new(browser_key(host, browser))));
    }
    match &facts.policies {
        Seen::Known(policies) => {
            let has =
                |one: &&BrowserPolicies| installed.iter().any(|own| own.product == one.product);
            let managed = policies.iter().filter(has);
            kinds.extend(managed.map(|one| Kind::Policy(Box::new(policy_key(host, one)))));
        }
        Seen::Absent => {}
        Seen::Unknown(gap) => kinds.push(unread_policies(host, gap)),
    }
    kinds
}

fn unread(host: &HostFacts, gap: &Gap) -> Vec<Kind> {
    let key = BrowserKey {
        family: plain(&host.os.family),
        installation_type: plain(&host.os.installation_type),
        ..BrowserKey::unknown(gap.reason)
    };
    vec![Kind::Browser(Box::new(key)), unread_policies(host, gap)]
}

fn unread_policies(host: &HostFacts, gap: &Gap) -> Kind {
    Kind::Policy(Box::new(PolicyKey {
        family: plain(&host.os.family),
        ..PolicyKey::unknown(gap.reason)
    }))
}

fn browser_key(host: &HostFacts, browser: &Browser) -> BrowserKey {
    BrowserKey {
        product: Seen::Known(browser.product),
        name: Seen::Known(browser.name.clone()),
        channel: plain(&browser.channel),
        major: plain(&browser.major),
        released: plain(&browser.released),
        ends: plain(&browser.ends),
        scope: Seen::Known(browser.scope),
        family: plain(&host.os.family),
        // Internet Explorer is part of the system, and only clients sign in as people do.
        installation_type: match browser.product {
            BrowserProduct::InternetExplorer => Seen::Absent,
            _ => plain(&host.os.installation_type),
        },
    }
}

fn policy_key(host: &HostFacts, policies: &BrowserPolicies) -> PolicyKey {
    let installed = policies.extension_installed == Seen::Known(true);
    PolicyKey {
        product: Seen::Known(policies.product),
        family: plain(&host.os.family),
        device_sign_in: plain(&policies.device_sign_in),
        extension: match plain(&policies.extension) {
            Seen::Absent if installed => {
                Seen::Known(waterline_facts::browsers::ExtensionPolicy::Allowed)
            }
            extension => extension,
        },
        updates: plain(&policies.updates),
        pinned_version: plain(&policies.pinned_version),
    }
}

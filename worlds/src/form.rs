//! A world as it is written: the sections of the YAML file, and what each word in it means.
//!
//! Forms only. Unknown keys are refused by the reader; what the words mean together is checked in
//! `read.rs`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use waterline_facts::host::OsFamily;

/// A simulated environment. Whatever it does not mention is well: every endpoint of the catalogue
/// is there and answers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorldForm {
    /// What it shows, in a sentence.
    pub about: String,
    /// The resolvers of the machine, in their order; one that answers from inside if there are none.
    #[serde(default)]
    pub resolvers: Vec<ResolverForm>,
    /// Resolvers outside that are asked for the public view; empty if nobody outside is asked.
    #[serde(default)]
    pub public_resolvers: Vec<ResolverForm>,
    /// The organisation's zones.
    #[serde(default)]
    pub zones: Vec<ZoneForm>,
    /// What is wrong with endpoints of the catalogue.
    #[serde(default)]
    pub endpoints: Vec<EndpointForm>,
    /// Whether the machine reaches the public without a proxy.
    #[serde(default)]
    pub direct: Direct,
    /// The proxy; that the machine uses it stands in its own settings, under `machine`.
    #[serde(default)]
    pub proxy: Option<ProxyForm>,
    /// The tenant that the sign-in service knows for a domain: its id by the domain.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub tenants: BTreeMap<String, Spanned<String>>,
    /// The domain controllers.
    #[serde(default)]
    pub controllers: Option<ControllersForm>,
    /// The directory; none if no export of one is read.
    #[serde(default)]
    pub directory: Option<DirectoryForm>,
    /// The machine on which the program seems to run.
    pub machine: MachineForm,
}

/// A resolver.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResolverForm {
    /// Which view it has; by default that of the place where it is listed.
    pub sees: Option<View>,
    /// What it does with questions.
    pub manner: ResolverManner,
    /// How long it takes for each answer, in milliseconds, 0 to 60000.
    #[schemars(with = "u64", range(max = 60_000))]
    pub delay_ms: Option<Spanned<u64>>,
}

/// What a resolver does with questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResolverManner {
    /// It answers.
    #[default]
    Answers,
    /// It answers over UDP alone.
    UdpOnly,
    /// It answers the organisation's own names, and knows no others.
    OwnNamesOnly,
    /// It gives an address to every name, as some providers do.
    InventsNames,
    /// It says that it failed.
    Fails,
    /// It refuses.
    Refuses,
    /// It says nothing.
    Silent,
}

/// From where a name is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// From the organisation's own network.
    Inside,
    /// From the public.
    Outside,
}

/// A zone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneForm {
    /// Its name.
    #[schemars(with = "String")]
    pub zone: Spanned<String>,
    /// From where it is seen; from both sides if this is left out. Two zones of one name make a
    /// split DNS.
    pub seen: Option<View>,
    /// Its records, each as a line of a zone file (RFC 1035), without its time to live:
    /// `@ MX 0 mail.example.com.`. Addresses lie in 127.0.0.0/8.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub records: Vec<Spanned<String>>,
}

/// What is wrong with some endpoints.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointForm {
    /// Hosts of the catalogue, or whole zones of it as `*.example.com`.
    #[schemars(with = "Vec<String>")]
    pub hosts: Vec<Spanned<String>>,
    /// The ports that are concerned; all of the hosts' if this is left out.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// What is wrong.
    pub fault: EndpointFault,
    /// How long a slow one takes, in milliseconds, 0 to 60000; 3000 if this is left out.
    #[schemars(with = "Option<u64>", range(max = 60_000))]
    pub delay_ms: Option<Spanned<u64>>,
}

/// What may be wrong with an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointFault {
    /// Nobody resolves its name.
    NoName,
    /// Its port is closed.
    Refused,
    /// A filter drops what is sent to its port (on Linux alone).
    Filtered,
    /// It takes connections and resets them.
    Resets,
    /// It takes connections and says nothing.
    Silent,
    /// It answers after a while.
    Slow,
    /// Its certificate has expired.
    Expired,
    /// Its certificate names another host.
    OtherName,
    /// Its certificate is of an authority that nobody trusts.
    Untrusted,
    /// A filter's page comes in place of its answer.
    Blocked,
    /// It answers that it failed.
    Fails,
}

/// Whether the machine reaches the public without a proxy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direct {
    /// It does.
    #[default]
    Open,
    /// Every connection past the proxy is refused.
    Refused,
}

/// A proxy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyForm {
    /// Its name, which resolves inside.
    #[schemars(with = "String")]
    pub host: Spanned<String>,
    /// Its port.
    pub port: u16,
    /// The authority with whose certificates it opens TLS; none if it opens none. The machine trusts
    /// it.
    pub decrypts_as: Option<String>,
    /// Hosts of the catalogue, or zones as `*.example.com`, whose TLS it leaves alone.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub leaves_alone: Vec<Spanned<String>>,
    /// Hosts or zones that it refuses.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub forbids: Vec<Spanned<String>>,
    /// The sign-in that it asks for, such as `Negotiate`; none if it lets everybody through.
    pub asks_for: Option<String>,
}

/// Domain controllers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControllersForm {
    /// Their domain, which has a zone of that name. Its locator records come by themselves.
    #[schemars(with = "String")]
    pub domain: Spanned<String>,
    /// The site in which they and the machine are.
    pub site: String,
    /// They.
    pub hosts: Vec<ControllerForm>,
}

/// A domain controller.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControllerForm {
    /// Its name within the domain, such as `dc01`.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Ports at which nobody listens.
    #[serde(default)]
    #[schemars(with = "Vec<u16>")]
    pub closed: Vec<Spanned<u16>>,
    /// How far its clock is ahead, in seconds; negative if it is behind.
    #[serde(default)]
    pub clock_ahead_s: i32,
}

/// A directory: made by the generator (`docs/synth.md`), or exports that stand beside the file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DirectoryForm {
    /// How many objects the generator makes, 100 to 1000000, of the domain corp.example.com.
    #[schemars(with = "Option<u64>", range(min = 100, max = 1_000_000))]
    pub objects: Option<Spanned<u64>>,
    /// What decides all that is left to chance; 1 if this is left out.
    pub seed: Option<u64>,
    /// The generator's faults that are planted, by name; `all` for all of them.
    #[schemars(with = "Vec<String>")]
    pub faults: Vec<Spanned<String>>,
    /// LDIF exports in place of the generator's, as paths from this file.
    #[schemars(with = "Vec<String>")]
    pub exports: Vec<Spanned<String>>,
}

/// The machine on which the program seems to run.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MachineForm {
    /// Its operating system.
    pub family: OsFamily,
    /// Its name.
    pub name: String,
    /// Its memory in GiB; 16 if this is left out.
    pub memory_gib: Option<u32>,
    /// What is free on its disk of 512 GiB, in GiB; 200 if this is left out.
    pub free_gib: Option<u32>,
    /// An export of its registry, as a path from this file.
    #[schemars(with = "Option<String>")]
    pub registry: Option<Spanned<String>>,
    /// Its files: the text by the path.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Its environment variables.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

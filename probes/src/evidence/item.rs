//! One piece of evidence: what was asked, what came, and for which fact.

use base64::{Engine, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::Error};
use waterline_facts::{ProbeId, Reason};

/// Bytes of one answer beyond this number are left out, which is told.
pub const MOST_BYTES: usize = 4 << 20;

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The probe that asked.
    pub probe: ProbeId,
    /// The fact that it is for, as a path such as `dns.records[3]`; that of the probe if it is for
    /// more than one.
    pub about: String,
    /// When the answer was there, in milliseconds since the probe began.
    pub at_ms: u64,
    /// How long the answer took, in microseconds; 0 where that is no fact.
    #[serde(default)]
    pub took_us: u64,
    /// What was asked, and of whom.
    pub asked: Asked,
    /// What came.
    pub came: Came,
}

/// What was asked, and of whom.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// What the probe was given to work on, by its name.
    Input {
        /// Such as `settings`.
        name: String,
    },
    /// A question to a DNS server.
    Dns {
        /// The server, as address and port.
        server: String,
        /// The name, with its final dot.
        name: String,
        /// The type of the records, as a zone file writes it.
        record_type: String,
        /// `usual`, `plain` (without EDNS), `unchecked`, `verified`, `held` (no recursion), `tcp`.
        manner: String,
    },
    /// The bytes of a file.
    File {
        /// Its path.
        path: String,
    },
    /// The names in a folder.
    Folder {
        /// Its path.
        path: String,
    },
    /// Where a link leads.
    Link {
        /// Its path.
        path: String,
    },
    /// Whether a path exists.
    Exists {
        /// The path.
        path: String,
    },
    /// An environment variable.
    Variable {
        /// Its name.
        name: String,
    },
    /// A value in the registry.
    RegistryValue {
        /// The key.
        key: String,
        /// The value's name; empty for the default value.
        name: String,
    },
    /// The subkeys of a key in the registry.
    RegistryKeys {
        /// The key.
        key: String,
    },
    /// Something that the system tells of itself: `machine`, `disks`.
    System {
        /// What.
        what: String,
    },
    /// A search in a directory.
    Search {
        /// The controller.
        server: String,
        /// Where it begins.
        base: String,
        /// `base`, `onelevel` or `subtree`.
        scope: String,
        /// Which entries it wants.
        filter: String,
        /// The attributes that it asks for.
        attributes: Vec<String>,
    },
    /// The certificates that a server shows, its own first.
    Certificates {
        /// The server, as host and port.
        server: String,
    },
    /// The beginning of an answer of a web server: status and fields.
    Head {
        /// The server, as host and port.
        server: String,
    },
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// Bytes.
    Bytes(Bytes),
    /// A list of bytes, such as a chain of certificates in DER.
    List(Vec<Bytes>),
    /// Names, in their order.
    Names(Vec<String>),
    /// Entries of a directory.
    Entries(Vec<EntryItem>),
    /// A value that has a form of its own, as JSON.
    Value(serde_json::Value),
    /// That there is none.
    Absent,
    /// Nothing.
    Nothing {
        /// Why, in the words of facts.
        reason: Reason,
        /// Why, in the words of whoever asked.
        detail: String,
    },
    /// More than is kept.
    Cut {
        /// How many bytes there were.
        size: u64,
        /// The first of them.
        begins: Bytes,
    },
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryItem {
    /// Its distinguished name.
    pub dn: String,
    /// Its attributes, as far as they were asked for, with their values.
    pub attributes: Vec<(String, Vec<Bytes>)>,
}

impl Came {
    /// Bytes as they came, or their beginning if they are too many.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        match bytes.get(..MOST_BYTES) {
            Some(begins) if bytes.len() > MOST_BYTES => Self::Cut {
                size: bytes.len() as u64,
                begins: Bytes(begins[..4096].to_owned()),
            },
            _ => Self::Bytes(Bytes(bytes.to_owned())),
        }
    }
}

/// Bytes; in JSON as base64.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bytes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "contentEncoding": "base64"})
    }
}

//! Systems other than Windows have no registry.

use waterline_facts::Seen;

use super::{RegistryData, unsupported};

pub(super) fn value(_key: &str, _name: &str) -> Seen<RegistryData> {
    unsupported("only Windows has a registry")
}

pub(super) fn keys(_key: &str) -> Seen<Vec<String>> {
    unsupported("only Windows has a registry")
}

pub(super) fn device_status() -> Seen<Vec<u8>> {
    unsupported("only Windows has dsregcmd")
}

//! Every reader of bytes from outside behind one signature: bytes in, nothing out.
//!
//! What comes from a resolver, a server, an installed application or a file is hostile. These are
//! the places where it is read; fuzzing and the test that replays its corpus call them. None of
//! them does I/O. A reader keeps its promise if it returns, soon and in bounded memory.

use waterline_facts::host::OsFamily;

use crate::{
    catalog::Catalog,
    directory, dns, network,
    system::{Ini, Recorded, System, parse_property_list},
};

/// An export of a directory (LDIF).
pub fn ldif(bytes: &[u8]) {
    let _ = directory::look_through_export(bytes);
}

/// What a directory server sends to a search.
pub fn ldap_answer(bytes: &[u8]) {
    directory::count_messages(bytes);
}

/// A security descriptor of a directory object.
pub fn access_list(bytes: &[u8]) {
    directory::is_access_list(bytes);
}

/// The text of an exported registry (`.reg`).
pub fn registry_text(bytes: &[u8]) {
    if let Ok(system) = Recorded::new(OsFamily::Windows).with_registry(bytes) {
        for key in system.registry_keys("HKLM").known().into_iter().flatten() {
            let _ = system.registry_text(&format!("HKLM\\{key}"), "");
        }
    }
}

/// A property list, XML or binary.
pub fn property_list(bytes: &[u8]) {
    if let Some(list) = parse_property_list(bytes, "list").known() {
        let _ = list.text(&["CFBundleShortVersionString"]);
    }
}

/// A settings file.
pub fn settings_file(bytes: &[u8]) {
    let ini = Ini::parse(&String::from_utf8_lossy(bytes));
    for section in ini.sections() {
        let _ = ini.get(section, "path");
    }
}

/// The answer of a DNS server.
pub fn dns_answer(bytes: &[u8]) {
    dns::read_untrusted_answer(bytes);
}

/// The text of a sender policy.
pub fn sender_policy(bytes: &[u8]) {
    dns::count_policy_terms(&String::from_utf8_lossy(bytes));
}

/// A PAC file.
pub fn proxy_script(bytes: &[u8]) {
    network::count_script_proxies(&String::from_utf8_lossy(bytes));
}

/// A catalogue of endpoints and records.
pub fn catalog(bytes: &[u8]) {
    let _ = Catalog::check(&String::from_utf8_lossy(bytes));
}

//! Linux: sssd, or Samba's winbind, each together with the machine's keytab.
//!
//! `krb5.conf` proves nothing (Debian's names a university by default) and is not asked. realmd
//! keeps no state of its own: it writes the files of the other two. `sssd.conf` is for root alone,
//! so for anybody else the answer is unknown unless Samba tells.

use waterline_facts::{Gap, Reason, Seen, host::JoinFacts};

use super::{NAME_IT, found_in};
use crate::system::{Ini, System, unsupported};

const SSSD: &str = "/etc/sssd/sssd.conf";
const SSSD_ADDITIONS: &str = "/etc/sssd/conf.d";
const SAMBA: &str = "/etc/samba/smb.conf";
const KEYTAB: &str = "/etc/krb5.keytab";
const SAMBA_DIRECTORY: &str = "/var/lib/samba/private/sam.ldb";
/// Joined by products that keep their state elsewhere.
const OTHERS: [(&str, &str); 3] = [
    ("/opt/pbis", "PBIS"),
    ("/etc/centrifydc", "Centrify"),
    ("/etc/opt/quest/vas", "Quest"),
];
/// Where there is any of these, the machine may be tied to Entra ID.
const ENTRA: [&str; 3] = [
    "/etc/microsoft/identity-broker",
    "/opt/microsoft/identity-broker",
    "/etc/himmelblau",
];

pub(super) fn read(system: &dyn System) -> JoinFacts {
    let entra = entra(system);
    JoinFacts {
        entra_tenant: entra.as_ref().and_then(|_| Seen::Absent),
        registered: entra.clone(),
        entra_joined: entra,
        ..active_directory(system)
    }
}

fn active_directory(system: &dyn System) -> JoinFacts {
    let from_sssd = sssd(system);
    if let Seen::Known(domain) = from_sssd {
        return found_in(with_keytab(system, domain, SSSD), "sssd.conf");
    }
    match samba(system) {
        Seen::Absent => found_in(neither(system, from_sssd), "none"),
        told => found_in(told, "smb.conf"),
    }
}

/// What is left to say when neither sssd nor Samba names a domain.
fn neither(system: &dyn System, from_sssd: Seen<String>) -> Seen<String> {
    if let Seen::Unknown(gap) = from_sssd {
        let remedy = format!("run with the rights to read it, or {NAME_IT}");
        return Seen::Unknown(gap.with_remedy(remedy));
    }
    let other = OTHERS
        .iter()
        .find(|(path, _)| system.exists(path) == Seen::Known(true));
    other.map_or(Seen::Absent, |(_, product)| {
        let detail = format!("{product} keeps its state to itself");
        unclear(Reason::Unsupported, detail)
    })
}

fn unclear<T>(reason: Reason, detail: String) -> Seen<T> {
    Seen::Unknown(Gap::new(reason, detail).with_remedy(NAME_IT))
}

/// A domain counts where the machine also has the keys that a join leaves.
fn with_keytab(system: &dyn System, domain: String, settings: &str) -> Seen<String> {
    match system.exists(KEYTAB) {
        Seen::Known(true) => Seen::Known(domain),
        Seen::Unknown(gap) => Seen::Unknown(gap.with_remedy(NAME_IT)),
        _ => unclear(
            Reason::Malformed,
            format!("{settings} names the domain {domain}, but there is no {KEYTAB}"),
        ),
    }
}

/// The domain of the first sssd domain that takes its identities from Active Directory.
fn sssd(system: &dyn System) -> Seen<String> {
    let mut ini = match system.text(SSSD) {
        Seen::Known(text) => Ini::parse(&text),
        Seen::Absent => Ini::default(),
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    let additions = match system.list(SSSD_ADDITIONS) {
        Seen::Known(names) => names,
        Seen::Absent => Vec::new(),
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    for name in additions {
        if name.starts_with('.') || !name.ends_with(".conf") {
            continue;
        }
        match system.text(&format!("{SSSD_ADDITIONS}/{name}")) {
            Seen::Known(text) => ini.merge(&text),
            Seen::Absent => {}
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    sssd_domain(&ini).map_or(Seen::Absent, Seen::Known)
}

fn sssd_domain(ini: &Ini) -> Option<String> {
    let listed = ini.get("sssd", "domains").unwrap_or_default();
    let listed: Vec<&str> = listed.split(',').map(str::trim).collect();
    ini.sections()
        .filter_map(|section| Some((section, section.strip_prefix("domain/")?)))
        .find(|(section, name)| {
            let enabled = ini.get(section, "enabled").map(str::to_lowercase);
            let active = match enabled.as_deref() {
                Some(enabled) => enabled == "true",
                None => listed.contains(name),
            };
            let provider = ini.get(section, "id_provider");
            active && provider.is_some_and(|provider| provider.eq_ignore_ascii_case("ad"))
        })
        .map(|(section, name)| ini.get(section, "ad_domain").unwrap_or(name).to_owned())
}

/// The realm, where Samba is a member of a domain or a controller of its own.
fn samba(system: &dyn System) -> Seen<String> {
    system.text(SAMBA).and_then(|text| {
        let text = text
            .replace("[GLOBAL]", "[global]")
            .replace("[Global]", "[global]");
        let ini = Ini::parse(&text);
        let get = |name: &str| ini.get("global", name).map(str::to_lowercase);
        let Some(realm) = get("realm") else {
            return Seen::Absent;
        };
        let role = get("server role").unwrap_or_default();
        let controller = matches!(role.as_str(), "active directory domain controller" | "dc");
        let member = matches!(role.as_str(), "member server" | "member");
        match get("security").as_deref() {
            Some("ads") => with_keytab(system, realm, SAMBA),
            None | Some("auto") if controller => with_directory(system, realm),
            None | Some("auto") if member => with_keytab(system, realm, SAMBA),
            _ => Seen::Absent,
        }
    })
}

/// A controller is one where its directory is; the role alone may be left from an attempt.
fn with_directory(system: &dyn System, realm: String) -> Seen<String> {
    match system.exists(SAMBA_DIRECTORY) {
        Seen::Known(true) => Seen::Known(realm),
        Seen::Unknown(gap) => Seen::Unknown(gap.with_remedy(NAME_IT)),
        _ => unclear(
            Reason::Malformed,
            format!("{SAMBA} is that of a domain controller, but there is no {SAMBA_DIRECTORY}"),
        ),
    }
}

/// Without a broker a Linux machine cannot be tied to Entra ID; with one only the broker knows.
fn entra(system: &dyn System) -> Seen<bool> {
    for path in ENTRA {
        match system.exists(path) {
            Seen::Known(false) | Seen::Absent => {}
            Seen::Known(true) => return unsupported(format!("only the broker of {path} knows")),
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    Seen::Known(false)
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    const JOINED: &str = "[sssd]\ndomains = corp.example.test\n\
        [domain/corp.example.test]\nid_provider = ad\nkrb5_realm = CORP.EXAMPLE.TEST\n";
    const ADS: &str = "[global]\n security = ADS\n realm = CORP.EXAMPLE.TEST\n";

    fn linux() -> Recorded {
        Recorded::new(OsFamily::Linux).with_file(
            "/etc/krb5.conf",
            "[libdefaults]\ndefault_realm = ATHENA.MIT.EDU\n",
        )
    }

    #[test]
    fn sssd_with_a_keytab_is_joined() {
        let facts = read(&linux().with_file(SSSD, JOINED).with_file(KEYTAB, ""));
        assert_eq!(facts.domain, Seen::Known("corp.example.test".into()));
        assert_eq!(facts.source, Seen::Known("sssd.conf".into()));
        assert_eq!(facts.entra_joined, Seen::Known(false));
    }

    #[test]
    fn kerberos_settings_alone_are_no_join() {
        assert_eq!(read(&linux()).domain, Seen::Absent);
        assert_eq!(read(&linux().with_file(KEYTAB, "")).domain, Seen::Absent);
    }

    #[test]
    fn ldap_provider_switched_off_domain_and_nt4_security_are_no_join() {
        let ldap = JOINED.replace("= ad\n", "= ldap\n");
        let off = JOINED.replace("id_provider", "enabled = false\nid_provider");
        for text in [ldap, off] {
            let system = linux().with_file(SSSD, text).with_file(KEYTAB, "");
            assert_eq!(read(&system).domain, Seen::Absent);
        }
        let nt4 = linux().with_file(SAMBA, ADS.replace("ADS", "domain"));
        assert_eq!(read(&nt4).domain, Seen::Absent);
    }

    #[test]
    fn settings_without_keys_are_unknown() {
        for (path, text) in [(SSSD, JOINED), (SAMBA, ADS)] {
            let facts = read(&linux().with_file(path, text));
            assert!(facts.domain.is_unknown(), "{path}");
            assert!(facts.source.is_unknown(), "{path}");
        }
    }

    #[test]
    fn settings_for_root_alone_are_unknown_unless_samba_tells() {
        let denied = linux().with_denied(SSSD).with_file(KEYTAB, "");
        let gap = read(&denied).domain.gap().cloned().unwrap();
        assert_eq!(gap.reason, Reason::Denied);
        assert!(gap.remedy.contains("--domain"), "{}", gap.remedy);
        let told = read(&denied.with_file(SAMBA, ADS));
        assert_eq!(told.domain, Seen::Known("corp.example.test".into()));
        assert_eq!(told.source, Seen::Known("smb.conf".into()));
    }

    #[test]
    fn controller_counts_where_its_directory_is() {
        let text = "[Global]\nrealm = corp.example.test\nserver role = active directory domain controller\n";
        let settings = linux().with_file(SAMBA, text);
        assert!(read(&settings).domain.is_unknown());
        let whole = settings.with_file(SAMBA_DIRECTORY, "");
        assert_eq!(read(&whole).domain, Seen::Known("corp.example.test".into()));
    }

    #[test]
    fn other_products_make_it_unknown() {
        let system = linux().with_file("/opt/pbis/bin/pbis", "");
        let gap = read(&system).domain.gap().cloned().unwrap();
        assert_eq!(gap.reason, Reason::Unsupported);
        let broker = linux().with_file("/etc/himmelblau/himmelblau.conf", "");
        assert!(read(&broker).entra_joined.is_unknown());
    }
}

//! Domain controllers as the configuration lists them: each server with the settings below it.

use std::collections::BTreeMap;

use waterline_facts::Seen;

use super::{
    dn::Dn,
    entry::{Entry, small_number},
    forest::unreadable,
    hidden::existing,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read},
    values,
};

/// Bits of a controller's options (MS-ADTS 6.1.1.2.2.1.2.1.1).
const GLOBAL_CATALOG: i64 = 0x1;
const NO_INBOUND: i64 = 0x2;
const NO_OUTBOUND: i64 = 0x4;

/// The LDAP policy where none is set.
const DEFAULT_POLICY: &str = "Default Query Policy";

fn servers() -> Query {
    Query {
        base: Place::Configuration("CN=Sites"),
        scope: Scope::Subtree,
        filter: Filter::Class("server"),
        attributes: &["dNSHostName", "serverReference"],
        witness: Place::Configuration(""),
    }
}

/// The settings of controllers and of sites.
fn settings() -> Query {
    Query {
        base: Place::Configuration("CN=Sites"),
        scope: Scope::Subtree,
        filter: Filter::Either(vec![
            Filter::Class("nTDSDSA"),
            Filter::Class("nTDSSiteSettings"),
        ]),
        attributes: &[
            "msDS-Behavior-Version",
            "msDS-ReplicationEpoch",
            "objectClass",
            "options",
            "queryPolicyObject",
        ],
        witness: Place::Configuration(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![servers(), settings()]
}

/// A domain controller as the configuration lists it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Replica {
    /// Its DNS name, lower case.
    pub host: String,
    /// Its site.
    pub site: String,
    /// Distinguished name of its computer object.
    pub computer: Option<String>,
    /// Distinguished name of its settings.
    pub settings: String,
    /// Whether it is read-only.
    pub read_only: bool,
    /// Whether it holds the global catalogue.
    pub global_catalog: Seen<bool>,
    /// Whether it takes changes.
    pub inbound: Seen<bool>,
    /// Whether it hands changes on.
    pub outbound: Seen<bool>,
    /// Its functional level.
    pub level: Seen<u32>,
    /// Its replication epoch.
    pub epoch: Seen<u32>,
    /// Name of its LDAP policy.
    pub policy: Seen<String>,
}

/// Reads the controllers, sorted by name.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<Vec<Replica>> {
    let servers = existing(read(directory, &servers()).await);
    let settings = existing(read(directory, &settings()).await);
    match (servers, settings) {
        (Seen::Known(servers), Seen::Known(settings)) => Seen::Known(replicas(&servers, &settings)),
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => Seen::Unknown(gap),
        (servers, _) => unreadable(&servers),
    }
}

fn replicas(servers: &[Entry], settings: &[Entry]) -> Vec<Replica> {
    let by_server: BTreeMap<_, _> = servers
        .iter()
        .map(|server| (server.dn.to_lowercase(), server))
        .collect();
    let (of_controllers, of_sites): (Vec<_>, Vec<_>) = settings
        .iter()
        .partition(|settings| settings.has("objectClass", "nTDSDSA"));
    let policies = of_sites.iter().filter_map(|settings| {
        let site = Dn::parse(&settings.dn)?.value(1)?.to_lowercase();
        Some((site, policy(settings)))
    });
    let policies: BTreeMap<_, _> = policies.collect();
    let mut replicas: Vec<_> = of_controllers
        .iter()
        .filter_map(|settings| replica(settings, &by_server, &policies))
        .collect();
    replicas.sort();
    replicas.dedup_by(|a, b| a.host == b.host);
    replicas
}

/// The settings stand right below the server, that below `CN=Servers`, and that below the site. A
/// server without settings is no controller any more.
fn replica(
    settings: &Entry,
    servers: &BTreeMap<String, &Entry>,
    policies: &BTreeMap<String, Seen<String>>,
) -> Option<Replica> {
    let dn = Dn::parse(&settings.dn)?;
    let (_, above) = settings.dn.split_once(',')?;
    let server = servers.get(&above.to_lowercase())?;
    let host = server.text("dNSHostName")?;
    let site = dn.value(3)?.to_owned();
    let options = match settings.fact("options", values::integer) {
        Seen::Absent => Seen::Known(0),
        options => options,
    };
    let option = |bit: i64| options.clone().map(|options| options & bit != 0);
    let of_site = policies.get(&site.to_lowercase());
    Some(Replica {
        computer: server.text("serverReference"),
        settings: settings.dn.clone(),
        read_only: settings.has("objectClass", "nTDSDSARO"),
        global_catalog: option(GLOBAL_CATALOG),
        inbound: option(NO_INBOUND).map(|off| !off),
        outbound: option(NO_OUTBOUND).map(|off| !off),
        level: settings.fact("msDS-Behavior-Version", small_number),
        epoch: settings.fact("msDS-ReplicationEpoch", small_number),
        policy: policy_of(policy(settings), of_site),
        ..Replica::new(host.trim_end_matches('.'), &site)
    })
}

/// The policy that settings name.
fn policy(settings: &Entry) -> Seen<String> {
    settings.fact("queryPolicyObject", |value| {
        Dn::parse(&values::text(value))?.value(0).map(str::to_owned)
    })
}

/// A controller's own policy comes before that of its site, and that before the default one.
fn policy_of(own: Seen<String>, of_site: Option<&Seen<String>>) -> Seen<String> {
    match (own, of_site) {
        (Seen::Absent, None | Some(Seen::Absent)) => Seen::Known(DEFAULT_POLICY.to_owned()),
        (Seen::Absent, Some(of_site)) => of_site.clone(),
        (own, _) => own,
    }
}

impl Replica {
    /// A writable controller of which little is known.
    pub fn new(host: &str, site: &str) -> Self {
        Self {
            host: host.to_lowercase(),
            site: site.to_owned(),
            computer: None,
            settings: String::new(),
            read_only: false,
            global_catalog: Seen::not_run(),
            inbound: Seen::not_run(),
            outbound: Seen::not_run(),
            level: Seen::not_run(),
            epoch: Seen::not_run(),
            policy: Seen::not_run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(dn: &str, attributes: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        Entry {
            dn: dn.to_owned(),
            attributes: attributes.iter().map(pair).collect(),
            ..Entry::default()
        }
    }

    const SERVER: &str = "CN=DC1,CN=Servers,CN=Berlin,CN=Sites,CN=Configuration,DC=a";
    const POLICY: &str = "CN=Branch,CN=Query-Policies,CN=Directory Service";

    fn read(own: &[(&str, &str)], of_site: &[(&str, &str)]) -> Vec<Replica> {
        let servers = [
            entry(
                SERVER,
                &[("dNSHostName", "DC1.a"), ("serverReference", "CN=DC1,DC=a")],
            ),
            entry(
                "CN=OLD,CN=Servers,CN=Berlin,CN=Sites",
                &[("dNSHostName", "old.a")],
            ),
        ];
        let class = [("objectClass", "nTDSDSA")];
        let settings = [
            entry(
                &format!("CN=NTDS Settings,{SERVER}"),
                &[&class[..], own].concat(),
            ),
            entry("CN=NTDS Site Settings,CN=berlin,CN=Sites", of_site),
        ];
        replicas(&servers, &settings)
    }

    #[test]
    fn controllers_are_servers_with_settings() {
        let options = [
            ("options", "37"),
            ("msDS-Behavior-Version", "7"),
            ("msDS-ReplicationEpoch", "3"),
        ];
        let expected = Replica {
            computer: Some("CN=DC1,DC=a".to_owned()),
            settings: format!("CN=NTDS Settings,{SERVER}"),
            global_catalog: Seen::Known(true),
            inbound: Seen::Known(true),
            outbound: Seen::Known(false),
            level: Seen::Known(7),
            epoch: Seen::Known(3),
            policy: Seen::Known(DEFAULT_POLICY.to_owned()),
            ..Replica::new("dc1.a", "Berlin")
        };
        assert_eq!(read(&options, &[]), [expected]);
    }

    #[test]
    fn no_options_are_none_set() {
        let replica = read(&[], &[]).remove(0);
        assert_eq!(replica.global_catalog, Seen::Known(false));
        assert_eq!(replica.inbound, Seen::Known(true));
    }

    #[test]
    fn own_policy_comes_before_that_of_the_site() {
        let policy = [("queryPolicyObject", POLICY)];
        let other = [("queryPolicyObject", "CN=Other,CN=Query-Policies")];
        let name = |replicas: Vec<Replica>| replicas[0].policy.clone();
        assert_eq!(name(read(&[], &policy)), Seen::Known("Branch".to_owned()));
        assert_eq!(
            name(read(&policy, &other)),
            Seen::Known("Branch".to_owned())
        );
    }
}

//! Configuration Manager: the container in which it publishes, its sites and management points.

use waterline_facts::{
    Seen,
    directory::services::{
        ConfigurationManagerFacts, ManagementPoint, Principal, PublishedSite, SystemManagement,
    },
};

use super::{
    descriptor::AccessList,
    principals::Principals,
    rights::{Reach, Right, bits},
    told::{self, DESCRIPTOR},
};
use crate::directory::{
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
    values,
};

const PLACE: Place = Place::Domain("CN=System Management,CN=System");
const SYSTEM: Place = Place::Domain("CN=System");

/// Full control of the container, and of all that is below it.
const FULL: Right = Right::here(bits::FULL, &[]);
const FULL_BELOW: Right = Right {
    reach: Reach::AllBelow,
    ..FULL
};

fn container() -> Query {
    Query {
        base: PLACE,
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[DESCRIPTOR, "whenChanged"],
        witness: SYSTEM,
    }
}

fn sites() -> Query {
    Query {
        base: PLACE,
        scope: Scope::OneLevel,
        filter: Filter::Class("mSSMSSite"),
        attributes: &[
            "mSSMSAssignmentSiteCode",
            "mSSMSHealthState",
            "mSSMSSiteCode",
            "mSSMSSourceForest",
            "whenChanged",
        ],
        witness: SYSTEM,
    }
}

fn management_points() -> Query {
    Query {
        base: PLACE,
        scope: Scope::OneLevel,
        filter: Filter::Class("mSSMSManagementPoint"),
        attributes: &[
            "dNSHostName",
            "mSSMSCapabilities",
            "mSSMSDefaultMP",
            "mSSMSMPName",
            "mSSMSSiteCode",
            "mSSMSVersion",
            "whenChanged",
        ],
        witness: SYSTEM,
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![container(), sites(), management_points()]
}

/// Reads the facts of Configuration Manager.
pub(super) async fn learn(
    directory: &dyn Directory,
    principals: &mut Principals<'_>,
) -> ConfigurationManagerFacts {
    let container = read_one(directory, &container()).await;
    let sites = told::list(directory, &sites()).await;
    let points = told::list(directory, &management_points()).await;
    ConfigurationManagerFacts {
        container: match container {
            Seen::Known(entry) => Seen::Known(container_facts(&entry, principals).await),
            Seen::Absent => Seen::Absent,
            Seen::Unknown(gap) => Seen::Unknown(gap),
        },
        sites: told::each(sites, site),
        management_points: told::each(points, management_point),
    }
}

async fn container_facts(entry: &Entry, principals: &mut Principals<'_>) -> SystemManagement {
    let list = told::access(entry);
    SystemManagement {
        changed: told::moment(entry, "whenChanged"),
        full_control: holders(&list, &[FULL], principals).await,
        full_control_below: holders(&list, &[FULL, FULL_BELOW], principals).await,
    }
}

async fn holders(
    list: &Seen<AccessList>,
    rights: &[Right],
    principals: &mut Principals<'_>,
) -> Seen<Vec<Principal>> {
    match list {
        Seen::Known(list) => {
            let holders = list.holders(rights).into_iter();
            let holders = holders.filter(|who| !who.built_in());
            Seen::Known(principals.of(holders.collect::<Vec<_>>()).await)
        }
        other => other.as_ref().map(|_| Vec::new()),
    }
}

fn site(entry: &Entry) -> Option<PublishedSite> {
    Some(PublishedSite {
        code: named(entry, "mSSMSSiteCode")?,
        assignment_code: told::text(entry, "mSSMSAssignmentSiteCode"),
        source_forest: told::text(entry, "mSSMSSourceForest"),
        health: told::number(entry, "mSSMSHealthState"),
        changed: told::moment(entry, "whenChanged"),
    })
}

fn management_point(entry: &Entry) -> Option<ManagementPoint> {
    Some(ManagementPoint {
        name: named(entry, "mSSMSMPName")?,
        site: told::text(entry, "mSSMSSiteCode"),
        host: told::text(entry, "dNSHostName").map(|host| host.to_lowercase()),
        build: told::number(entry, "mSSMSVersion"),
        version: match told::text(entry, "mSSMSCapabilities") {
            Seen::Known(xml) => waterline_facts::seen::known_or_absent(version(&xml)),
            other => other,
        },
        default: told::truth(entry, "mSSMSDefaultMP"),
        changed: told::moment(entry, "whenChanged"),
    })
}

/// The value of an attribute that every such entry has, else the entry's own name.
fn named(entry: &Entry, attribute: &str) -> Option<String> {
    let value = entry.value(attribute).map(values::text);
    value.or_else(|| told::own_name(&entry.dn))
}

/// The text of the first `<Version>` element, which holds digits and dots alone.
fn version(xml: &str) -> Option<String> {
    let (_, rest) = xml.split_once("<Version>")?;
    let (version, _) = rest.split_once("</Version>")?;
    let version = version.trim();
    let sound = !version.is_empty() && version.len() <= 32;
    let dotted = version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (sound && dotted).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_taken_out_of_the_capabilities() {
        let xml = "<ClientOperationalSettings><Version>5.00.9128.1000</Version><x/></ClientOperationalSettings>";
        assert_eq!(version(xml).as_deref(), Some("5.00.9128.1000"));
        for other in [
            "",
            "<Version>",
            "<Version></Version>",
            "<Version>a</Version>",
        ] {
            assert_eq!(version(other), None, "{other}");
        }
    }
}

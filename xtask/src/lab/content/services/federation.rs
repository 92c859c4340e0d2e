//! AD FS with the contact that hides its key, and the Exchange organisation.

use super::{below_domain, configuration, managed_account};
use crate::lab::content::Entry;

/// What a reader of photos would find below a farm's container; nothing may ever read it.
pub const HIDDEN_KEY: &str = "the lab's farm keeps its key here";

const FARM: &str = "8f2b7c1e-0d3a-4c55-9b1f-3a6d2e9c7f10";
const EXCHANGE: &str = "CN=Microsoft Exchange,";
const ORGANIZATION: &str = "CN=Corp Mail,CN=Microsoft Exchange,";

/// The objects.
pub fn entries() -> Vec<Entry> {
    [farm(), exchange()].concat()
}

fn farm() -> Vec<Entry> {
    let adfs = "CN=ADFS,CN=Microsoft,CN=Program Data,";
    let farm = below_domain(&format!("CN={FARM},{adfs}"));
    vec![
        Entry::below(
            &below_domain("CN=Microsoft,CN=Program Data,"),
            "CN",
            "ADFS",
            "container",
        ),
        Entry::below(&below_domain(adfs), "CN", FARM, "container"),
        Entry::below(&farm, "CN", "CryptoPolicy", "contact").set("thumbnailPhoto", [HIDDEN_KEY]),
        managed_account("svc-adfs").set("servicePrincipalName", ["HOST/sts.example.com"]),
    ]
}

fn exchange() -> Vec<Entry> {
    let container =
        |above: &str, name| Entry::below(&configuration(above), "CN", name, "container");
    let servers = format!("CN=Servers,{ORGANIZATION}");
    vec![
        container("", "Microsoft Exchange"),
        Entry::below(
            &configuration(EXCHANGE),
            "CN",
            "Corp Mail",
            "msExchOrganizationContainer",
        )
        .set("objectVersion", ["16223"])
        .set("msExchProductId", ["15.01.2507.006"]),
        container(ORGANIZATION, "Servers"),
        Entry::below(
            &configuration(&servers),
            "CN",
            "MAIL1",
            "msExchExchangeServer",
        )
        .set("serialNumber", ["Version 15.1 (Build 32507.6)"])
        .set("msExchCurrentServerRoles", ["16439"]),
        container(ORGANIZATION, "Hybrid Configuration"),
        Entry::below(
            &configuration(&format!("CN=Hybrid Configuration,{ORGANIZATION}")),
            "CN",
            "Hybrid Configuration",
            "msExchCoexistenceRelationship",
        ),
        Entry::below(
            &below_domain(""),
            "CN",
            "Microsoft Exchange System Objects",
            "msExchSystemObjectsContainer",
        )
        .set("objectVersion", ["13243"]),
    ]
}

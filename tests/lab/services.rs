//! What services leave in a directory is found, as `ldapsearch` shows it, and no hidden key is read.

use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::lab::{BASE, Lab};

use super::harness::{DIRECTORY, lab, ldaps, simple, waterline};

/// The facts of services, as an ordinary user reads them over LDAP with TLS; read once.
fn directory() -> &'static Value {
    static FACTS: OnceLock<Value> = OnceLock::new();
    FACTS.get_or_init(|| plain(serde_json::from_str(&recorded(&lab())).unwrap()))
}

/// What the configuration tells.
fn of_forest() -> &'static Value {
    &directory()["services"]
}

/// What the domain tells.
fn services() -> &'static Value {
    &directory()["domains"][0]["services"]
}

/// The recorded facts of the directory, as text.
fn recorded(lab: &Lab) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording").display().to_string();
    let sign_in = simple(lab, &ldaps());
    let mut arguments = vec!["record", &path];
    arguments.extend(DIRECTORY);
    arguments.extend(sign_in.iter().map(String::as_str));
    let output = waterline(lab, &arguments);
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    std::fs::read_to_string(folder.path().join("recording/environment/directory.json")).unwrap()
}

/// Facts without their marks: a value, null where it is absent, or the reason of a gap in a list.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => {
            if let Some(known) = fields.remove("known") {
                return plain(known);
            }
            if fields.contains_key("absent") {
                return Value::Null;
            }
            if let Some(gap) = fields.get("unknown") {
                return json!([gap["reason"]]);
            }
            let fields = fields.into_iter();
            fields.map(|(name, value)| (name, plain(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(plain).collect(),
        other => other,
    }
}

/// An element of a list of facts, by the value of its field.
fn of<'v>(list: &'v Value, field: &str, value: &str) -> &'v Value {
    let found = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    let found = found.iter().find(|element| element[field] == value);
    found.unwrap_or_else(|| panic!("no {field} {value} in {list}"))
}

/// A field of every element.
fn each<'v>(list: &'v Value, field: &str) -> Vec<&'v Value> {
    let list = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    list.iter().map(|element| &element[field]).collect()
}

/// What `ldapsearch` shows of an attribute of plain text, sorted.
fn shown(base: &str, filter: &str, attribute: &str) -> Vec<String> {
    let lab = lab();
    let mut command = lab.command("ldapsearch");
    command.args([
        "-LLL",
        "-x",
        "-o",
        "ldif-wrap=no",
        "-H",
        &ldaps(),
        "-b",
        base,
    ]);
    command.args(["-D", &xtask::lab::reader::dn(), "-y"]);
    command.arg(lab.folder().join("reader.password"));
    let output = command.args([filter, attribute]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let values = text.lines().filter_map(|line| {
        let value = line.strip_prefix(attribute)?.strip_prefix(": ")?;
        Some(value.to_owned())
    });
    let mut values: Vec<_> = values.collect();
    values.sort();
    values
}

/// A generalizedTime as facts have it.
fn moment(shown: &str) -> String {
    let part = |from: usize, to: usize| &shown[from..to];
    let (date, time) = (
        [part(0, 4), part(4, 6), part(6, 8)].join("-"),
        [part(8, 10), part(10, 12), part(12, 14)].join(":"),
    );
    format!("{date}T{time}Z")
}

fn below(path: &str) -> String {
    format!("{path},{BASE}")
}

fn configured(path: &str) -> String {
    below(&format!("{path},CN=Services,CN=Configuration"))
}

#[test]
#[ignore = "needs the lab"]
fn accounts_that_replicate_passwords_are_found_by_their_rights() {
    let facts = &services()["synchronization"];
    let custom = of(&facts["replicators"], "name", "svc-entra-sync");
    assert_eq!(custom["built_in"], false);
    assert_eq!(custom["kind"], "user");
    let custom = of(&facts["accounts"], "name", "svc-entra-sync");
    assert_eq!(custom["protected_groups"], json!(["Account Operators"]));
    assert_eq!(
        custom["member_of"],
        json!(["Protected Users", "Sync Operators"])
    );
    let replicators = each(&facts["replicators"], "name");
    assert!(replicators.contains(&&json!("MSOL_3f2a91c7d5e4")));
    assert!(replicators.contains(&&json!("Administrators")));
    assert!(!replicators.contains(&&json!("MSOL_80b6c2f19a3d")));
    let kinds = [
        ("MSOL_3f2a91c7d5e4", "connect", true),
        ("MSOL_80b6c2f19a3d", "connect", false),
        ("provAgentgMSA$", "cloud-sync", false),
        ("svc-entra-sync", "rights", true),
    ];
    assert_eq!(facts["accounts"].as_array().unwrap().len(), kinds.len());
    for (name, kind, replicates) in kinds {
        let account = of(&facts["accounts"], "name", name);
        assert_eq!(account["kind"], kind, "{name}");
        assert_eq!(account["replicates"], replicates, "{name}");
        let created = shown(BASE, &format!("(sAMAccountName={name})"), "whenCreated");
        assert_eq!(account["created"], moment(&created[0]), "{name}");
    }
}

#[test]
#[ignore = "needs the lab"]
fn account_of_synchronisation_tells_its_rights_server_and_tenant() {
    let accounts = &services()["synchronization"]["accounts"];
    let account = of(accounts, "name", "MSOL_3f2a91c7d5e4");
    assert_eq!(
        account["rights"],
        json!(["reset-password", "write-lockout-time"])
    );
    assert_eq!(account["tenant"], "example.onmicrosoft.com");
    assert_eq!(account["server"]["name"], "SRV16-001");
    let computer = &account["server"]["computer"];
    let system = shown(BASE, "(sAMAccountName=SRV16-001$)", "operatingSystem");
    assert_eq!(computer["operating_system"], json!(system[0]));
    assert_eq!(computer["controller"], false);
    let gone = of(accounts, "name", "MSOL_80b6c2f19a3d");
    assert_eq!(
        gone["server"],
        json!({"name": "SRV08-001", "computer": null})
    );
    let cloud = of(accounts, "name", "provAgentgMSA$");
    assert_eq!(each(&cloud["hosts"], "name"), ["Domain Controllers"]);
}

#[test]
#[ignore = "needs the lab"]
fn unit_that_takes_no_rights_over_is_found() {
    let facts = &services()["synchronization"]["inheritance"];
    let units = shown(BASE, "(objectClass=organizationalUnit)", "whenCreated");
    assert_eq!(facts["units"], json!(units.len()));
    let examples = facts["examples"].as_array().unwrap();
    assert!(examples.contains(&json!(below("OU=Sealed,OU=Corp"))));
    assert_eq!(facts["blocked"], json!(examples.len()));
    assert_eq!(facts["hidden"], 0);
}

#[test]
#[ignore = "needs the lab"]
fn single_sign_on_account_tells_the_age_of_its_key_and_who_may_take_it_over() {
    let facts = &services()["seamless_sso"];
    assert_eq!(facts["key_changed"], "2024-01-01T12:00:00Z");
    assert_eq!(facts["enabled"], true);
    assert_eq!(facts["encryption_types"], 4);
    assert_eq!(facts["unconstrained_delegation"], false);
    assert_eq!(facts["delegates_to"], 0);
    assert_eq!(facts["others_delegate"], false);
    assert_eq!(facts["service_names"], 1);
    assert_eq!(each(&facts["managers"], "name"), ["svc-entra-sync"]);
}

#[test]
#[ignore = "needs the lab"]
fn kerberos_server_of_the_cloud_tells_whom_it_serves() {
    let facts = &services()["kerberos_server"];
    assert_eq!(facts["allowed"], json!(["Domain Users"]));
    assert_eq!(
        facts["denied"],
        json!(["Denied RODC Password Replication Group"])
    );
    assert_eq!(facts["key_linked"], true);
    assert_eq!(facts["key"]["disabled"], true);
    // The pointer names another computer.
    assert_eq!(facts["pointer_agrees"], false);
}

#[test]
#[ignore = "needs the lab"]
fn certificate_templates_tell_who_publishes_them_and_who_may_enroll() {
    let facts = &of_forest()["certificates"];
    let authority = &facts["authorities"][0];
    assert_eq!(authority["name"], "Corp Issuing CA");
    assert_eq!(authority["host"], "ca1.corp.example.test");
    assert_eq!(authority["for_logon"], false);
    assert_eq!(authority["certificate_ends"], Value::Null);
    assert_eq!(facts["logon_certificates"], 0);
    let place = configured("CN=Certificate Templates,CN=Public Key Services");
    let shown = shown(&place, "(objectClass=pKICertificateTemplate)", "cn");
    assert_eq!(
        each(&facts["templates"], "name"),
        shown.iter().collect::<Vec<_>>()
    );
    let connector = of(&facts["templates"], "name", "IntuneDevice");
    assert_eq!(connector["subject_from_request"], true);
    assert_eq!(connector["published_by"], json!(["Corp Issuing CA"]));
    assert_eq!(connector["usages"], json!(["1.3.6.1.5.5.7.3.2"]));
    let enrollers = each(&connector["enrollers"], "name");
    assert!(enrollers.contains(&&json!("SRV22-001$")), "{enrollers:?}");
    let unpublished = of(&facts["templates"], "name", "Unpublished");
    assert_eq!(unpublished["published_by"], json!([]));
}

#[test]
#[ignore = "needs the lab"]
fn federation_is_found_and_its_hidden_key_is_not_read() {
    let facts = &services()["federation"];
    let farms = shown(
        &below("CN=ADFS,CN=Microsoft,CN=Program Data"),
        "(&(objectClass=container)(!(cn=ADFS)))",
        "cn",
    );
    assert_eq!(
        each(&facts["farms"], "id"),
        farms.iter().collect::<Vec<_>>()
    );
    let account = of(&facts["accounts"], "name", "svc-adfs$");
    assert_eq!(account["services"], json!(["sts.example.com"]));
    assert_eq!(account["kind"], "service-account");
    assert_eq!(account["in_default_container"], true);
    let key = shown(BASE, "(cn=CryptoPolicy)", "thumbnailPhoto");
    assert_eq!(key.len(), 1, "the lab hides no key");
    assert!(!recorded(&lab()).contains(&key[0]));
}

#[test]
#[ignore = "needs the lab"]
fn exchange_tells_its_version_and_that_it_is_hybrid() {
    let facts = &of_forest()["exchange"];
    assert_eq!(facts["organization"]["name"], "Corp Mail");
    assert_eq!(facts["organization"]["version"], 16223);
    assert_eq!(facts["servers"][0]["name"], "MAIL1");
    assert_eq!(facts["servers"][0]["version"], "15.1.2507.6");
    assert_eq!(services()["exchange_version"], 13243);
    let place = configured("CN=Corp Mail,CN=Microsoft Exchange");
    let changed = shown(
        &place,
        "(objectClass=msExchCoexistenceRelationship)",
        "whenChanged",
    );
    assert_eq!(facts["hybrid"]["changed"], moment(&changed[0]));
}

#[test]
#[ignore = "needs the lab"]
fn configuration_manager_tells_its_sites_and_who_may_publish() {
    let facts = &services()["configuration_manager"];
    let container = &facts["container"];
    assert_eq!(
        each(&container["full_control"], "name"),
        ["SRV22-002$", "SRV22-003$"]
    );
    assert_eq!(
        each(&container["full_control_below"], "name"),
        ["SRV22-002$"]
    );
    let place = below("CN=System Management,CN=System");
    let codes = shown(&place, "(objectClass=mSSMSSite)", "mSSMSSiteCode");
    assert_eq!(
        each(&facts["sites"], "code"),
        codes.iter().collect::<Vec<_>>()
    );
    assert_eq!(facts["sites"][0]["source_forest"], "corp.example.test");
    let point = &facts["management_points"][0];
    assert_eq!(point["host"], "cm1.corp.example.test");
    assert_eq!(point["build"], 9128);
    assert_eq!(point["version"], "5.00.9128.1000");
    assert_eq!(point["default"], true);
}

#[test]
#[ignore = "needs the lab"]
fn intune_connectors_are_found_by_account_and_by_what_they_may_make() {
    let facts = &services()["intune_connector"];
    let account = of(&facts["accounts"], "name", "msaODJ4c1f$");
    assert_eq!(account["hosts"], json!(["SRV22-001"]));
    let creators: Vec<_> = facts["computer_creators"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    let creators: Vec<_> = creators
        .iter()
        .map(|creator| (&creator["principal"]["name"], &creator["units"][0]))
        .collect();
    let workstations = json!(below("OU=Workstations,OU=Devices,OU=Corp"));
    let kiosks = json!(below("OU=Kiosks,OU=Workstations,OU=Devices,OU=Corp"));
    let (old, new) = (json!("SRV19-001$"), json!("msaODJ4c1f$"));
    assert_eq!(creators, [(&old, &kiosks), (&new, &workstations)]);
}

#[test]
#[ignore = "needs the lab"]
fn password_protection_tells_its_agents_proxies_and_registration() {
    let facts = &services()["password_protection"];
    assert_eq!(each(&facts["agents"], "host"), ["DC1"]);
    assert_eq!(each(&facts["proxies"], "host"), ["SRV22-003"]);
    let facts = &of_forest()["password_protection"];
    assert_eq!(facts["forest_objects"], 1);
    let place = configured("CN=Azure AD Password Protection");
    let changed = shown(&place, "(cn=Azure AD Password Protection)", "whenChanged");
    assert_eq!(facts["forest_changed"], moment(&changed[0]));
}

#[test]
#[ignore = "needs the lab"]
fn delegation_and_device_registration_are_counted() {
    let facts = &services()["delegation"];
    let computers = shown(
        BASE,
        "(&(objectCategory=computer)(msDS-AllowedToDelegateTo=*))",
        "cn",
    );
    assert_eq!(facts["constrained_computers"], json!(computers.len()));
    assert_eq!(facts["with_protocol_transition"], 1);
    assert_eq!(facts["resource_based"], 1);
    let members = shown(
        &below("CN=Windows Authorization Access Group,CN=Builtin"),
        "(objectClass=group)",
        "member",
    );
    let readers = facts["token_group_readers"].as_array().unwrap();
    assert_eq!(readers.len(), members.len());
    assert_eq!(services()["device_container"], true);
    let facts = &of_forest()["device_registration"];
    let service = &facts["services"][0];
    assert_eq!(service["enabled"], true);
    assert_eq!(service["location_exists"], true);
}

#[test]
#[ignore = "needs the lab"]
fn password_solution_is_counted_by_dates_that_show() {
    let facts = &services()["laps"];
    assert_eq!(directory()["forest"]["schema"]["laps_legacy"], true);
    assert_eq!(facts["computers"], 0);
    let due = "(&(objectCategory=computer)(ms-Mcs-AdmPwdExpirationTime=*))";
    assert_eq!(
        facts["legacy_computers"],
        json!(shown(BASE, due, "cn").len())
    );
}

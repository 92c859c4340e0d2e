//! Each fact of forest, domain and controllers is what `ldapsearch` shows, and whoever sees less knows
//! less, never something else.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use xtask::lab::{BASE, Lab};

use super::harness::lab;
use super::shown::{Account, Shown, administrator, ordinary};

const DAY: f64 = 864_000_000_000.0;
const MINUTE: f64 = 600_000_000.0;
const NEVER: i64 = i64::MIN;

/// Both sides of the comparison, for one account.
struct Sides {
    lab: Lab,
    account: Account,
    facts: Value,
}

impl Sides {
    fn of(account: fn(&Lab) -> Account) -> Self {
        let lab = lab();
        let account = account(&lab);
        let facts = account.facts(&lab);
        Self {
            lab,
            account,
            facts,
        }
    }

    fn search(&self, path: &str, scope: &str, filter: &str, attributes: &[&str]) -> Vec<Shown> {
        let base = if path.is_empty() {
            BASE.to_owned()
        } else {
            format!("{path},{BASE}")
        };
        self.account
            .search(&self.lab, (&base, scope), filter, attributes)
    }

    fn one(&self, path: &str, attributes: &[&str]) -> Shown {
        let mut found = self.search(path, "base", "(objectClass=*)", attributes);
        found.pop().unwrap_or_else(|| panic!("{path} is not shown"))
    }

    fn count(&self, filter: &str) -> Value {
        json!(self.search("", "sub", filter, &["cn"]).len())
    }

    /// The fact at this path is this value.
    fn is(&self, path: &str, value: &Value) {
        assert_eq!(self.fact(path), json!({"known": value}), "{path}");
    }

    /// The fact is this value, or absent if there is none.
    fn is_or_absent(&self, path: &str, value: Option<Value>) {
        let fact = value.map_or(json!({"absent": true}), |value| json!({"known": value}));
        assert_eq!(self.fact(path), fact, "{path}");
    }

    fn fact(&self, path: &str) -> Value {
        let mut at = &self.facts;
        for step in path.split('.') {
            at = at.get("known").unwrap_or(at);
            let number = step.parse::<usize>().ok();
            at = number
                .map_or_else(|| at.get(step), |number| at.get(number))
                .unwrap_or_else(|| panic!("no {path} in {at}"));
        }
        at.clone()
    }
}

fn lower(texts: Vec<String>) -> Value {
    let mut texts: Vec<_> = texts.iter().map(|text| text.to_lowercase()).collect();
    texts.sort();
    json!(texts)
}

/// The value of the first part of a distinguished name; no value here has a comma.
fn name(dn: &str) -> String {
    let (first, _) = dn.split_once(',').unwrap();
    first.split_once('=').unwrap().1.to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "as the facts are")]
fn span(shown: &Shown, attribute: &str, unit: f64) -> Option<Value> {
    let ticks = shown.number(attribute).unwrap();
    (ticks != NEVER).then(|| json!(ticks.unsigned_abs() as f64 / unit))
}

/// A count of 100 ns since 1601, as facts write a moment.
fn moment(ticks: i64) -> Value {
    let epoch: Timestamp = "1601-01-01T00:00:00Z".parse().unwrap();
    let since = SignedDuration::from_nanos_i128(i128::from(ticks) * 100);
    json!(epoch.checked_add(since).unwrap().to_string())
}

#[test]
#[ignore = "needs the lab"]
fn forest_is_as_ldapsearch_shows_it() {
    let sides = Sides::of(ordinary);
    let partitions = sides.one(
        "CN=Partitions,CN=Configuration",
        &[
            "msDS-Behavior-Version",
            "uPNSuffixes",
            "msDS-EnabledFeature",
        ],
    );
    let level = partitions.number("msDS-Behavior-Version");
    sides.is("forest.level", &json!(level));
    sides.is(
        "forest.upn_suffixes",
        &lower(partitions.texts("uPNSuffixes")),
    );
    let features = partitions.texts("msDS-EnabledFeature");
    sides.is("forest.recycle_bin", &json!(!features.is_empty()));
    let service = sides.one(
        "CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration",
        &[
            "tombstoneLifetime",
            "msDS-DeletedObjectLifetime",
            "dSHeuristics",
        ],
    );
    for (fact, attribute) in [
        ("forest.tombstone_lifetime_days", "tombstoneLifetime"),
        (
            "forest.deleted_object_lifetime_days",
            "msDS-DeletedObjectLifetime",
        ),
    ] {
        sides.is_or_absent(fact, service.number(attribute).map(Value::from));
    }
    let heuristics = service.text("dSHeuristics").unwrap();
    sides.is("forest.heuristics.text", &json!(heuristics));
    sides.is("forest.heuristics.upn_uniqueness", &json!(false));
    sides.is("forest.heuristics.spn_uniqueness", &json!(true));
    sides.is("forest.heuristics.list_object_mode", &json!(false));
}

#[test]
#[ignore = "needs the lab"]
fn schema_is_as_ldapsearch_shows_it() {
    let sides = Sides::of(ordinary);
    let schema = "CN=Schema,CN=Configuration";
    let version = sides
        .one(schema, &["objectVersion"])
        .number("objectVersion");
    sides.is("forest.schema.directory", &json!(version));
    for (fact, attribute) in [
        ("configuration_manager", "mSSMSSite"),
        ("laps", "msLAPS-PasswordExpirationTime"),
        ("laps_legacy", "ms-Mcs-AdmPwdExpirationTime"),
        ("key_credential", "msDS-KeyCredentialLink"),
        (
            "external_directory_object_id",
            "msDS-ExternalDirectoryObjectId",
        ),
        ("consistency_guid", "mS-DS-ConsistencyGuid"),
        ("device_registration", "msDS-Device"),
    ] {
        let filter = format!("(lDAPDisplayName={attribute})");
        let found = sides.search(schema, "one", &filter, &["cn"]);
        sides.is(&format!("forest.schema.{fact}"), &json!(!found.is_empty()));
    }
}

#[test]
#[ignore = "needs the lab"]
fn sites_and_ldap_policies_are_as_ldapsearch_shows_them() {
    let sides = Sides::of(ordinary);
    let below = |path: &str, class: &str, attributes: &[&str]| {
        let path = format!("{path},CN=Configuration");
        let filter = format!("(objectClass={class})");
        let mut found = sides.search(&path, "sub", &filter, attributes);
        found.sort_by_key(|entry| name(&entry.dn));
        found
    };
    let subnets = below("CN=Subnets,CN=Sites", "subnet", &["siteObject"]);
    let of = |site: &Shown| {
        let own = |subnet: &&Shown| subnet.text("siteObject").as_ref() == Some(&site.dn);
        subnets.iter().filter(own).count()
    };
    let servers = below("CN=Sites", "server", &["cn"]);
    let sites = below("CN=Sites", "site", &["cn"]);
    let sites = sites.iter().map(|site| {
        let standing = |server: &&Shown| server.dn.ends_with(&site.dn);
        let controllers = servers.iter().filter(standing).count();
        json!({"name": name(&site.dn), "subnets": of(site), "controllers": controllers})
    });
    sides.is("forest.sites", &sites.collect());
    let subnets = subnets.iter().map(|subnet| {
        let site = subnet.text("siteObject");
        let site = site.map_or(json!({"absent": true}), |dn| json!({"known": name(&dn)}));
        json!({"prefix": name(&subnet.dn), "site": site})
    });
    sides.is("forest.subnets", &subnets.collect());
    let links = below(
        "CN=Sites",
        "siteLink",
        &["cost", "replInterval", "siteList"],
    );
    let links = links.iter().map(|link| {
        let mut sites: Vec<_> = link.texts("siteList").iter().map(|dn| name(dn)).collect();
        sites.sort();
        json!({
            "name": name(&link.dn),
            "sites": {"known": sites},
            "cost": {"known": link.number("cost")},
            "interval_minutes": {"known": link.number("replInterval")},
        })
    });
    sides.is("forest.site_links", &links.collect());
    let policies = below("CN=Services", "queryPolicy", &["lDAPAdminLimits"]);
    let policies = policies.iter().map(|policy| {
        let limit = |text: &String| {
            let (name, value) = text.split_once('=').unwrap();
            json!({"name": name, "value": value.parse::<i64>().unwrap()})
        };
        let limits: Value = policy.texts("lDAPAdminLimits").iter().map(limit).collect();
        json!({"name": name(&policy.dn), "limits": {"known": limits}, "denied_addresses": 0})
    });
    sides.is("forest.ldap_policies", &policies.collect());
}

#[test]
#[ignore = "needs the lab"]
fn operations_masters_are_as_ldapsearch_shows_them() {
    let sides = Sides::of(ordinary);
    for (fact, path) in [
        (
            "forest.operations_masters.schema",
            "CN=Schema,CN=Configuration",
        ),
        (
            "forest.operations_masters.domain_naming",
            "CN=Partitions,CN=Configuration",
        ),
        ("domains.0.operations_masters.pdc_emulator", ""),
        (
            "domains.0.operations_masters.rid",
            "CN=RID Manager$,CN=System",
        ),
        (
            "domains.0.operations_masters.infrastructure",
            "CN=Infrastructure",
        ),
    ] {
        let owner = sides
            .one(path, &["fSMORoleOwner"])
            .text("fSMORoleOwner")
            .unwrap();
        let (_, server) = owner.split_once(',').unwrap();
        let (server, _) = server.split_at(server.len() - BASE.len() - 1);
        let host = sides
            .one(server, &["dNSHostName"])
            .text("dNSHostName")
            .unwrap();
        let host = json!({"known": host.to_lowercase()});
        sides.is(fact, &json!({"settings": owner, "host": host}));
    }
}

#[test]
#[ignore = "needs the lab"]
fn domain_is_as_ldapsearch_shows_it() {
    let sides = Sides::of(ordinary);
    let head = sides.one(
        "",
        &[
            "msDS-Behavior-Version",
            "nTMixedDomain",
            "ms-DS-MachineAccountQuota",
            "msDS-AllowedDNSSuffixes",
            "replPropertyMetaData",
        ],
    );
    let level = head.number("msDS-Behavior-Version");
    sides.is("domains.0.level", &json!(level));
    let mixed = head.number("nTMixedDomain") != Some(0);
    sides.is("domains.0.mixed_mode", &json!(mixed));
    let quota = head.number("ms-DS-MachineAccountQuota");
    sides.is("domains.0.machine_account_quota", &json!(quota));
    let suffixes = lower(head.texts("msDS-AllowedDNSSuffixes"));
    sides.is("domains.0.allowed_dns_suffixes", &suffixes);
    // The number of dSASignature, behind it a version of four bytes and whole seconds since 1601.
    let data = head.bytes("replPropertyMetaData").unwrap();
    let number = 0x0002_004A_u32.to_le_bytes();
    let at = data.windows(4).position(|bytes| bytes == number).unwrap();
    let seconds = i64::from_le_bytes(data[at + 8..at + 16].try_into().unwrap());
    sides.is("domains.0.last_backup", &moment(seconds * 10_000_000));
    let units = "(&(objectClass=organizationalUnit)(uPNSuffixes=*))";
    let units = sides.search("", "sub", units, &["uPNSuffixes"]);
    let suffixes = units.iter().flat_map(|unit| unit.texts("uPNSuffixes"));
    sides.is("domains.0.unit_upn_suffixes", &lower(suffixes.collect()));
    let reference = sides.one("CN=CORP,CN=Partitions,CN=Configuration", &["nETBIOSName"]);
    let netbios = reference.text("nETBIOSName");
    sides.is("domains.0.netbios_name", &json!(netbios));
    sides.is_or_absent("domains.0.parent", None);
    let sysvol = sides.one("CN=DFSR-GlobalSettings,CN=System", &["msDFSR-Flags"]);
    assert_eq!(sysvol.number("msDFSR-Flags"), Some(48));
    sides.is("domains.0.sysvol_replication", &json!("dfsr"));
}

#[test]
#[ignore = "needs the lab"]
fn accounts_of_the_domain_are_counted_as_ldapsearch_shows_them() {
    let sides = Sides::of(ordinary);
    let kinds = "(|(objectCategory=person)(objectCategory=computer)(objectCategory=group)\
                 (objectClass=msDS-GroupManagedServiceAccount)\
                 (objectClass=msDS-ManagedServiceAccount))";
    let mut objects = sides.search("", "sub", kinds, &["cn"]);
    // Those below AD FS are no people but hide its keys.
    objects.retain(|object| !object.dn.contains("CN=ADFS,"));
    sides.is("domains.0.objects", &json!(objects.len()));
    let protected = sides.one("CN=Protected Users,CN=Users", &["member"]);
    let members = protected.texts("member").len();
    assert_eq!(members, 1);
    sides.is("domains.0.protected_users", &json!(members));
    let computers = "(&(objectCategory=computer)(dNSHostName=*))";
    let mut suffixes = std::collections::BTreeMap::<_, u64>::new();
    for computer in sides.search("", "sub", computers, &["dNSHostName"]) {
        let name = computer.text("dNSHostName").unwrap().to_lowercase();
        let (_, suffix) = name.split_once('.').unwrap();
        *suffixes.entry(suffix.to_owned()).or_default() += 1;
    }
    assert_eq!(suffixes.len(), 2);
    let suffixes = suffixes.iter();
    let suffixes = suffixes.map(|(suffix, many)| json!({"suffix": suffix, "computers": many}));
    sides.is("domains.0.host_suffixes", &suffixes.collect());
    sides.is(
        "domains.0.controllers_without_settings",
        &json!(["olddc.corp.example.test"]),
    );
    sides.is("controllers.0.account", &json!(true));
    let due = sides.count("(&(objectCategory=computer)(ms-Mcs-AdmPwdExpirationTime=*))");
    assert_eq!(due, json!(3));
    sides.is("domains.0.services.laps.legacy_computers", &due);
    let anchored = sides.count("(mS-DS-ConsistencyGuid=*)");
    sides.is("counts.consistency_guids", &anchored);
    let certified = sides.count("(&(objectCategory=computer)(userCertificate=*))");
    sides.is("counts.computers_with_certificate", &certified);
    let web = sides.count("(servicePrincipalName=http/*)");
    sides.is("domains.0.services.delegation.web_services", &web);
}

#[test]
#[ignore = "needs the lab"]
fn connection_point_for_hybrid_join_is_as_ldapsearch_shows_it() {
    let sides = Sides::of(ordinary);
    let point = sides.one(
        "CN=62a0ff2e-97b9-4513-943f-0d221bd30080,CN=Device Registration Configuration,\
         CN=Services,CN=Configuration",
        &["keywords", "whenChanged"],
    );
    let keywords = point.texts("keywords");
    assert_eq!(keywords, ["azureADName:example.com"]);
    let point = |fact: &str| format!("forest.hybrid_join_scp.{fact}");
    sides.is(&point("tenant_domain"), &json!("example.com"));
    sides.is_or_absent(&point("tenant_id"), None);
    assert_eq!(sides.fact(&point("keywords")), json!(keywords.len()));
}

/// Who sees one policy may not see another: what is seen is not all, and not taken for it.
#[test]
#[ignore = "needs the lab"]
fn user_who_sees_one_of_two_password_policies_knows_of_none() {
    let container = "CN=Password Settings Container,CN=System";
    let policies = "(objectClass=msDS-PasswordSettings)";
    let (less, more) = (Sides::of(ordinary), Sides::of(administrator));
    let seen = less.search(container, "one", policies, &["cn"]);
    assert_eq!(seen.len(), 1);
    assert_eq!(more.search(container, "one", policies, &["cn"]).len(), 2);
    let gap = &less.fact("domains.0.fine_grained_policies")["unknown"];
    assert_eq!(gap["reason"], "denied");
    let detail = gap["detail"].as_str().unwrap();
    assert!(detail.contains("may not see all"), "{detail}");
}

#[test]
#[ignore = "needs the lab"]
fn password_policy_is_as_ldapsearch_shows_it() {
    let sides = Sides::of(ordinary);
    let head = sides.one(
        "",
        &[
            "minPwdAge",
            "maxPwdAge",
            "minPwdLength",
            "pwdHistoryLength",
            "pwdProperties",
            "lockoutThreshold",
            "lockoutDuration",
            "lockOutObservationWindow",
        ],
    );
    let policy = |fact: &str| format!("domains.0.password_policy.{fact}");
    sides.is_or_absent(
        "domains.0.minimum_password_age_days",
        span(&head, "minPwdAge", DAY),
    );
    for (fact, attribute, unit) in [
        ("maximum_age_days", "maxPwdAge", DAY),
        ("lockout_minutes", "lockoutDuration", MINUTE),
        ("lockout_window_minutes", "lockOutObservationWindow", MINUTE),
    ] {
        sides.is_or_absent(&policy(fact), span(&head, attribute, unit));
    }
    for (fact, attribute) in [
        ("minimum_length", "minPwdLength"),
        ("history", "pwdHistoryLength"),
        ("lockout_threshold", "lockoutThreshold"),
    ] {
        sides.is(&policy(fact), &json!(head.number(attribute)));
    }
    let properties = head.number("pwdProperties").unwrap();
    sides.is(&policy("complexity"), &json!(properties & 1 != 0));
    sides.is(&policy("reversible"), &json!(properties & 16 != 0));
}

#[test]
#[ignore = "needs the lab"]
fn trusts_are_as_ldapsearch_shows_them() {
    let sides = Sides::of(ordinary);
    let trusts = sides.search(
        "CN=System",
        "one",
        "(objectClass=trustedDomain)",
        &[
            "trustPartner",
            "flatName",
            "trustDirection",
            "trustAttributes",
        ],
    );
    let partner = |trust: &Shown| trust.text("trustPartner").unwrap();
    let forest = |trust: &&Shown| trust.number("trustAttributes").unwrap() & 8 != 0;
    let forests: Vec<_> = trusts.iter().filter(forest).map(partner).collect();
    assert!(!forests.is_empty());
    sides.is("forest.trusted_forests", &lower(forests));
    let partners: Vec<_> = trusts.iter().map(partner).collect();
    assert_eq!(partners.len(), 2);
    let facts = sides.fact("domains.0.trusts");
    for trust in &trusts {
        let facts = facts["known"].as_array().unwrap().iter();
        let mut same = facts.filter(|fact| fact["partner"] == json!(partner(trust)));
        let fact = same.next().unwrap();
        assert_eq!(fact["netbios_name"]["known"], json!(trust.text("flatName")));
        let direction = match trust.number("trustDirection") {
            Some(2) => "outbound",
            Some(3) => "two-way",
            other => panic!("no such trust was planted: {other:?}"),
        };
        assert_eq!(fact["direction"]["known"], direction);
        assert_eq!(fact["kind"]["known"], "active-directory");
    }
    sides.is("domains.0.trusts.0.sid_filtering", &json!(true));
    sides.is("domains.0.trusts.1.sid_filtering", &json!(false));
    let aes = json!(["aes128", "aes256"]);
    sides.is("domains.0.trusts.0.encryption_types", &aes);
    sides.is_or_absent("domains.0.trusts.1.encryption_types", None);
}

#[test]
#[ignore = "needs the lab"]
fn kerberos_accounts_are_as_ldapsearch_shows_them() {
    let sides = Sides::of(ordinary);
    let key = sides.search("", "sub", "(sAMAccountName=krbtgt)", &["pwdLastSet"]);
    let changed = key[0].number("pwdLastSet").unwrap();
    sides.is("domains.0.ticket_key_changed", &moment(changed));
    let enabled = "(!(userAccountControl:1.2.840.113556.1.4.803:=2))";
    let types = "msDS-SupportedEncryptionTypes";
    let without_aes = format!(
        "(&(objectCategory=person)(servicePrincipalName=*){enabled}(|(!({types}=*))\
         (!({types}:1.2.840.113556.1.4.804:=24))))"
    );
    let count = sides.count(&without_aes);
    assert_eq!(count, json!(1));
    sides.is("domains.0.services_without_aes", &count);
    let des = format!(
        "(&{enabled}(|(userAccountControl:1.2.840.113556.1.4.803:=2097152)\
         ({types}=1)({types}=2)({types}=3)))"
    );
    let count = sides.count(&des);
    assert_eq!(count, json!(1));
    sides.is("domains.0.des_only_accounts", &count);
}

#[test]
#[ignore = "needs the lab"]
fn controller_is_as_ldapsearch_shows_it() {
    let sides = Sides::of(ordinary);
    let computer = sides.one(
        "CN=DC1,OU=Domain Controllers",
        &[
            "pwdLastSet",
            "lastLogonTimestamp",
            "msDS-SupportedEncryptionTypes",
        ],
    );
    assert_eq!(computer.number("msDS-SupportedEncryptionTypes"), Some(28));
    let types = json!(["rc4", "aes128", "aes256"]);
    sides.is("controllers.0.encryption_types", &types);
    let changed = computer.number("pwdLastSet").unwrap();
    sides.is("controllers.0.password_changed", &moment(changed));
    let logon = computer.number("lastLogonTimestamp");
    sides.is_or_absent("controllers.0.last_logon", logon.map(moment));
    let settings = sides.search(
        "CN=Sites,CN=Configuration",
        "sub",
        "(objectClass=nTDSDSA)",
        &["msDS-Behavior-Version", "options", "msDS-ReplicationEpoch"],
    );
    let settings = &settings[0];
    let level = settings.number("msDS-Behavior-Version");
    sides.is("controllers.0.level", &json!(level));
    let options = settings.number("options").unwrap();
    sides.is("controllers.0.global_catalog", &json!(options & 1 != 0));
    sides.is("controllers.0.replicates_inbound", &json!(options & 2 == 0));
    sides.is(
        "controllers.0.replicates_outbound",
        &json!(options & 4 == 0),
    );
    let epoch = settings.number("msDS-ReplicationEpoch");
    sides.is_or_absent("controllers.0.replication_epoch", epoch.map(Value::from));
    sides.is("controllers.0.ldap_policy", &json!("Branch"));
}

#[test]
#[ignore = "needs the lab"]
fn administrator_sees_what_ordinary_users_may_not() {
    let sides = Sides::of(administrator);
    let keys = sides.search(
        "CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,CN=Configuration",
        "one",
        "(objectClass=msKds-ProvRootKey)",
        &["cn", "msKds-UseStartTime"],
    );
    assert_eq!(keys.len(), 1);
    let key = "forest.key_distribution_root_keys.0";
    let id = sides.fact(&format!("{key}.id"));
    assert_eq!(id, json!(keys[0].text("cn")));
    let effective = moment(keys[0].number("msKds-UseStartTime").unwrap());
    sides.is(&format!("{key}.effective"), &effective);
    let policies = sides.search(
        "CN=Password Settings Container,CN=System",
        "one",
        "(objectClass=msDS-PasswordSettings)",
        &["cn", "msDS-PasswordSettingsPrecedence", "msDS-PSOAppliesTo"],
    );
    assert_eq!(policies.len(), 2);
    let policy = |fact: &str| format!("domains.0.fine_grained_policies.0.{fact}");
    let named = |shown: &&Shown| shown.text("cn").as_deref() == Some("Administrators");
    let shown = policies.iter().find(named).unwrap();
    assert_eq!(sides.fact(&policy("name")), json!(shown.text("cn")));
    let precedence = shown.number("msDS-PasswordSettingsPrecedence");
    sides.is(&policy("precedence"), &json!(precedence));
    let applies_to = shown.texts("msDS-PSOAppliesTo").len();
    assert_eq!(sides.fact(&policy("applies_to")), json!(applies_to));
    sides.is(&policy("minimum_password_age_days"), &json!(1.0));
    sides.is(&policy("policy.minimum_length"), &json!(14));
    sides.is(&policy("policy.complexity"), &json!(true));
    sides.is_or_absent(&policy("policy.maximum_age_days"), None);
}

/// Paths at which the facts differ, with what the one who sees less knows there.
fn differences(path: &str, less: &Value, more: &Value, found: &mut Vec<(String, Value)>) {
    if less == more {
        return;
    }
    let both_objects = less.as_object().zip(more.as_object());
    match both_objects {
        Some((fewer, all)) if fewer.keys().eq(all.keys()) => {
            for (name, value) in fewer {
                differences(&format!("{path}.{name}"), value, &all[name], found);
            }
        }
        _ => match (less.as_array(), more.as_array()) {
            (Some(fewer), Some(all)) if fewer.len() == all.len() => {
                for (number, (less, more)) in fewer.iter().zip(all).enumerate() {
                    differences(&format!("{path}.{number}"), less, more, found);
                }
            }
            _ => found.push((path.to_owned(), less.clone())),
        },
    }
}

#[test]
#[ignore = "needs the lab"]
fn ordinary_user_and_administrator_differ_only_in_what_is_denied() {
    let (less, more) = (Sides::of(ordinary), Sides::of(administrator));
    let mut found = Vec::new();
    differences("directory", &less.facts, &more.facts, &mut found);
    // Measured anew by each run.
    found.retain(|(path, _)| !path.contains("clock_offset_ms"));
    let denied = |less: &Value| less.pointer("/unknown/reason") == Some(&json!("denied"));
    let others: Vec<_> = found.iter().filter(|(_, less)| !denied(less)).collect();
    assert!(others.is_empty(), "{others:?}");
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    for hidden in ["key_distribution_root_keys", "fine_grained_policies"] {
        let told = paths.iter().any(|path| path.contains(hidden));
        assert!(told, "{hidden} is not among {paths:?}");
    }
    for (path, less) in &found {
        let remedy = less.pointer("/unknown/remedy").and_then(Value::as_str);
        assert!(
            remedy.is_some_and(|text| !text.is_empty()),
            "{path}: {less}"
        );
    }
}

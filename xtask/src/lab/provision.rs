//! Makes the domain: provisions Samba, writes its configuration, fills in the content.
//!
//! A lab is used again while its recipe and content are the same and it is younger than
//! [`MAX_AGE_DAYS`]: planted logon dates are relative to the day on which it was made.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::certificates::{self, write_private};
use super::content::services::schema;
use super::content::{self, ldif};
use super::namespace::succeed;
use super::{ADDRESS, BASE, DOMAIN, Lab, NETBIOS, REALM, SERVER, grants, reader};

/// After this many days a lab is made anew.
pub const MAX_AGE_DAYS: i32 = 30;
const RECORD: &str = "lab.json";
const DAY: Date = Date::constant(2000, 1, 1);

/// How a lab was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// SHA-256 of the recipe and of the content on a fixed day.
    pub fingerprint: String,
    /// The day (UTC) on which it was made.
    pub made: Date,
}

/// How the lab was made; `None` if it was not, or not to the end.
#[must_use]
pub fn record(lab: &Lab) -> Option<Record> {
    let text = fs_err::read_to_string(lab.folder().join(RECORD)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Makes the lab, unless it is made already and still good.
///
/// # Errors
/// If Samba cannot be provisioned or does not take the content.
pub fn ensure_current(lab: &Lab, now: Timestamp) -> Result<()> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let wanted = Record {
        fingerprint: fingerprint(lab.folder()),
        made: today,
    };
    if record(lab).is_some_and(|record| still_good(&record, &wanted)) {
        return Ok(());
    }
    lab.purge()?;
    fs_err::create_dir_all(lab.folder())?;
    provision(lab)?;
    let controller = lab.controller().folder();
    certificates::write(
        &lab.folder().join("ca.pem"),
        &controller.join("private/tls"),
        today,
    )?;
    fs_err::write(lab.controller().configuration(), configuration(&controller))?;
    fs_err::write(lab.folder().join("krb5.conf"), kerberos())?;
    fill(lab, today)?;
    reader::set_passwords(lab)?;
    // Written last: a lab without its record was not made to the end.
    fs_err::write(
        lab.folder().join(RECORD),
        serde_json::to_string_pretty(&wanted)?,
    )?;
    Ok(())
}

fn still_good(record: &Record, wanted: &Record) -> bool {
    let age = (wanted.made - record.made).get_days();
    record.fingerprint == wanted.fingerprint && (0..MAX_AGE_DAYS).contains(&age)
}

/// Names everything that decides how a lab comes out, but for the day.
fn fingerprint(folder: &Path) -> String {
    let content = content::generate(DAY);
    let mut hash = Sha256::new();
    for part in [
        ARGUMENTS.join(" "),
        configuration(folder),
        kerberos(),
        ldif::entries(&schema::attributes()),
        ldif::entries(&schema::classes()),
        ldif::changes(&schema::changes()),
        format!("{:?}", content.grants),
        ldif::changes(&content.changes),
        ldif::entries(&content.entries),
        ldif::forced(&content.entries),
        serde_json::to_string(&content.planted(DAY)).unwrap_or_default(),
    ] {
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Level and schema are the lowest that a supported controller still serves: both are faults
/// which the lab means to show.
const ARGUMENTS: [&str; 5] = [
    "--server-role=dc",
    "--dns-backend=SAMBA_INTERNAL",
    "--function-level=2008_R2",
    "--base-schema=2012_R2",
    "--quiet",
];

/// Runs within the namespace, so that no address of this machine gets into the domain.
fn provision(lab: &Lab) -> Result<()> {
    let empty = lab.folder().join("empty.conf");
    fs_err::write(&empty, "")?;
    let host = SERVER
        .strip_suffix(DOMAIN)
        .unwrap_or(SERVER)
        .trim_end_matches('.');
    let mut command = lab.namespace().command("samba-tool");
    command.args(["domain", "provision"]).args(ARGUMENTS);
    command.arg(format!("--configfile={}", empty.display()));
    command.arg(format!(
        "--targetdir={}",
        lab.controller().folder().display()
    ));
    command.args([format!("--realm={REALM}"), format!("--domain={NETBIOS}")]);
    command.args([
        format!("--host-name={host}"),
        format!("--host-ip={ADDRESS}"),
    ]);
    let output = command.output().context("cannot start samba-tool")?;
    // Samba prints the administrator's password here: only the file's owner may read it.
    write_private(&lab.folder().join("provision.log"), &output.stderr)?;
    ensure!(
        output.status.success(),
        "provisioning failed, see {}",
        lab.folder().join("provision.log").display()
    );
    fs_err::remove_file(lab.folder().join("provision.log"))?;
    Ok(())
}

/// Adds the content to the offline database: far faster than through a running controller.
fn fill(lab: &Lab, today: Date) -> Result<()> {
    let content = content::generate(today);
    let planted = serde_json::to_string_pretty(&content.planted(today))?;
    fs_err::write(lab.folder().join("planted.json"), planted)?;
    let database = lab.controller().folder().join("private/sam.ldb");
    for (name, extension) in [
        ("attributes.ldif", schema::attributes()),
        ("classes.ldif", schema::classes()),
    ] {
        load(lab, "ldbadd", &database, name, &ldif::entries(&extension))?;
    }
    let extended = ldif::changes(&schema::changes());
    load(lab, "ldbmodify", &database, "extended.ldif", &extended)?;
    load(
        lab,
        "ldbadd",
        &database,
        "entries.ldif",
        &ldif::entries(&content.entries),
    )?;
    load(
        lab,
        "ldbmodify",
        &database,
        "changes.ldif",
        &ldif::changes(&content.changes),
    )?;
    // The domain's own file below the database knows no rules of Active Directory.
    let partition = database
        .with_extension("ldb.d")
        .join(format!("{}.ldb", BASE.to_uppercase()));
    load(
        lab,
        "ldbmodify",
        &partition,
        "forced.ldif",
        &ldif::forced(&content.entries),
    )?;
    grants::give(lab, &database, &content.grants)
}

fn load(lab: &Lab, program: &str, database: &Path, name: &str, text: &str) -> Result<()> {
    let file = lab.folder().join(name);
    fs_err::write(&file, text)?;
    let mut command = Command::new(program);
    // Relaxed, as logon times may not be written otherwise.
    command.arg("--relax").arg("-H").arg(database);
    command.arg("--option=dsdb:schema update allowed=true");
    command
        .arg("--configfile")
        .arg(lab.controller().configuration())
        .arg(&file);
    let output = succeed(&mut command)
        .with_context(|| format!("the directory refuses {}", file.display()))?;
    // The tools succeed if at least one record did.
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(
        !complaint.contains("ERR:"),
        "{}: {}",
        file.display(),
        complaint.trim()
    );
    Ok(())
}

/// Samba's configuration: every path within the lab, no share but those of the role, no
/// forwarding of names, no service that is not asked.
fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    let scripts = format!("{folder}/state/sysvol/{DOMAIN}/scripts");
    format!(
        "[global]
workgroup = {NETBIOS}
realm = {REALM}
netbios name = DC1
server role = active directory domain controller
server services = rpc, ldap, cldap, kdc, dns
interfaces = 127.0.0.1/8 {ADDRESS}/8
bind interfaces only = yes
private dir = {folder}/private
state directory = {folder}/state
cache directory = {folder}/cache
lock directory = {folder}
pid directory = {folder}/run
ncalrpc dir = {folder}/run/ncalrpc
binddns dir = {folder}/bind-dns
winbindd socket directory = {folder}/run/winbindd
ntp signd socket directory = {folder}/run/ntp_signd
logging = file
log file = {folder}/samba.log
max log size = 10000
panic action =
dns forwarder =
allow dns updates = disabled
ldap server require strong auth = allow_sasl_over_tls
tls enabled = yes
tls keyfile = {folder}/private/tls/key.pem
tls certfile = {folder}/private/tls/cert.pem
tls cafile = {folder}/private/tls/ca.pem
[sysvol]
path = {folder}/state/sysvol
[netlogon]
path = {scripts}
"
    )
}

/// The Kerberos library's configuration: nothing is guessed from DNS.
fn kerberos() -> String {
    format!(
        "[libdefaults]
default_realm = {REALM}
dns_lookup_realm = false
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[realms]
{REALM} = {{
    kdc = {ADDRESS}
}}
[domain_realm]
{DOMAIN} = {REALM}
.{DOMAIN} = {REALM}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fingerprint: &str, made: &str) -> Record {
        Record {
            fingerprint: fingerprint.to_owned(),
            made: made.parse().unwrap(),
        }
    }

    #[test]
    fn lab_is_used_again_until_its_recipe_changes_or_its_dates_age() {
        let made = of("a", "2026-01-01");
        assert!(still_good(&made, &of("a", "2026-01-01")));
        assert!(still_good(&made, &of("a", "2026-01-30")));
        assert!(!still_good(&made, &of("a", "2026-01-31")));
        assert!(!still_good(&made, &of("a", "2025-12-31")));
        assert!(!still_good(&made, &of("b", "2026-01-01")));
    }

    #[test]
    fn same_recipe_has_the_same_fingerprint() {
        assert_eq!(
            fingerprint(Path::new("/lab")),
            fingerprint(Path::new("/lab"))
        );
        assert_ne!(
            fingerprint(Path::new("/lab")),
            fingerprint(Path::new("/elsewhere"))
        );
    }
}

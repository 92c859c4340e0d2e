//! A directory server of the bench's own: OpenLDAP on a loopback port and in a folder of its own.
//!
//! It has no more of Active Directory than reading the users of one domain takes. It ends when it is
//! dropped.

use std::{
    io::BufWriter,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    people::{self, DOMAIN, Dice, Person},
    stopwatch, tool,
};

/// Who signs in.
pub const READER: &str = "cn=reader,DC=corp,DC=example,DC=test";

const PASSWORD: &str = "read-only";

/// Attributes that OpenLDAP's own schema lacks, as text and as bytes.
const TEXTS: [&str; 34] = [
    "accountExpires",
    "adminCount",
    "adminDescription",
    "displayName",
    "groupType",
    "homeMDB",
    "isCriticalSystemObject",
    "lastLogonTimestamp",
    "mailNickname",
    "msExchHideFromAddressLists",
    "msExchRecipientTypeDetails",
    "operatingSystem",
    "operatingSystemVersion",
    "primaryGroupID",
    "proxyAddresses",
    "pwdLastSet",
    "sAMAccountName",
    "targetAddress",
    "userAccountControl",
    "userPrincipalName",
    "whenCreated",
    "objectCategory",
    "instanceType",
    "defaultNamingContext",
    "configurationNamingContext",
    "schemaNamingContext",
    "rootDomainNamingContext",
    "dnsHostName",
    "forestFunctionality",
    "domainFunctionality",
    "domainControllerFunctionality",
    "currentTime",
    "isGlobalCatalogReady",
    "userSMIMECertificate",
];
const BYTES: [&str; 2] = ["objectGUID", "mS-DS-ConsistencyGuid"];

/// A running server.
pub struct Slapd {
    child: Child,
    /// Its address.
    pub url: String,
    /// A file with the password of [`READER`].
    pub password: PathBuf,
}

impl Slapd {
    /// Loads so many users and begins to serve them.
    ///
    /// # Errors
    /// If OpenLDAP is not installed or does not come up.
    pub fn start(folder: &Path, users: u64) -> Result<Self> {
        let (slapd, slapadd) = (tool("slapd", "slapd")?, tool("slapadd", "slapd")?);
        fs_err::create_dir_all(folder.join("data"))?;
        let config = folder.join("slapd.conf");
        fs_err::write(&config, configuration(folder)?)?;
        let entries = folder.join("entries.ldif");
        write_entries(&entries, users)?;
        let mut load = Command::new(slapadd);
        load.arg("-q")
            .arg("-f")
            .arg(&config)
            .arg("-l")
            .arg(&entries);
        stopwatch::run(&mut load, &[0]).context("the users cannot be loaded")?;
        let password = folder.join("password");
        fs_err::write(&password, PASSWORD)?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let url = format!("ldap://127.0.0.1:{port}");
        let mut serve = Command::new(slapd);
        serve.args(["-h", &url, "-d", "0", "-f"]).arg(&config);
        let child = serve.stdin(Stdio::null()).spawn()?;
        let mut server = Self {
            child,
            url,
            password,
        };
        server.wait(port)?;
        Ok(server)
    }

    fn wait(&mut self, port: u16) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait()? {
                bail!("slapd ended with {status}");
            }
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("slapd does not answer")
    }

    /// The processor time that it has had, in seconds.
    pub fn processor_time(&self) -> f64 {
        stopwatch::processor_time(self.child.id()).unwrap_or_default()
    }

    /// The command that reads the same attributes of the same entries with `ldapsearch`.
    ///
    /// # Errors
    /// If it is not installed.
    pub fn search(&self, filter: &str, attributes: &[&str]) -> Result<Command> {
        let mut search = Command::new(tool("ldapsearch", "ldap-utils")?);
        search
            .args(["-x", "-LLL", "-o", "ldif-wrap=no", "-E", "pr=1000/noprompt"])
            .args(["-H", &self.url, "-D", READER, "-w", PASSWORD, "-b", DOMAIN])
            .arg(filter)
            .args(attributes)
            .stdout(Stdio::null());
        Ok(search)
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_entries(path: &Path, users: u64) -> Result<()> {
    use std::io::Write as _;
    let mut file = BufWriter::new(fs_err::File::create(path)?);
    write!(
        file,
        "dn: {DOMAIN}\nobjectClass: top\nobjectClass: domain\ndc: corp\n\n"
    )?;
    people::units(&mut file, "organizationalUnit")?;
    let mut dice = Dice::new(1);
    (0..users).try_for_each(|number| Person::new(number, &mut dice).entry(&mut file))?;
    file.flush()?;
    Ok(())
}

/// The server's configuration: one domain, and a root DSE that says what a controller's says.
fn configuration(folder: &Path) -> Result<String> {
    let root = folder.join("root.ldif");
    let contexts = format!(
        "dn:\ndefaultNamingContext: {DOMAIN}\nrootDomainNamingContext: {DOMAIN}\n\
         configurationNamingContext: CN=Configuration,{DOMAIN}\n\
         schemaNamingContext: CN=Schema,CN=Configuration,{DOMAIN}\n\
         dnsHostName: dc1.corp.example.test\nforestFunctionality: 7\ndomainFunctionality: 7\n\
         domainControllerFunctionality: 7\n"
    );
    fs_err::write(&root, contexts)?;
    let schema = folder.join("schema.conf");
    fs_err::write(&schema, own_schema())?;
    let modules = ["/usr/lib/ldap", "/usr/lib/openldap"];
    let modules = modules.into_iter().find(|path| Path::new(path).is_dir());
    let core = Path::new("/etc/ldap/schema");
    ensure!(
        core.join("core.schema").is_file(),
        "OpenLDAP's schema is not in {}: install Debian's package slapd",
        core.display()
    );
    Ok(format!(
        "include {core}/core.schema\ninclude {core}/cosine.schema\ninclude {schema}\n\
         rootDSE {root}\nmodulepath {modules}\nmoduleload back_mdb\nsizelimit unlimited\n\
         pidfile {folder}/slapd.pid\ndatabase mdb\nmaxsize 4294967296\nsuffix {DOMAIN}\n\
         rootdn {READER}\nrootpw {PASSWORD}\ndirectory {folder}/data\nindex objectClass eq\n\
         index objectCategory eq\ndbnosync\n",
        core = core.display(),
        schema = schema.display(),
        root = root.display(),
        folder = folder.display(),
        modules = modules.unwrap_or("/usr/lib/ldap"),
    ))
}

fn own_schema() -> String {
    use std::fmt::Write as _;
    let mut schema = String::new();
    let mut attribute = |name: &str, number: usize, rest: &str| {
        let _ = writeln!(
            schema,
            "attributetype ( 1.3.6.1.4.1.99999.1.{number} NAME '{name}' {rest} )"
        );
    };
    let text = "EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15";
    let bytes = "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40";
    for (number, name) in TEXTS.iter().enumerate() {
        attribute(name, number, text);
    }
    for (number, name) in BYTES.iter().enumerate() {
        attribute(name, TEXTS.len() + number, bytes);
    }
    let all = [&TEXTS[..], &BYTES[..], &["mail", "givenName", "member"][..]].concat();
    let _ = writeln!(
        schema,
        "objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'user' SUP organizationalPerson STRUCTURAL MAY \
         ( {} ) )",
        all.join(" $ ")
    );
    schema
}

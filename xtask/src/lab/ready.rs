//! Waits until the controller really answers: names, Kerberos, LDAP and LDAPS.
//!
//! Each service is asked what a client asks of it, as the ordinary user; an open port alone is
//! not taken for an answer. Sends to the lab's own namespace only.

use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RecordType};

use super::namespace::succeed;
use super::{DOMAIN, Lab, SERVER, reader};

/// How long a controller may take until it answers everything.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(250);

/// Waits until all services answer.
///
/// # Errors
/// If the controller ends, or some service does not answer within a minute; the error says which.
pub fn wait(lab: &Lab) -> Result<()> {
    let begun = Instant::now();
    loop {
        let Err(error) = check(lab) else {
            return Ok(());
        };
        let log = lab.controller().log();
        if lab.controller().running().is_none() {
            bail!("the controller ended, see {}: {error:#}", log.display());
        }
        if begun.elapsed() > PATIENCE {
            let waited = PATIENCE.as_secs();
            let log = log.display();
            return Err(error.context(format!("no answer within {waited} s, see {log}")));
        }
        thread::sleep(PAUSE);
    }
}

/// Asks every service once.
///
/// # Errors
/// If one does not answer; the error says which.
pub fn check(lab: &Lab) -> Result<()> {
    let service = format!("_ldap._tcp.{DOMAIN}");
    let services = lab.namespace().enter(|| ask(&service, RecordType::SRV))??;
    ensure!(services > 0, "DNS has no SRV records of the domain");
    reader::sign_in(lab)?;
    root(
        lab,
        &[
            "-Y",
            "GSSAPI",
            "-N",
            "-Q",
            "-H",
            &format!("ldap://{SERVER}"),
        ],
    )
    .context("LDAP with Kerberos does not answer")?;
    root(lab, &["-x", "-H", &format!("ldaps://{SERVER}")]).context("LDAPS does not answer")
}

/// Reads the rootDSE with `ldapsearch`, by the given way of binding.
fn root(lab: &Lab, bind: &[&str]) -> Result<()> {
    let mut command = lab.command("timeout");
    command
        .args(["10", "ldapsearch", "-LLL", "-s", "base", "-b", ""])
        .args(bind);
    let output = succeed(command.arg("dnsHostName"))?;
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    ensure!(
        text.contains(SERVER),
        "another server answers: {}",
        text.trim()
    );
    Ok(())
}

/// Errors unless the server at this address begins a zone of this name.
///
/// # Errors
/// If nothing answers within two seconds, or it has no such zone.
pub fn ask_for(server: &str, zone: &str) -> Result<()> {
    let found = ask_at(server.parse()?, zone, RecordType::SOA)?;
    ensure!(found == 1, "{server} has no zone {zone}");
    Ok(())
}

/// How many records of this name and type the lab's DNS has.
///
/// # Errors
/// If nothing answers within two seconds.
pub fn ask(name: &str, kind: RecordType) -> Result<usize> {
    ask_at(Ipv4Addr::LOCALHOST, name, kind)
}

fn ask_at(server: Ipv4Addr, name: &str, kind: RecordType) -> Result<usize> {
    let mut question = Message::query();
    question.add_query(Query::query(Name::from_ascii(name)?, kind));
    question.metadata.recursion_desired = true;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    socket.connect((server, 53))?;
    socket.send(&question.to_vec()?)?;
    let mut buffer = [0_u8; 4096];
    let length = socket.recv(&mut buffer).context("DNS does not answer")?;
    let answer = Message::from_vec(&buffer[..length])?;
    ensure!(
        answer.metadata.id == question.metadata.id,
        "DNS answers another question"
    );
    Ok(answer
        .answers
        .iter()
        .filter(|record| record.record_type() == kind)
        .count())
}

//! Gives the rights that the content asks for, in the offline database.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Lab;
use super::content::services::Grant;
use super::namespace::succeed;

/// Gives each right.
///
/// # Errors
/// If the account or the object is not there, or Samba refuses the entries.
pub fn give(lab: &Lab, database: &Path, grants: &[Grant]) -> Result<()> {
    for grant in grants {
        let sid = identifier(lab, database, grant.to)?;
        let mut command = Command::new("samba-tool");
        command.args(["dsacl", "set", "-H"]).arg(database);
        command
            .arg("--configfile")
            .arg(lab.controller().configuration());
        command.arg(format!("--objectdn={}", grant.on));
        // The tool wants a trustee although the entries name theirs.
        command.arg(format!("--trusteedn=<SID={sid}>"));
        command.arg(format!("--sddl={}", grant.entries.replace("TRUSTEE", &sid)));
        succeed(&mut command)
            .with_context(|| format!("cannot give {} its rights on {}", grant.to, grant.on))?;
    }
    Ok(())
}

/// An account's security identifier.
fn identifier(lab: &Lab, database: &Path, account: &str) -> Result<String> {
    let mut command = Command::new("ldbsearch");
    command.arg("-H").arg(database).arg("--configfile");
    command.arg(lab.controller().configuration());
    command.args([&format!("(sAMAccountName={account})"), "objectSid"]);
    let output = succeed(&mut command)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("objectSid: "));
    let sid = line.with_context(|| format!("there is no account {account}"))?;
    Ok(sid.trim().to_owned())
}

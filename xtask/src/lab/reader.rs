//! The ordinary domain user with whom the lab is read, and the administrator beside it.
//!
//! Passwords are made anew for each lab and go to Samba and to `kinit` by standard input, never as
//! arguments. They are kept in files that only their owner may read.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::certificates::write_private;
use super::content::SERVICE_ACCOUNTS;
use super::{BASE, Lab, REALM};

/// Account name of the reader.
pub const NAME: &str = "reader";
/// File in the lab's folder that holds the reader's password.
pub const PASSWORD_FILE: &str = "reader.password";
/// File in the lab's folder that holds the administrator's password.
pub const ADMINISTRATOR_PASSWORD_FILE: &str = "administrator.password";

/// Distinguished name of the reader, as in a simple bind.
#[must_use]
pub fn dn() -> String {
    format!("CN={NAME},{SERVICE_ACCOUNTS}")
}

/// Distinguished name of the domain's built-in administrator, as in a simple bind.
#[must_use]
pub fn administrator_dn() -> String {
    format!("CN=Administrator,CN=Users,{BASE}")
}

/// Makes the passwords, keeps them in the lab's folder and sets them in the offline database.
///
/// # Errors
/// If there are no random numbers, or the database does not take a password.
pub fn set_passwords(lab: &Lab) -> Result<()> {
    set_password(lab, &dn(), PASSWORD_FILE)?;
    set_password(lab, &administrator_dn(), ADMINISTRATOR_PASSWORD_FILE)
}

fn set_password(lab: &Lab, dn: &str, file: &str) -> Result<()> {
    let password = random_password()?;
    let path = lab.folder().join(file);
    write_private(&path, password.expose_secret().as_bytes())?;
    let wide: Vec<u8> = password
        .expose_secret()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let change = SecretString::from(format!(
        "dn: {dn}\nchangetype: modify\nreplace: clearTextPassword\nclearTextPassword:: {}\n-\n\n",
        STANDARD.encode(wide)
    ));
    let controller = lab.controller();
    let mut command = Command::new("ldbmodify");
    command
        .arg("-H")
        .arg(controller.folder().join("private/sam.ldb"));
    command.arg("--configfile").arg(controller.configuration());
    feed(&mut command, &change).with_context(|| format!("cannot set the password of {dn}"))
}

/// Fills the reader's ticket cache.
///
/// # Errors
/// If the key distribution centre does not answer within ten seconds, or refuses.
pub fn sign_in(lab: &Lab) -> Result<()> {
    let password = read_password(&lab.folder().join(PASSWORD_FILE))?;
    let answer = SecretString::from(format!("{}\n", password.expose_secret()));
    let mut command = lab.command("timeout");
    command.args(["10", "kinit", &format!("{NAME}@{REALM}")]);
    feed(&mut command, &answer).context("the reader cannot sign in by Kerberos")
}

fn random_password() -> Result<SecretString> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).context("no random numbers")?;
    // The prefix satisfies the domain's complexity rule whatever the rest is.
    Ok(SecretString::from(format!(
        "Aa1-{}",
        URL_SAFE_NO_PAD.encode(bytes)
    )))
}

fn read_password(path: &Path) -> Result<SecretString> {
    Ok(SecretString::from(fs_err::read_to_string(path)?))
}

/// Runs a command with `input` as its standard input.
fn feed(command: &mut Command, input: &SecretString) -> Result<()> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child
        .stdin
        .take()
        .context("the command has a standard input")?;
    // A command that ends before it has read all tells why by its own error.
    let _ = stdin.write_all(input.expose_secret().as_bytes());
    drop(stdin);
    let output = child.wait_with_output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", complaint.trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ_and_are_long() {
        let (one, other) = (random_password().unwrap(), random_password().unwrap());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(one.expose_secret().len(), 36);
    }

    #[test]
    fn failing_command_gives_its_own_complaint_and_not_its_input() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo refused >&2; exit 1"]);
        let error = feed(&mut command, &SecretString::from("hidden".to_owned())).unwrap_err();
        assert_eq!(format!("{error:#}"), "refused");
    }
}

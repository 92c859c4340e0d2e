//! Options about the on-premises directory.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use waterline_probes::directory::{
    AuthChoice, Cleartext, DirectorySettings, Reach, ServerUrl, Source, StartTls,
};

use super::secret;
use crate::{cli::console::Console, exit::Usage};

/// Options about the on-premises directory.
#[derive(Debug, Args)]
#[command(next_help_heading = "Directory")]
pub struct DirectoryOptions {
    /// DNS name of the Active Directory domain; else the profile's, else that which this machine
    /// is joined to
    #[arg(long, value_name = "DOMAIN", env = "WATERLINE_DOMAIN")]
    pub domain: Option<String>,
    /// Domain controllers to try, in this order, as ldap://HOST or ldaps://HOST; else found by DNS,
    /// those of this machine's site first
    #[arg(
        long,
        value_name = "URL",
        env = "WATERLINE_SERVER",
        value_delimiter = ','
    )]
    server: Vec<ServerUrl>,
    /// Read this domain alone; else every domain of its forest, each from a controller of its own
    #[arg(long)]
    this_domain_only: bool,
    /// Read objects only at and below this distinguished name, of this domain alone
    #[arg(long, value_name = "DN", env = "WATERLINE_BASE")]
    base: Option<String>,
    /// How to sign in; else simple if --bind-dn is given, and kerberos if not
    #[arg(long, value_name = "METHOD", env = "WATERLINE_AUTH")]
    auth: Option<Method>,
    /// Who signs in with a password: a distinguished name, a user principal name or DOMAIN\name
    #[arg(long, value_name = "NAME", env = "WATERLINE_BIND_DN")]
    bind_dn: Option<String>,
    /// File whose first line is the password; else it is asked for
    #[arg(long, value_name = "FILE", env = "WATERLINE_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
    /// Begin TLS within ldap:// before anything else is said; passwords are never sent without TLS,
    /// and Kerberos seals the connection itself, so that this is seldom needed
    #[arg(long)]
    starttls: bool,
    /// Let a password go over a connection without TLS, to loopback addresses only
    #[arg(long)]
    allow_cleartext: bool,
    /// Read LDIF exports in place of a server
    #[arg(long, value_name = "FILE", env = "WATERLINE_LDIF", value_delimiter = ',', conflicts_with_all = ["server", "auth", "bind_dn", "password_file", "starttls", "this_domain_only"])]
    ldif: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// The tickets of whoever runs the program
    Kerberos,
    /// Name and password, over TLS
    Simple,
    /// Not at all
    Anonymous,
}

impl DirectoryOptions {
    /// What the directory probe is told; may ask the user for a password.
    ///
    /// # Errors
    /// If options contradict each other or a file cannot be used.
    pub fn settings(&self, console: &Console) -> anyhow::Result<DirectorySettings> {
        for file in &self.ldif {
            let found = fs_err::metadata(file);
            let found = found.map_err(|error| Usage::new(format!("--ldif: {error}")))?;
            if !found.is_file() {
                let message = format!("--ldif: {} is not a file", file.display());
                return Err(Usage::new(message).into());
            }
        }
        Ok(DirectorySettings {
            domain: None,
            suggested: Vec::new(),
            source: match self.ldif.is_empty() {
                true => Source::Server,
                false => Source::Ldif(self.ldif.clone()),
            },
            servers: self.server.clone(),
            base_dn: self.base.clone(),
            auth: self.auth(console)?,
            cleartext: match self.allow_cleartext {
                true => Cleartext::LoopbackOnly,
                false => Cleartext::Refused,
            },
            start_tls: match self.starttls {
                true => StartTls::Always,
                false => StartTls::ForPasswords,
            },
            reach: match self.this_domain_only {
                true => Reach::Domain,
                false => Reach::Forest,
            },
            resolvers: Vec::new(),
        })
    }

    fn method(&self) -> Method {
        let usual = match self.bind_dn {
            Some(_) => Method::Simple,
            None => Method::Kerberos,
        };
        self.auth.unwrap_or(usual)
    }

    fn auth(&self, console: &Console) -> anyhow::Result<AuthChoice> {
        let method = self.method();
        if method == Method::Simple {
            return self.simple(console);
        }
        if self.bind_dn.is_some() || self.password_file.is_some() {
            let message = "--bind-dn and --password-file are for --auth simple; leave them out, \
                           or sign in by --auth simple";
            return Err(Usage::new(message).into());
        }
        Ok(match method {
            Method::Anonymous => AuthChoice::Anonymous,
            Method::Kerberos | Method::Simple => AuthChoice::Kerberos,
        })
    }

    fn simple(&self, console: &Console) -> anyhow::Result<AuthChoice> {
        let Some(bind_dn) = self.bind_dn.clone() else {
            return Err(Usage::new("--auth simple needs --bind-dn: name who signs in").into());
        };
        let password = match &self.password_file {
            Some(file) => secret::first_line("--password-file", file)?,
            None if console.can_ask() => {
                secret::ask(&format!("Password of {}", bind_dn.escape_debug()))?
            }
            None => {
                let message = "--auth simple needs --password-file, as nobody can be asked here";
                return Err(Usage::new(message).into());
            }
        };
        Ok(AuthChoice::Simple { bind_dn, password })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::cli::console::ConsoleOptions;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        console: ConsoleOptions,
        #[command(flatten)]
        directory: DirectoryOptions,
    }

    fn settings(arguments: &[&str]) -> anyhow::Result<DirectorySettings> {
        let line = Line::try_parse_from([&["waterline"], arguments].concat()).unwrap();
        line.directory.settings(&Console::new(&line.console))
    }

    #[test]
    fn sign_in_follows_from_the_options() {
        assert!(matches!(settings(&[]).unwrap().auth, AuthChoice::Kerberos));
        let anonymous = settings(&["--auth", "anonymous"]).unwrap();
        assert!(matches!(anonymous.auth, AuthChoice::Anonymous));
    }

    #[test]
    fn whole_forest_is_read_and_tls_begun_for_passwords_unless_told_otherwise() {
        let usual = settings(&[]).unwrap();
        assert_eq!(usual.reach, Reach::Forest);
        assert_eq!(usual.start_tls, StartTls::ForPasswords);
        let told = settings(&["--this-domain-only", "--starttls"]).unwrap();
        assert_eq!(told.reach, Reach::Domain);
        assert_eq!(told.start_tls, StartTls::Always);
    }

    #[test]
    fn a_password_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs_err::write(&file, "s3cret pass \r\nmore\n").unwrap();
        let file = file.to_str().unwrap();
        let settings = settings(&["--bind-dn", "jane", "--password-file", file]).unwrap();
        let AuthChoice::Simple { bind_dn, password } = settings.auth else {
            panic!("{settings:?}")
        };
        assert_eq!(
            (bind_dn.as_str(), password.expose_secret()),
            ("jane", "s3cret pass ")
        );
    }

    #[test]
    fn wrong_combinations_say_what_to_do() {
        let cases: [(&[&str], &str); 5] = [
            (&["--auth", "simple"], "needs --bind-dn"),
            (&["--bind-dn", "jane"], "needs --password-file"),
            (
                &["--auth", "kerberos", "--bind-dn", "jane"],
                "are for --auth simple",
            ),
            (
                &["--bind-dn", "j", "--password-file", "/nowhere"],
                "--password-file: failed to open",
            ),
            (&["--ldif", "/nowhere.ldif"], "--ldif: failed to"),
        ];
        for (arguments, expected) in cases {
            let error = settings(arguments).unwrap_err().to_string();
            assert!(error.contains(expected), "{arguments:?}: {error}");
        }
    }
}

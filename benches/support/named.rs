//! A `named` of its own on loopback, with the records of many domains.

use std::{
    fmt::Write as _,
    net::UdpSocket,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use super::tool;

const ADDRESS: &str = "127.0.0.1";
const ZONE: &str = "bench.test";
/// How long it may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server; it ends when it is dropped.
pub struct Named {
    process: Child,
    port: u16,
    domains: usize,
}

impl Drop for Named {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Named {
    /// One that holds so many domains, and waits for questions.
    ///
    /// # Errors
    /// If it is not installed, or does not answer.
    pub fn start(folder: &Path, domains: usize) -> Result<Self> {
        let program = tool("named", "bind9")?;
        let port = UdpSocket::bind((ADDRESS, 0))?.local_addr()?.port();
        fs_err::write(folder.join("zone"), zone(domains)?)?;
        let configuration = folder.join("named.conf");
        fs_err::write(&configuration, text(folder, port))?;
        let log = fs_err::File::create(folder.join("named.out"))?.into_file();
        let process = Command::new(program)
            .args(["-g", "-c"])
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Self {
            process,
            port,
            domains,
        };
        server.wait(folder)?;
        Ok(server)
    }

    /// Its address.
    pub fn address(&self) -> &'static str {
        ADDRESS
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The domains that it holds.
    pub fn domains(&self) -> impl Iterator<Item = String> {
        (0..self.domains).map(domain)
    }

    fn wait(&mut self, folder: &Path) -> Result<()> {
        let begun = Instant::now();
        let socket = UdpSocket::bind((ADDRESS, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        socket.connect((ADDRESS, self.port))?;
        // The name servers of the root: refused, which is an answer.
        let question = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
        loop {
            let answered = socket
                .send(&question)
                .and_then(|_| socket.recv(&mut [0; 512]));
            if answered.is_ok() {
                return Ok(());
            }
            if self.process.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                bail!(
                    "named does not answer, see {}",
                    folder.join("named.out").display()
                );
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn domain(number: usize) -> String {
    format!("d{number:05}.{ZONE}")
}

fn zone(domains: usize) -> Result<String> {
    // Nobody listens at the name server's address: the zone's holders are not asked in earnest.
    let mut text =
        "$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 127.9.9.9\n".to_owned();
    for number in 0..domains {
        let name = format!("d{number:05}");
        writeln!(text, "{name} TXT \"MS=ms{number:08}\"")?;
        writeln!(text, "{name} TXT \"v=spf1 ip4:192.0.2.0/24 -all\"")?;
        writeln!(text, "{name} MX 0 {name}.mail.protection.outlook.com.")?;
        writeln!(
            text,
            "enterpriseenrollment.{name} CNAME enterpriseenrollment-s.manage.microsoft.com."
        )?;
        writeln!(
            text,
            "enterpriseregistration.{name} CNAME enterpriseregistration.windows.net."
        )?;
    }
    Ok(text)
}

fn text(folder: &Path, port: u16) -> String {
    format!(
        "options {{
  directory \"{folder}\";
  pid-file \"{folder}/named.pid\";
  session-keyfile \"{folder}/session.key\";
  listen-on port {port} {{ {ADDRESS}; }};
  listen-on-v6 {{ none; }};
  recursion no;
  empty-zones-enable no;
  dnssec-validation no;
}};
controls {{ }};
zone \"{ZONE}\" {{ type primary; file \"zone\"; }};
",
        folder = folder.display()
    )
}

//! The servers of the lab's network, and how each is told what to do.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::CONTROLLER_DOMAIN as DOMAIN;
use crate::lab::namespace::succeed;

/// A server.
pub struct Server {
    /// Its name in this network.
    pub name: &'static str,
    /// Its program.
    pub program: &'static str,
    /// What it is called with, for the lab's folder.
    pub arguments: fn(&Path) -> Vec<String>,
    /// Where it answers.
    pub ports: &'static [([u8; 4], u16)],
}

/// All of them, in the order in which they are started.
pub const SERVERS: [Server; 4] = [
    Server {
        name: "names",
        program: "dnsmasq",
        arguments: dnsmasq,
        ports: &[([127, 0, 0, 1], 53)],
    },
    Server {
        name: "no-names",
        program: "dnsmasq",
        arguments: nameless,
        ports: &[([127, 0, 0, 3], 53)],
    },
    Server {
        name: "nginx",
        program: "nginx",
        arguments: nginx,
        ports: &[([127, 80, 0, 1], 443), ([127, 80, 0, 5], 80)],
    },
    Server {
        name: "squid",
        program: "squid",
        arguments: squid,
        ports: &[([127, 0, 0, 1], 3128), ([127, 0, 0, 1], 3130)],
    },
];

/// Hosts of `example.test` at addresses of their own; every other name leads to the first.
const HOSTS: [(&str, u8); 12] = [
    ("expired", 2),
    ("wrong-name", 3),
    ("self-signed", 4),
    ("portal", 5),
    ("blocked", 6),
    ("reset", 7),
    ("refused", 8),
    ("filtered", 9),
    ("prohibited", 10),
    ("rejected", 11),
    ("alert", 12),
    ("push", 13),
];

/// Where the network's one controller is, which serves nothing but LDAP over TLS.
const CONTROLLER: u8 = 20;

/// What every `dnsmasq` here is told.
const RESOLVER: [&str; 8] = [
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--user=root",
    "--no-resolv",
    "--no-hosts",
    "--pid-file=",
    "--bind-interfaces",
    "--log-facility=-",
];

/// A resolver for which no name exists.
fn nameless(_: &Path) -> Vec<String> {
    let own = ["--listen-address=127.0.0.3", "--address=/#/"];
    RESOLVER
        .iter()
        .chain(&own)
        .map(|one| (*one).to_owned())
        .collect()
}

fn dnsmasq(_: &Path) -> Vec<String> {
    let own = [
        "--listen-address=127.0.0.1",
        "--address=/#/127.80.0.1",
        "--address=/gone.example.test/",
    ];
    let hosts = HOSTS.map(|(name, last)| format!("--address=/{name}.example.test/127.80.0.{last}"));
    let controller = [
        format!("--address=/dc1.{DOMAIN}/127.80.0.{CONTROLLER}"),
        format!("--srv-host=_ldap._tcp.dc._msdcs.{DOMAIN},dc1.{DOMAIN},389"),
    ];
    let fixed = RESOLVER.iter().chain(&own).map(|one| (*one).to_owned());
    fixed.chain(hosts).chain(controller).collect()
}

fn nginx(folder: &Path) -> Vec<String> {
    let file = folder.join("nginx.conf").display().to_string();
    let log = folder.join("nginx.log").display().to_string();
    ["-c", &file, "-e", &log].map(str::to_owned).to_vec()
}

fn squid(folder: &Path) -> Vec<String> {
    let file = folder.join("squid.conf").display().to_string();
    ["-N", "-f", &file].map(str::to_owned).to_vec()
}

/// Writes the settings of all servers.
///
/// # Errors
/// If a file cannot be written, or squid's store of certificates not be made.
pub fn prepare(folder: &Path) -> Result<()> {
    fs_err::write(folder.join("nginx.conf"), nginx_settings(folder))?;
    fs_err::write(folder.join("squid.conf"), squid_settings(folder))?;
    let store = folder.join("certificates");
    let mut make = Command::new("/usr/lib/squid/security_file_certgen");
    succeed(make.args(["-c", "-s"]).arg(&store).args(["-M", "16MB"]))?;
    // Squid gives its rights up for those of this user.
    succeed(Command::new("chown").args(["-R", "proxy"]).arg(store)).map(drop)
}

fn nginx_settings(folder: &Path) -> String {
    let at = folder.display();
    let text = "default_type text/plain; return 200 \"Microsoft Connect Test\\n\";";
    let secure = |last: u8, name: &str| {
        format!(
            "server {{ listen 127.80.0.{last}:443 ssl; ssl_certificate {at}/{name}.pem; \
             ssl_certificate_key {at}/{name}.key; location / {{ {text} }} }}\n"
        )
    };
    let clear = |last: u8, inner: &str| {
        format!("server {{ listen 127.80.0.{last}:80; location / {{ {inner} }} }}\n")
    };
    let portal = "return 302 http://10.0.0.1/login;";
    let block = "default_type text/html; return 200 \"<title>Web Page Blocked</title>\";";
    let servers = [
        secure(1, "good"),
        clear(1, text),
        secure(2, "expired"),
        secure(3, "wrong-name"),
        secure(4, "self-signed"),
        clear(5, portal),
        clear(6, block),
        clear(7, "return 444;"),
        "server { listen 127.80.0.12:443 ssl; ssl_reject_handshake on; }\n".to_owned(),
        // The port of Apple's push service, and two of Google's; the third is dropped.
        "server { listen 127.80.0.13:5223; listen 127.80.0.13:5228; listen 127.80.0.13:5229; }\n"
            .to_owned(),
        format!(
            "server {{ listen 127.80.0.{CONTROLLER}:636 ssl; ssl_certificate {at}/good.pem; \
             ssl_certificate_key {at}/good.key; }}\n"
        ),
    ];
    format!(
        "daemon off;\nmaster_process off;\npid {at}/nginx.own.pid;\nerror_log {at}/nginx.log;\n\
         events {{ worker_connections 2048; }}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {at}/t1; proxy_temp_path {at}/t2; fastcgi_temp_path {at}/t3; \
         uwsgi_temp_path {at}/t4; scgi_temp_path {at}/t5;\n{}}}\n",
        servers.concat()
    )
}

fn squid_settings(folder: &Path) -> String {
    let at = folder.display();
    format!(
        "pid_filename none
visible_hostname proxy.example.test
access_log none
cache_log /dev/null
cache deny all
shutdown_lifetime 0 seconds
pinger_enable off
dns_nameservers 127.0.0.1
http_port 127.0.0.1:3128 name=plain
http_port 127.0.0.1:3129 name=asking
http_port 127.0.0.1:3130 name=opening ssl-bump generate-host-certificates=on tls-cert={at}/gateway-with-key.pem
sslcrtd_program /usr/lib/squid/security_file_certgen -s {at}/certificates -M 16MB
sslcrtd_children 4
tls_outgoing_options cafile={at}/public.pem
ssl_bump bump all
auth_param basic program /usr/lib/squid/basic_fake_auth
acl asked_at myportname asking
acl signed_in proxy_auth REQUIRED
acl forbidden dstdomain .forbidden.example.test
http_access deny forbidden
http_access deny asked_at !signed_in
http_access allow all
"
    )
}

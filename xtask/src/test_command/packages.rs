//! The system's packages that building and testing need: installed on Debian as root, else named.

use std::process::Command;

use super::steps::Steps;

/// Those that building the Windows program and testing it take: a compiler with the library's source
/// beside it, the linker, and Wine.
pub const WINDOWS: &[&str] = &[
    "binutils-mingw-w64-x86-64",
    "cargo-web",
    "gcc-mingw-w64-x86-64",
    "rust-web-src",
    "rustc-web",
    "wine64",
];

/// Those that all the rest takes.
pub const TESTS: &[&str] = &[
    // To build with Kerberos.
    "clang",
    "libclang-dev",
    "libkrb5-dev",
    // The lab's servers of names and of time, and what the bench of look-ups compares with.
    "bind9",
    "bind9-utils",
    "chrony",
    "dnsperf",
    // The lab's domain controller and its tools; a clock that is wrong for its tests.
    "faketime",
    "iproute2",
    "krb5-user",
    "ldap-utils",
    "ldb-tools",
    "libsasl2-modules-gssapi-mit",
    "nftables",
    "python3-gssapi",
    "python3-yaml",
    "samba",
    "samba-ad-dc",
    "winbind",
    // The lab's network: names, an internet, proxies; and what the endpoints' bench compares with.
    "curl",
    "dnsmasq-base",
    "nginx-light",
    "squid-openssl",
    // To open the HTML report as a person would, and to read what it prints.
    "chromium-driver",
    "poppler-utils",
    // To read reports with tools that others wrote, and what their bench compares with.
    "jq",
    "libxml2-utils",
    "python3-icalendar",
    "python3-junitparser",
    // What the bench of recordings compares with.
    "zstd",
    // Installs for the browser probe to find.
    "chromium",
    "firefox-esr",
];

/// Another installation on this machine is waited for, this many seconds.
const LOCK_WAIT: &str = "DPkg::Lock::Timeout=300";
/// Settings that somebody changed are kept: there is nobody to ask.
const KEEP_SETTINGS: &str = "Dpkg::Options::=--force-confold";

/// Installs what is missing of these, or says what to install by hand; empty if nothing is missing.
pub fn install(steps: &mut Steps, wanted: &[&str]) -> String {
    if !is_debian() {
        return format!(
            "this is not Debian: whatever is missing has to be installed by hand; there the \
             packages are {}",
            wanted.join(" ")
        );
    }
    let missing: Vec<_> = wanted
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return String::new();
    }
    if !is_root() {
        let list = missing.join(" ");
        return format!("only root may install them: apt-get install {list}");
    }
    // Lists may be from the day on which the machine was made, and name what is no longer there.
    steps.command("package lists", apt_get().arg("update"));
    let mut install = apt_get();
    steps.command(
        "packages",
        install.args(["install", "--yes"]).args(&missing),
    );
    String::new()
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["--quiet", "--option", LOCK_WAIT, "--option", KEEP_SETTINGS])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_debian() -> bool {
    let release = fs_err::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=debian")
}

fn is_installed(package: &str) -> bool {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Status}", package])
        .output();
    output.is_ok_and(|output| output.stdout == b"installed")
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

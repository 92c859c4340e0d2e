//! The zones, and at which address which of them is served.

use std::path::Path;

use anyhow::{Context, Result};

use super::{INSIDE, KNOWS_NOTHING, OUTSIDE, REWRITING, VALIDATING, tool};

/// A domain whose zone inside lacks the public records, and has one more.
pub const SPLIT: &str = "adatum.test";
/// A domain with a name server that does not hold it, and with a wildcard.
pub const LAME: &str = "fabrikam.test";
/// A domain whose signatures have expired.
pub const BOGUS: &str = "bogus.test";
/// Texts of [`LAME`]: too many for a datagram.
pub const MANY_TEXTS: usize = 400;

/// By this name a resolver shows that it resolves public names.
const PUBLIC: &str = "microsoftonline.com";

/// The files of all zones, by name.
pub(super) fn files() -> Vec<(&'static str, String)> {
    let texts = (0..MANY_TEXTS).map(|n| format!("@ TXT \"text number {n} of many\"\n"));
    let senders: String = (0..11).map(|n| format!(" a:host{n}.{LAME}")).collect();
    let outside = "@ TXT \"MS=ms12345678\"\n\
        @ TXT \"v=spf1 include:spf.adatum.test -all\"\n\
        spf TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n\
        enterpriseenrollment CNAME enterpriseenrollment-s.manage.microsoft.com.\n\
        enterpriseregistration CNAME enterpriseregistration.windows.net.\n";
    let lame = format!(
        "@ NS ns2\nns2 A {KNOWS_NOTHING}\n* A 192.0.2.80\n@ TXT \"v=spf1{senders} -all\"\n{}",
        texts.collect::<String>()
    );
    vec![
        ("split.inside", zone("msoid CNAME anywhere.example.\n")),
        ("split.outside", zone(outside)),
        ("lame", zone(&lame)),
        ("bogus", zone("@ TXT \"MS=ms87654321\"\n")),
        ("public", zone("login A 192.0.2.1\n")),
        ("rewriting", zone("* A 192.0.2.66\n")),
    ]
}

fn zone(records: &str) -> String {
    format!(
        "$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A {OUTSIDE}\n{records}"
    )
}

/// Signs a zone with signatures that have expired, unchecked therefore; gives its key as a trust
/// anchor.
///
/// # Errors
/// If the tools are missing or refuse.
pub(super) fn sign(folder: &Path) -> Result<String> {
    let generate = ["-q", "-a", "ECDSAP256SHA256", "-f", "KSK", BOGUS];
    let key = tool(folder, "dnssec-keygen", &generate)?;
    let expired = ["-P", "-s", "20200101000000", "-e", "20200201000000"];
    let names = [
        "-S",
        "-z",
        "-O",
        "full",
        "-o",
        BOGUS,
        "-f",
        "bogus.signed",
        "bogus",
    ];
    tool(folder, "dnssec-signzone", &[&expired[..], &names].concat())?;
    let public = fs_err::read_to_string(folder.join(format!("{key}.key")))?;
    let line = public.lines().find(|line| line.contains("DNSKEY"));
    let line = line.context("dnssec-keygen wrote no key")?;
    let fields: Vec<_> = line.split_whitespace().collect();
    let at = fields.iter().position(|field| *field == "DNSKEY");
    let rest = at.and_then(|at| fields.get(at + 1..));
    let rest = rest
        .filter(|rest| rest.len() > 3)
        .context("a key has four fields")?;
    Ok(format!(
        "{} {} {} \"{}\"",
        rest[0],
        rest[1],
        rest[2],
        rest[3..].concat()
    ))
}

/// The configuration: one view for each address.
pub(super) fn configuration(folder: &Path, key: &str) -> String {
    let inside =
        primary(SPLIT, "split.inside") + &primary(LAME, "lame") + &primary(PUBLIC, "public");
    let outside = primary(SPLIT, "split.outside")
        + &primary(LAME, "lame")
        + &primary(BOGUS, "bogus.signed")
        + &primary(PUBLIC, "public");
    let ask_outside = format!(
        "recursion yes; allow-recursion {{ any; }};
  zone \"{BOGUS}\" {{ type static-stub; server-addresses {{ {OUTSIDE}; }}; }};\n"
    ) + &primary(PUBLIC, "public");
    let views = [
        view("inside", INSIDE, &format!("recursion no;\n{inside}")),
        view("outside", OUTSIDE, &format!("recursion no;\n{outside}")),
        view("validating", VALIDATING, &ask_outside),
        view(
            "rewriting",
            REWRITING,
            &format!("recursion no;\n{}", primary(".", "rewriting")),
        ),
        view("knows-nothing", KNOWS_NOTHING, "recursion no;\n"),
    ];
    format!(
        "options {{
  directory \"{folder}\";
  pid-file \"{folder}/named.pid\";
  session-keyfile \"{folder}/session.key\";
  managed-keys-directory \"{folder}\";
  listen-on {{ {INSIDE}; {OUTSIDE}; {VALIDATING}; {REWRITING}; {KNOWS_NOTHING}; }};
  listen-on-v6 {{ none; }};
  empty-zones-enable no;
  max-records-per-type 0;
  dnssec-validation yes;
}};
controls {{ }};
trust-anchors {{ \"{BOGUS}.\" static-key {key}; }};
{}",
        views.concat(),
        folder = folder.display(),
    )
}

fn view(name: &str, address: &str, content: &str) -> String {
    format!("view \"{name}\" {{\n  match-destinations {{ {address}; }};\n  {content}}};\n")
}

fn primary(zone: &str, file: &str) -> String {
    format!("  zone \"{zone}\" {{ type primary; file \"{file}\"; }};\n")
}

//! The certificates of the lab's network: those of its "public" authority, and the wrong ones.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// Writes all certificates and keys to the folder. Those that hold do so for every host of the
/// catalogue's files in `catalog`.
///
/// # Errors
/// If a file cannot be read or written.
pub fn write(folder: &Path, catalog: &Path, now: Timestamp) -> Result<()> {
    let year = i32::from(now.to_zoned(TimeZone::UTC).year());
    let public = authority("Lab Public Root", year)?;
    let gateway = authority("Example Web Gateway", year)?;
    fs_err::write(folder.join("public.pem"), public.pem())?;
    fs_err::write(folder.join("gateway.pem"), gateway.pem())?;
    let both = format!("{}{}", gateway.pem(), gateway.key().serialize_pem());
    fs_err::write(folder.join("gateway-with-key.pem"), both)?;
    let mut names = hosts(catalog)?;
    names.insert("good.example.test".to_owned());
    names.insert("*.example.test".to_owned());
    let one = |name: &str| BTreeSet::from([name.to_owned()]);
    leaf(folder, "good", &names, &public, year + 1)?;
    leaf(
        folder,
        "expired",
        &one("expired.example.test"),
        &public,
        year - 1,
    )?;
    leaf(
        folder,
        "wrong-name",
        &one("other.example.test"),
        &public,
        year + 1,
    )?;
    self_signed(folder, "self-signed", year)
}

fn authority(name: &str, year: i32) -> Result<Authority> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(year - 5, 1, 1);
    params.not_after = date_time_ymd(year + 5, 1, 1);
    let subject = &mut params.distinguished_name;
    subject.push(DnType::CommonName, name);
    subject.push(DnType::OrganizationName, name);
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// A certificate for these names, with its chain and key, that ends at the beginning of a year.
fn leaf(
    folder: &Path,
    file: &str,
    names: &BTreeSet<String>,
    issuer: &Authority,
    ends: i32,
) -> Result<()> {
    let mut params = CertificateParams::new(names.iter().cloned().collect::<Vec<_>>())?;
    params.not_before = date_time_ymd(ends - 2, 1, 1);
    params.not_after = date_time_ymd(ends, 1, 1);
    params.custom_extensions = vec![responder("http://ocsp.lab.example.test/")];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, issuer)?;
    keep(
        folder,
        file,
        &format!("{}{}", certificate.pem(), issuer.pem()),
        &key,
    )
}

fn self_signed(folder: &Path, name: &str, year: i32) -> Result<()> {
    let mut params = CertificateParams::new(vec![format!("{name}.example.test")])?;
    params.not_after = date_time_ymd(year + 1, 1, 1);
    let key = KeyPair::generate()?;
    keep(folder, name, &params.self_signed(&key)?.pem(), &key)
}

fn keep(folder: &Path, name: &str, chain: &str, key: &KeyPair) -> Result<()> {
    fs_err::write(folder.join(format!("{name}.pem")), chain)?;
    fs_err::write(folder.join(format!("{name}.key")), key.serialize_pem())?;
    Ok(())
}

/// Where to ask for revocation, as authority information access (RFC 5280 section 4.2.2.1).
fn responder(place: &str) -> CustomExtension {
    let part = |tag: u8, content: &[u8]| {
        let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
        [&[tag, length], content].concat()
    };
    let method = [0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 1];
    let described = part(0x30, &[&method[..], &part(0x86, place.as_bytes())].concat());
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], part(0x30, &described))
}

/// Every host that the catalogue names.
fn hosts(catalog: &Path) -> Result<BTreeSet<String>> {
    let mut hosts = BTreeSet::new();
    for entry in fs_err::read_dir(catalog)? {
        let text = fs_err::read_to_string(entry?.path())?;
        let names = text.split("host: ").skip(1);
        let names = names.filter_map(|rest| {
            rest.split(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c)))
                .next()
        });
        let names = names.filter(|name| name.contains('.') && !name.starts_with('.'));
        hosts.extend(names.map(str::to_owned));
    }
    let some = hosts.iter().next().map(String::len);
    some.context("the catalogue names no host")?;
    Ok(hosts)
}

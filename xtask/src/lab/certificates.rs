//! The lab's own certification authority and the controller's certificate.
//!
//! The authority's key is thrown away once the controller's certificate is signed, so it can
//! never sign anything else.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use super::{ADDRESS, SERVER};

/// How many days the certificates hold.
const VALID_DAYS: i64 = 365;

/// Writes `ca.pem` to `authority`, and the controller's `cert.pem`, `key.pem` and `ca.pem` below
/// `tls`, valid from the day before `today`.
///
/// # Errors
/// If a file cannot be written.
pub fn write(authority: &Path, tls: &Path, today: Date) -> Result<()> {
    let authority_key = KeyPair::generate()?;
    let authority_params = authority_params(today)?;
    let authority_pem = authority_params.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority_params, authority_key);

    let key = KeyPair::generate()?;
    let certificate = server_params(today)?.signed_by(&key, &issuer)?;

    fs_err::create_dir_all(tls)?;
    fs_err::write(authority, &authority_pem)?;
    fs_err::write(tls.join("ca.pem"), &authority_pem)?;
    fs_err::write(tls.join("cert.pem"), certificate.pem())?;
    // Samba refuses a key that others may read.
    write_private(&tls.join("key.pem"), key.serialize_pem().as_bytes())
}

fn authority_params(today: Date) -> Result<CertificateParams> {
    let mut params = dated(CertificateParams::new(Vec::new())?, today)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Waterline lab authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn server_params(today: Date) -> Result<CertificateParams> {
    let names = [SERVER, "localhost", "127.0.0.1", ADDRESS].map(str::to_owned);
    let mut params = dated(CertificateParams::new(names)?, today)?;
    params.distinguished_name.push(DnType::CommonName, SERVER);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn dated(mut params: CertificateParams, today: Date) -> Result<CertificateParams> {
    let first = today.checked_sub(1.day())?;
    let last = today.checked_add(VALID_DAYS.days())?;
    let midnight = |date: Date| {
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        date_time_ymd(i32::from(date.year()), month, day)
    };
    params.not_before = midnight(first);
    params.not_after = midnight(last);
    Ok(params)
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// If it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.exists() {
        fs_err::remove_file(path)?;
    }
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    options.options_mut().mode(0o600);
    options.open(path)?.write_all(bytes)?;
    Ok(())
}

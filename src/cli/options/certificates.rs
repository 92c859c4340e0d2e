//! Files of certificates that options name.

use std::path::{Path, PathBuf};

use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::exit::Usage;

/// The certificates of all these files, in PEM form.
///
/// # Errors
/// If a file cannot be read or holds none, naming it and the option.
pub fn all_of(option: &str, files: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, Usage> {
    let mut all = Vec::new();
    for file in files {
        all.extend(of(option, file)?);
    }
    Ok(all)
}

fn of(option: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>, Usage> {
    let unusable = |problem: String| Usage::new(format!("{option}: {problem}"));
    let text = fs_err::read(file).map_err(|error| unusable(error.to_string()))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(unusable(format!(
            "{} holds no certificate in PEM form",
            file.display()
        ))),
        Err(error) => Err(unusable(format!("{}: {error}", file.display()))),
    }
}

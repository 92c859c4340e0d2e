//! Where certificates say that their revocation can be asked for. Nobody is asked.

use std::collections::BTreeSet;

use http::Uri;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{DistributionPointName, GeneralName, ParsedExtension},
    oid_registry::OID_PKIX_ACCESS_DESCRIPTOR_OCSP,
};

/// Hosts beyond this number are not kept.
const MOST_HOSTS: usize = 20;

/// The hosts of all places that `read` finds in these certificates, sorted.
pub fn hosts(
    chain: &[X509Certificate<'_>],
    read: fn(&ParsedExtension<'_>) -> Vec<String>,
) -> Vec<String> {
    let extensions = chain.iter().flat_map(|one| one.extensions());
    let places = extensions.flat_map(|extension| read(extension.parsed_extension()));
    let hosts: BTreeSet<String> = places.filter_map(|place| host(&place)).collect();
    hosts.into_iter().take(MOST_HOSTS).collect()
}

/// Places of OCSP responders.
pub fn ocsp(extension: &ParsedExtension<'_>) -> Vec<String> {
    let ParsedExtension::AuthorityInfoAccess(access) = extension else {
        return Vec::new();
    };
    let described = access.accessdescs.iter();
    let responders = described.filter(|one| one.access_method == OID_PKIX_ACCESS_DESCRIPTOR_OCSP);
    responders
        .filter_map(|one| place(&one.access_location))
        .collect()
}

/// Places of lists of revoked certificates.
pub fn crl(extension: &ParsedExtension<'_>) -> Vec<String> {
    let ParsedExtension::CRLDistributionPoints(points) = extension else {
        return Vec::new();
    };
    let names =
        points
            .points
            .iter()
            .filter_map(|point| match point.distribution_point.as_ref()? {
                DistributionPointName::FullName(names) => Some(names),
                DistributionPointName::NameRelativeToCRLIssuer(_) => None,
            });
    names.flatten().filter_map(place).collect()
}

fn place(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(place) => Some((*place).to_owned()),
        _ => None,
    }
}

/// The host of a place, if it is one of HTTP; a directory's has none that a client far away asks.
fn host(place: &str) -> Option<String> {
    let uri: Uri = place.parse().ok()?;
    let http = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.host().filter(|host| http && !host.is_empty())?;
    Some(host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_http_have_a_host() {
        let cases = [
            ("http://crl3.DigiCert.com/a.crl", Some("crl3.digicert.com")),
            ("http://ocsp.example:8080", Some("ocsp.example")),
            ("ldap:///CN=x,DC=example?certificateRevocationList", None),
            ("no place", None),
            ("", None),
        ];
        for (place, expected) in cases {
            assert_eq!(host(place).as_deref(), expected, "{place}");
        }
    }
}

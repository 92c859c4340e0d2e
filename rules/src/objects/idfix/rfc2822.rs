//! The test of an address: its ending, its domain, its local part, and its form as a whole.
//!
//! What follows the first colon is tested where `smtp:` occurs anywhere in the value, else the whole
//! value. The ending is everything from the last period on, so that of `a.b@host` is `.b@host`; a
//! value without a period is not asked for one. Domain and local part are repaired as they fail, and
//! the form is that of the repaired value, so it may be sound although a part was not. Quoted local
//! parts, internationalised addresses and endings of more than 17 letters always fail.

use super::{
    patterns,
    row::{ErrorTypes, Failure},
    top_level_domains::TopLevelDomains,
};

/// What is wrong with an address, and the repaired value; none if nothing is.
pub fn test(value: &str, domains: &TopLevelDomains) -> Option<Failure> {
    let (prefix, address) = split(value);
    let mut errors = ErrorTypes::default();
    if !has_real_ending(address, domains) {
        errors.add(ErrorTypes::TOP_LEVEL_DOMAIN);
    }
    let mut address = address.to_owned();
    if !patterns::DOMAIN_PART.is_match(&address) {
        errors.add(ErrorTypes::DOMAIN_PART);
        address = repair_domain(address);
    }
    let marks = address.matches('@').count();
    if marks > 1 || !patterns::LOCAL_PART.is_match(&address) {
        errors.add(ErrorTypes::LOCAL_PART);
        address = repair_local_part(address);
    }
    if !patterns::RFC_2822.is_match(&address) {
        errors.add(ErrorTypes::FORMAT);
    }
    let prefix = prefix.trim();
    (!errors.is_empty()).then(|| Failure::edit(errors, format!("{prefix}{address}")))
}

/// The prefix with its colon, and the address.
fn split(value: &str) -> (&str, &str) {
    match value.find(':') {
        Some(colon) if patterns::SMTP.is_match(value) => value.split_at(colon + 1),
        _ => ("", value),
    }
}

fn has_real_ending(address: &str, domains: &TopLevelDomains) -> bool {
    let Some(period) = address.rfind('.') else {
        return true;
    };
    let ending = address[period..].to_lowercase();
    ending.len() == 1 || domains.holds(&ending)
}

fn repair_domain(address: String) -> String {
    match address.rfind('@') {
        Some(mark) => {
            let (local, domain) = address.split_at(mark + 1);
            let domain = patterns::NOT_OF_DOMAIN.replace_all(domain, "");
            format!("{local}{domain}")
        }
        None => address,
    }
}

fn repair_local_part(address: String) -> String {
    match address.rfind('@') {
        Some(mark) => {
            let (local, domain) = address.split_at(mark);
            let local = patterns::NOT_OF_LOCAL_PART.replace_all(local, "");
            format!("{local}{domain}").replace(".@", "@")
        }
        None => address,
    }
}

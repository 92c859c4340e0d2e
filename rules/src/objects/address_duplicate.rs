//! Addresses held by more than one user, group or contact.
//!
//! `mail` and the `smtp:` values of `proxyAddresses` share one name space; other kinds (`sip:`,
//! `X500:`, …) are compared with their prefix. One object that holds its address in both
//! attributes is as it should be.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use super::meeting::{AtFault, Meeting};

/// Every object with the address.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    let holders = meeting.sharing_address().into_iter();
    holders
        .map(|holder| (holder, holder.address_attribute()))
        .collect()
}

//! User principal names that are an address of another object, and such addresses.
//!
//! The service compares names and addresses with each other, though the directory does not. Who
//! shares the name as a name, or the address as an address, is left to those checks.
//! Sources: Troubleshoot errors during synchronization (2024-01-16), Duplicate attribute resiliency
//! (2024-12-09).

use super::{
    held::{AS_MAIL, AS_PROXY, AS_UPN, Space},
    meeting::{AtFault, Meeting},
};

/// Those on either side.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    const AS_ADDRESS: u8 = AS_MAIL | AS_PROXY;
    if meeting.space != Space::Mail {
        return Vec::new();
    }
    let names = meeting.holding(AS_UPN).count();
    let addresses = meeting.holding(AS_ADDRESS).count();
    let mut found = Vec::new();
    for holder in &meeting.holders {
        let (by_name, by_address) = (holder.holds(AS_UPN), holder.holds(AS_ADDRESS));
        if by_name && !by_address && names == 1 && addresses > 0 {
            found.push((*holder, "userPrincipalName"));
        }
        if by_address && !by_name && addresses == 1 && names > 0 {
            found.push((*holder, holder.address_attribute()));
        }
    }
    found
}

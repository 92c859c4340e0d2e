//! The filter of the lab's network: addresses and ports that drop and reject, packets too large for
//! the way to the controller, a user who has no port 80.

use std::path::Path;

use anyhow::Result;

use super::USER_WITHOUT_HTTP;
use crate::lab::namespace::{Namespace, succeed};

/// Puts the rules into the namespace.
///
/// # Errors
/// If nftables refuses them.
pub fn apply(namespace: &Namespace, folder: &Path) -> Result<()> {
    let rules = format!(
        "table inet lab {{
  chain arriving {{
    type filter hook input priority 0;
    ip daddr 127.80.0.9 drop
    ip daddr 127.80.0.10 reject with icmp type admin-prohibited
    ip daddr 127.80.0.11 meta l4proto tcp reject with tcp reset
    ip daddr 127.80.0.13 tcp dport 5230 drop
    ip daddr 127.80.0.20 tcp dport {{ 88, 389 }} drop
    ip daddr 127.80.0.20 udp dport 389 drop
    ip daddr 127.80.0.20 tcp dport 636 meta length > 1400 drop
  }}
  chain leaving {{
    type filter hook output priority 0;
    meta skuid {USER_WITHOUT_HTTP} tcp dport 80 drop
  }}
}}
"
    );
    let file = folder.join("filter.nft");
    fs_err::write(&file, rules)?;
    succeed(namespace.command("nft").arg("-f").arg(file)).map(drop)
}

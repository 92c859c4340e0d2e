//! The state of accounts: expired, unused, with flags that the cloud takes otherwise.

use super::{Fault, Plot};
use crate::synth::world::{filetime, generalized_time};

const CONTROL: &str = "userAccountControl";
const SMART_CARD: u32 = 0x4_0000;
const NEVER_EXPIRES: u32 = 0x1_0000;
const NOT_REQUIRED: u32 = 0x20;
const DISABLED: u32 = 0x2;
const DAY: i64 = 86_400;

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("primary-group-other", |plot| {
        plot.spoil("primary_group_other", "primaryGroupID", |_| {
            "1105".to_owned()
        })
    }),
    Fault::user("account-expired", |plot| {
        plot.enable(0);
        plot.object
            .set("accountExpires", filetime(plot.world.now - 30 * DAY));
        plot.claim("account_expired", "accountExpires", "");
    }),
    Fault::user("trap-account-expires-later", |plot| {
        plot.enable(0);
        plot.object
            .set("accountExpires", filetime(plot.world.now + 3_000 * DAY));
    }),
    Fault::user("trap-account-expires-never", |plot| {
        plot.object.set("accountExpires", "0")
    }),
    Fault::user("account-stale", |plot| {
        plot.enable(0);
        plot.object
            .set("lastLogonTimestamp", filetime(plot.world.now - 300 * DAY));
        plot.claim("stale_account", "lastLogonTimestamp", "");
    }),
    Fault::user("account-never-used", |plot| {
        plot.enable(0);
        plot.object.remove("lastLogonTimestamp");
        plot.claim("stale_account", "whenCreated", "");
    }),
    Fault::user("trap-account-new", |plot| {
        plot.enable(0);
        plot.object.remove("lastLogonTimestamp");
        plot.object
            .set("whenCreated", generalized_time(plot.world.now - DAY));
    }),
    Fault::user("smart-card-required", |plot| {
        flag(plot, "smart_card_required", SMART_CARD)
    }),
    Fault::user("password-never-expires", |plot| {
        flag(plot, "password_never_expires", NEVER_EXPIRES)
    }),
    Fault::user("password-not-required", |plot| {
        flag(plot, "password_not_required", NOT_REQUIRED)
    }),
    Fault::user("trap-flags-of-disabled", |plot| {
        plot.enable(SMART_CARD | NEVER_EXPIRES | NOT_REQUIRED | DISABLED);
        plot.object.set("pwdLastSet", "0");
        plot.object
            .set("accountExpires", filetime(plot.world.now - 30 * DAY));
        plot.object
            .set("lastLogonTimestamp", filetime(plot.world.now - 900 * DAY));
    }),
    Fault::user("password-must-change", |plot| {
        plot.enable(0);
        plot.object.set("pwdLastSet", "0");
        plot.claim("password_must_change", "pwdLastSet", "");
    }),
    Fault::user("account-protected", protect),
    Fault::group("group-protected", protect),
];

fn flag(plot: &mut Plot<'_>, check: &'static str, bits: u32) {
    plot.enable(bits);
    plot.claim(check, CONTROL, "");
}

fn protect(plot: &mut Plot<'_>) {
    plot.object.add("adminCount", "1");
    plot.claim("protected_account", "adminCount", "");
}

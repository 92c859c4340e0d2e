//! Traps: objects that synchronisation leaves out, each with a fault that must not be reported.

use super::{ACCOUNT, DISPLAY, Fault, MAIL, NICKNAME, Plot, UPN};

const RECIPIENT: &str = "msExchRecipientTypeDetails";

pub(super) const FAULTS: &[Fault] = &[
    Fault::user("trap-critical", |plot| {
        plot.object.add("isCriticalSystemObject", "TRUE");
        hide(plot);
    }),
    Fault::user("trap-sync-account", |plot| {
        plot.object.set(ACCOUNT, format!("MSOL_{:06x}", plot.turn));
        hide(plot);
    }),
    Fault::user("trap-cloud-sync-account", |plot| {
        plot.object.set(ACCOUNT, format!("AAD_{:06x}", plot.turn));
        hide(plot);
    }),
    Fault::user("trap-written-back-user", |plot| {
        plot.object.add("adminDescription", "User_0a1b2c");
        hide(plot);
    }),
    Fault::group("trap-written-back-group", |plot| {
        plot.object.add("adminDescription", "Group_0a1b2c");
        plot.object.remove(ACCOUNT);
        plot.leave_out();
    }),
    Fault::user("trap-system-mailbox", |plot| {
        plot.object.set(
            NICKNAME,
            "SystemMailbox{1f05a927-0000-0000-0000-000000000000}",
        );
        hide(plot);
    }),
    Fault::user("trap-discovery-mailbox", |plot| {
        plot.object.add(RECIPIENT, "536870912");
        hide(plot);
    }),
    Fault::group("trap-role-group", |plot| {
        plot.object.add(RECIPIENT, "1073741824");
        plot.object.set(DISPLAY, " ");
        plot.leave_out();
    }),
    Fault::contact("trap-hidden-contact", |plot| {
        plot.object.set(DISPLAY, "Room (MSOL)");
        plot.object.add("msExchHideFromAddressLists", "TRUE");
        plot.object.set(MAIL, "a b");
        plot.leave_out();
    }),
];

/// Gives a user who is left out a name that would be a fault.
fn hide(plot: &mut Plot<'_>) {
    plot.object.set(UPN, "left out@corp.local");
    plot.leave_out();
}

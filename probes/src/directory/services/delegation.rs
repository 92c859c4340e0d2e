//! Kerberos delegation, which application proxies use to sign people in.

use waterline_facts::{Seen, directory::services::DelegationFacts, seen::known_or_absent};

use super::told;
use crate::directory::{
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
};

const TO_SERVICES: &str = "msDS-AllowedToDelegateTo";
const BY_OTHERS: &str = "msDS-AllowedToActOnBehalfOfOtherIdentity";

/// `userAccountControl`: may act for anybody without their ticket.
const TRUSTED_TO_AUTHENTICATE: i64 = 0x100_0000;

/// The most members that are named.
const MOST: usize = 1000;

fn computers() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![
            Filter::Category("computer"),
            told::present(TO_SERVICES),
        ]),
        attributes: &["userAccountControl"],
        witness: Place::Domain(""),
    }
}

fn resources() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: told::present(BY_OTHERS),
        attributes: &["cn"],
        witness: Place::Domain(""),
    }
}

fn web_services() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::Begins("servicePrincipalName", "http/"),
        attributes: &["cn"],
        witness: Place::Domain(""),
    }
}

fn readers() -> Query {
    Query {
        base: Place::Domain("CN=Windows Authorization Access Group,CN=Builtin"),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["member"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![computers(), resources(), web_services(), readers()]
}

/// Reads the facts of delegation.
pub(super) async fn learn(directory: &dyn Directory) -> DelegationFacts {
    let computers = told::list(directory, &computers()).await;
    let resources = told::list(directory, &resources()).await;
    let web_services = told::list(directory, &web_services()).await;
    let readers = read_one(directory, &readers()).await;
    DelegationFacts {
        with_protocol_transition: computers.clone().and_then(|all| with_transition(&all)),
        constrained_computers: computers.map(|all| told::count(&all)),
        web_services: web_services.map(|all| told::count(&all)),
        resource_based: resources.map(|all| told::count(&all)),
        token_group_readers: readers.and_then(|group| {
            told::names(&group, "member").map(|mut names| {
                names.truncate(MOST);
                names
            })
        }),
    }
}

/// How many have the bit; unknown if one of them does not show its state.
fn with_transition(computers: &[Entry]) -> Seen<u32> {
    let mut with = Vec::new();
    for computer in computers {
        match told::control(computer, TRUSTED_TO_AUTHENTICATE) {
            Seen::Known(true) => with.push(computer),
            Seen::Known(false) | Seen::Absent => {}
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    known_or_absent(Some(told::count(&with)))
}

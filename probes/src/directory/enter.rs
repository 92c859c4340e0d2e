//! Signs in to one of the controllers that are being asked.
//!
//! A controller that cannot be reached is passed over; a refused sign-in is not tried on another, so
//! that no account is locked out.

use std::{collections::BTreeSet, net::IpAddr};

use waterline_facts::{Gap, Reason};

use super::{
    asking::{Answer, Answers, Asking},
    kerberos,
    link::Link,
    root_dse::RootDse,
    settings::{AuthChoice, ServerUrl},
};

/// A controller that was signed in to.
pub(super) struct Entered {
    /// The address at which it was entered.
    pub url: ServerUrl,
    /// What it says about itself.
    pub root: RootDse,
    /// The connection to it.
    pub link: Link,
}

/// Sees what the controllers say, and the root DSE of the one that is tried next.
pub(super) type Told<'a> = &'a (dyn Fn(&Answers, Option<&RootDse>) + Send + Sync);

/// Signs in to the first controller that can be reached; `told` sees what is learned on the way.
///
/// # Errors
/// If none can be reached, or the sign-in is refused.
pub(super) async fn enter(
    auth: &AuthChoice,
    asking: &mut Asking,
    told: Told<'_>,
) -> Result<Entered, Gap> {
    let (mut tried, mut failure) = (BTreeSet::new(), None);
    asking.first().await;
    loop {
        let untried = |(url, _): &(ServerUrl, Answer)| !tried.contains(url);
        let Some((url, Answer { root, .. })) = asking.ranked().into_iter().find(untried) else {
            told(&asking.answers(), None);
            if asking.next().await {
                continue;
            }
            return Err(failure.unwrap_or_else(|| none_answered(&asking.answers())));
        };
        told(&asking.answers(), Some(&root));
        // A server that was named by its address has to be asked for its name.
        let by_address = url.host.parse::<IpAddr>().is_ok();
        let host = root.host.as_ref().filter(|_| by_address);
        let name = kerberos::principal(host.unwrap_or(&url.host), &root.domain);
        match asking.dialer().enter(&url, auth, Some(&name)).await {
            Ok(link) => return Ok(Entered { url, root, link }),
            Err(gap) if matches!(gap.reason, Reason::TimedOut | Reason::Unreachable) => {
                failure.get_or_insert(gap);
                tried.insert(url);
            }
            Err(gap) => return Err(gap),
        }
    }
}

fn none_answered(asked: &Answers) -> Gap {
    let mut failures = asked.iter().filter_map(|(_, answer)| answer.as_ref().err());
    match (failures.next(), asked.len()) {
        (Some(gap), 1) => gap.clone(),
        (Some(first), tried) => Gap {
            detail: format!(
                "none of {tried} controllers can be read; the first: {}",
                first.detail
            ),
            ..first.clone()
        },
        (None, _) => Gap::new(Reason::NotConfigured, "there is no controller to ask")
            .with_remedy("name one with --server"),
    }
}

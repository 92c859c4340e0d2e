//! Whether an endpoint is needed at all, as far as the profile decides it.
//!
//! A group may need a product or feature, which the profile's answers decide, and a host the region of
//! the tenant. What nobody has decided is probed all the same, as optional; what is decided against is
//! not contacted, and serves no target.

use super::NetworkSettings;
use crate::catalog::{EndpointGroup, Host};

/// Whether an endpoint is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needed {
    /// At all times, or its conditions hold.
    Yes,
    /// Only under these conditions, in words, of which nobody has said whether they hold.
    If(Vec<String>),
    /// No, for this reason.
    No(String),
}

/// Whether this host of this group is needed.
pub(super) fn needed(settings: &NetworkSettings, group: &EndpointGroup, host: &Host) -> Needed {
    let region = host.region.as_ref().or(group.region.as_ref());
    let region = region.map_or(Needed::Yes, |region| in_region(settings, region.as_str()));
    by_answer(settings, group).and(region)
}

fn by_answer(settings: &NetworkSettings, group: &EndpointGroup) -> Needed {
    let Some(when) = &group.when else {
        return Needed::Yes;
    };
    let question = group.question.as_ref().map(ToString::to_string);
    let answer = question.as_ref().and_then(|one| settings.attested.get(one));
    match answer {
        Some(true) => Needed::Yes,
        Some(false) => Needed::No(format!(
            "it is needed only if {when}, and the profile says `{}: false`",
            question.unwrap_or_default()
        )),
        None => Needed::If(vec![when.clone()]),
    }
}

fn in_region(settings: &NetworkSettings, region: &str) -> Needed {
    let own = &settings.regions;
    match own.iter().any(|one| one == region) {
        true => Needed::Yes,
        false if own.is_empty() => Needed::If(vec![format!("the tenant is in region {region}")]),
        false => Needed::No(format!(
            "it is needed only in region {region}, and the profile names {}",
            own.join(", ")
        )),
    }
}

impl Needed {
    /// Needed under both conditions.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(why), _) | (_, Self::No(why)) => Self::No(why),
            (Self::If(one), Self::If(other)) => Self::If([one, other].concat()),
            (Self::If(words), Self::Yes) | (Self::Yes, Self::If(words)) => Self::If(words),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

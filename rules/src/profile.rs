//! What the organisation wants: targets, cloud, domains, attested answers, thresholds, waivers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use waterline_facts::Cloud;

use crate::{
    attestations::Answer,
    plan::ScheduleSettings,
    source::{Fault, Location, Source, Spanned},
};

/// What the organisation wants. Every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The organisation's name, as reports show it.
    pub organisation: String,
    /// Ids of the targets to judge; empty for those that need no choice.
    pub targets: Vec<String>,
    /// The cloud of the tenant.
    pub cloud: Cloud,
    /// Regions of the tenant, as the catalogue of endpoints names them; empty if they are not known.
    /// Endpoints of other regions are not needed.
    pub regions: Vec<String>,
    /// DNS name of the Active Directory domain; empty for that of the machine.
    pub directory_domain: String,
    /// The public domains: UPN suffixes and mail domains that are, or will be, verified in the
    /// tenant. Letter case and a final dot mean nothing; they are read in lower case without it.
    #[serde(deserialize_with = "public_domains")]
    pub domains: Vec<String>,
    /// Facts that no probe can see, answered by the organisation: question id to answer.
    pub attested: BTreeMap<String, Answer>,
    /// Thresholds of rules, where they differ: rule id to parameter to value.
    pub parameters: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// Findings that are accepted.
    pub waivers: Vec<Waiver>,
    /// When people work on the plan.
    pub schedule: ScheduleSettings,
}

impl Profile {
    /// Reads a profile. Whether its targets and parameters are there is for the packs to say:
    /// [`Packs::read_profile`](crate::Packs::read_profile).
    ///
    /// # Errors
    /// The first fault: of YAML, an unknown key, a wrong type, a schedule that nobody could work by,
    /// or a waiver without reason or owner.
    pub fn read(source: &Source) -> Result<Self, Fault> {
        if source.text.trim().is_empty() {
            return Ok(Self::default());
        }
        let profile: Self = source.read()?;
        if let Some(message) = profile.schedule.fault() {
            let places: Places = source.read()?;
            return Err(match places.schedule {
                Some(schedule) => source.at(schedule.referenced, message),
                None => source.whole(message),
            });
        }
        let faults = profile.waivers.iter().map(Waiver::fault);
        let fault = faults
            .enumerate()
            .find_map(|(index, fault)| Some((index, fault?)));
        match fault {
            None => Ok(profile),
            Some((index, message)) => {
                let places: Places = source.read()?;
                Err(match places.waiver(index) {
                    Some(place) => source.at(place, message),
                    None => source.whole(message),
                })
            }
        }
    }
}

/// A domain as facts write it: in lower case, without the final dot.
pub(crate) fn fold(domain: &str) -> String {
    domain.trim().trim_end_matches('.').to_lowercase()
}

/// A public domain as facts write it.
///
/// # Errors
/// If it cannot be one: a single label, a label that is empty, has over 63 characters, begins or
/// ends with a hyphen or holds anything but letters, digits, hyphens and underscores, or a name of
/// over 253 characters (RFC 1123). The message says so and names it.
pub fn public_domain(text: &str) -> Result<String, String> {
    let domain = fold(text);
    let is_meant = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let is_label = |label: &str| {
        let hyphen = label.starts_with('-') || label.ends_with('-');
        !hyphen && (1..=63).contains(&label.chars().count()) && label.chars().all(is_meant)
    };
    let is_name = domain.contains('.') && domain.split('.').all(is_label);
    match is_name && domain.len() <= 253 {
        true => Ok(domain),
        false => Err(format!("`{text}` is no public domain, such as contoso.com")),
    }
}

fn public_domains<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let domains = Vec::<PublicDomain>::deserialize(from)?;
    Ok(domains.into_iter().map(|domain| domain.0).collect())
}

/// One element of the list, so that a fault is shown in its place.
struct PublicDomain(String);

impl<'de> Deserialize<'de> for PublicDomain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        public_domain(&text).map(Self).map_err(D::Error::custom)
    }
}

/// Where in its file a profile says what it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Places {
    pub(crate) targets: Vec<Spanned<String>>,
    pub(crate) attested: BTreeMap<String, Spanned<serde_json::Value>>,
    pub(crate) parameters: BTreeMap<String, BTreeMap<String, Spanned<serde_json::Value>>>,
    waivers: Vec<WaiverPlace>,
    schedule: Option<Spanned<serde_json::Value>>,
}

impl Places {
    /// Where a waiver stands.
    pub(crate) fn waiver(&self, index: usize) -> Option<Location> {
        let waiver = self.waivers.get(index);
        waiver.map(|waiver| waiver.finding.referenced)
    }
}

#[derive(Debug, Deserialize)]
struct WaiverPlace {
    finding: Spanned<String>,
}

/// A decision to accept a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// A rule's id or a finding's key.
    pub finding: String,
    /// Of a rule's findings those whose key after the rule's id fits, with `*` for any text, such
    /// as `*.branch.example.com:443`; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// What is done in its place, so that accepting it does no harm; empty if nothing is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub compensating_control: String,
}

impl Waiver {
    /// The rule that it is about.
    pub fn rule(&self) -> &str {
        self.finding
            .split_once('/')
            .map_or(self.finding.as_str(), |(rule, _)| rule)
    }

    /// What it accepts, in words.
    pub fn words(&self) -> String {
        match self.scope.as_str() {
            "" => format!("`{}`", self.finding),
            scope => format!("`{}` in `{scope}`", self.finding),
        }
    }

    /// What is wrong with it by itself, in words.
    fn fault(&self) -> Option<&'static str> {
        if self.reason.trim().is_empty() || self.owner.trim().is_empty() {
            return Some("a waiver has a reason and an owner: who accepts this, and why");
        }
        let scoped_key = !self.scope.is_empty() && self.finding.contains('/');
        scoped_key.then_some("`scope` chooses among a rule's findings: name the rule alone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Profile::read(&Source::new("profile.yaml", text))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_empty_profile_is_the_default_one() {
        for text in ["", "\n", "# nothing yet\n", "{}"] {
            let profile = Profile::read(&Source::new("profile.yaml", text));
            assert_eq!(profile, Ok(Profile::default()), "{text:?}");
        }
    }

    #[test]
    fn a_schedule_that_nobody_could_work_by_is_refused_with_its_place() {
        for (schedule, expected) in [
            ("{working_days: []}", "names no day"),
            ("{hours_per_day: 0}", "from 0.25 to 24"),
            (
                "{capacity: {directory-admin: 25}}",
                "`directory-admin` is 25",
            ),
            ("{holidays: [2026-02-30]}", "2026-02-30"),
            ("{working_days: [mon]}", "mon"),
        ] {
            let fault = fault(&format!("targets: []\nschedule: {schedule}\n"));
            assert!(fault.starts_with("profile.yaml:2:"), "{fault}");
            assert!(fault.contains(expected), "{fault}");
        }
    }

    #[test]
    fn domains_are_read_as_facts_write_them() {
        let source = Source::new("profile.yaml", "domains: [Contoso.COM, b.example.]");
        let profile = Profile::read(&source).unwrap();
        assert_eq!(profile.domains, ["contoso.com", "b.example"]);
    }

    #[test]
    fn a_cloud_is_named_as_it_is_written() {
        for cloud in [Cloud::Commercial, Cloud::Usgov, Cloud::Dod, Cloud::China] {
            assert_eq!(serde_json::to_value(cloud).unwrap(), cloud.name());
        }
    }

    #[test]
    fn what_is_wrong_with_a_profile_is_shown_in_its_place() {
        let all = [
            "target: [core]\n",
            "targets: core\n",
            "attested:\n  mfa-planned: 2.5\n",
            "cloud: moon\n",
            "waivers:\n- {finding: a, reason: '', owner: ops, expires: 2027-01-01}\n",
            "waivers:\n- {finding: a, reason: r, owner: ops, expires: 2027-13-01}\n",
            "waivers:\n- {finding: a, owner: ops, expires: 2027-12-01}\n",
            "waivers:\n- {finding: a/b, scope: '*', reason: r, owner: ops, expires: 2027-12-01}\n",
            "targets: [core\n",
            "domains: [a.example]\ndomains: [b.example]\n",
            "domains: [a.example, banana]\n",
            "domains:\n- https://contoso.com/\n",
        ];
        insta::assert_snapshot!(all.map(fault).join("\n"));
    }
}

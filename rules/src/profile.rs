//! What the organisation wants: targets, cloud, domains, attested answers, thresholds, waivers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use waterline_facts::Cloud;

use crate::source::{Fault, Source, Spanned};

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
    #[serde(deserialize_with = "folded")]
    pub domains: Vec<String>,
    /// Facts that no probe can see, answered by the organisation: question id to answer.
    pub attested: BTreeMap<String, bool>,
    /// Thresholds of rules, where they differ: rule id to parameter to value.
    pub parameters: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// Findings that are accepted.
    pub waivers: Vec<Waiver>,
}

impl Profile {
    /// Reads a profile. Whether its targets and parameters are there is for the packs to say:
    /// [`Packs::read_profile`](crate::Packs::read_profile).
    ///
    /// # Errors
    /// The first fault: of YAML, an unknown key, a wrong type, or a waiver without reason or owner.
    pub fn read(source: &Source) -> Result<Self, Fault> {
        if source.text.trim().is_empty() {
            return Ok(Self::default());
        }
        let profile: Self = source.read()?;
        let blank =
            |waiver: &Waiver| waiver.reason.trim().is_empty() || waiver.owner.trim().is_empty();
        match profile.waivers.iter().position(blank) {
            None => Ok(profile),
            Some(index) => {
                let places: Places = source.read()?;
                let message = "a waiver has a reason and an owner: who accepts this, and why";
                Err(match places.waivers.get(index) {
                    Some(waiver) => source.at(waiver.finding.referenced, message),
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

fn folded<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let domains = Vec::<String>::deserialize(from)?;
    Ok(domains.iter().map(|domain| fold(domain)).collect())
}

/// Where in its file a profile says what it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Places {
    pub(crate) targets: Vec<Spanned<String>>,
    pub(crate) parameters: BTreeMap<String, BTreeMap<String, Spanned<serde_json::Value>>>,
    waivers: Vec<WaiverPlace>,
}

#[derive(Debug, Deserialize)]
struct WaiverPlace {
    finding: Spanned<String>,
}

/// A decision to accept a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// A rule's id or a finding's key.
    pub finding: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: Date,
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
            "attested:\n  mfa-planned: maybe\n",
            "cloud: moon\n",
            "waivers:\n- {finding: a, reason: '', owner: ops, expires: 2027-01-01}\n",
            "waivers:\n- {finding: a, reason: r, owner: ops, expires: 2027-13-01}\n",
            "targets: [core\n",
            "domains: [a]\ndomains: [b]\n",
        ];
        insta::assert_snapshot!(all.map(fault).join("\n"));
    }
}

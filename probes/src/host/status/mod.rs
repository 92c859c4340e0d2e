//! What `dsregcmd /status` says of the machine's registration with Entra ID.
//!
//! From a saved text, or on Windows from the command itself, which reads and changes nothing. A text
//! that is cut off or of another form costs the facts that it does not hold; what names a person is
//! not kept.

mod catalog;
mod codes;
mod text;

use jiff::Timestamp;
use waterline_facts::{
    Gap, Reason, Seen,
    host::{
        DeviceAuthentication, DeviceStatusFacts, JoinKind, OsFamily, StatusField, StatusSource,
    },
};

use crate::system::{System, malformed};
use catalog::Catalog;
use text::{Line, StatusText};

const DEVICE: &str = "Device State";
const DETAILS: &str = "Device Details";
const TENANT: &str = "Tenant Details";
const USER: &str = "User State";
const SIGN_ON: &str = "SSO State";
const DIAGNOSTICS: &str = "Diagnostic Data";
const HELLO: &str = "Ngc Prerequisite Check";

/// What the command says now; absent where there is no such command.
pub(super) fn live(system: &dyn System) -> Seen<DeviceStatusFacts> {
    match system.family() {
        OsFamily::Windows => system
            .device_status()
            .and_then(|bytes| read(&bytes, StatusSource::Command)),
        _ => Seen::Absent,
    }
}

/// What a text says.
pub(super) fn read(bytes: &[u8], source: StatusSource) -> Seen<DeviceStatusFacts> {
    let catalog = Catalog::embedded();
    let text = StatusText::split(bytes, catalog);
    if text.fields.is_empty() {
        return malformed("the text is not what dsregcmd /status prints");
    }
    let status = Status { text: &text };
    let known = |name: &str| status.yes(DEVICE, name);
    let (entra, enterprise, domain) = (
        known("AzureAdJoined"),
        known("EnterpriseJoined"),
        known("DomainJoined"),
    );
    let registered = status.yes(USER, "WorkplaceJoined");
    Seen::Known(DeviceStatusFacts {
        source,
        join: kind([&entra, &enterprise, &domain, &registered]),
        entra_joined: entra,
        enterprise_joined: enterprise,
        domain_joined: domain,
        registered,
        codes: codes::codes(&text, catalog),
        fields: text.fields.iter().map(shown).collect(),
        unknown_fields: text.unknown,
        ..status.details()
    })
}

/// A text, asked for single facts.
struct Status<'a> {
    text: &'a StatusText<'a>,
}

impl Status<'_> {
    /// All but the join itself.
    fn details(&self) -> DeviceStatusFacts {
        let token = |name| self.moment(SIGN_ON, name);
        DeviceStatusFacts {
            source: StatusSource::File,
            join: Seen::not_run(),
            entra_joined: Seen::not_run(),
            enterprise_joined: Seen::not_run(),
            domain_joined: Seen::not_run(),
            registered: Seen::not_run(),
            tenant: self.joined(TENANT, "TenantId").map(|id| id.to_lowercase()),
            certificate_ends: self
                .joined(DETAILS, "DeviceCertificateValidity")
                .and_then(|value| last_moment(&value)),
            key_in_tpm: self
                .joined(DETAILS, "TpmProtected")
                .and_then(|v| yes("TpmProtected", &v)),
            authentication: self
                .optional(DETAILS, "DeviceAuthStatus")
                .and_then(|value| authentication(&value)),
            management_url: self.optional(TENANT, "MdmUrl"),
            refresh_token: self.yes(SIGN_ON, "AzureAdPrt"),
            refresh_token_renewed: token("AzureAdPrtUpdateTime"),
            refresh_token_ends: token("AzureAdPrtExpiryTime"),
            domain_ticket: self.maybe(SIGN_ON, "OnPremTgt"),
            cloud_ticket: self.maybe(SIGN_ON, "CloudTgt"),
            hello: self.yes(USER, "NgcSet"),
            hello_will_provision: self
                .optional(HELLO, "PreReqResult")
                .map(|value| catalog::alike(&value, "WillProvision")),
            recovery_due: self.maybe(DIAGNOSTICS, "AadRecoveryEnabled"),
            keys_sign: self
                .optional(DIAGNOSTICS, "KeySignTest")
                .and_then(|v| key_test(&v)),
            fallback: self
                .optional(DIAGNOSTICS, "Fallback to Sync-Join")
                .map(|value| value.eq_ignore_ascii_case("enabled")),
            failed_phase: self
                .optional(DIAGNOSTICS, "Error Phase")
                .map(|value| value.to_lowercase()),
            codes: Vec::new(),
            fields: Vec::new(),
            unknown_fields: 0,
        }
    }

    /// A field that every text has.
    fn required(&self, section: &str, name: &str) -> Seen<String> {
        match self.text.value(section, name) {
            Some(value) if !value.is_empty() => Seen::Known(value.to_owned()),
            _ => malformed(format!(
                "the text has no {name}; it is cut off or of another form"
            )),
        }
    }

    /// A field that is left out where it does not apply: only of a whole text is that known.
    fn optional(&self, section: &str, name: &str) -> Seen<String> {
        match self.text.value(section, name) {
            Some(value) if !value.is_empty() => Seen::Known(value.to_owned()),
            _ if [DEVICE, USER, SIGN_ON]
                .iter()
                .all(|part| self.text.has(part)) =>
            {
                Seen::Absent
            }
            _ => malformed(format!(
                "the text has no {name}, and lacks a section that all have"
            )),
        }
    }

    /// A field that a machine joined to Entra ID has, and no other.
    fn joined(&self, section: &str, name: &str) -> Seen<String> {
        match self.yes(DEVICE, "AzureAdJoined") {
            Seen::Known(true) => self.required(section, name),
            Seen::Known(false) => Seen::Absent,
            Seen::Absent => Seen::not_run(),
            Seen::Unknown(gap) => Seen::Unknown(gap),
        }
    }

    fn yes(&self, section: &str, name: &str) -> Seen<bool> {
        self.required(section, name)
            .and_then(|value| yes(name, &value))
    }

    fn maybe(&self, section: &str, name: &str) -> Seen<bool> {
        self.optional(section, name)
            .and_then(|value| yes(name, &value))
    }

    fn moment(&self, section: &str, name: &str) -> Seen<Timestamp> {
        self.optional(section, name)
            .and_then(|value| last_moment(&value))
    }
}

fn yes(name: &str, value: &str) -> Seen<bool> {
    match value.to_uppercase().as_str() {
        "YES" => Seen::Known(true),
        "NO" => Seen::Known(false),
        _ => malformed(format!("{name} is neither YES nor NO")),
    }
}

/// The state that the fields give; the register of joins takes precedence over a user's registration.
fn kind([entra, enterprise, domain, registered]: [&Seen<bool>; 4]) -> Seen<JoinKind> {
    let (entra, enterprise, domain) = match (entra, enterprise, domain) {
        (Seen::Known(entra), Seen::Known(enterprise), Seen::Known(domain)) => {
            (*entra, *enterprise, *domain)
        }
        (Seen::Unknown(gap), ..) | (_, Seen::Unknown(gap), _) | (.., Seen::Unknown(gap)) => {
            return Seen::Unknown(gap.clone());
        }
        _ => return Seen::not_run(),
    };
    match (entra, enterprise, domain) {
        (true, false, false) => Seen::Known(JoinKind::Entra),
        (true, false, true) => Seen::Known(JoinKind::Hybrid),
        (false, true, true) => Seen::Known(JoinKind::OnPremisesRegistered),
        (false, false, true) => Seen::Known(JoinKind::Domain),
        (false, false, false) => registered.clone().map(|registered| match registered {
            true => JoinKind::Registered,
            false => JoinKind::None,
        }),
        _ => malformed("the text says that the machine is joined in a way that there is not"),
    }
}

fn authentication(value: &str) -> Seen<DeviceAuthentication> {
    let value = value.to_uppercase();
    match value.as_str() {
        "SUCCESS" => Seen::Known(DeviceAuthentication::Success),
        _ if value.contains("DISABLED OR DELETED") => {
            Seen::Known(DeviceAuthentication::DisabledOrDeleted)
        }
        _ if value.starts_with("FAILED") => Seen::Known(DeviceAuthentication::NotAsked),
        _ => malformed("DeviceAuthStatus has a value that is not documented"),
    }
}

fn key_test(value: &str) -> Seen<bool> {
    let upper = value.to_uppercase();
    match upper.as_str() {
        "PASSED" => Seen::Known(true),
        _ if upper.contains("ELEVATED") => Seen::Unknown(
            Gap::new(Reason::Denied, "only told to an elevated command")
                .with_remedy("run dsregcmd /status elevated, and give its text with --dsregcmd"),
        ),
        _ if upper.starts_with("FAIL") => Seen::Known(false),
        _ => malformed("KeySignTest has a value that is not documented"),
    }
}

/// The last of the moments in a value, as `2029-01-11 21:32:50.000 UTC`.
fn last_moment(value: &str) -> Seen<Timestamp> {
    let words = value.split([' ', '[', ']']).filter(|word| !word.is_empty());
    let mut last = None;
    let mut day = None;
    for word in words {
        if let Some(day) = day.take() {
            last = format!("{day}T{word}Z").parse().ok().or(last);
        }
        day = (word.len() == 10 && word.matches('-').count() == 2).then_some(word);
    }
    last.map_or_else(
        || malformed("a moment is not written as year-month-day hour:minute:second"),
        Seen::Known,
    )
}

fn shown(line: &Line<'_>) -> StatusField {
    let documented = &line.documented;
    StatusField {
        section: documented.section.to_owned(),
        name: documented.name.to_owned(),
        value: match documented.field.private {
            true => Seen::unknown(Reason::NotRun, "not kept, as it may name a person"),
            false => Seen::Known(line.value.clone()),
        },
        meaning: documented.field.meaning.clone(),
    }
}

#[cfg(test)]
mod tests;

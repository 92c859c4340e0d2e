//! A made-up assessment of the made-up environment, with one of everything a report has to show.

use serde_json::{Value, json};
use waterline_rules::{
    Assessment, Plan, Profile, Readiness, Severity, Verdict,
    assessment::{Evidence, Finding, RemainingWork, RuleResult, TargetResult},
    plan::{EffortHours, Level, Overlay, ScheduleSettings, Scope, Task, TaskState, WaveId},
    profile::Waiver,
    verdict::Confidence,
};

use crate::testing::HOSTILE;

/// What the organisation wants, a waiver among it.
pub(crate) fn profile() -> Profile {
    let waiver = Waiver {
        finding: "dns-resolver-dead".to_owned(),
        reason: format!("it is replaced in spring {HOSTILE}"),
        owner: "network-admin".to_owned(),
        expires: "2027-03-31".parse().unwrap(),
        scope: String::new(),
        compensating_control: String::new(),
    };
    Profile {
        organisation: "Example Works".to_owned(),
        waivers: vec![waiver],
        ..Profile::default()
    }
}

/// The assessment.
pub(crate) fn assessment() -> Assessment {
    Assessment {
        as_of: "2026-11-02".parse().unwrap(),
        targets: targets(),
        rules: rules(),
        findings: findings(),
        plan: plan(),
        remaining_work: RemainingWork {
            blockers: 2,
            majors: 1,
            minors: 0,
            infos: 1,
            consequences: 0,
            effort_hours: 19.5,
            not_assessed: 2,
            ..RemainingWork::default()
        },
        notices: vec![format!("waiver {HOSTILE} names no finding")],
    }
}

fn targets() -> Vec<TargetResult> {
    let target = |id: &str, title: &str, parent: Option<&str>, readiness| TargetResult {
        id: id.to_owned(),
        title: title.to_owned(),
        parent: parent.map(str::to_owned),
        readiness,
        required: 14,
        met: 14,
        assessed: 14,
        advisories: 0,
        blocked_by: Vec::new(),
        not_assessed: Vec::new(),
    };
    let mut core = target(
        "core",
        "Tenant and identity integration",
        None,
        Readiness::NotReady,
    );
    (core.met, core.assessed) = (10, 12);
    core.blocked_by = vec![
        "core-endpoint-unreachable".to_owned(),
        "directory-forest-level-low".to_owned(),
    ];
    let mut sync = target(
        "connect-sync",
        "Directory synchronisation",
        Some("core"),
        Readiness::NotReady,
    );
    sync.met = 13;
    sync.blocked_by = vec!["directory-forest-level-low".to_owned()];
    let mut intune = target(
        "intune",
        "Intune: mobile device management",
        None,
        Readiness::NotAssessed,
    );
    (intune.met, intune.assessed) = (9, 9);
    intune.not_assessed = vec!["intune-endpoint-unreachable".to_owned()];
    let join = target(
        "hybrid-join",
        "Hybrid join and device registration",
        None,
        Readiness::ReadyWithAdvisories,
    );
    let sso = target(
        "seamless-sso",
        "Seamless single sign-on",
        Some("core"),
        Readiness::Ready,
    );
    vec![core, sync, sso, join, intune]
}

fn rule(id: &str, title: &str, severity: Severity, verdict: Verdict) -> RuleResult {
    RuleResult {
        id: id.to_owned(),
        title: title.to_owned(),
        severity,
        confidence: Confidence::Documented,
        required: severity.is_required(),
        targets: vec!["core".to_owned()],
        verdict,
        reason: String::new(),
        would_assess: Vec::new(),
        caused_by: None,
    }
}

fn rules() -> Vec<RuleResult> {
    use {Severity::*, Verdict::*};
    let mut rules = vec![
        rule(
            "browser-out-of-date",
            "A browser is out of date",
            Info,
            NotMet,
        ),
        rule(
            "core-endpoint-unreachable",
            "A required endpoint cannot be reached",
            Blocker,
            NotMet,
        ),
        rule(
            "directory-forest-level-low",
            "Forest functional level is too low",
            Blocker,
            NotMet,
        ),
        rule(
            "dns-resolver-dead",
            "A resolver does not answer",
            Minor,
            Waived,
        ),
        rule(
            "host-clock-unkept",
            "Nothing keeps the clock right",
            Minor,
            NotApplicable,
        ),
        rule("host-memory-low", "Too little memory", Major, Met),
        rule(
            "objects-upn-unroutable",
            "User names cannot be verified",
            Major,
            NotMet,
        ),
    ];
    rules.extend(unread_rules());
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules
}

fn unread_rules() -> [RuleResult; 2] {
    let mut slow = rule(
        "intune-endpoint-unreachable",
        "Endpoints of Intune can be reached",
        Severity::Blocker,
        Verdict::NotAssessed,
    );
    slow.reason = "network.endpoints[manage.microsoft.com:443].reachable: \
        no answer in time: the budget of 120 s was spent"
        .to_owned();
    slow.would_assess = vec!["run again with a larger --budget".to_owned()];
    let mut denied = rule(
        "directory-sync-accounts",
        "Accounts of earlier synchronisation are known",
        Severity::Major,
        Verdict::NotAssessed,
    );
    denied.reason = format!("directory.domains[].sync_accounts: not permitted: {HOSTILE}");
    denied.would_assess = vec!["run as a user who may read CN=Users".to_owned()];
    [slow, denied]
}

fn finding(key: &str, title: &str, severity: Severity, evidence: &[(&str, Value)]) -> Finding {
    let evidence = evidence.iter().map(|(path, value)| Evidence {
        path: (*path).to_owned(),
        value: value.clone(),
    });
    Finding {
        key: key.to_owned(),
        rule: key.split('/').next().unwrap().to_owned(),
        title: title.to_owned(),
        severity,
        waived: false,
        why: "Synchronisation and sign-in depend on it; setup stops where it is not met."
            .to_owned(),
        evidence: evidence.collect(),
        affected: 1,
        share: 1.0,
        would_be_met_if: String::new(),
        task: None,
        caused_by: None,
        consequences: Vec::new(),
        suspects: Vec::new(),
    }
}

fn findings() -> Vec<Finding> {
    let mut endpoint = finding(
        "core-endpoint-unreachable/enterpriseregistration.windows.net:443",
        "enterpriseregistration.windows.net port 443 cannot be reached",
        Severity::Blocker,
        &[
            ("endpoint.failure.stage", json!("connect")),
            (
                "endpoint.failure.detail",
                json!("192.0.2.7:443 refused the connection"),
            ),
        ],
    );
    endpoint.task = Some("open-endpoints".to_owned());
    let mut level = finding(
        "directory-forest-level-low",
        "Forest functional level is below Windows Server 2003",
        Severity::Blocker,
        &[
            ("directory.forest.level", json!(1)),
            ("directory.forest.schema.exchange", Value::Null),
        ],
    );
    level.task = Some("raise-forest-level".to_owned());
    let mut waived = finding(
        "dns-resolver-dead/10.0.1.53:53",
        "Resolver 10.0.1.53:53 does not answer",
        Severity::Minor,
        &[],
    );
    waived.waived = true;
    let hostile = finding("browser-out-of-date/firefox", HOSTILE, Severity::Info, &[]);
    vec![endpoint, level, unroutable(), waived, hostile]
}

fn unroutable() -> Finding {
    let mut unroutable = finding(
        "objects-upn-unroutable",
        "399 user names end in a suffix that cannot be verified in a tenant",
        Severity::Major,
        &[
            ("objects.upn_unroutable.count", json!(399)),
            (
                "objects.upn_unroutable.samples[0].dn",
                json!(format!("CN={HOSTILE}")),
            ),
            (
                "objects.upn_unroutable.samples[1].value",
                json!("x".repeat(10_000)),
            ),
            ("objects.upn_suffixes", json!(["corp.local"])),
        ],
    );
    unroutable.affected = 399;
    unroutable.task = Some("change-upn-suffix".to_owned());
    unroutable
}

fn task(id: &str, title: &str, wave: WaveId, effort_hours: f64, clears: &str) -> Task {
    Task {
        id: id.to_owned(),
        title: title.to_owned(),
        wave,
        owner: format!(
            "{}-admin",
            if wave == WaveId::Network {
                "network"
            } else {
                "directory"
            }
        ),
        effort_hours,
        effort: EffortHours::Likely(effort_hours).into(),
        risk: Level::Medium,
        outage: "none".to_owned(),
        reversible: true,
        undo: String::new(),
        prerequisites: Vec::new(),
        after: Vec::new(),
        steps: vec![
            "Take a system state backup of two controllers.".to_owned(),
            "Do it.".to_owned(),
        ],
        verify: "waterline assess --only directory".to_owned(),
        verify_rules: vec!["directory-forest-level-low".to_owned()],
        verify_command: format!("waterline verify report.json --task {id}"),
        clears: vec![clears.to_owned()],
        severity: Severity::Blocker,
        affected: 1,
        scope: Scope::default(),
        checks: Vec::new(),
        unblocks: vec!["core".to_owned()],
        state: TaskState::Open,
        slot: None,
        edit: None,
        replaced: None,
        settings: Vec::new(),
        files: Vec::new(),
    }
}

fn plan() -> Plan {
    use WaveId::{Directory, Network};
    let level = "directory-forest-level-low";
    let mut raise = task(
        "raise-forest-level",
        "Raise the forest functional level",
        Directory,
        4.0,
        level,
    );
    raise.reversible = false;
    let title = "Give users a suffix that can be verified, and tell them of their new sign-in name";
    let mut suffix = task(
        "change-upn-suffix",
        title,
        Directory,
        12.0,
        "objects-upn-unroutable",
    );
    suffix.after = vec!["raise-forest-level".to_owned()];
    suffix.outage = format!("users sign in by another name | {HOSTILE}");
    suffix.affected = 399;
    let key = "core-endpoint-unreachable/enterpriseregistration.windows.net:443";
    let title = "Open the firewall for the required endpoints";
    let open = task("open-endpoints", title, Network, 3.5, key);
    let settings = ScheduleSettings {
        start: Some("2026-11-05".parse().unwrap()),
        ..ScheduleSettings::default()
    };
    let tasks = Plan {
        tasks: vec![raise, suffix, open],
        ..Plan::default()
    };
    Overlay::default().apply(tasks, &settings).0
}

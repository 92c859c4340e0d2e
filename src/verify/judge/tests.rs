//! What became of tasks, held against the whole rule packs.

use waterline_facts::{
    Gap, Reason, Seen,
    objects::{ObjectCheck, Violations},
};

use super::*;
use crate::{
    report::{Format, Layout, Report},
    testing::environment,
};

fn profile() -> Profile {
    Profile {
        targets: vec!["connect-sync".to_owned(), "intune".to_owned()],
        ..Profile::default()
    }
}

/// The made-up environment with no object at fault but those without a sign-in name.
fn before() -> Environment {
    let mut environment = environment();
    let Seen::Known(objects) = &mut environment.objects else {
        panic!("the objects were checked");
    };
    for check in ObjectCheck::ALL {
        *objects.found_mut(*check) = Seen::Known(Violations::default());
    }
    objects.upn_missing = Seen::Known(faults(3));
    environment
}

fn faults(count: u64) -> Violations {
    Violations {
        count,
        samples: Vec::new(),
    }
}

fn objects(environment: &mut Environment) -> &mut waterline_facts::ObjectFacts {
    match &mut environment.objects {
        Seen::Known(objects) => objects,
        _ => panic!("the objects were checked"),
    }
}

/// The plan of an environment, written and read as a file is.
fn plan(environment: &Environment) -> PlanFile {
    let assessment = Packs::embedded()
        .assess(environment, &profile(), None)
        .unwrap();
    let report = Report {
        environment,
        assessment: &assessment,
        profile: &profile(),
        tool_version: "0.1.0",
        damage: &[],
        catalog: None,
        changes: None,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let mut out = Vec::new();
    Format::Json
        .render(&report, Layout::default(), &mut out)
        .unwrap();
    fs_err::write(&path, out).unwrap();
    PlanFile::read(folder.path()).unwrap()
}

fn verify_with(plan: &PlanFile, now: &Environment, profile: &Profile) -> Record {
    let packs = Packs::embedded();
    let assessment = packs.assess(now, profile, None).unwrap();
    Verification {
        packs,
        profile,
        plan,
        tasks: &open_tasks(&plan.report.plan.tasks),
        environment: now,
        assessment: &assessment,
        signed_by: "Ann",
    }
    .record()
}

fn verify(plan: &PlanFile, now: &Environment) -> Record {
    verify_with(plan, now, &profile())
}

/// What became of the task that a rule about objects leads to.
fn of_rule<'a>(record: &'a Record, rule: &str) -> &'a VerifiedTask {
    let mut tasks = record.tasks.iter();
    tasks
        .find(|task| task.evidence.iter().any(|one| one.rule == rule))
        .unwrap()
}

const RULE: &str = "object-upn-missing";

#[test]
fn nothing_is_done_while_nothing_has_changed() {
    let plan = plan(&before());
    let record = verify(&plan, &before());
    assert!(record.totals.not_done > 0);
    assert_eq!(record.totals.done, 0, "{record:#?}");
    assert_eq!(record.totals.regressed, 0);
    assert!(record.regressions.is_empty());
    let gate: Vec<_> = record.gate.iter().map(|gate| gate.target.clone()).collect();
    assert_eq!(gate, plan.report.targets);
    assert_eq!(record.signed_by, "Ann");
    assert_eq!(record.plan.sha256.len(), 64);
}

#[test]
fn a_task_whose_findings_are_gone_is_done_with_its_evidence() {
    let mut now = before();
    objects(&mut now).upn_missing = Seen::Known(faults(0));
    let record = verify(&plan(&before()), &now);
    let task = of_rule(&record, RULE);
    assert_eq!(task.outcome, Outcome::Done, "{}", task.reason);
    let evidence = task.evidence.iter().find(|one| one.rule == RULE).unwrap();
    assert_eq!((evidence.affected_before, evidence.affected), (3, 0));
    assert_eq!(evidence.verdict, Verdict::Met);
    assert_eq!(evidence.facts[0].path, "objects.upn_missing.count");
    assert_eq!(evidence.facts[0].value, 0);
}

#[test]
fn what_is_half_done_is_not_done_and_says_how_much_is_left() {
    let mut now = before();
    objects(&mut now).upn_missing = Seen::Known(faults(1));
    let record = verify(&plan(&before()), &now);
    let task = of_rule(&record, RULE);
    assert_eq!(task.outcome, Outcome::NotDone);
    let evidence = task.evidence.iter().find(|one| one.rule == RULE).unwrap();
    assert_eq!((evidence.affected_before, evidence.affected), (3, 1));
}

#[test]
fn what_was_not_assessed_is_never_done_and_opens_no_gate() {
    let mut now = before();
    now.objects = Seen::Unknown(Gap::new(Reason::Denied, "the reader may not see them"));
    let record = verify(&plan(&before()), &now);
    let task = of_rule(&record, RULE);
    assert_eq!(task.outcome, Outcome::CannotTell);
    let sync = record
        .gate
        .iter()
        .find(|gate| gate.target.id == "connect-sync");
    assert!(!sync.unwrap().may_enable);
}

#[test]
fn a_rule_that_was_met_and_is_not_any_more_is_a_regression() {
    let mut now = before();
    objects(&mut now).upn_malformed = Seen::Known(faults(2));
    let record = verify(&plan(&before()), &now);
    let rules: Vec<&str> = record
        .regressions
        .iter()
        .map(|one| one.rule.as_str())
        .collect();
    assert_eq!(rules, ["object-upn-malformed"]);
}

#[test]
fn what_was_not_probed_keeps_its_verdict_in_the_gate_and_is_counted() {
    let plan = plan(&before());
    let mut now = before();
    now.network = Seen::not_run();
    for probe in &mut now.run.probes {
        if probe.id == ProbeId::Network {
            probe.outcome = ProbeOutcome::Skipped;
        }
    }
    let record = verify(&plan, &now);
    let readiness = |gate: &Gate| (gate.target.id.clone(), gate.target.readiness);
    let after: Vec<_> = record.gate.iter().map(readiness).collect();
    let before: Vec<_> = plan
        .report
        .targets
        .iter()
        .map(|target| (target.id.clone(), target.readiness))
        .collect();
    assert_eq!(after, before);
    assert!(record.gate.iter().any(|gate| gate.carried_over > 0));
}

#[test]
fn a_waiver_that_has_ended_is_not_carried_over() {
    let mut before = before();
    let waived = Profile {
        waivers: vec![waterline_rules::profile::Waiver {
            finding: RULE.to_owned(),
            reason: "known".to_owned(),
            owner: "ops".to_owned(),
            expires: "2030-01-01".parse().unwrap(),
            scope: String::new(),
            compensating_control: String::new(),
        }],
        ..profile()
    };
    let mut plan = plan(&before);
    for rule in plan.report.rules.iter_mut().filter(|rule| rule.id == RULE) {
        rule.verdict = Verdict::Waived;
    }
    before.objects = Seen::not_run();
    before.directory = Seen::not_run();
    for probe in &mut before.run.probes {
        if probe.id == ProbeId::Directory {
            probe.outcome = ProbeOutcome::Skipped;
        }
    }
    let blocks = |profile: &Profile| {
        let record = verify_with(&plan, &before, profile);
        let mut gates = record.gate.into_iter();
        let sync = gates.find(|gate| gate.target.id == "connect-sync").unwrap();
        sync.target.blocked_by.contains(&RULE.to_owned())
    };
    assert!(!blocks(&waived));
    assert_eq!(
        blocks(&profile()),
        Packs::embedded().rule(RULE).unwrap().is_required()
    );
}

//! One snapshot for each format, and what holds of all of them whatever the names in them.

use proptest::prelude::*;
use waterline_facts::Environment;
use waterline_rules::Assessment;

use super::{
    fixture::{assessment, profile},
    *,
};
use crate::{
    recording::Problem,
    testing::{HOSTILE, environment},
};

fn rendered(
    format: Format,
    layout: Layout,
    environment: &Environment,
    assessment: &Assessment,
) -> String {
    let report = Report {
        environment,
        assessment,
        profile: &profile(),
        tool_version: "0.1.0",
        damage: &[],
        catalog: None,
        changes: None,
    };
    let mut out = Vec::new();
    format.render(&report, layout, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn fixture(format: Format) -> String {
    rendered(format, Layout::default(), &environment(), &assessment())
}

#[test]
fn terminal_report() {
    insta::assert_snapshot!(fixture(Format::Terminal));
}

#[test]
fn markdown_report() {
    insta::assert_snapshot!(fixture(Format::Markdown));
}

#[test]
fn json_report() {
    insta::assert_snapshot!(fixture(Format::Json));
}

#[test]
fn json_has_the_promised_top_level() {
    let json: serde_json::Value = serde_json::from_str(&fixture(Format::Json)).unwrap();
    let mut keys: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    let promised = [
        "findings",
        "format",
        "inventory",
        "notices",
        "parameters",
        "plan",
        "remaining_work",
        "rules",
        "run",
        "targets",
    ];
    assert_eq!(keys, promised);
    assert_eq!(json["inventory"]["directory"]["users"], 412);
    assert!(json["inventory"]["directory"]["computers_disabled"].is_null());
}

#[test]
fn json_fits_its_schema_and_reads_back() {
    let text = fixture(Format::Json);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schema = schemars::schema_for!(Document).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&json)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    assert!(!validator.is_valid(&serde_json::json!({"format": {"major": 1}})));
    let document: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&document).unwrap(), json);
    assert_eq!(document.targets, assessment().targets);
}

#[test]
fn every_format_is_the_same_each_time_and_ends_with_a_line() {
    for format in Format::ALL {
        assert_eq!(fixture(format), fixture(format));
        assert!(fixture(format).ends_with('\n'));
        assert!(!fixture(format).ends_with("\n\n"));
        assert_eq!(format.name().parse(), Ok(format));
    }
}

#[test]
fn unknown_format_names_those_there_are() {
    let error = "yaml".parse::<Format>().unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no report format \"yaml\"; choose one of terminal, json, markdown, html, \
         firewall, csv, csv-tasks, csv-rules, junit, sarif, ics"
    );
}

#[test]
fn no_format_lets_a_control_or_direction_mark_through() {
    for format in Format::ALL {
        let acting = |character: &char| *character != '\n' && text::acts(*character);
        // CSV ends its lines with both.
        let text = fixture(format).replace("\r\n", "\n");
        assert_eq!(text.chars().find(acting), None, "{}", format.name());
    }
}

#[test]
fn colour_only_adds_escapes() {
    let layout = Layout {
        width: 80,
        colour: Colour::Always,
    };
    let coloured = rendered(Format::Terminal, layout, &environment(), &assessment());
    assert!(coloured.contains("\u{1b}[1m"));
    assert_eq!(
        anstream::adapter::strip_str(&coloured).to_string(),
        fixture(Format::Terminal)
    );
    for line in coloured.lines() {
        let opened = line.matches("\u{1b}[").count() - line.matches("\u{1b}[0m").count();
        assert!(
            opened >= line.matches("\u{1b}[0m").count(),
            "a style is left open: {line:?}"
        );
    }
}

#[test]
fn damage_and_other_days_are_limits_of_the_run() {
    let (mut environment, mut assessment) = (environment(), assessment());
    environment.run.interrupted = true;
    assessment.as_of = "2027-01-31".parse().unwrap();
    let damage = [Problem {
        part: "environment/dns.json".to_owned(),
        what: "its SHA-256 is wrong".to_owned(),
    }];
    let report = Report {
        environment: &environment,
        assessment: &assessment,
        profile: &Profile::default(),
        tool_version: "0.1.0",
        damage: &damage,
        catalog: None,
        changes: None,
    };
    insta::assert_snapshot!(limits::limits(&report).join("\n").replace(HOSTILE, "(hostile)"), @r"
    ran as CORP\mila, without administrator rights
    the run was interrupted before all probes had ended
    network: ended early: no answer in time: the budget of 120 s was spent
    directory: object (hostile) was passed over: no distinguished name
    damaged part of the recording: environment/dns.json: its SHA-256 is wrong
    dates are judged at 2027-01-31, not at the day of the run
    ");
}

#[test]
fn many_findings_of_one_rule_are_counted_and_not_all_listed() {
    let mut assessment = assessment();
    let one = assessment.findings[0].clone();
    for number in 0..200 {
        let key = format!("core-endpoint-unreachable/host{number}:443");
        assessment
            .findings
            .push(waterline_rules::assessment::Finding { key, ..one.clone() });
    }
    let text = rendered(
        Format::Terminal,
        Layout::default(),
        &environment(),
        &assessment,
    );
    assert!(text.contains("core-endpoint-unreachable · 201 found"));
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains("and 198 more"));
    assert!(text.lines().count() < 70);
    let markdown = rendered(
        Format::Markdown,
        Layout::default(),
        &environment(),
        &assessment,
    );
    assert!(markdown.contains("host199:443"));
}

#[test]
fn environment_without_faults_says_so() {
    let mut assessment = assessment();
    assessment.findings.clear();
    assessment.plan = waterline_rules::Plan::default();
    assessment.rules.clear();
    let text = rendered(
        Format::Terminal,
        Layout::default(),
        &environment(),
        &assessment,
    );
    assert!(text.contains("None, as no minimum could be assessed"));
    assert!(!text.contains("PLAN"));
}

proptest! {
    #[test]
    fn terminal_keeps_to_its_width(name in "\\PC*|[漢字かな ]{0,90}|[a-z]{40,90}|[a-z ]*", width in 0_usize..200) {
        let (mut environment, mut assessment) = (environment(), assessment());
        environment.run.probes[0].notes.push(name.clone());
        assessment.targets[0].title = name.clone();
        assessment.findings[0].title = name.clone();
        assessment.findings[0].key = name.clone();
        assessment.plan.tasks[0].owner = name.clone();
        assessment.plan.tasks[0].title = name.clone();
        assessment.plan.waves[0].title = name.clone();
        assessment.targets[1].blocked_by.push(name.clone());
        for rule in &mut assessment.rules {
            rule.would_assess = vec![name.clone()];
            rule.reason = name.clone();
        }
        let layout = Layout { width, colour: Colour::Never };
        let text = rendered(Format::Terminal, layout, &environment, &assessment);
        let most = width.clamp(60, 80);
        for line in text.lines() {
            prop_assert!(text::width(line) <= most, "{line:?}");
        }
    }
}

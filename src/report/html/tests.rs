//! What holds of the page whatever is in it. How it looks is held in a browser.

use proptest::prelude::*;

use super::*;

use crate::{
    report::{Format, Layout, fixture},
    testing::{HOSTILE, environment},
};

fn page(change: impl FnOnce(&mut waterline_rules::Assessment)) -> String {
    let (environment, mut assessment) = (environment(), fixture::assessment());
    change(&mut assessment);
    let profile = waterline_rules::Profile {
        organisation: HOSTILE.to_owned(),
        ..fixture::profile()
    };
    let report = Report {
        environment: &environment,
        assessment: &assessment,
        profile: &profile,
        tool_version: "0.1.0",
        damage: &[],
        catalog: None,
        changes: None,
    };
    let mut out = Vec::new();
    Format::Html
        .render(&report, Layout::default(), &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

/// Values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    let parts = page.split(&*begin).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[test]
fn policy_admits_only_the_style_and_script_that_stand_in_the_page() {
    let page = page(|_| {});
    let policy = page
        .split("Content-Security-Policy\" content=\"")
        .nth(1)
        .unwrap();
    let policy = policy.split('"').next().unwrap();
    let inside = |tag: &str| {
        let begin = page.split(&format!("<{tag}>")).nth(1).unwrap();
        begin.split(&format!("</{tag}>")).next().unwrap()
    };
    for (directive, content) in [
        ("style-src", inside("style")),
        ("script-src", inside("script")),
    ] {
        // The browser decodes the attribute before it reads it.
        let admitted = format!("{directive} '{}'", hash(content));
        let policy = policy.replace("&#39;", "'").replace("&#43;", "+");
        assert!(policy.contains(&admitted), "{directive}: {policy}");
    }
    assert!(policy.starts_with("default-src 'none'"));
    for forbidden in [" style=\"", " onclick", " src=\"", "url(", "<img", "<link"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn every_link_leads_to_one_place_on_the_page() {
    let page = page(|_| {});
    let ids = values(&page, "id");
    for link in values(&page, "href") {
        let place = link.strip_prefix('#').expect("links stay on the page");
        let found = ids.iter().filter(|id| **id == place).count();
        assert_eq!(found, 1, "{link}");
    }
}

#[test]
fn counts_are_those_of_the_assessment() {
    let assessment = fixture::assessment();
    let page = page(|_| {});
    let tasks = page.matches("class=\"card task\"").count();
    assert_eq!(tasks, assessment.plan.tasks.len());
    let groups = crate::report::groups::groups(&assessment).len();
    assert_eq!(page.matches("class=\"card finding\"").count(), groups);
    assert_eq!(
        page.matches("<tr id=\"rule-").count(),
        assessment.rules.len()
    );
}

#[test]
fn consequences_stand_under_their_cause_and_links_lead_to_it() {
    let page = page(|assessment| {
        let cause = assessment.findings[1].key.clone();
        let consequence = assessment.findings[0].clone();
        assessment.findings[0].caused_by = Some(cause.clone());
        assessment.findings[1].consequences = vec![consequence.key.clone()];
        for rule in &mut assessment.rules {
            if rule.id == consequence.rule {
                rule.caused_by = Some(cause.clone());
            }
        }
    });
    assert!(page.contains("<li><code>core-endpoint-unreachable/"));
    assert!(page.contains("1 consequence<"));
    let ids = values(&page, "id");
    for link in values(&page, "href") {
        let place = link.strip_prefix('#').expect("links stay on the page");
        assert!(ids.contains(&place), "{link}");
    }
}

#[test]
fn long_table_is_cut_with_its_true_count() {
    let page = page(|assessment| {
        let one = assessment.findings[0].clone();
        for number in 0..500 {
            let mut finding = one.clone();
            finding.key = format!("core-endpoint-unreachable/host{number}.example:443");
            assessment.findings.push(finding);
        }
    });
    assert!(page.contains("What was found (501)"));
    assert!(page.contains("The first 200 of 501;"));
    assert!(page.contains("host198.example") && !page.contains("host200.example"));
}

proptest! {
    // A whole page each time: a few are enough to find a forgotten escape.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_becomes_markup(name in any::<String>()) {
        let plain = page(|_| {});
        let named = page(|assessment| {
            assessment.targets[0].title = name.clone();
            assessment.findings[0].title = format!("<b>{name}");
            assessment.findings[0].why = format!("\"><script>{name}");
            assessment.plan.tasks[0].owner = name.clone();
            assessment.plan.tasks[0].steps.push(format!("</li>{name}"));
            assessment.rules[0].title = name.clone();
        });
        // One step and one owner more with a table of tasks, no tag else.
        let tags = |page: &str| page.matches('<').count();
        prop_assert!(tags(&named) <= tags(&plain) + 60, "{}", tags(&named) - tags(&plain));
        prop_assert_eq!(named.matches("<script>").count(), 1);
    }
}

//! What is in the way, a few lines for each rule; what only is advised is counted but not named.

use std::io;

use waterline_rules::Assessment;

use super::{first_of, severity_style};
use crate::report::{
    evidence::{failures, telling},
    groups::{Group, groups, subject},
    page::{FAINT, PLAIN, Page},
    text::clean,
    words,
};

/// Columns of a severity.
const SEVERITY: usize = 11;

/// Things named with one rule.
const SUBJECTS: usize = 3;

/// Ways in which endpoints fail, and figures of a single finding, that are shown.
const DETAILS: usize = 2;

/// Writes the findings, grouped by rule.
pub(super) fn write(assessment: &Assessment, page: &mut Page) -> io::Result<()> {
    page.heading("FINDINGS", &words::remaining(&assessment.remaining_work))?;
    let groups = groups(assessment);
    if groups.is_empty() {
        return page.text(2, PLAIN, &words::no_finding(assessment));
    }
    groups.iter().try_for_each(|group| write_group(group, page))
}

fn write_group(group: &Group, page: &mut Page) -> io::Result<()> {
    let (label, style) = if group.waived {
        ("waived", FAINT)
    } else {
        (
            words::severity(group.severity),
            severity_style(group.severity),
        )
    };
    let lead = format!("  {label}");
    page.row((SEVERITY, &lead, style), &clean(group.title), &[])?;
    page.text(SEVERITY, FAINT, &facts(group).join(" · "))?;
    if !group.consequences.is_empty() {
        let count = words::count(group.consequences.len() as u64, "consequence");
        let first = first_of(group.consequences.iter().copied(), SUBJECTS);
        page.text(SEVERITY, PLAIN, &format!("{count}: {first}"))?;
    }
    if let [only] = group.findings[..]
        && !only.would_be_met_if.is_empty()
    {
        let change = clean(&only.would_be_met_if);
        page.text(SEVERITY, FAINT, &format!("would be met if {change}"))?;
    }
    let subjects = subjects(group);
    if subjects.is_empty() || !group.severity.is_required() {
        return Ok(());
    }
    page.text(SEVERITY, PLAIN, &first_of(subjects, SUBJECTS))
}

/// The rule, how many have the defect, and what is telling about them; clean text.
fn facts(group: &Group) -> Vec<String> {
    let mut facts = vec![clean(group.rule)];
    let found = group.findings.len() as u64;
    if found > 1 {
        facts.push(format!("{found} found"));
    }
    if group.affected != found {
        facts.push(format!("{} affected", group.affected));
    }
    let failures = failures(group).into_iter();
    facts.extend(failures.take(DETAILS).map(|failure| clean(&failure)));
    if let [only] = group.findings[..] {
        facts.extend(telling(only).into_iter().take(DETAILS));
    }
    facts
}

/// The things concerned, unless the title names the only one.
fn subjects<'a>(group: &Group<'a>) -> Vec<&'a str> {
    let subjects = group.findings.iter();
    let subjects: Vec<&str> = subjects.filter_map(|finding| subject(finding)).collect();
    match subjects[..] {
        [only] if only.split(':').all(|part| group.title.contains(part)) => Vec::new(),
        _ => subjects,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Layout, fixture};

    /// The first group with so many findings in it.
    fn shown(findings: usize) -> String {
        let mut assessment = fixture::assessment();
        let one = assessment.findings[0].clone();
        assessment.findings = (0..findings)
            .map(|number| waterline_rules::assessment::Finding {
                key: format!("{}/host{number}:443", one.rule),
                ..one.clone()
            })
            .collect();
        let mut out = Vec::new();
        write(&assessment, &mut Page::new(Layout::default(), &mut out)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_finding_is_shown_by_itself() {
        let text = shown(1);
        assert!(text.contains("enterpriseregistration.windows.net port 443 cannot be reached"));
        assert!(text.contains("host0:443") && !text.contains("found"));
    }

    #[test]
    fn thing_that_the_title_names_is_not_named_again() {
        let mut assessment = fixture::assessment();
        assessment.findings.truncate(1);
        let group = &groups(&assessment)[0];
        assert_eq!(subjects(group), [""; 0]);
        assert!(
            group
                .title
                .contains("enterpriseregistration.windows.net port 443")
        );
    }

    #[test]
    fn things_up_to_the_limit_are_named_and_those_beyond_counted() {
        let text = shown(SUBJECTS);
        assert!(text.contains("core-endpoint-unreachable · 3 found"));
        assert!(text.ends_with("host0:443, host1:443, host2:443\n"));
        let text = shown(SUBJECTS + 1);
        assert!(text.contains("A required endpoint cannot be reached"));
        assert!(text.contains("4 found"));
        assert!(text.ends_with("host0:443, host1:443, host2:443, and 1 more\n"));
    }

    #[test]
    fn things_that_are_only_advised_are_counted_alone() {
        let mut assessment = fixture::assessment();
        assessment
            .findings
            .retain(|finding| finding.rule == "browser-out-of-date");
        let mut page = Vec::new();
        write(&assessment, &mut Page::new(Layout::default(), &mut page)).unwrap();
        assert!(
            String::from_utf8(page)
                .unwrap()
                .ends_with("  browser-out-of-date\n")
        );
    }

    #[test]
    fn thousands_take_no_more_lines_than_a_few() {
        assert_eq!(shown(5000).lines().count(), shown(4).lines().count());
    }
}

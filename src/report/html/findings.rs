//! The findings, grouped by their rule, each group with its evidence.

use waterline_rules::Assessment;

use super::{Table, anchor, summary::Link};
use crate::report::{
    details::{Details, Figure},
    groups::{self, Group as RuleGroup},
    text, words,
};

/// What has one defect.
pub(super) struct Group {
    pub(super) rule: Link,
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) severity: &'static str,
    pub(super) waived: bool,
    pub(super) found: usize,
    pub(super) affected: u64,
    pub(super) why: String,
    pub(super) task: Option<Link>,
    pub(super) owner: String,
    pub(super) wave: String,
    /// The targets that the rule gates, parted by blanks.
    pub(super) targets: String,
    pub(super) subject: Option<String>,
    pub(super) table: Option<Table>,
    pub(super) figures: Vec<Figure>,
    pub(super) lists: Vec<(String, Table)>,
    /// The nearest change after which none would be left, if it is the same for all.
    pub(super) change: Option<String>,
    /// Findings and rules not assessed that come of it.
    pub(super) consequences: Vec<String>,
}

/// All groups, open ones first, the most severe first.
pub(super) fn groups(assessment: &Assessment) -> Vec<Group> {
    let groups = groups::groups(assessment);
    groups
        .iter()
        .map(|group| Group::of(group, assessment))
        .collect()
}

impl Group {
    fn of(group: &RuleGroup, assessment: &Assessment) -> Self {
        let first = group.findings[0];
        let task = first.task.as_deref();
        let mut tasks = assessment.plan.tasks.iter();
        let planned = tasks.find(|planned| task == Some(&planned.id));
        let mut rules = assessment.rules.iter();
        let rule = rules.find(|rule| rule.id == group.rule);
        let details = Details::of(group);
        let lists = details.lists.into_iter();
        Self {
            rule: Link::to(group.rule),
            anchor: anchor(&match group.waived {
                true => format!("{}-waived", group.rule),
                false => group.rule.to_owned(),
            }),
            title: text::clean(group.title),
            severity: words::severity(group.severity),
            waived: group.waived,
            found: group.findings.len(),
            affected: group.affected,
            why: text::visible(&first.why),
            task: planned.map(|task| Link::to(&task.id)),
            owner: planned.map_or_else(String::new, |task| text::clean(&task.owner)),
            wave: planned.map_or_else(String::new, |task| task.wave.to_string()),
            targets: rule.map_or_else(String::new, |rule| text::clean(&rule.targets.join(" "))),
            subject: details.subject,
            table: details.table.map(Table::of),
            figures: details.figures,
            lists: lists.map(|(name, grid)| (name, Table::of(grid))).collect(),
            change: details.change,
            consequences: group
                .consequences
                .iter()
                .map(|one| text::clean(one))
                .collect(),
        }
    }
}

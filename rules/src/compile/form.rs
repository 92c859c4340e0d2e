//! What a rule must have whatever it says: ids, targets, a task, sources, examples.

use std::collections::BTreeSet;

use super::Compiler;
use crate::{
    rule::Rule,
    source::Location,
    verdict::{Severity, Verdict},
};

impl Compiler<'_> {
    pub(super) fn form(&mut self, rule: &Rule) {
        let place = rule.id.referenced;
        self.id(rule);
        let texts = [
            ("title", &rule.title),
            ("why", &rule.why),
            ("since", &rule.since),
        ];
        for (name, _) in texts.iter().filter(|(_, text)| text.trim().is_empty()) {
            self.complain::<()>(place, format!("`{name}` is empty"));
        }
        let lists = [
            ("targets", rule.targets.is_empty()),
            ("evidence", rule.evidence.is_empty()),
            ("sources", rule.sources.is_empty()),
            ("cases", rule.cases.is_empty()),
        ];
        for (name, _) in lists.iter().filter(|(_, empty)| *empty) {
            self.complain::<()>(place, format!("`{name}` is empty"));
        }
        if rule.never_waivable && rule.severity != Severity::Blocker {
            self.complain::<()>(place, "`never_waivable` is for blockers");
        }
        self.task(rule);
        self.examples(rule, place);
    }

    fn id(&mut self, rule: &Rule) {
        let id = &rule.id.value;
        if !is_kebab(id) {
            let message = format!("`{id}` is not in kebab case, such as forest-level-low");
            self.complain::<()>(rule.id.referenced, message);
        }
        let file = self.source.name.rsplit('/').next().unwrap_or_default();
        let stem = file.strip_suffix(".yaml").unwrap_or(file);
        if stem != id {
            let message = format!("the id `{id}` is not the file's name `{stem}`");
            self.complain::<()>(rule.id.referenced, message);
        }
    }

    fn task(&mut self, rule: &Rule) {
        match (&rule.task, &rule.task_ref) {
            (None, None) if rule.severity != Severity::Info => {
                self.complain::<()>(rule.id.referenced, "without `task` or `task_ref`");
            }
            (Some(task), None) => {
                let sound = task.effort_hours.is_sound();
                if !is_kebab(&task.id.value) || !sound || task.steps.is_empty() {
                    let message = "a task has an id in kebab case, steps, and an effort from 0 to 10000 hours";
                    self.complain::<()>(task.id.referenced, message);
                }
            }
            _ => {}
        }
    }

    /// A rule is shown by an example of each verdict that it can have.
    fn examples(&mut self, rule: &Rule, place: Location) {
        let expected = |verdict| rule.cases.iter().any(|case| case.expect == verdict);
        let mut wanted = vec![
            (Verdict::Met, "met"),
            (Verdict::NotMet, "not-met"),
            (Verdict::NotAssessed, "not-assessed"),
        ];
        if rule.applies.is_some() {
            wanted.push((Verdict::NotApplicable, "not-applicable"));
        }
        for (_, name) in wanted
            .into_iter()
            .filter(|(verdict, _)| !expected(*verdict))
        {
            self.complain::<()>(place, format!("`cases` has no example that is {name}"));
        }
        let mut names = BTreeSet::new();
        for case in &rule.cases {
            if !names.insert(&case.name.value) {
                self.complain::<()>(case.name.referenced, "two cases have this name");
            }
            if case.expect == Verdict::Waived {
                self.complain::<()>(case.name.referenced, "cases judge without waivers");
            }
        }
    }
}

/// Whether a name is lower case with single dashes between.
fn is_kebab(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(word)
}

//! Which facts a rule reads, and which it shows: all that judging it takes.

use super::{Compiled, Condition};
use crate::{expr::Expression, facts::FactPath};

impl Compiled {
    /// Calls back with each fact that is read to judge the rule, from its root.
    pub fn read(&self, found: &mut dyn FnMut(&FactPath)) {
        let mut found = |path: &FactPath| found(&self.rooted(path));
        self.gates.iter().for_each(&mut found);
        let mut conditions: Vec<&Condition> = self.applies.iter().collect();
        let mut expressions = vec![&self.pass];
        expressions.extend(self.affected.iter().chain(&self.population));
        for cause in &self.causes {
            expressions.extend(cause.key.iter().chain(&cause.when));
        }
        if let Some(each) = &self.each {
            found(&each.element.of);
            conditions.extend(&each.concerned);
            expressions.push(&each.key);
        }
        conditions.iter().for_each(|one| one.read(&mut found));
        expressions.iter().for_each(|one| one.read(&mut found));
    }

    /// Calls back with each fact that its findings show, from its root.
    pub fn shown(&self, found: &mut dyn FnMut(&FactPath)) {
        let title = self.each.as_ref().and_then(|each| each.title.as_ref());
        let titles = title.into_iter().flat_map(|title| title.facts());
        for path in self.evidence.iter().chain(titles) {
            found(&self.rooted(path));
        }
    }

    fn rooted(&self, path: &FactPath) -> FactPath {
        match &self.each {
            Some(each) => each.element.through(path),
            None => path.clone(),
        }
    }
}

impl Condition {
    /// Calls back with each fact that it reads.
    pub fn read(&self, found: &mut dyn FnMut(&FactPath)) {
        self.gates.iter().for_each(&mut *found);
        self.expression.read(found);
    }
}

impl Expression {
    fn read(&self, found: &mut dyn FnMut(&FactPath)) {
        self.reads.iter().for_each(found);
    }
}

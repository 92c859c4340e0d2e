//! The parameters of a rule: their types, that they are read, and their bounds.

use std::{collections::BTreeMap, sync::Arc};

use super::Compiler;
use crate::{
    expr::types::parameter,
    facts::{FactPath, Kind, Node},
    rule::Rule,
    source::did_you_mean,
};

impl Compiler<'_> {
    pub(super) fn parameters(&mut self, rule: &Rule) -> Node {
        let mut fields = BTreeMap::new();
        for (name, value) in &rule.params {
            match parameter(&value.value) {
                Ok(node) => _ = fields.insert(name.clone(), node),
                Err(problem) => _ = self.complain::<()>(value.referenced, problem),
            }
        }
        self.bounds(rule);
        Node {
            kind: Kind::Struct(Arc::new(fields)),
            seen: false,
        }
    }

    fn bounds(&mut self, rule: &Rule) {
        for (name, bounds) in &rule.bounds {
            let problem = match rule.params.get(name) {
                Some(value) => bounds.value.fault(&value.value),
                None => {
                    let near = did_you_mean(name, rule.params.keys().map(String::as_str));
                    Some(format!("there is no parameter `{name}`{near}"))
                }
            };
            if let Some(problem) = problem {
                self.complain::<()>(bounds.referenced, format!("bounds of `{name}`: {problem}"));
            }
        }
    }

    pub(super) fn unused(&mut self, rule: &Rule) {
        for (name, value) in &rule.params {
            let path = FactPath::parse("params").unwrap_or_default().field(name);
            if !self.reads.contains(&path) {
                self.complain::<()>(
                    value.referenced,
                    format!("no expression reads `params.{name}`"),
                );
            }
        }
    }
}

//! The facts that show a finding.

use serde_json::Value as Json;

use super::Bench;
use crate::{
    assessment::Evidence,
    expr::types::is_many,
    facts::{
        FactPath, Learned,
        view::{Named, plain},
    },
};

impl Bench<'_> {
    /// The facts that show a finding, in the order of the rule; what was not learned is left out.
    pub(super) fn evidence(
        &self,
        key: &str,
        element: Option<(Named<'_>, &FactPath)>,
    ) -> Vec<Evidence> {
        let own = key.split_once('/').map_or("", |(_, own)| own);
        let shown = |path: &FactPath| {
            let value = self.shown(path, element.map(|(named, _)| named))?;
            let path = match element {
                Some((named, of)) if path.root() == named.name => {
                    let rest = FactPath {
                        steps: path.steps[1..].to_vec(),
                    };
                    let dot = if rest.steps.is_empty() { "" } else { "." };
                    format!("{of}[{own}]{dot}{rest}")
                }
                _ => path.to_string(),
            };
            Some(Evidence { path, value })
        };
        self.rule.evidence.iter().filter_map(shown).collect()
    }

    fn shown(&self, path: &FactPath, element: Option<Named<'_>>) -> Option<Json> {
        let mut values = Vec::new();
        self.view
            .visit(path, element, &mut |learned| match learned {
                Learned::Known(node, json) => values.push(plain(node, json)),
                Learned::Absent => values.push(Json::Null),
                Learned::Unknown(_) => {}
            });
        match is_many(path) {
            true => Some(Json::Array(values)),
            false => values.pop(),
        }
    }
}

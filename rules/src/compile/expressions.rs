//! Compiles the expressions of a rule, and complains of facts that are read without need.

use super::{Compiler, is_answer};
use crate::{
    expr::{Expression, Wanted, types::Names},
    facts::FactPath,
    source::Spanned,
};

/// What the expressions of one rule may read without a complaint.
#[derive(Clone, Copy)]
pub(super) struct Covered<'a> {
    /// The names that they may use.
    pub(super) names: &'a Names,
    /// The needs of the rule.
    pub(super) needs: &'a [FactPath],
    /// The list of `each`, which counts as needed.
    pub(super) list: Option<&'a FactPath>,
}

impl Compiler<'_> {
    pub(super) fn optional(
        &mut self,
        text: Option<&Spanned<String>>,
        covered: &Covered<'_>,
        wanted: Wanted,
    ) -> Option<Option<Expression>> {
        text.map(|text| self.expression(text, covered, wanted))
    }

    pub(super) fn expression(
        &mut self,
        text: &Spanned<String>,
        covered: &Covered<'_>,
        wanted: Wanted,
    ) -> Option<Expression> {
        let programs = self.asked.programs;
        match programs.expression(&text.value, covered.names, wanted) {
            Ok(expression) => {
                self.uncovered(text, &expression, covered);
                self.reads.extend(expression.reads.iter().cloned());
                Some(expression)
            }
            Err(problems) => {
                self.faults.extend(self.source.problems(text, problems));
                None
            }
        }
    }

    /// Complains of each fact that is read and may be unknown, but is not among the needs.
    fn uncovered(
        &mut self,
        text: &Spanned<String>,
        expression: &Expression,
        covered: &Covered<'_>,
    ) {
        let gates = expression.gates(covered.names);
        let deepest = gates.iter().filter(|gate| {
            !gates
                .iter()
                .any(|other| other != *gate && other.leads_through(gate))
        });
        for gate in deepest.filter(|gate| !is_answer(gate)) {
            let needed = covered
                .needs
                .iter()
                .chain(covered.list)
                .any(|need| need.leads_through(gate));
            if !needed {
                let message = format!("reads `{gate}`, which may be unknown: add it to `needs`");
                self.complain::<()>(text.referenced, message);
            }
        }
    }
}

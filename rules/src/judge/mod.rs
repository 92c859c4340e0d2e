//! Judges rules by themselves: the gate first, then the expression.
//!
//! Nothing unknown reaches an expression. What was not learned, or an expression that fails, makes a
//! rule not assessed, with the reason; it never makes it met.

mod change;
mod each;
mod evidence;
mod obstacles;

use std::collections::BTreeSet;

use cel::Context;
use serde_json::Value as Json;

use crate::{
    Profile,
    assessment::Finding,
    compile::{Compiled, CompiledCause, Condition},
    expr,
    facts::{FactPath, FactView, view::Named},
    judged::{Judged, Suspect},
    verdict::Verdict,
};
use obstacles::Obstacles;

/// The facts of one run, ready to be judged by many rules.
pub struct Judge<'a> {
    view: &'a FactView,
    scope: Context<'a, 'a>,
    profile: &'a Profile,
}

/// One rule over the facts of one run.
struct Bench<'a> {
    view: &'a FactView,
    rule: &'a Compiled,
    scope: Context<'a, 'a>,
}

impl<'a> Judge<'a> {
    /// The facts of one run.
    pub fn new(view: &'a FactView, profile: &'a Profile) -> Self {
        let scope = expr::scope(view);
        Self {
            view,
            scope,
            profile,
        }
    }

    /// What becomes of a rule.
    pub fn judge(&self, rule: &Compiled) -> Judged {
        let values: Json = rule.parameter_values(self.profile);
        let mut scope = self.scope.new_inner_scope();
        let parameters = Named {
            name: "params",
            node: &rule.parameters,
            json: &values,
        };
        expr::bind(&mut scope, parameters);
        let view = self.view;
        let mut judged = Bench { view, rule, scope }.judge();
        let may_cause = |cause: &&CompiledCause| {
            let mut reasons = cause.gaps.iter();
            reasons.any(|reason| judged.gaps.contains(reason))
        };
        let suspects = rule.causes.iter().filter(may_cause).map(|cause| Suspect {
            rule: cause.rule.clone(),
            key: None,
        });
        judged.suspects = suspects.collect();
        judged
    }
}

impl Bench<'_> {
    fn judge(&self) -> Judged {
        let applies = self.rule.applies.as_ref();
        match applies.map_or(Ok(true), |applies| self.holds(applies, &self.scope, None)) {
            Ok(true) => match &self.rule.each {
                Some(each) => self.each(each),
                None => self.plain(),
            },
            Ok(false) => not_applicable("it does not concern this environment".to_owned()),
            Err(obstacles) => obstacles.judged(Vec::new()),
        }
    }

    fn plain(&self) -> Judged {
        match self.passes(&self.scope, None) {
            Ok(true) => judged(Verdict::Met),
            Ok(false) => {
                let id = &self.rule.rule.id.value;
                let title = self.rule.rule.title.clone();
                let finding = self.finding(id.clone(), title, &self.scope, None);
                Judged {
                    findings: vec![finding],
                    ..judged(Verdict::NotMet)
                }
            }
            Err(obstacles) => obstacles.judged(Vec::new()),
        }
    }

    /// Whether the minimum is met, once everything it needs is learned.
    fn passes(
        &self,
        scope: &Context<'_, '_>,
        element: Option<(Named<'_>, &FactPath)>,
    ) -> Result<bool, Obstacles> {
        self.learned(&self.rule.gates, element)?;
        self.rule
            .pass
            .bool(scope)
            .map_err(|problem| Obstacles::failed("pass", problem))
    }

    /// Whether a condition holds, once everything it reads is learned.
    fn holds(
        &self,
        condition: &Condition,
        scope: &Context<'_, '_>,
        element: Option<(Named<'_>, &FactPath)>,
    ) -> Result<bool, Obstacles> {
        self.learned(&condition.gates, element)?;
        let name = if element.is_some() {
            "where"
        } else {
            "applies"
        };
        let holds = condition.expression.bool(scope);
        holds.map_err(|problem| Obstacles::failed(name, problem))
    }

    /// Lets through only if every path is learned.
    fn learned(
        &self,
        paths: &[FactPath],
        element: Option<(Named<'_>, &FactPath)>,
    ) -> Result<(), Obstacles> {
        let mut obstacles = Obstacles::default();
        for path in paths {
            for gap in self.view.gaps(path, element.map(|(named, _)| named)) {
                obstacles.gap(full(path, element), gap);
            }
        }
        match obstacles.is_empty() {
            true => Ok(()),
            false => Err(obstacles),
        }
    }

    fn finding(
        &self,
        key: String,
        title: String,
        scope: &Context<'_, '_>,
        element: Option<(Named<'_>, &FactPath)>,
    ) -> Finding {
        let rule = &self.rule.rule;
        let affected = self.rule.affected.as_ref();
        let affected = affected.and_then(|affected| affected.int(scope).ok());
        Finding {
            evidence: self.evidence(&key, element),
            key,
            rule: rule.id.value.clone(),
            title,
            severity: rule.severity,
            waived: false,
            why: rule.why.clone(),
            share: self.share(affected, scope),
            affected: affected.map_or(1, |count| u64::try_from(count).unwrap_or(0)),
            would_be_met_if: change::nearest(&self.rule.pass, scope),
            task: rule.task_id().map(str::to_owned),
            caused_by: None,
            consequences: Vec::new(),
            suspects: self.suspects(scope),
        }
    }

    /// Which part of all that could be affected is, above 0 to 1; all where that is not told.
    fn share(&self, affected: Option<i64>, scope: &Context<'_, '_>) -> f64 {
        let population = self.rule.population.as_ref();
        let population = population.and_then(|population| population.int(scope).ok());
        match (affected, population) {
            (Some(affected @ 1..), Some(population)) if population > affected => {
                fraction(affected, population)
            }
            _ => 1.0,
        }
    }

    /// What may be the cause of a finding. A condition that fails names none.
    fn suspects(&self, scope: &Context<'_, '_>) -> Vec<Suspect> {
        let holds = |cause: &&CompiledCause| {
            let when = cause.when.as_ref();
            when.is_some_and(|when| when.bool(scope).unwrap_or(false))
        };
        let causes = self.rule.causes.iter().filter(holds);
        causes
            .filter_map(|cause| {
                let key = cause.key.as_ref().map(|key| key.text(scope));
                Some(Suspect {
                    rule: cause.rule.clone(),
                    key: key.transpose().ok()?,
                })
            })
            .collect()
    }
}

/// The name of a fact from its root; that of an element goes through its list.
fn full(path: &FactPath, element: Option<(Named<'_>, &FactPath)>) -> FactPath {
    match element {
        Some((named, of)) if path.root() == named.name => {
            let mut whole = of.each();
            whole.steps.extend(path.steps[1..].iter().cloned());
            whole
        }
        _ => path.clone(),
    }
}

/// A part of a whole; counts are far below where a fraction loses digits.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of objects are far below 2^52"
)]
fn fraction(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

fn judged(verdict: Verdict) -> Judged {
    Judged {
        verdict,
        reason: String::new(),
        would_assess: Vec::new(),
        findings: Vec::new(),
        gaps: BTreeSet::new(),
        suspects: Vec::new(),
    }
}

fn not_applicable(reason: String) -> Judged {
    Judged {
        reason,
        ..judged(Verdict::NotApplicable)
    }
}

//! Makes a rule ready to judge: expressions compiled, paths read, every name and type checked.
//!
//! Whatever is wrong is said with its place in the file, all of it at once.

mod cases;
mod each;
mod expressions;
mod form;
mod parameters;
mod reads;
mod title;

use std::collections::BTreeSet;

use serde_json::Value as Json;
use waterline_facts::Reason;

pub use cases::CompiledCase;
pub use each::Element;
use expressions::Covered;
pub use title::Title;

use crate::{
    attestations::Attestations,
    expr::{Expression, Programs, Wanted, types::Names},
    facts::{FactPath, Node},
    rule::Rule,
    source::{Fault, Location, Source, Spanned},
};

/// A rule that is ready to judge.
#[derive(Debug)]
pub struct Compiled {
    /// The rule as written.
    pub rule: Rule,
    /// The types of its parameters.
    pub parameters: Node,
    /// What must be learned before it is judged: its needs, and the answers that it reads.
    pub gates: Vec<FactPath>,
    /// Whether it concerns the environment.
    pub applies: Option<Condition>,
    /// The list of which it asks each element.
    pub each: Option<CompiledEach>,
    /// Whether the minimum is met.
    pub pass: Expression,
    /// How many are concerned.
    pub affected: Option<Expression>,
    /// Of how many.
    pub population: Option<Expression>,
    /// What can be the cause of its findings, or of its not being assessed.
    pub causes: Vec<CompiledCause>,
    /// Facts shown with a finding.
    pub evidence: Vec<FactPath>,
    /// Its examples; none in packs that are prepared to judge by.
    pub cases: Vec<CompiledCase>,
}

/// A list of which a rule asks each element.
#[derive(Debug)]
pub struct CompiledEach {
    /// The element at hand.
    pub element: Element,
    /// Whether an element is concerned.
    pub concerned: Option<Condition>,
    /// What tells it from the others.
    pub key: Expression,
    /// The title of its finding.
    pub title: Option<Title>,
}

/// A rule whose defect can be the cause.
#[derive(Debug)]
pub struct CompiledCause {
    /// The rule.
    pub rule: String,
    /// Which finding of it.
    pub key: Option<Expression>,
    /// Whether a finding can come of it.
    pub when: Option<Expression>,
    /// Reasons for which facts are not learned because of it.
    pub gaps: Vec<Reason>,
}

/// An expression with a gate of its own.
#[derive(Debug)]
pub struct Condition {
    /// The expression.
    pub expression: Expression,
    /// What must be learned before it runs.
    pub gates: Vec<FactPath>,
}

/// What may be asked of the organisation.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The questions.
    pub questions: &'a Attestations,
    /// The type of a profile that answers them.
    pub profile: &'a Node,
    /// The expressions that were parsed before.
    pub programs: &'a Programs,
}

/// Compiles a rule.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile(source: &Source, rule: Rule, asked: &Asked<'_>) -> Result<Compiled, Vec<Fault>> {
    let mut compiler = Compiler {
        source,
        asked,
        faults: Vec::new(),
        reads: BTreeSet::new(),
    };
    if source.is_written() {
        compiler.form(&rule);
    }
    let compiled = compiler.rule(rule);
    match compiled {
        Some(compiled) if compiler.faults.is_empty() => Ok(compiled),
        _ => Err(compiler.faults),
    }
}

/// Collects faults; what is nothing was complained of.
struct Compiler<'a> {
    source: &'a Source,
    asked: &'a Asked<'a>,
    faults: Vec<Fault>,
    /// Everything that any expression of the rule reads.
    reads: BTreeSet<FactPath>,
}

impl Compiler<'_> {
    fn complain<T>(&mut self, place: Location, message: impl Into<String>) -> Option<T> {
        self.faults.push(self.source.at(place, message));
        None
    }

    fn rule(&mut self, rule: Rule) -> Option<Compiled> {
        let parameters = self.parameters(&rule);
        let outer = Names::default()
            .with("params", parameters.clone())
            .with("profile", self.asked.profile.clone());
        let element = rule.each.as_ref().map(|each| self.element(each, &outer));
        let element = transpose(element)?;
        let names = match &element {
            Some(element) => outer.clone().with(&element.name, element.node.clone()),
            None => outer.clone(),
        };
        let needs = self.paths(&rule.needs, &names, element.as_ref());
        let evidence = self.paths(&rule.evidence, &names, element.as_ref());
        let list = element.as_ref().map(|element| element.of.clone());
        let inside = Covered {
            names: &names,
            needs: &needs,
            list: list.as_ref(),
        };
        let outside = Covered {
            names: &outer,
            ..inside
        };
        let applies = self.optional(rule.applies.as_ref(), &outside, Wanted::Bool);
        let pass = self.expression(&rule.pass, &inside, Wanted::Bool);
        let affected = self.optional(rule.affected.as_ref(), &inside, Wanted::Int);
        let population = self.optional(rule.population.as_ref(), &inside, Wanted::Int);
        let causes = self.causes(&rule, &inside);
        let each = rule.each.as_ref().zip(element);
        let each = each.map(|(each, element)| self.each(each, element, &inside));
        let cases = self.cases(&rule);
        self.unused(&rule);
        Some(Compiled {
            parameters,
            gates: self.gates(&needs),
            applies: transpose(applies)?.map(|applies| applies.with_gates(&outer)),
            each: transpose(each)?,
            pass: pass?,
            affected: transpose(affected)?,
            population: transpose(population)?,
            causes,
            evidence,
            cases,
            rule,
        })
    }

    fn causes(&mut self, rule: &Rule, inside: &Covered<'_>) -> Vec<CompiledCause> {
        let causes = rule.caused_by.iter().filter_map(|cause| {
            if cause.when.is_none() && cause.gaps.is_empty() {
                let message = "say `when` a finding comes of it, or which `gaps` do";
                return self.complain(cause.rule.referenced, message);
            }
            let key = self.optional(cause.key.as_ref(), inside, Wanted::Text);
            let when = self.optional(cause.when.as_ref(), inside, Wanted::Bool);
            Some(CompiledCause {
                rule: cause.rule.value.clone(),
                key: transpose(key)?,
                when: transpose(when)?,
                gaps: cause.gaps.clone(),
            })
        });
        causes.collect()
    }

    /// The needs, and every answer of the organisation that is read anywhere.
    fn gates(&self, needs: &[FactPath]) -> Vec<FactPath> {
        let answers = self.reads.iter().filter(|path| is_answer(path));
        let gates: BTreeSet<FactPath> = needs.iter().chain(answers).cloned().collect();
        gates.into_iter().collect()
    }

    fn paths(
        &mut self,
        texts: &[Spanned<String>],
        names: &Names,
        element: Option<&Element>,
    ) -> Vec<FactPath> {
        let paths = texts.iter().filter_map(|text| self.path(text, names));
        let own = |path| match element {
            Some(element) => element.own(path),
            None => path,
        };
        paths.map(own).collect()
    }

    fn path(&mut self, text: &Spanned<String>, names: &Names) -> Option<FactPath> {
        let Some(path) = FactPath::parse(&text.value) else {
            let message = format!(
                "`{}` is no path such as directory.domains[].level",
                text.value
            );
            return self.complain(text.referenced, message);
        };
        match names.find(&path) {
            Ok(_) => Some(path),
            Err(problem) => {
                self.complain(text.referenced, format!("unknown fact `{path}`: {problem}"))
            }
        }
    }
}

impl Expression {
    /// The expression with what must be learned before it runs.
    pub(crate) fn with_gates(self, names: &Names) -> Condition {
        let gates = self.gates(names).into_iter().collect();
        Condition {
            expression: self,
            gates,
        }
    }
}

impl Compiled {
    /// The parameters' values, those of the profile in place of the rule's own.
    pub fn parameter_values(&self, profile: &crate::Profile) -> Json {
        let own = profile.parameters.get(&self.rule.id.value);
        let value = |(name, value): (&String, &Spanned<Json>)| {
            let other = own.and_then(|own| own.get(name));
            (name.clone(), other.unwrap_or(&value.value).clone())
        };
        self.rule.params.iter().map(value).collect()
    }
}

/// Whether a path is an answer of the organisation.
pub(crate) fn is_answer(path: &FactPath) -> bool {
    path.root() == "profile" && path.to_string().starts_with("profile.attested.")
}

/// What was asked for and failed is nothing; what was not asked for is not there.
fn transpose<T>(asked: Option<Option<T>>) -> Option<Option<T>> {
    match asked {
        Some(None) => None,
        Some(found) => Some(found),
        None => Some(None),
    }
}

//! Makes a rule ready to judge: expressions compiled, paths read, every name and type checked.
//!
//! Whatever is wrong is said with its place in the file, all of it at once.

mod cases;
mod form;
mod title;

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value as Json;

pub use cases::CompiledCase;
pub use title::Title;

use crate::{
    expr::{
        Expression, Wanted,
        types::{Names, parameter},
    },
    facts::{FactPath, Kind, Node, path::Step},
    rule::{Each, Rule},
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
    /// Facts shown with a finding.
    pub evidence: Vec<FactPath>,
    /// Its examples.
    pub cases: Vec<CompiledCase>,
}

/// A list of which a rule asks each element.
#[derive(Debug)]
pub struct CompiledEach {
    /// The list.
    pub of: FactPath,
    /// The name of an element.
    pub name: String,
    /// The type of an element.
    pub element: Node,
    /// Whether an element is concerned.
    pub concerned: Option<Condition>,
    /// What tells it from the others.
    pub key: Expression,
    /// The title of its finding.
    pub title: Option<Title>,
}

/// An expression with a gate of its own.
#[derive(Debug)]
pub struct Condition {
    /// The expression.
    pub expression: Expression,
    /// What must be learned before it runs.
    pub gates: Vec<FactPath>,
}

/// Compiles a rule.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile(source: &Source, rule: Rule) -> Result<Compiled, Vec<Fault>> {
    let mut compiler = Compiler {
        source,
        faults: Vec::new(),
        reads: BTreeSet::new(),
    };
    compiler.form(&rule);
    let compiled = compiler.rule(rule);
    match compiled {
        Some(compiled) if compiler.faults.is_empty() => Ok(compiled),
        _ => Err(compiler.faults),
    }
}

/// Collects faults; what is nothing was complained of.
struct Compiler<'a> {
    source: &'a Source,
    faults: Vec<Fault>,
    /// Everything that any expression of the rule reads.
    reads: BTreeSet<FactPath>,
}

/// What the expressions of one rule may read without a complaint.
struct Covered<'a> {
    names: &'a Names,
    needs: &'a [FactPath],
    list: Option<&'a FactPath>,
}

impl Compiler<'_> {
    fn complain<T>(&mut self, place: Location, message: impl Into<String>) -> Option<T> {
        self.faults.push(self.source.at(place, message));
        None
    }

    fn rule(&mut self, rule: Rule) -> Option<Compiled> {
        let parameters = self.parameters(&rule);
        let outer = Names::default().with("params", parameters.clone());
        let list = rule.each.as_ref().map(|each| self.list(each, &outer));
        let (list, names) = match list {
            Some(list) => {
                let (path, name, element) = list?;
                let names = outer.clone().with(&name, element.clone());
                (Some((path, name, element)), names)
            }
            None => (None, outer.clone()),
        };
        let of = list.as_ref().map(|(path, ..)| path);
        let own = |path: FactPath| match &list {
            Some((of, name, _)) => of_element(path, of, name),
            None => path,
        };
        let needs: Vec<_> = self
            .paths(&rule.needs, &names)
            .into_iter()
            .map(own)
            .collect();
        let evidence: Vec<_> = self
            .paths(&rule.evidence, &names)
            .into_iter()
            .map(own)
            .collect();
        let inside = Covered {
            names: &names,
            needs: &needs,
            list: of,
        };
        let outside = Covered {
            names: &outer,
            ..inside
        };
        let applies = self.optional(rule.applies.as_ref(), &outside, Wanted::Bool);
        let pass = self.expression(&rule.pass, &inside, Wanted::Bool);
        let affected = self.optional(rule.affected.as_ref(), &inside, Wanted::Int);
        let each = match (&rule.each, list) {
            (Some(each), Some(list)) => Some(self.each(each, list, &needs, &names)),
            _ => None,
        };
        let cases = self.cases(&rule);
        self.unused(&rule);
        let gates = self.gates(&needs);
        Some(Compiled {
            parameters,
            gates,
            applies: transpose(applies)?.map(|applies| applies.with_gates(&outer)),
            each: transpose(each)?,
            pass: pass?,
            affected: transpose(affected)?,
            evidence,
            cases,
            rule,
        })
    }

    /// The needs, and every answer of the organisation that is read anywhere.
    fn gates(&self, needs: &[FactPath]) -> Vec<FactPath> {
        let answers = self.reads.iter().filter(|path| is_answer(path));
        let gates: BTreeSet<FactPath> = needs.iter().chain(answers).cloned().collect();
        gates.into_iter().collect()
    }

    fn parameters(&mut self, rule: &Rule) -> Node {
        let mut fields = std::collections::BTreeMap::new();
        for (name, value) in &rule.params {
            match parameter(&value.value) {
                Ok(node) => _ = fields.insert(name.clone(), node),
                Err(problem) => _ = self.complain::<()>(value.referenced, problem),
            }
        }
        Node {
            kind: Kind::Struct(Arc::new(fields)),
            seen: false,
        }
    }

    fn list(&mut self, each: &Each, names: &Names) -> Option<(FactPath, String, Node)> {
        let name = &each.name;
        let sound = name
            .value
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_');
        if !sound || name.value.is_empty() || names.root(&name.value).is_ok() {
            let message = format!(
                "`{}` is taken or no name: use one lower-case word",
                name.value
            );
            return self.complain(name.referenced, message);
        }
        let path = self.path(&each.of, names)?;
        let list = names.find(&path).ok()?;
        match list.element() {
            Ok(element) => Some((path, name.value.clone(), element)),
            Err(_) => self.complain(
                each.of.referenced,
                format!("`{path}` is {}", list.kind.words()),
            ),
        }
    }

    fn each(
        &mut self,
        each: &Each,
        (of, name, element): (FactPath, String, Node),
        needs: &[FactPath],
        names: &Names,
    ) -> Option<CompiledEach> {
        let covered = Covered {
            names,
            needs,
            list: Some(&of),
        };
        let concerned = self.optional(each.concerned.as_ref(), &covered, Wanted::Bool);
        let key = self.expression(&each.key, &covered, Wanted::Text);
        let title = each.title.as_ref().map(|title| self.title(title, names));
        Some(CompiledEach {
            concerned: transpose(concerned)?.map(|concerned| concerned.with_gates(names)),
            key: key?,
            title: transpose(title)?,
            of,
            name,
            element,
        })
    }

    fn paths(&mut self, texts: &[Spanned<String>], names: &Names) -> Vec<FactPath> {
        texts
            .iter()
            .filter_map(|text| self.path(text, names))
            .collect()
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

    fn optional(
        &mut self,
        text: Option<&Spanned<String>>,
        covered: &Covered<'_>,
        wanted: Wanted,
    ) -> Option<Option<Expression>> {
        text.map(|text| self.expression(text, covered, wanted))
    }

    fn expression(
        &mut self,
        text: &Spanned<String>,
        covered: &Covered<'_>,
        wanted: Wanted,
    ) -> Option<Expression> {
        match Expression::compile(&text.value, covered.names, wanted) {
            Ok(expression) => {
                self.uncovered(text, &expression, covered);
                self.reads.extend(expression.reads.iter().cloned());
                Some(expression)
            }
            Err(problems) => {
                let start = self.source.content_offset(text.referenced, &text.value);
                for problem in problems {
                    let offset = start.map_or(0, |start| start + problem.offset);
                    let fault = self.source.beyond(text.referenced, offset, problem.message);
                    self.faults.push(fault);
                }
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

    fn unused(&mut self, rule: &Rule) {
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

impl Expression {
    fn with_gates(self, names: &Names) -> Condition {
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

/// A path through every element of the list of `each`, as one of the element at hand.
fn of_element(path: FactPath, of: &FactPath, name: &str) -> FactPath {
    let Some(rest) = path.after(&of.each()) else {
        return path;
    };
    let mut steps = vec![Step::Field(name.to_owned())];
    steps.extend(rest.iter().cloned());
    FactPath { steps }
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

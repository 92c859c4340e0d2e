//! Walks an expression: which facts it reads, and whether its names and types fit.
//!
//! Only what is understood is let through. A value that carries no path cannot be a fact, so every
//! fact that reaches a result is among the reads.

use std::collections::BTreeSet;

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo};

use super::{
    Problem, Wanted, gives,
    parse::Parsed,
    types::{Class, Names, Type, Typed},
};
use crate::facts::{FactPath, Kind, path::Step};

/// Deepest nesting of an expression.
const MAX_DEPTH: usize = 48;

/// Deepest nesting of `all`, `exists`, `map` and `filter` in each other: each level multiplies the
/// work by the length of a list.
const MAX_LOOPS: usize = 2;

/// The facts that an expression reads.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(
    parsed: &Parsed,
    names: &Names,
    wanted: Wanted,
) -> Result<BTreeSet<FactPath>, Vec<Problem>> {
    let mut check = Check {
        names,
        source: parsed.source_info(),
        variables: Vec::new(),
        reads: BTreeSet::new(),
        problems: Vec::new(),
        depth: 0,
        loops: 0,
    };
    let root = parsed.root();
    if let Some(typed) = check.typed(root) {
        check.result(root, &typed, wanted);
    }
    match check.problems.is_empty() {
        true => Ok(check.reads),
        false => Err(check.problems),
    }
}

/// A walk; an expression without a type is one that was complained of.
pub(super) struct Check<'a> {
    names: &'a Names,
    source: &'a SourceInfo,
    variables: Vec<(&'a str, Typed)>,
    reads: BTreeSet<FactPath>,
    problems: Vec<Problem>,
    depth: usize,
    loops: usize,
}

impl<'a> Check<'a> {
    /// Notes what is wrong at a place of the expression.
    pub(super) fn complain<T>(&mut self, at: &IdedExpr, message: impl Into<String>) -> Option<T> {
        let offset = self
            .source
            .offset_for(at.id)
            .map_or(0, |(start, _)| u64::from(start));
        let message = message.into();
        self.problems.push(Problem { offset, message });
        None
    }

    fn result(&mut self, root: &IdedExpr, typed: &Typed, wanted: Wanted) {
        let whole = !matches!(typed.kind, Type::Fact(Kind::Double));
        if !gives(typed.class(), wanted) || (wanted == Wanted::Int && !whole) {
            let wanted = match wanted {
                Wanted::Bool => "true or false",
                Wanted::Int => "a whole number",
                Wanted::Text => "text",
            };
            self.complain::<()>(
                root,
                format!("must give {wanted}, but gives {}", typed.words()),
            );
        }
    }

    /// The type of an expression.
    pub(super) fn typed(&mut self, at: &'a IdedExpr) -> Option<Typed> {
        if self.depth >= MAX_DEPTH {
            return self.complain(at, format!("nested more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        let typed = self.expression(at);
        self.depth -= 1;
        typed
    }

    fn expression(&mut self, at: &'a IdedExpr) -> Option<Typed> {
        match &at.expr {
            Expr::Ident(name) => self.name(at, name),
            Expr::Select(select) => self.field(at, select),
            Expr::Literal(literal) => self.literal(at, literal),
            Expr::List(list) => {
                let elements: Option<Vec<_>> = list
                    .elements
                    .iter()
                    .map(|element| self.typed(element))
                    .collect();
                self.list(at, &elements?)
            }
            Expr::Call(call) => self.call(at, call),
            Expr::Comprehension(comprehension) => self.comprehension(at, comprehension),
            Expr::Map(_) | Expr::Struct(_) => self.complain(at, "rules have no use for maps"),
            Expr::Unspecified => self.complain(at, "not a CEL expression"),
        }
    }

    fn literal(&mut self, at: &IdedExpr, literal: &LiteralValue) -> Option<Typed> {
        Some(match literal {
            LiteralValue::Boolean(_) => Typed::of(Kind::Bool),
            LiteralValue::Int(_) => Typed::of(Kind::Int),
            LiteralValue::Double(_) => Typed::of(Kind::Double),
            LiteralValue::String(_) => Typed::of(Kind::Text),
            LiteralValue::Null => Typed::plain(Type::Null),
            LiteralValue::UInt(_) | LiteralValue::Bytes(_) => {
                return self.complain(at, "write numbers without `u` and text without `b`");
            }
        })
    }

    fn list(&mut self, at: &IdedExpr, elements: &[Typed]) -> Option<Typed> {
        let Some(first) = elements.first() else {
            let any = Typed::plain(Type::Any);
            return Some(Typed::plain(Type::List(Box::new(any))));
        };
        if elements
            .iter()
            .any(|element| element.class() != first.class())
        {
            return self.complain(at, "the elements of a list are of one type");
        }
        if elements.len() > 1
            && elements
                .iter()
                .any(|one| one.is_composite() || one.class() == Class::List)
        {
            return self.complain(at, "a list of structures or lists; list their fields");
        }
        Some(Typed::plain(Type::List(Box::new(first.clone()))))
    }

    /// A root, or a variable of a comprehension.
    fn name(&mut self, at: &IdedExpr, name: &str) -> Option<Typed> {
        let variable = self.variables.iter().rev().find(|(own, _)| *own == name);
        if let Some((_, typed)) = variable {
            return Some(typed.clone());
        }
        match self.names.root(name) {
            Ok(node) => {
                let path = FactPath {
                    steps: vec![Step::Field(name.to_owned())],
                };
                Some(self.read(Typed::fact(node, path)))
            }
            Err(problem) => self.complain(at, problem),
        }
    }

    /// The same value, its path among the reads.
    pub(super) fn read(&mut self, typed: Typed) -> Typed {
        self.reads.extend(typed.path.clone());
        typed
    }

    fn field(&mut self, at: &'a IdedExpr, select: &'a SelectExpr) -> Option<Typed> {
        if select.test {
            let instead =
                "`has` turns what is missing into false: put it in `needs`, and compare with null";
            return self.complain(at, instead);
        }
        let of = self.typed(&select.operand)?;
        let Typed {
            kind: Type::Fact(kind),
            path: Some(path),
        } = &of
        else {
            let words = of.words();
            return self.complain(at, format!("`{}` is asked of {words}", select.field));
        };
        let node = crate::facts::Node {
            kind: kind.clone(),
            seen: false,
        };
        match node.field(&select.field) {
            Ok(field) => {
                let path = path.field(&select.field);
                Some(self.read(Typed::fact(&field, path)))
            }
            Err(problem) => self.complain(at, format!("unknown fact below `{path}`: {problem}")),
        }
    }

    /// `all`, `exists`, `exists_one`, `map` and `filter`, in the form to which they expand.
    fn comprehension(&mut self, at: &'a IdedExpr, loops: &'a ComprehensionExpr) -> Option<Typed> {
        let range = self.typed(&loops.iter_range)?;
        let Some(element) = range.element() else {
            return self.complain(at, format!("{} has no elements", range.words()));
        };
        if self.names.root(&loops.iter_var).is_ok() || loops.iter_var2.is_some() {
            let name = &loops.iter_var;
            return self.complain(
                at,
                format!("`{name}` is taken: give the element another name"),
            );
        }
        if self.loops >= MAX_LOOPS {
            return self.complain(at, format!("loops nested more than {MAX_LOOPS} deep"));
        }
        let start = self.typed(&loops.accu_init)?;
        let element = self.read(element);
        self.loops += 1;
        let depth = self.variables.len();
        self.variables.push((&loops.iter_var, element));
        self.variables.push((&loops.accu_var, start));
        let typed = self.steps(loops);
        self.variables.truncate(depth);
        self.loops -= 1;
        typed
    }

    fn steps(&mut self, loops: &'a ComprehensionExpr) -> Option<Typed> {
        self.typed(&loops.loop_cond)?;
        let step = self.typed(&loops.loop_step)?;
        self.variables.push((&loops.accu_var, step));
        self.typed(&loops.result)
    }
}

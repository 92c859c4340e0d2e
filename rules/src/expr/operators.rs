//! The types of operators: what may stand on both sides, and what comes out.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as op};

use super::{
    check::Check,
    types::{Class, Type, Typed},
};
use crate::{facts::Kind, source::did_you_mean};

impl<'a> Check<'a> {
    /// A function, an operator, or a method.
    pub(super) fn call(&mut self, at: &'a IdedExpr, call: &'a CallExpr) -> Option<Typed> {
        let arguments = call.target.as_deref().into_iter().chain(&call.args);
        let arguments: Vec<&'a IdedExpr> = arguments.collect();
        let types: Vec<Option<Typed>> = arguments
            .iter()
            .map(|argument| self.typed(argument))
            .collect();
        let types: Vec<Typed> = types.into_iter().collect::<Option<_>>()?;
        let name = call.func_name.as_str();
        match (name, types.as_slice()) {
            (op::LOGICAL_AND | op::LOGICAL_OR, [left, right]) => self.logic(at, &[left, right]),
            (op::LOGICAL_NOT | op::NOT_STRICTLY_FALSE, [of]) => self.logic(at, &[of]),
            (op::CONDITIONAL, [condition, yes, no]) => self.choice(at, condition, yes, no),
            (op::EQUALS | op::NOT_EQUALS, [left, right]) => {
                self.word(arguments[1], left);
                self.word(arguments[0], right);
                self.equal(at, left, right)
            }
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [left, right]) => {
                self.ordered(at, left, right)
            }
            (op::IN, [element, list]) => self.contained(at, arguments[1], element, list),
            (op::INDEX, [list, index]) => self.index(at, list, index),
            (op::ADD, [left, right]) if left.class() == Class::List => self.join(at, left, right),
            (op::ADD, [left, right])
                if left.class() == Class::Text && right.class() == Class::Text =>
            {
                Some(Typed::of(Kind::Text))
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE, [left, right]) => {
                self.arithmetic(at, left, right)
            }
            (op::MODULO, [left, right]) => self.arithmetic(at, left, right),
            (op::NEGATE, [of]) if of.class() == Class::Number => {
                Some(Typed::plain(of.kind.clone()))
            }
            (name, types) => self.function(at, name, call.target.is_some(), types),
        }
    }

    fn logic(&mut self, at: &IdedExpr, types: &[&Typed]) -> Option<Typed> {
        let odd = types.iter().find(|typed| typed.class() != Class::Bool);
        match odd {
            Some(typed) => self.complain(at, format!("{} is not true or false", typed.words())),
            None => Some(Typed::of(Kind::Bool)),
        }
    }

    fn choice(
        &mut self,
        at: &IdedExpr,
        condition: &Typed,
        yes: &Typed,
        no: &Typed,
    ) -> Option<Typed> {
        self.logic(at, &[condition])?;
        let (yes_class, no_class) = (yes.class(), no.class());
        if yes.is_empty_list() || yes_class == Class::Open {
            return Some(no.clone());
        }
        if no.is_empty_list() || no_class == Class::Open {
            return Some(yes.clone());
        }
        if yes.is_composite() || no.is_composite() {
            let advice = "a choice between structures; choose between their fields";
            return self.complain(at, advice);
        }
        if yes_class == no_class {
            return Some(yes.clone());
        }
        let (yes, no) = (yes.words(), no.words());
        self.complain(at, format!("gives {yes} or {no}; both must be of one type"))
    }

    fn equal(&mut self, at: &IdedExpr, left: &Typed, right: &Typed) -> Option<Typed> {
        let (one, other) = (left.class(), right.class());
        let null = left.kind == Type::Null || right.kind == Type::Null;
        let whole = |class| matches!(class, Class::Struct | Class::List);
        if !null && (whole(one) || whole(other)) {
            return self.complain(
                at,
                "compares structures or lists as a whole; compare what is in them",
            );
        }
        if one == other || one == Class::Open || other == Class::Open {
            return Some(Typed::of(Kind::Bool));
        }
        let (left, right) = (left.words(), right.words());
        self.complain(at, format!("compares {left} with {right}"))
    }

    fn ordered(&mut self, at: &IdedExpr, left: &Typed, right: &Typed) -> Option<Typed> {
        let (one, other) = (left.class(), right.class());
        let (left, right) = (left.words(), right.words());
        if one != other {
            return self.complain(at, format!("compares {left} with {right}"));
        }
        match one {
            Class::Number | Class::Moment | Class::Version => Some(Typed::of(Kind::Bool)),
            Class::Text => self.complain(
                at,
                format!(
                    "{left} and {right} would be compared letter by letter: use version() or date()"
                ),
            ),
            _ => self.complain(at, format!("{left} and {right} have no order")),
        }
    }

    fn contained(
        &mut self,
        at: &IdedExpr,
        list_at: &'a IdedExpr,
        element: &Typed,
        list: &Typed,
    ) -> Option<Typed> {
        let Some(inner) = list.element() else {
            return self.complain(
                at,
                format!("`in` asks for a list, not for {}", list.words()),
            );
        };
        if let Expr::List(items) = &list_at.expr {
            for item in &items.elements {
                self.word(item, element);
            }
        }
        let inner = self.read(inner);
        self.equal(at, element, &inner)
    }

    fn index(&mut self, at: &IdedExpr, list: &Typed, index: &Typed) -> Option<Typed> {
        match list.element() {
            Some(element) if index.kind == Type::Fact(Kind::Int) => Some(self.read(element)),
            _ => self.complain(at, "`[]` asks for a list and a whole number"),
        }
    }

    fn join(&mut self, at: &IdedExpr, left: &Typed, right: &Typed) -> Option<Typed> {
        match right.class() {
            Class::List if left.is_empty_list() => Some(right.clone()),
            Class::List if right.is_empty_list() => Some(left.clone()),
            Class::List if left.is_composite() || right.is_composite() => {
                self.complain(at, "joins lists of structures; join their fields")
            }
            Class::List if left.inner_class() == right.inner_class() => Some(left.clone()),
            _ => self.complain(at, "joins a list with something of another type"),
        }
    }

    fn arithmetic(&mut self, at: &IdedExpr, left: &Typed, right: &Typed) -> Option<Typed> {
        let (one, other) = (left.words(), right.words());
        if left.class() != Class::Number || right.class() != Class::Number {
            return self.complain(at, format!("calculates with {one} and {other}"));
        }
        if left.kind != right.kind {
            let advice = "write the fraction (2.0) or double(…)";
            return self.complain(at, format!("calculates with {one} and {other}: {advice}"));
        }
        Some(Typed::plain(left.kind.clone()))
    }

    /// Complains of a literal that is none of the words that the other side may be.
    fn word(&mut self, literal: &IdedExpr, other: &Typed) {
        let Type::Fact(Kind::Word(words)) = &other.kind else {
            return;
        };
        let Expr::Literal(LiteralValue::String(text)) = &literal.expr else {
            return;
        };
        if !words.iter().any(|word| word == text.inner()) {
            let near = did_you_mean(text.inner(), words.iter().map(String::as_str));
            let (text, other) = (text.inner(), other.words());
            self.complain::<()>(literal, format!("{other} is never '{text}'{near}"));
        }
    }
}

impl Typed {
    /// Whether it has parts that are facts of their own: one path cannot stand for two of these.
    pub(super) fn is_composite(&self) -> bool {
        let deep = |class| matches!(class, Class::Struct | Class::List);
        self.class() == Class::Struct || self.inner_class().is_some_and(deep)
    }

    fn is_empty_list(&self) -> bool {
        matches!(&self.kind, Type::List(element) if element.kind == Type::Any)
    }

    fn inner_class(&self) -> Option<Class> {
        self.element().map(|element| element.class())
    }
}

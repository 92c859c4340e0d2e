//! The functions that rules may call, and their types.
//!
//! A list, so that nothing comes in with a new version of the CEL library that the checks of this
//! crate do not know.

use cel::common::ast::IdedExpr;

use super::{
    check::Check,
    helpers::DAYS_BETWEEN,
    types::{Class, Type, Typed},
};
use crate::{facts::Kind, source::did_you_mean};

/// How a function is called.
#[derive(PartialEq, Eq)]
enum Call {
    /// `f(x)`
    Plain,
    /// `x.f()`
    Method,
    /// Either.
    Both,
}

/// A function: its name, how it is called, what it takes, what it gives.
struct Function {
    name: &'static str,
    call: Call,
    takes: &'static [&'static [Class]],
    gives: fn() -> Type,
}

const TEXT: &[Class] = &[Class::Text];

/// Every function there is.
const FUNCTIONS: [Function; 12] = [
    function("size", Call::Both, &[&[Class::List, Class::Text]], int),
    function("contains", Call::Method, &[TEXT, TEXT], bool),
    function("startsWith", Call::Method, &[TEXT, TEXT], bool),
    function("endsWith", Call::Method, &[TEXT, TEXT], bool),
    function("matches", Call::Method, &[TEXT, TEXT], bool),
    function("int", Call::Plain, &[&[Class::Number, Class::Text]], int),
    function(
        "double",
        Call::Plain,
        &[&[Class::Number, Class::Text]],
        double,
    ),
    function(
        "string",
        Call::Plain,
        &[&[Class::Number, Class::Text, Class::Bool]],
        text,
    ),
    function("version", Call::Plain, &[TEXT], || Type::Version),
    function("date", Call::Plain, &[TEXT], moment),
    function(
        DAYS_BETWEEN,
        Call::Plain,
        &[&[Class::Moment], &[Class::Moment]],
        int,
    ),
    function("build_end", Call::Plain, &[&[Class::Number], TEXT], moment),
];

const fn function(
    name: &'static str,
    call: Call,
    takes: &'static [&'static [Class]],
    gives: fn() -> Type,
) -> Function {
    Function {
        name,
        call,
        takes,
        gives,
    }
}

fn bool() -> Type {
    Type::Fact(Kind::Bool)
}

fn int() -> Type {
    Type::Fact(Kind::Int)
}

fn double() -> Type {
    Type::Fact(Kind::Double)
}

fn text() -> Type {
    Type::Fact(Kind::Text)
}

fn moment() -> Type {
    Type::Fact(Kind::Timestamp)
}

impl Check<'_> {
    /// A call of a function by name.
    pub(super) fn function(
        &mut self,
        at: &IdedExpr,
        name: &str,
        method: bool,
        types: &[Typed],
    ) -> Option<Typed> {
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
            let near = did_you_mean(name, FUNCTIONS.iter().map(|function| function.name));
            return self.complain(at, format!("there is no function `{name}` for this{near}"));
        };
        let other = if method { Call::Plain } else { Call::Method };
        if function.call == other {
            let form = if method {
                format!("{name}(…)")
            } else {
                format!("….{name}(…)")
            };
            return self.complain(at, format!("write `{form}`"));
        }
        if function.takes.len() != types.len() {
            let (takes, gets) = (function.takes.len(), types.len());
            return self.complain(at, format!("`{name}` takes {takes} values, not {gets}"));
        }
        for (classes, typed) in function.takes.iter().zip(types) {
            if !classes.contains(&typed.class()) && typed.kind != Type::Any {
                return self.complain(at, format!("`{name}` does not take {}", typed.words()));
            }
        }
        Some(Typed::plain((function.gives)()))
    }
}

//! Expressions of rules: CEL, compiled and checked once, run often.
//!
//! Checking finds every fact that an expression reads, so that the gate can hold it back until all
//! of them are learned, and every name and type that does not fit, so that no rule fails quietly.

pub mod check;
mod functions;
pub mod helpers;
mod operators;
pub mod parse;
pub mod types;
pub mod value;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use cel::{
    Context, ExecutionError, Value,
    common::{
        types::{CelBool, CelInt, CelString},
        value::Val,
    },
};

use crate::facts::{FactPath, FactView, view::Named};
use parse::Parsed;
use types::{Class, Names};

/// What an expression must give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text,
}

/// What is wrong with an expression, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Characters from its beginning.
    pub offset: u64,
    /// What is wrong and what to do, in words.
    pub message: String,
}

/// Expressions that were parsed: rules ask many of them in the same words, and parsing takes most of
/// the time that packs take to load.
#[derive(Debug)]
pub struct Programs {
    known: Mutex<HashMap<String, Arc<Parsed>>>,
    parse: fn(&str) -> Result<Parsed, Vec<Problem>>,
}

impl Programs {
    /// Of texts that people wrote.
    pub fn written() -> Self {
        Self {
            known: Mutex::default(),
            parse: parse::written,
        }
    }

    /// Of texts that were checked before.
    pub fn prepared() -> Self {
        Self {
            known: Mutex::default(),
            parse: parse::prepared,
        }
    }

    /// Compiles an expression and checks it against the names that it may use.
    ///
    /// # Errors
    /// Everything that is wrong with it; the first fault only, if it is no CEL.
    pub fn expression(
        &self,
        text: &str,
        names: &Names,
        wanted: Wanted,
    ) -> Result<Expression, Vec<Problem>> {
        let parsed = self.parsed(text)?;
        let reads = check::check(&parsed, names, wanted)?;
        Ok(Expression { parsed, reads })
    }

    /// The tree of a text. Two threads may both parse what neither has found.
    fn parsed(&self, text: &str) -> Result<Arc<Parsed>, Vec<Problem>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parsed) = known().get(text) {
            return Ok(Arc::clone(parsed));
        }
        let parsed = Arc::new((self.parse)(text)?);
        known().insert(text.to_owned(), Arc::clone(&parsed));
        Ok(parsed)
    }
}

/// A compiled and checked expression.
#[derive(Debug)]
pub struct Expression {
    parsed: Arc<Parsed>,
    /// The facts that it reads, each with what leads to it.
    pub reads: BTreeSet<FactPath>,
}

impl Expression {
    /// Its outermost operation, for those who walk it.
    pub(crate) fn root(&self) -> &cel::common::ast::IdedExpr {
        self.parsed.root()
    }

    /// What must be learned before it runs: the parts of its reads that may be unknown.
    pub fn gates(&self, names: &Names) -> BTreeSet<FactPath> {
        let gates = self.reads.iter().filter_map(|path| names.gate(path));
        gates.collect()
    }

    /// Runs it for true or false.
    ///
    /// # Errors
    /// Why it gives neither, in words.
    pub fn bool(&self, scope: &Context<'_, '_>) -> Result<bool, String> {
        self.run(scope, |value| {
            value.downcast_ref::<CelBool>().map(|value| *value.inner())
        })
    }

    /// Runs it for a whole number.
    ///
    /// # Errors
    /// Why it gives none, in words.
    pub fn int(&self, scope: &Context<'_, '_>) -> Result<i64, String> {
        self.run(scope, |value| {
            value.downcast_ref::<CelInt>().map(|value| *value.inner())
        })
    }

    /// Runs it for text.
    ///
    /// # Errors
    /// Why it gives none, in words.
    pub fn text(&self, scope: &Context<'_, '_>) -> Result<String, String> {
        self.run(scope, |value| {
            value
                .downcast_ref::<CelString>()
                .map(|value| value.inner().to_owned())
        })
    }

    fn run<T>(
        &self,
        scope: &Context<'_, '_>,
        read: impl FnOnce(&dyn Val) -> Option<T>,
    ) -> Result<T, String> {
        let value = Value::resolve_val(self.parsed.root(), scope).map_err(words)?;
        read(value.as_ref()).ok_or_else(|| match value.get_type().name() {
            "null_type" => "it gives null: a fact that it reads is absent".to_owned(),
            name => format!("it gives a value of type {name}"),
        })
    }
}

/// The facts of a run as the scope in which expressions run.
pub fn scope(view: &FactView) -> Context<'_, '_> {
    let mut scope = Context::with_env(helpers::environment().clone());
    view.roots().for_each(|named| bind(&mut scope, named));
    scope
}

/// Gives a value its name in a scope; what is unknown gets none.
pub fn bind<'v>(scope: &mut Context<'_, 'v>, named: Named<'v>) {
    if let Some(value) = value::value(named) {
        scope.add_variable_as_val(named.name, value);
    }
}

/// Why an expression failed, in words that do not depend on values.
fn words(error: ExecutionError) -> String {
    let null = |error: &ExecutionError| match error {
        ExecutionError::NoSuchOverload(call) => {
            call.argument_types().iter().any(|name| name == "null_type")
        }
        _ => false,
    };
    match &error {
        error if null(error) => "it works on a fact that is absent as if it had a value".to_owned(),
        ExecutionError::NoSuchKey(name) => format!("`{name}` is absent or was not learned"),
        ExecutionError::FunctionError { message, .. } => message.clone(),
        ExecutionError::Overflow(operator, ..) => {
            format!("a number grew too large in `{operator}`")
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "it divides by zero".to_owned()
        }
        ExecutionError::IndexOutOfBounds(_) => {
            "it asks for an element beyond the end of a list".to_owned()
        }
        error => error.to_string().chars().take(200).collect(),
    }
}

/// Whether an expression of this class gives what is wanted.
fn gives(class: Class, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Bool => class == Class::Bool,
        Wanted::Int => class == Class::Number,
        Wanted::Text => class == Class::Text,
    }
}

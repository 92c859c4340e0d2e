//! The functions that rules have beyond CEL's own.
//!
//! `version(text)`, `date(text)`, `days_until(moment)`, `ended(moment)`, `ends_soon(moment)` and
//! `build_end(build, edition_class)`. What they cannot answer is an error, never a value that looks like an answer.

use std::sync::{Arc, LazyLock};

use cel::{
    Env, ExecutionError, add_overload,
    common::{
        ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as op},
        types::{CelInt, CelString},
    },
    parser::{Macro, MacroExprHelper},
};

use super::value::{Moment, Version};
use crate::builds::Builds;

/// What `days_until` stands for: the days from the day of judging.
pub const DAYS_BETWEEN: &str = "days_between";

/// How many days before an end a rule warns of it.
pub const EARLY_WARNING_DAYS: i64 = 180;

/// The environment in which every expression is compiled and run.
pub fn environment() -> &'static Arc<Env> {
    static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(build()));
    &ENVIRONMENT
}

fn build() -> Env {
    let mut env = Env::stdlib().with_optional_support(false);
    let declared = [
        add_overload!(env, fn version: (CelString) -> Result<Version>, name = "version", id = "version_of_text"),
        add_overload!(env, fn date: (CelString) -> Result<Moment>, name = "date", id = "date_of_text"),
        add_overload!(env, fn days_between: (Moment, Moment) -> CelInt, name = DAYS_BETWEEN, id = "days_between_moments"),
        add_overload!(env, fn build_end: (CelInt, CelString) -> Result<Moment>, name = "build_end", id = "build_end_of_class"),
        env.add_macro(days_until()),
        env.add_macro(ended()),
        env.add_macro(ends_soon()),
    ];
    for result in declared {
        result.expect("no name is declared twice");
    }
    env
}

/// `days_until(x)` becomes `days_between(as_of, x)`, so that the day of judging is a value like any
/// other.
fn days_until() -> Macro {
    Macro::global("days_until", 1, |helper, _, arguments| {
        let Some(moment) = arguments.pop() else {
            return Ok(None);
        };
        Ok(Some(days_to(helper, moment)))
    })
}

/// `ended(x)` becomes `days_until(x) < 0`.
fn ended() -> Macro {
    Macro::global("ended", 1, |helper, _, arguments| {
        let Some(moment) = arguments.pop() else {
            return Ok(None);
        };
        let days = days_to(helper, moment);
        Ok(Some(compared(helper, op::LESS, days, 0)))
    })
}

/// `ends_soon(x)` becomes `days_until(x) >= 0 && days_until(x) <= 180`.
fn ends_soon() -> Macro {
    Macro::global("ends_soon", 1, |helper, _, arguments| {
        let Some(moment) = arguments.pop() else {
            return Ok(None);
        };
        let days = days_to(helper, moment.clone());
        let not_yet = compared(helper, op::GREATER_EQUALS, days, 0);
        let days = days_to(helper, moment);
        let soon = compared(helper, op::LESS_EQUALS, days, EARLY_WARNING_DAYS);
        Ok(Some(called(helper, op::LOGICAL_AND, vec![not_yet, soon])))
    })
}

/// Whether a text calls what is written otherwise before it runs, or says its name.
pub fn has_own_macro(text: &str) -> bool {
    let mut own = ["days_until", "ended", "ends_soon"].into_iter();
    own.any(|name| text.contains(name))
}

/// The days from the day of judging to a moment.
fn days_to(helper: &mut MacroExprHelper<'_>, moment: IdedExpr) -> IdedExpr {
    let as_of = helper.next_expr(Expr::Ident("as_of".to_owned()));
    called(helper, DAYS_BETWEEN, vec![as_of, moment])
}

/// A comparison with a whole number.
fn compared(
    helper: &mut MacroExprHelper<'_>,
    operator: &str,
    left: IdedExpr,
    right: i64,
) -> IdedExpr {
    let right = helper.next_expr(Expr::Literal(LiteralValue::Int(right.into())));
    called(helper, operator, vec![left, right])
}

fn called(helper: &mut MacroExprHelper<'_>, name: &str, args: Vec<IdedExpr>) -> IdedExpr {
    helper.next_expr(Expr::Call(CallExpr {
        func_name: name.to_owned(),
        target: None,
        args,
    }))
}

fn version(text: &CelString<'_>) -> Result<Version, ExecutionError> {
    let text = text.inner();
    Version::parse(text).ok_or_else(|| refuse("version", format!("`{text}` is not a version")))
}

fn date(text: &CelString<'_>) -> Result<Moment, ExecutionError> {
    let text = text.inner();
    let day = text.parse().ok().and_then(Moment::of_day);
    day.ok_or_else(|| refuse("date", format!("`{text}` is not a date such as 2026-01-31")))
}

fn days_between(from: &Moment, to: &Moment) -> CelInt {
    CelInt::from(from.days_to(*to))
}

fn build_end(build: &CelInt, class: &CelString<'_>) -> Result<Moment, ExecutionError> {
    let end = Builds::embedded().end(*build.inner(), class.inner());
    let end = end.map_err(|problem| refuse("build_end", problem))?;
    Moment::of_day(end).ok_or_else(|| refuse("build_end", "the end is beyond the calendar".into()))
}

fn refuse(function: &str, problem: String) -> ExecutionError {
    ExecutionError::function_error(function, problem)
}

//! The nearest change of facts that would flip a finding, where its expression is a comparison.
//!
//! Walks the expression that gave false: what is joined by `&&` must change together, of what is
//! joined by `||` the part that takes the fewest changes. Of anything else, such as a loop over a
//! list, nothing is said.

use cel::{
    Context, Value,
    common::{
        ast::{CallExpr, Expr, IdedExpr, operators as op},
        types::{CelBool, CelDouble, CelInt, CelList, CelNull, CelString},
        value::Val,
    },
};

use crate::expr::{
    Expression,
    helpers::DAYS_BETWEEN,
    value::{Moment, Version},
};

type Scope<'a> = Context<'a, 'a>;

/// What would have to be otherwise for an expression that gives false to give true, in words; empty
/// where that cannot be told.
pub(super) fn nearest(expression: &Expression, scope: &Scope<'_>) -> String {
    let changes = flip(expression.root(), scope, true);
    changes.unwrap_or_default().join(" and ")
}

/// The changes that together make an expression give this; none if it does already.
fn flip(at: &IdedExpr, scope: &Scope<'_>, wanted: bool) -> Option<Vec<String>> {
    if truth(at, scope) == Some(wanted) {
        return Some(Vec::new());
    }
    let Expr::Call(call) = &at.expr else {
        let is = name(at)?;
        return Some(vec![format!("{is} were {wanted}")]);
    };
    match (call.func_name.as_str(), call.args.as_slice()) {
        (op::LOGICAL_NOT, [of]) => flip(of, scope, !wanted),
        (op::LOGICAL_AND, [left, right]) if wanted => both(left, right, scope, wanted),
        (op::LOGICAL_OR, [left, right]) if !wanted => both(left, right, scope, wanted),
        (op::LOGICAL_AND | op::LOGICAL_OR, [left, right]) => either(left, right, scope, wanted),
        (op::CONDITIONAL, [condition, yes, no]) => {
            let branch = if truth(condition, scope)? { yes } else { no };
            flip(branch, scope, wanted)
        }
        (operator, [left, right]) => comparison(operator, [left, right], scope, wanted),
        _ => None,
    }
}

fn both(l: &IdedExpr, r: &IdedExpr, scope: &Scope<'_>, wanted: bool) -> Option<Vec<String>> {
    let mut changes = flip(l, scope, wanted)?;
    changes.extend(flip(r, scope, wanted)?);
    Some(changes)
}

fn either(l: &IdedExpr, r: &IdedExpr, scope: &Scope<'_>, wanted: bool) -> Option<Vec<String>> {
    let sides = [flip(l, scope, wanted), flip(r, scope, wanted)];
    sides.into_iter().flatten().min_by_key(Vec::len)
}

fn truth(at: &IdedExpr, scope: &Scope<'_>) -> Option<bool> {
    let value = Value::resolve_val(at, scope).ok()?;
    let truth = value.as_ref().downcast_ref::<CelBool>();
    truth.map(|truth| *truth.inner())
}

/// How the fact of a comparison would have to be.
fn comparison(
    operator: &str,
    sides: [&IdedExpr; 2],
    scope: &Scope<'_>,
    wanted: bool,
) -> Option<Vec<String>> {
    let swap = !reads_a_fact(sides[0]);
    if operator == op::IN && swap {
        return None;
    }
    let [subject, other] = if swap { [sides[1], sides[0]] } else { sides };
    let relation = Relation::of(operator, swap, wanted)?;
    let (is, limit) = (name(subject)?, shown(other, scope)?);
    let now = shown(subject, scope).unwrap_or_else(|| "what it is".to_owned());
    let moment = is_moment(other, scope);
    Some(vec![relation.words(&is, &limit, &now, moment)])
}

/// How two values relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
    Other,
    Among,
    NotAmong,
}

impl Relation {
    /// The relation that an operator asks for, seen from its other side, or the opposite of it.
    fn of(operator: &str, swap: bool, wanted: bool) -> Option<Self> {
        use Relation::{Above, Among, AtLeast, AtMost, Below, Equal, NotAmong, Other};
        let plain = match operator {
            op::GREATER_EQUALS => AtLeast,
            op::LESS_EQUALS => AtMost,
            op::GREATER => Above,
            op::LESS => Below,
            op::EQUALS => Equal,
            op::NOT_EQUALS => Other,
            op::IN => Among,
            _ => return None,
        };
        let turned = match (plain, swap) {
            (AtLeast, true) => AtMost,
            (AtMost, true) => AtLeast,
            (Above, true) => Below,
            (Below, true) => Above,
            (plain, _) => plain,
        };
        Some(match (turned, wanted) {
            (turned, true) => turned,
            (AtLeast, false) => Below,
            (AtMost, false) => Above,
            (Above, false) => AtMost,
            (Below, false) => AtLeast,
            (Equal, false) => Other,
            (Other, false) => Equal,
            (Among, false) => NotAmong,
            (NotAmong, false) => Among,
        })
    }

    fn words(self, is: &str, limit: &str, now: &str, moment: bool) -> String {
        if limit == "nothing" {
            return match self {
                Self::Equal => format!("{is} were absent"),
                _ => format!("{is} were there"),
            };
        }
        let wish = match (self, moment) {
            (Self::AtLeast, false) => format!("{limit} or more"),
            (Self::AtMost, false) => format!("{limit} or less"),
            (Self::Above, false) => format!("more than {limit}"),
            (Self::Below, false) => format!("less than {limit}"),
            (Self::AtLeast, true) => format!("{limit} or later"),
            (Self::AtMost, true) => format!("{limit} or earlier"),
            (Self::Above, true) => format!("after {limit}"),
            (Self::Below, true) => format!("before {limit}"),
            (Self::Equal, _) => limit.to_owned(),
            (Self::Other, _) => return format!("{is} were other than {limit}"),
            (Self::Among, _) => format!("one of {limit}"),
            (Self::NotAmong, _) => format!("none of {limit}"),
        };
        format!("{is} were {wish}, not {now}")
    }
}

/// Whether an expression reads more than parameters and the day of judging.
fn reads_a_fact(at: &IdedExpr) -> bool {
    match &at.expr {
        Expr::Ident(name) => !matches!(name.as_str(), "params" | "as_of"),
        Expr::Select(select) => reads_a_fact(&select.operand),
        Expr::Call(call) => operands(call).any(reads_a_fact),
        Expr::List(list) => list.elements.iter().any(reads_a_fact),
        Expr::Literal(_) => false,
        _ => true,
    }
}

fn operands(call: &CallExpr) -> impl Iterator<Item = &IdedExpr> {
    call.target.as_deref().into_iter().chain(&call.args)
}

/// What an expression is about, as people call it; nothing if it is more than one fact.
fn name(at: &IdedExpr) -> Option<String> {
    if let Expr::Call(call) = &at.expr {
        let operands: Vec<&IdedExpr> = operands(call).collect();
        return match (call.func_name.as_str(), operands.as_slice()) {
            ("version" | "int" | "double" | "string" | "date", [of]) => name(of),
            ("size", [of]) => Some(format!("the number of {}", name(of)?)),
            (DAYS_BETWEEN, [_, of]) => Some(format!("the days until {}", name(of)?)),
            _ => None,
        };
    }
    Some(format!("`{}`", path(at)?))
}

fn path(at: &IdedExpr) -> Option<String> {
    match &at.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

fn is_moment(at: &IdedExpr, scope: &Scope<'_>) -> bool {
    let value = Value::resolve_val(at, scope);
    value.is_ok_and(|value| value.as_ref().downcast_ref::<Moment>().is_some())
}

/// The value of an expression, as people write it; absent as `nothing`.
fn shown(at: &IdedExpr, scope: &Scope<'_>) -> Option<String> {
    let value = Value::resolve_val(at, scope).ok()?;
    written(value.as_ref())
}

fn written(value: &(dyn Val + '_)) -> Option<String> {
    if let Some(text) = value.downcast_ref::<CelString>() {
        return Some(text.inner().to_owned());
    }
    if let Some(number) = value.downcast_ref::<CelInt>() {
        return Some(number.inner().to_string());
    }
    if let Some(number) = value.downcast_ref::<CelDouble>() {
        return Some(number.inner().to_string());
    }
    if let Some(truth) = value.downcast_ref::<CelBool>() {
        return Some(truth.inner().to_string());
    }
    if let Some(moment) = value.downcast_ref::<Moment>() {
        return Some(moment.to_string());
    }
    if let Some(version) = value.downcast_ref::<Version>() {
        return Some(version.to_string());
    }
    if value.downcast_ref::<CelNull>().is_some() {
        return Some("nothing".to_owned());
    }
    let list = value.downcast_ref::<CelList>()?;
    let items: Option<Vec<_>> = list
        .inner()
        .iter()
        .map(|item| written(item.as_ref()))
        .collect();
    Some(items?.join(", "))
}

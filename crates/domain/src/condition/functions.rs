//! What expressions may call besides CEL's own functions: the arithmetic of civil days, which are texts such as `2026-05-04`.
//!
//! | function | value |
//! |---|---|
//! | `days_between(a, b)` | days from `a` to `b`, negative where `b` is earlier |
//! | `add_days(day, n)` | the day `n` days later |
//! | `add_months(day, n)` | the same day `n` months later, or the last of its month where there is none such |
//!
//! What is no day, or leads out of the calendar, cannot be told: the expression has no value.

use std::sync::Arc;

use cel::{Context, ExecutionError, common::ast::operators};
use jiff::{Span, civil::Date};

pub(super) const OURS: [&str; 3] = ["days_between", "add_days", "add_months"];

/// The functions of CEL's standard library; its operators are functions too, whose names no one can type.
const STANDARD: [&str; 24] = [
    "bool",
    "bytes",
    "contains",
    "double",
    "duration",
    "endsWith",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "int",
    "matches",
    "max",
    "min",
    "size",
    "startsWith",
    "string",
    "uint",
];

/// Whether a function can be called.
pub(super) fn is_known(name: &str) -> bool {
    let typed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    OURS.contains(&name) || STANDARD.contains(&name) || !typed || name == operators::IN || name.starts_with('@')
}

/// Adds them to what an expression is run in.
pub(super) fn add(context: &mut Context<'_, '_>) {
    let added = [
        context.add_function("days_between", |from: Arc<String>, to: Arc<String>| told("days_between", days_between(&from, &to))),
        context.add_function("add_days", |day: Arc<String>, days: i64| told("add_days", shifted(&day, Span::new().try_days(days)))),
        context
            .add_function("add_months", |day: Arc<String>, months: i64| told("add_months", shifted(&day, Span::new().try_months(months)))),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "no function of ours bears a standard name");
}

fn told<T>(function: &str, result: Result<T, jiff::Error>) -> Result<T, ExecutionError> {
    result.map_err(|error| ExecutionError::function_error(function, error))
}

fn days_between(from: &str, to: &str) -> Result<i64, jiff::Error> {
    let span = from.parse::<Date>()?.until(to.parse::<Date>()?)?;
    Ok(i64::from(span.get_days()))
}

fn shifted(from: &str, by: Result<Span, jiff::Error>) -> Result<Arc<String>, jiff::Error> {
    Ok(Arc::new(from.parse::<Date>()?.checked_add(by?)?.to_string()))
}

//! What expressions may call besides CEL's own functions: the arithmetic of civil days, which are texts such as `2026-05-04`, and what
//! identity codes are in whatever spelling.
//!
//! | function | value |
//! |---|---|
//! | `days_between(a, b)` | days from `a` to `b`, negative where `b` is earlier |
//! | `add_days(day, n)` | the day `n` days later |
//! | `add_months(day, n)` | the same day `n` months later, or the last of its month where there is none such |
//! | `plate(text)` | a number plate as it is written officially; a foreign one in capitals, without blanks |
//! | `same_tax_code(a, b)` | whether two fiscal codes are one, in whatever case and with whatever blanks they are written |
//!
//! Fiscal codes are compared as they were given out: two people whose codes coincide when decoded are two people.
//!
//! What is no day or no code, or leads out of the calendar, cannot be told: the expression has no value.

use std::{fmt, sync::Arc};

use cel::{Context, ExecutionError, common::ast::operators};
use jiff::{Span, civil::Date};

use crate::identity::{ForeignPlate, Plate, TaxCode, TaxCodeProblem};

pub(super) const OURS: [&str; 5] = ["days_between", "add_days", "add_months", "plate", "same_tax_code"];

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
        context.add_function("plate", |text: Arc<String>| Arc::new(plate(&text))),
        context.add_function("same_tax_code", |one: Arc<String>, other: Arc<String>| told("same_tax_code", same_tax_code(&one, &other))),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "no function of ours bears a standard name");
}

fn told<T, E: fmt::Display>(function: &str, result: Result<T, E>) -> Result<T, ExecutionError> {
    result.map_err(|error| ExecutionError::function_error(function, error))
}

fn days_between(from: &str, to: &str) -> Result<i64, jiff::Error> {
    let span = from.parse::<Date>()?.until(to.parse::<Date>()?)?;
    Ok(i64::from(span.get_days()))
}

fn shifted(from: &str, by: Result<Span, jiff::Error>) -> Result<Arc<String>, jiff::Error> {
    Ok(Arc::new(from.parse::<Date>()?.checked_add(by?)?.to_string()))
}

fn plate(text: &str) -> String {
    let foreign = || ForeignPlate::parse(text).map_or_else(|_| text.to_owned(), |plate| plate.as_str().to_owned());
    Plate::parse(text).map_or_else(|_| foreign(), |plate| plate.as_str().to_owned())
}

fn same_tax_code(one: &str, other: &str) -> Result<bool, TaxCodeProblem> {
    Ok(TaxCode::parse(one)?.as_entered() == TaxCode::parse(other)?.as_entered())
}

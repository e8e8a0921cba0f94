//! What an expression names: the functions that it calls, and the paths that it looks at.

use std::collections::BTreeSet;

use cel::common::ast::{EntryExpr, Expr, LiteralValue, operators};

/// The names of all functions that an expression calls.
pub(super) fn calls(expression: &Expr, called: &mut BTreeSet<String>) {
    match expression {
        Expr::Call(call) => {
            called.insert(call.func_name.clone());
            call.target.as_deref().into_iter().chain(&call.args).for_each(|part| calls(&part.expr, called));
        }
        Expr::Select(select) => calls(&select.operand.expr, called),
        Expr::List(list) => list.elements.iter().for_each(|element| calls(&element.expr, called)),
        Expr::Map(map) => map.entries.iter().for_each(|entry| calls_of_entry(&entry.expr, called)),
        Expr::Struct(message) => message.entries.iter().for_each(|entry| calls_of_entry(&entry.expr, called)),
        Expr::Comprehension(macro_) => {
            for part in [&macro_.iter_range, &macro_.accu_init, &macro_.loop_cond, &macro_.loop_step, &macro_.result] {
                calls(&part.expr, called);
            }
        }
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
    }
}

fn calls_of_entry(entry: &EntryExpr, called: &mut BTreeSet<String>) {
    match entry {
        EntryExpr::StructField(field) => calls(&field.value.expr, called),
        EntryExpr::MapEntry(entry) => {
            calls(&entry.key.expr, called);
            calls(&entry.value.expr, called);
        }
    }
}

/// The paths that an expression looks at, but for names that its macros make for themselves.
pub(super) fn paths(expression: &Expr) -> BTreeSet<Vec<String>> {
    let mut paths = BTreeSet::new();
    collect(expression, &mut Vec::new(), &mut paths);
    paths
}

/// Adds the paths of an expression; `bound` are the names that macros around it made for themselves.
fn collect<'a>(expression: &'a Expr, bound: &mut Vec<&'a str>, paths: &mut BTreeSet<Vec<String>>) {
    if let Some(path) = path_of(expression) {
        if !bound.contains(&path[0].as_str()) {
            paths.insert(path);
        }
        return;
    }
    match expression {
        Expr::Call(call) => {
            let parts = call.target.as_deref().into_iter().chain(&call.args);
            parts.for_each(|part| collect(&part.expr, bound, paths));
        }
        Expr::Select(select) => collect(&select.operand.expr, bound, paths),
        Expr::List(list) => list.elements.iter().for_each(|element| collect(&element.expr, bound, paths)),
        Expr::Map(map) => map.entries.iter().for_each(|entry| collect_entry(&entry.expr, bound, paths)),
        Expr::Struct(message) => message.entries.iter().for_each(|entry| collect_entry(&entry.expr, bound, paths)),
        Expr::Comprehension(macro_) => {
            collect(&macro_.iter_range.expr, bound, paths);
            let outside = bound.len();
            bound.extend([macro_.iter_var.as_str(), macro_.accu_var.as_str()]);
            bound.extend(macro_.iter_var2.as_deref());
            for part in [&macro_.accu_init, &macro_.loop_cond, &macro_.loop_step, &macro_.result] {
                collect(&part.expr, bound, paths);
            }
            bound.truncate(outside);
        }
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
    }
}

fn collect_entry<'a>(entry: &'a EntryExpr, bound: &mut Vec<&'a str>, paths: &mut BTreeSet<Vec<String>>) {
    match entry {
        EntryExpr::StructField(field) => collect(&field.value.expr, bound, paths),
        EntryExpr::MapEntry(entry) => {
            collect(&entry.key.expr, bound, paths);
            collect(&entry.value.expr, bound, paths);
        }
    }
}

/// The path that an expression spells: names after dots, and literal keys or numbers in brackets.
pub(super) fn path_of(expression: &Expr) -> Option<Vec<String>> {
    let (operand, member) = match expression {
        Expr::Ident(name) => return Some(vec![name.clone()]),
        Expr::Select(select) => (&select.operand.expr, select.field.clone()),
        Expr::Call(call) if [operators::INDEX, operators::OPT_INDEX, operators::OPT_SELECT].contains(&call.func_name.as_str()) => {
            let [operand, key] = call.args.as_slice() else { return None };
            (&operand.expr, literal(&key.expr)?)
        }
        _ => return None,
    };
    let mut path = path_of(operand)?;
    path.push(member);
    Some(path)
}

fn literal(key: &Expr) -> Option<String> {
    match key {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        Expr::Literal(LiteralValue::Int(index)) => Some(index.inner().to_string()),
        Expr::Literal(LiteralValue::UInt(index)) => Some(index.inner().to_string()),
        _ => None,
    }
}

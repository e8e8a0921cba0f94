//! Conditions of the configuration, written in CEL.
//!
//! A condition is compiled once, when it is read, and asked many times. It sees `answers`, `applicant`, `today`, `payments`,
//! `parameters` and `documents`; what nobody answered is null, so a condition over a missing answer simply does not hold.

use std::{collections::BTreeSet, fmt, sync::Arc};

use cel::{
    Context, Program, Value as CelValue,
    common::ast::{EntryExpr, Expr, LiteralValue, operators},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A compiled condition and its source text.
#[derive(Clone)]
pub struct Condition {
    source: Arc<str>,
    program: Arc<Program>,
}

/// Why a text is no condition; the parser's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotACondition(String);

/// The variables that a condition may name.
pub const VARIABLES: [&str; 6] = ["answers", "applicant", "today", "payments", "parameters", "documents"];

/// What a condition is asked about: each variable as JSON.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The answers of the form: section → field → value.
    pub answers: Value,
    /// The applicant: `tax_code`, `given_name`, `family_name`, `birth_date`, `residence`…
    pub applicant: Value,
    /// The civil day in Rome, `2026-05-04`.
    pub today: Option<jiff::civil::Date>,
    /// `{"due": n, "paid": n}`: how many payments are open and settled.
    pub payments: Value,
    /// The tenant's parameters by id.
    pub parameters: Value,
    /// How many documents of each kind are attached.
    pub documents: Value,
}

impl Condition {
    /// Compiles a condition.
    ///
    /// ```
    /// # use sportello_domain::condition::{Condition, Scope};
    /// let condition = Condition::parse("answers.request.kind == 'duplicate'").unwrap();
    /// let scope = Scope { answers: serde_json::json!({"request": {"kind": "duplicate"}}), ..Scope::default() };
    /// assert!(condition.holds(&scope));
    /// assert!(!condition.holds(&Scope::default()));
    /// ```
    pub fn parse(source: &str) -> Result<Self, NotACondition> {
        let program = Program::compile(source).map_err(|errors| NotACondition(errors.to_string()))?;
        Ok(Self { source: source.into(), program: Arc::new(program) })
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the condition holds; one that cannot be decided (a missing answer, a type that does not fit) does not hold.
    pub fn holds(&self, scope: &Scope) -> bool {
        let mut context = Context::default();
        let today = scope.today.map_or(Value::Null, |day| Value::String(day.to_string()));
        let variables: [(&str, &Value); 6] = [
            ("answers", &scope.answers),
            ("applicant", &scope.applicant),
            ("today", &today),
            ("payments", &scope.payments),
            ("parameters", &scope.parameters),
            ("documents", &scope.documents),
        ];
        for (name, value) in variables {
            if context.add_variable(name, value).is_err() {
                return false;
            }
        }
        matches!(self.program.execute(&context), Ok(CelValue::Bool(true)))
    }

    /// The variables that the condition names, for the check of a configuration.
    pub fn variables(&self) -> BTreeSet<String> {
        self.program.references().variables().iter().map(ToString::to_string).collect()
    }

    /// What the condition looks at, from a variable down as far as it is written: so that a configuration can be told which
    /// field, parameter or document does not exist. What a macro such as `exists` binds for itself is left out.
    ///
    /// ```
    /// # use sportello_domain::condition::Condition;
    /// let condition = Condition::parse("answers.applicant['tax-code'] != null && payments.due == 0").unwrap();
    /// let paths: Vec<_> = condition.paths().into_iter().map(|path| path.join("/")).collect();
    /// assert_eq!(paths, ["answers/applicant/tax-code", "payments/due"]);
    /// ```
    pub fn paths(&self) -> BTreeSet<Vec<String>> {
        let mut paths = BTreeSet::new();
        collect(&self.program.expression().expr, &mut Vec::new(), &mut paths);
        paths
    }
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
fn path_of(expression: &Expr) -> Option<Vec<String>> {
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

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.source)
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Condition {}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        Self::parse(&source).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn paths(source: &str) -> Vec<String> {
        Condition::parse(source).unwrap().paths().into_iter().map(|path| path.join("/")).collect()
    }

    #[test]
    fn paths_are_those_that_are_written_out() {
        assert_eq!(paths("answers.request.kind == 'first' && today > '2026-01-01'"), ["answers/request/kind", "today"]);
        assert_eq!(paths("answers[\"request\"].children[0].name != ''"), ["answers/request/children/0/name"]);
        assert_eq!(paths("has(answers.request.kind)"), ["answers/request/kind"]);
        assert_eq!(paths("answers.request[parameters.key] == 1"), ["answers/request", "parameters/key"]);
        assert_eq!(paths("answers.request.children.exists(c, c.age < parameters.age)"), ["answers/request/children", "parameters/age"]);
        assert_eq!(
            paths("size([documents.photo, {'a': payments.due}]) > 1 ? true : applicant.adult"),
            ["applicant/adult", "documents/photo", "payments/due"]
        );
        assert_eq!(paths("1 < 2"), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_or_of_another_type_does_not_hold() {
        let scope = Scope {
            answers: json!({"request": {"period": 3, "amount": 2.5, "kind": null, "born": "2026-05-04"}}),
            today: Some(date(2026, 5, 14)),
            payments: json!({"due": 0}),
            ..Scope::default()
        };
        let cases = [
            ("answers.request.period > 0", true),
            ("answers.request.amount >= 2", true),
            ("answers.request.born < today", true),
            ("payments.due == 0", true),
            ("answers.request.kind == null", true),
            ("answers.request.kind == 'first'", false),
            ("answers.request.absent == 'first'", false),
            ("answers.request.absent != 'first'", false),
            ("answers.request.period", false),
            ("answers.request.period > 'a'", false),
            ("documents.photo > 0", false),
        ];
        for (source, expected) in cases {
            assert_eq!(Condition::parse(source).unwrap().holds(&scope), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_condition_says_where() {
        let problem = Condition::parse("answers.request.kind = 'first'").unwrap_err();
        assert!(problem.to_string().contains("1:22"), "{problem}");
    }
}

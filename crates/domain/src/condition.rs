//! Conditions and expressions of the configuration, written in CEL.
//!
//! Either is compiled once, when it is read, and asked many times. They see `answers`, `applicant`, `delegate`, `today`, `payments`,
//! `parameters`, `documents`, `opinions`, `registers`, `case`, in an act `data`, and inside a repeated group `item`; what nobody answered is null. A
//! [`Condition`] yields yes or no, an [`Expression`] any value. Besides CEL's own there are the functions of `functions`, for days and
//! fiscal codes. To extend: a variable is a field of
//! [`Scope`] and a name in [`VARIABLES`]; a function is a line there.

mod functions;
mod names;

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::Arc,
};

use cel::{Context, Program, Value as CelValue};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A compiled expression that yields a value, and its source text.
#[derive(Clone)]
pub struct Expression {
    source: Arc<str>,
    program: Arc<Program>,
    /// The places in [`VARIABLES`] of those that it names: nothing else need be shown to it.
    named: Arc<[usize]>,
}

/// A compiled expression that yields yes or no.
#[derive(Clone, PartialEq, Eq)]
pub struct Condition(Expression);

/// Why a text is no expression; the parser's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnExpression(String);

/// The variables that an expression may name.
pub const VARIABLES: [&str; 12] =
    ["answers", "applicant", "delegate", "today", "payments", "parameters", "documents", "opinions", "registers", "case", "data", "item"];

thread_local! {
    /// CEL's own functions and ours, which are dear to put together: a thread does so once, and every run has its variables beside them.
    static ROOT: Context<'static, 'static> = {
        let mut root = Context::default();
        functions::add(&mut root);
        root
    };
}

/// What an expression is asked about: each variable as JSON.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The answers of the form: section → field → value.
    pub answers: Value,
    /// The applicant: `tax_code`, `given_name`, `family_name`.
    pub applicant: Value,
    /// Who acts for the applicant, with the same members; null where nobody does.
    pub delegate: Value,
    /// The civil day in Rome, `2026-05-04`.
    pub today: Option<jiff::civil::Date>,
    /// `due` and `paid`: how many payments are open and settled; `paid_on` and `paid_at`: on which day and at what time the last was,
    /// null before.
    pub payments: Value,
    /// The tenant's parameters by id.
    pub parameters: Value,
    /// How many documents of each kind are attached.
    pub documents: Value,
    /// What other offices said, by opinion: `favourable`, `conditional`, `unfavourable`, `silent`, or `pending`; and under `pending`
    /// how many are still waited for.
    pub opinions: Value,
    /// What the registers answered, by lookup.
    pub registers: Value,
    /// The case: `code`, `register_number`, `submitted_on`, `channel`.
    pub case: Value,
    /// In an act: the answers to the transition that it is drawn up for.
    pub data: Value,
    /// The entry of the repeated group that is looked at; null outside one.
    pub item: Value,
}

impl Expression {
    /// The functions of this product, besides CEL's own.
    pub const FUNCTIONS: [&str; 5] = functions::OURS;

    /// Compiles an expression.
    ///
    /// ```
    /// # use sportello_domain::condition::{Expression, Scope};
    /// let fee = Expression::parse("answers.request.years * 60").unwrap();
    /// let scope = Scope { answers: serde_json::json!({"request": {"years": 2}}), ..Scope::default() };
    /// assert_eq!(fee.evaluate(&scope), Some(serde_json::json!(120)));
    /// assert_eq!(fee.evaluate(&Scope::default()), None);
    /// ```
    pub fn parse(source: &str) -> Result<Self, NotAnExpression> {
        let program = Program::compile(source).map_err(|errors| NotAnExpression(errors.to_string()))?;
        let paths = names::paths(&program.expression().expr);
        let is_named = |name: &str| paths.iter().any(|path| path.first().is_some_and(|first| first == name));
        let named = VARIABLES.iter().enumerate().filter(|(_, name)| is_named(name)).map(|(place, _)| place).collect();
        Ok(Self { source: source.into(), program: Arc::new(program), named })
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The value; none where it cannot be told (a missing answer, a type that does not fit).
    pub fn evaluate(&self, scope: &Scope) -> Option<Value> {
        self.run(scope)?.json().ok()
    }

    fn run(&self, scope: &Scope) -> Option<CelValue> {
        let today = scope.today.map_or(Value::Null, |day| Value::String(day.to_string()));
        let values = [
            &scope.answers,
            &scope.applicant,
            &scope.delegate,
            &today,
            &scope.payments,
            &scope.parameters,
            &scope.documents,
            &scope.opinions,
            &scope.registers,
            &scope.case,
            &scope.data,
            &scope.item,
        ];
        self.execute(self.named.iter().filter_map(|&place| Some((*VARIABLES.get(place)?, *values.get(place)?))))
    }

    fn execute<'a>(&self, variables: impl Iterator<Item = (&'a str, &'a Value)>) -> Option<CelValue> {
        ROOT.with(|root| {
            let mut context = root.new_inner_scope();
            for (name, value) in variables {
                context.add_variable_from_value(name, to_cel(value));
            }
            self.program.execute(&context).ok()
        })
    }

    /// The variables that it names, for the check of a configuration; what a macro binds for itself is none.
    pub fn variables(&self) -> BTreeSet<String> {
        self.paths().into_iter().filter_map(|path| path.into_iter().next()).collect()
    }

    /// The functions that it calls which neither CEL nor this product has.
    pub fn unknown_functions(&self) -> BTreeSet<String> {
        let mut called = BTreeSet::new();
        names::calls(&self.program.expression().expr, &mut called);
        called.retain(|name| !functions::is_known(name));
        called
    }

    /// What it looks at, from a variable down as far as it is written: so that a configuration can be told which field, parameter
    /// or document does not exist. What a macro such as `exists` binds for itself is left out.
    ///
    /// ```
    /// # use sportello_domain::condition::Expression;
    /// let expression = Expression::parse("answers.applicant['tax-code'] != null && payments.due == 0").unwrap();
    /// let paths: Vec<_> = expression.paths().into_iter().map(|path| path.join("/")).collect();
    /// assert_eq!(paths, ["answers/applicant/tax-code", "payments/due"]);
    /// ```
    pub fn paths(&self) -> BTreeSet<Vec<String>> {
        names::paths(&self.program.expression().expr)
    }

    /// The one path that the whole expression is, such as `answers.request.plate`.
    pub fn path(&self) -> Option<Vec<String>> {
        names::path_of(&self.program.expression().expr)
    }
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
    pub fn parse(source: &str) -> Result<Self, NotAnExpression> {
        Expression::parse(source).map(Self)
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        self.0.source()
    }

    /// Whether the condition holds; one that cannot be decided (a missing answer, a type that does not fit) does not hold.
    pub fn holds(&self, scope: &Scope) -> bool {
        self.decide(scope) == Some(true)
    }

    /// Yes, no, or none where it cannot be decided.
    pub fn decide(&self, scope: &Scope) -> Option<bool> {
        match self.0.run(scope)? {
            CelValue::Bool(yes) => Some(yes),
            _ => None,
        }
    }

    /// The same from one variable alone, whatever the others hold; none where it depends on them.
    pub fn decide_knowing(&self, variable: &'static str, value: &Value) -> Option<bool> {
        match self.0.execute(std::iter::once((variable, value)))? {
            CelValue::Bool(yes) => Some(yes),
            _ => None,
        }
    }

    /// What it is made of.
    pub const fn expression(&self) -> &Expression {
        &self.0
    }
}

/// JSON as CEL sees it. Whole numbers are its signed integers, so that `answers.request.years * 12` is arithmetic of one kind.
fn to_cel(value: &Value) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(yes) => CelValue::Bool(*yes),
        Value::Number(number) => number.as_i64().map_or_else(|| CelValue::Float(number.as_f64().unwrap_or(f64::NAN)), CelValue::Int),
        Value::String(text) => CelValue::String(Arc::new(text.clone())),
        Value::Array(items) => CelValue::List(Arc::new(items.iter().map(to_cel).collect())),
        Value::Object(members) => {
            let members: HashMap<String, CelValue> = members.iter().map(|(key, value)| (key.clone(), to_cel(value))).collect();
            CelValue::Map(members.into())
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.source)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.source())
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Expression {}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        Self::parse(&source).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Expression::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn paths(source: &str) -> Vec<String> {
        Expression::parse(source).unwrap().paths().into_iter().map(|path| path.join("/")).collect()
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
        let bound = Expression::parse("answers.a.list.exists(one, has(one.b) && one.b > today && one.c != '')").unwrap();
        assert_eq!(bound.variables().into_iter().collect::<Vec<_>>(), ["answers", "today"]);
    }

    #[test]
    fn a_plate_is_one_in_whatever_spelling() {
        let told = |text: &str| Expression::parse(&format!("plate('{text}')")).unwrap().evaluate(&Scope::default());
        assert_eq!(told("ab 123-cd"), Some(json!("AB123CD")));
        assert_eq!(told("not a plate at all, is it?"), Some(json!("not a plate at all, is it?")));
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
    fn what_cannot_be_decided_is_neither_yes_nor_no() {
        let scope = Scope { answers: json!({"request": {"age": 17}}), ..Scope::default() };
        let decide = |source: &str| Condition::parse(source).unwrap().decide(&scope);
        assert_eq!(decide("answers.request.age >= 18"), Some(false));
        assert_eq!(decide("answers.request.years >= 18"), None);
        assert_eq!(decide("answers.request.age"), None);
    }

    #[test]
    fn days_are_counted_and_moved() {
        let scope = Scope { today: Some(date(2026, 3, 1)), answers: json!({"request": {"born": "2026-02-18"}}), ..Scope::default() };
        let evaluate = |source: &str| Expression::parse(source).unwrap().evaluate(&scope);
        assert_eq!(evaluate("days_between(answers.request.born, today)"), Some(json!(11)));
        assert_eq!(evaluate("add_days(today, -1)"), Some(json!("2026-02-28")));
        assert_eq!(evaluate("add_months('2026-01-31', 1)"), Some(json!("2026-02-28")));
        assert_eq!(evaluate("add_months('2025-11-30', 12)"), Some(json!("2026-11-30")));
        for undecided in ["days_between('yesterday', today)", "add_days('2026-02-30', 1)", "add_days(today, 99999999)", "fly(today)"] {
            assert_eq!(evaluate(undecided), None, "{undecided}");
        }
    }

    #[test]
    fn fiscal_codes_are_one_as_they_were_given_out() {
        let evaluate =
            |one: &str, other: &str| Expression::parse(&format!("same_tax_code('{one}', '{other}')")).unwrap().evaluate(&Scope::default());
        assert_eq!(evaluate("RSSMRA80A01C573D", " rssmra80a01 c573d "), Some(json!(true)));
        assert_eq!(evaluate("RSSMRA80A01C573D", "BNCLRA85B41C573Q"), Some(json!(false)));
        // The second decodes to the first, and is another person's.
        assert_eq!(evaluate("RSSMRA80A01C573D", "RSSMRA80A01C57PZ"), Some(json!(false)));
        assert_eq!(evaluate("RSSMRA80A01C573D", "RSSMRA80A01C573X"), None);
        assert_eq!(Condition::parse("same_tax_code('RSSMRA80A01C573D', applicant.tax_code)").unwrap().decide(&Scope::default()), None);
    }

    #[test]
    fn functions_that_nobody_has_are_named() {
        let unknown = |source: &str| Expression::parse(source).unwrap().unknown_functions().into_iter().collect::<Vec<_>>();
        assert_eq!(unknown("day_between(today, today) > 3 && size(answers.a) > 1"), ["day_between"]);
        assert_eq!(unknown("answers.a.exists(x, x.startsWith('b')) ? add_days(today, 1) : string(-1 + 2)"), Vec::<String>::new());
        assert_eq!(unknown("has(answers.a.b) && !(1 in [1, 2]) && answers.a['b'].matches('x')"), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_condition_says_where() {
        let problem = Condition::parse("answers.request.kind = 'first'").unwrap_err();
        assert!(problem.to_string().contains("1:22"), "{problem}");
    }
}

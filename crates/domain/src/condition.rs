//! Conditions of the configuration, written in CEL.
//!
//! A condition is compiled once, when it is read, and asked many times. It sees `answers`, `applicant`, `today`, `payments`,
//! `parameters` and `documents`; what nobody answered is null, so a condition over a missing answer simply does not hold.

use std::{collections::BTreeSet, fmt, sync::Arc};

use cel::{Context, Program, Value as CelValue};
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

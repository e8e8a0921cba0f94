//! Fees: what a service costs, dated, with its conditions.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    condition::{Condition, Expression, Scope},
    definition::Definition,
    money::Money,
    service::Key,
    text::Text,
};

/// One amount that may be due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What it is for.
    pub title: Text,
    /// The amount until the first change.
    pub amount: Money,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// How many times the amount is due: a whole number, nothing where it cannot be told; once where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Expression>,
    /// What the amount is for one of: a year, a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// The act that set it; `unverified` where nobody could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<str>>,
    /// False where the source is `unverified` and nobody confirmed it.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Why this body differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// Later amounts by their first day; each holds until the next.
    #[serde(default)]
    pub changes: BTreeMap<Date, Change>,
}

const fn yes() -> bool {
    true
}

/// An amount from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The new amount.
    pub amount: Money,
}

/// A fee that is due for a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The fee's id.
    pub fee: Key,
    /// What it is for.
    pub title: Text,
    /// How much.
    pub amount: Money,
    /// Whether the amount's source is verified.
    pub verified: bool,
}

impl Fee {
    /// The amount in force on a day: that of the last change not later than it.
    pub fn amount_on(&self, day: Date) -> Money {
        self.changes.range(..=day).next_back().map_or(self.amount, |(_, change)| change.amount)
    }

    /// How many times the amount is due.
    fn count(&self, scope: &Scope) -> u64 {
        self.times.as_ref().map_or(1, |times| times.evaluate(scope).and_then(|count| count.as_u64()).unwrap_or(0))
    }
}

/// What is due for an application made on a day: the fees whose condition holds and whose amount is not nothing.
pub fn due(definition: &Definition, scope: &Scope, day: Date) -> Vec<Due> {
    definition
        .fees
        .iter()
        .filter(|(_, fee)| fee.when.as_ref().is_none_or(|when| when.holds(scope)))
        .map(|(id, fee)| Due {
            fee: id.clone(),
            title: fee.title.clone(),
            amount: fee.amount_on(day).times(fee.count(scope)),
            verified: fee.verified,
        })
        .filter(|due| !due.amount.is_zero())
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::case::tests::a_definition;

    fn amount(years: &serde_json::Value, day: Date) -> Option<String> {
        let fee: Fee = serde_json::from_value(json!({"title": {"it": "Canone"}, "amount": "20.00", "times": "answers.permit.years",
            "unit": {"it": "anno"}, "changes": {"2026-07-01": {"amount": "30.00"}}}))
        .unwrap();
        let mut definition = a_definition();
        definition.fees.insert("yearly".into(), fee);
        let scope = Scope { answers: json!({"permit": {"years": years}}), ..Scope::default() };
        due(&definition, &scope, day).first().map(|due| due.amount.to_string())
    }

    #[test]
    fn an_amount_by_the_year_is_that_of_the_day_times_the_years() {
        assert_eq!(amount(&json!(3), date(2026, 6, 30)).as_deref(), Some("60.00"));
        assert_eq!(amount(&json!(3), date(2026, 7, 1)).as_deref(), Some("90.00"));
        for nothing in [json!(0), json!(null), json!("three"), json!(-1), json!(1.5)] {
            assert_eq!(amount(&nothing, date(2026, 6, 30)), None, "{nothing}");
        }
    }
}

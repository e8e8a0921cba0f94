//! The least or greatest day that a date field takes.
//!
//! Rules of the desk count days from today ("up to ten days after the birth"), and how many is often a parameter of the body.
//! So a bound is a civil day, or today shifted by a number of days or by a parameter. To extend: a variant of [`Shift`].

use std::{fmt, str::FromStr, sync::Arc};

use jiff::{ToSpan, civil::Date};
use serde_json::Value;

/// A day, fixed or counted from today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayBound {
    /// A civil day, `2026-05-04`.
    Fixed(Date),
    /// `today`, `today - 10`, `today + parameters.some-days`.
    Today(Shift),
}

/// How far from today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shift {
    /// So many days later; earlier where negative.
    Days(i32),
    /// As many days as the parameter says.
    Parameter {
        /// The parameter's id.
        id: Arc<str>,
        /// True for `-`.
        earlier: bool,
    },
}

/// Why a text is no bound of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a bound is a day such as 2026-05-04, today, today - 10 or today - parameters.some-days")]
pub struct NotADayBound;

impl DayBound {
    /// The day that is meant; none where the parameter is missing, is no whole number, or leads out of the calendar.
    ///
    /// ```
    /// # use sportello_domain::form::DayBound;
    /// # use jiff::civil::date;
    /// let bound: DayBound = "today - parameters.days-after-birth".parse().unwrap();
    /// let parameters = serde_json::json!({"days-after-birth": 10});
    /// assert_eq!(bound.on(date(2026, 5, 14), &parameters), Some(date(2026, 5, 4)));
    /// ```
    pub fn on(&self, today: Date, parameters: &Value) -> Option<Date> {
        let days = match self {
            Self::Fixed(day) => return Some(*day),
            Self::Today(Shift::Days(days)) => *days,
            Self::Today(Shift::Parameter { id, earlier }) => {
                let days = i32::try_from(parameters.get(id.as_ref())?.as_i64()?).ok()?;
                if *earlier { days.checked_neg()? } else { days }
            }
        };
        today.checked_add(days.days()).ok()
    }

    /// The parameter that it counts with, for the check of a configuration.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Today(Shift::Parameter { id, .. }) => Some(id),
            _ => None,
        }
    }
}

impl FromStr for DayBound {
    type Err = NotADayBound;

    fn from_str(text: &str) -> Result<Self, NotADayBound> {
        let Some(rest) = text.strip_prefix("today") else {
            return text.parse().map(Self::Fixed).map_err(|_| NotADayBound);
        };
        let rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(Self::Today(Shift::Days(0)));
        }
        let (earlier, count) = match (rest.strip_prefix('-'), rest.strip_prefix('+')) {
            (Some(count), _) => (true, count.trim_start()),
            (_, Some(count)) => (false, count.trim_start()),
            _ => return Err(NotADayBound),
        };
        if let Some(id) = count.strip_prefix("parameters.") {
            let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            return if !id.is_empty() && id.bytes().all(known) {
                Ok(Self::Today(Shift::Parameter { id: id.into(), earlier }))
            } else {
                Err(NotADayBound)
            };
        }
        // Four digits are 27 years: more is a slip of the pen.
        if count.is_empty() || count.len() > 4 || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotADayBound);
        }
        let days: i32 = count.parse().map_err(|_| NotADayBound)?;
        Ok(Self::Today(Shift::Days(if earlier { -days } else { days })))
    }
}

impl fmt::Display for DayBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(day) => day.fmt(f),
            Self::Today(Shift::Days(0)) => f.write_str("today"),
            Self::Today(Shift::Days(days)) if *days < 0 => write!(f, "today - {}", days.unsigned_abs()),
            Self::Today(Shift::Days(days)) => write!(f, "today + {days}"),
            Self::Today(Shift::Parameter { id, earlier }) => write!(f, "today {} parameters.{id}", if *earlier { '-' } else { '+' }),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[test]
    fn days_are_counted_from_today() {
        let today = date(2026, 3, 5);
        let parameters = json!({"after-birth": 10, "words": "ten", "huge": i64::MAX});
        let cases = [
            ("2026-01-31", Some(date(2026, 1, 31))),
            ("today", Some(today)),
            ("today - 5", Some(date(2026, 2, 28))),
            ("today+280", Some(date(2026, 12, 10))),
            ("today - parameters.after-birth", Some(date(2026, 2, 23))),
            ("today + parameters.after-birth", Some(date(2026, 3, 15))),
            ("today - parameters.absent", None),
            ("today - parameters.words", None),
            ("today + parameters.huge", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<DayBound>().unwrap().on(today, &parameters), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_bound_is_refused() {
        for text in [
            "",
            "tomorrow",
            "today 10",
            "today -",
            "today - ten",
            "today - 12345",
            "today - parameters.",
            "today - parameters.A b",
            "2026-02-30",
        ] {
            assert_eq!(text.parse::<DayBound>(), Err(NotADayBound), "{text}");
        }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["2026-01-31", "today", "today - 5", "today + 280", "today - parameters.after-birth"] {
            assert_eq!(text.parse::<DayBound>().unwrap().to_string(), text);
        }
    }
}

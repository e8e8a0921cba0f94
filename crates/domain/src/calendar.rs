//! The calendar of a body: national holidays, its patron saint, its closures.
//!
//! A day may close the desk without moving a legal term, and the other way round: whether the patron saint's day moves terms
//! is each body's own parameter.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};

use crate::{refusal::Message, service::Key, sourced::Sourced, text::Text};

/// What a body's `calendar.yaml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarRules {
    /// The patron saint; a union has none.
    #[serde(default)]
    pub patron_saint: Option<PatronSaint>,
    /// Closures of the desk.
    #[serde(default)]
    pub closures: IndexMap<Key, Closure>,
}

/// The feast of the patron saint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatronSaint {
    /// `MM-DD`.
    pub month_day: Sourced<Arc<str>>,
    /// The saint.
    pub name: Text,
    /// Whether the desk is closed.
    pub closes_desk: Sourced<bool>,
    /// Whether a legal term that ends on it moves.
    pub moves_terms: Sourced<bool>,
}

/// Days on which the desk is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Why.
    pub reason: Text,
}

/// Why a day is not like the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Its name.
    pub name: Message,
    /// What kind of day it is.
    pub kind: HolidayKind,
}

/// Where a holiday comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayKind {
    /// A national holiday.
    National,
    /// A Sunday.
    Sunday,
    /// The patron saint of the body.
    Patron,
    /// A closure that the body announced.
    Closure,
}

/// Easter Sunday of a year in the Gregorian calendar (Butcher's method).
///
/// ```
/// # use sportello_domain::calendar::easter;
/// assert_eq!(easter(2026).to_string(), "2026-04-05");
/// assert_eq!(easter(2027).to_string(), "2027-03-28");
/// assert_eq!(easter(2028).to_string(), "2028-04-16");
/// ```
#[expect(clippy::many_single_char_names, reason = "the letters of the published method")]
pub fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, g) = (b / 4, b % 4, (8 * b + 13) / 25);
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    date(year, i8::try_from(month).unwrap_or(4), i8::try_from(day).unwrap_or(1))
}

/// The national holiday on a day, if it is one, as the calendar stood in its year: Epiphany again since 1986, 2 June fixed
/// since 2001, 4 October since 2026 (L. 151/2025).
pub fn national(day: Date) -> Option<Message> {
    let year = day.year();
    let fixed = match (day.month(), day.day()) {
        (1, 1) => ("Capodanno", "New Year's Day"),
        (1, 6) if year >= 1986 => ("Epifania", "Epiphany"),
        (4, 25) => ("Anniversario della Liberazione", "Liberation Day"),
        (5, 1) => ("Festa del lavoro", "Labour Day"),
        (6, 2) if year >= 2001 => ("Festa della Repubblica", "Republic Day"),
        (8, 15) => ("Assunzione di Maria", "Assumption Day"),
        (10, 4) if year >= 2026 => ("San Francesco d'Assisi", "Saint Francis of Assisi"),
        (11, 1) => ("Ognissanti", "All Saints' Day"),
        (12, 8) => ("Immacolata Concezione", "Immaculate Conception"),
        (12, 25) => ("Natale", "Christmas Day"),
        (12, 26) => ("Santo Stefano", "Saint Stephen's Day"),
        _ => return moveable(day),
    };
    Some(Message::new(fixed.0, fixed.1))
}

fn moveable(day: Date) -> Option<Message> {
    let sunday = easter(day.year());
    if day == sunday {
        return Some(Message::new("Pasqua", "Easter Sunday"));
    }
    (sunday.tomorrow().ok() == Some(day)).then(|| Message::new("Lunedì dell'Angelo", "Easter Monday"))
}

/// Whether a legal term that ends on the day moves on: a national holiday, a Sunday, or the patron saint where the body says so.
/// Saturday is a day like any other (art. 2963 c.c.; the extension of art. 155 c.p.c. is written for acts of the court).
pub fn moves_terms(rules: &CalendarRules, day: Date) -> Option<Holiday> {
    if let Some(name) = national(day) {
        return Some(Holiday { name, kind: HolidayKind::National });
    }
    if day.weekday() == Weekday::Sunday {
        return Some(Holiday { name: Message::new("Domenica", "Sunday"), kind: HolidayKind::Sunday });
    }
    patron(rules, day).filter(|saint| saint.moves_terms.value).map(Holiday::patron)
}

/// Whether the desk is closed on the day, and why; opening hours are another matter.
pub fn closes_desk(rules: &CalendarRules, day: Date) -> Option<Holiday> {
    if let Some(name) = national(day) {
        return Some(Holiday { name, kind: HolidayKind::National });
    }
    if let Some(saint) = patron(rules, day).filter(|saint| saint.closes_desk.value) {
        return Some(Holiday::patron(saint));
    }
    let closure = rules.closures.values().find(|closure| (closure.from..=closure.to).contains(&day))?;
    Some(Holiday { name: Message::from(&closure.reason), kind: HolidayKind::Closure })
}

fn patron(rules: &CalendarRules, day: Date) -> Option<&PatronSaint> {
    rules.patron_saint.as_ref().filter(|saint| *saint.month_day.value == format!("{:02}-{:02}", day.month(), day.day()))
}

impl Holiday {
    fn patron(saint: &PatronSaint) -> Self {
        Self { name: Message::from(&saint.name), kind: HolidayKind::Patron }
    }
}

impl From<&Text> for Message {
    fn from(text: &Text) -> Self {
        use crate::text::Language;
        Self::new(text.get(Language::It), text.get(Language::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cesena(moves: bool) -> CalendarRules {
        CalendarRules {
            patron_saint: Some(PatronSaint {
                month_day: Sourced::bare("06-24".into()),
                name: Text::new("San Giovanni Battista", "Saint John the Baptist"),
                closes_desk: Sourced::bare(true),
                moves_terms: Sourced::bare(moves),
            }),
            closures: [(
                "ferragosto".into(),
                Closure { from: date(2026, 8, 10), to: date(2026, 8, 14), reason: Text::new("Ferie", "Holidays") },
            )]
            .into_iter()
            .collect(),
        }
    }

    #[test]
    fn the_holidays_of_a_year_are_those_of_its_laws() {
        let count = |year| {
            (0..366)
                .filter_map(|n| date(year, 1, 1).checked_add(jiff::Span::new().days(n)).ok())
                .filter(|day| day.year() == year && national(*day).is_some())
                .count()
        };
        assert_eq!(count(2026), 13);
        assert_eq!(count(2025), 12);
        assert_eq!(national(date(2025, 10, 4)), None);
        assert_eq!(national(date(2026, 10, 4)).unwrap().it, "San Francesco d'Assisi");
        for monday in [date(2026, 4, 6), date(2027, 3, 29), date(2028, 4, 17)] {
            assert_eq!(national(monday).unwrap().it, "Lunedì dell'Angelo");
        }
        assert_eq!(national(date(1985, 1, 6)), None);
        assert_eq!(national(date(2000, 6, 2)), None);
    }

    #[test]
    fn the_patron_saint_closes_the_desk_and_moves_terms_only_where_the_body_says_so() {
        let day = date(2026, 6, 24);
        assert_eq!(closes_desk(&cesena(false), day).unwrap().kind, HolidayKind::Patron);
        assert_eq!(moves_terms(&cesena(false), day), None);
        assert_eq!(moves_terms(&cesena(true), day).unwrap().name.en, "Saint John the Baptist");
    }

    #[test]
    fn a_closure_closes_the_desk_and_moves_no_term() {
        assert_eq!(closes_desk(&cesena(false), date(2026, 8, 12)).unwrap().kind, HolidayKind::Closure);
        assert_eq!(moves_terms(&cesena(false), date(2026, 8, 12)), None);
        assert_eq!(moves_terms(&cesena(false), date(2026, 8, 16)).unwrap().kind, HolidayKind::Sunday);
    }
}

//! Values as people read them: dates, amounts, yes and no.

use jiff::civil::Date;

use crate::{money::Money, text::Language};

const MONTHS: [(&str, &str); 12] = [
    ("gennaio", "January"),
    ("febbraio", "February"),
    ("marzo", "March"),
    ("aprile", "April"),
    ("maggio", "May"),
    ("giugno", "June"),
    ("luglio", "July"),
    ("agosto", "August"),
    ("settembre", "September"),
    ("ottobre", "October"),
    ("novembre", "November"),
    ("dicembre", "December"),
];

/// A day.
///
/// ```
/// # use sportello_domain::{text::Language, words::date};
/// assert_eq!(date(jiff::civil::date(2026, 5, 1), Language::It), "1º maggio 2026");
/// assert_eq!(date(jiff::civil::date(2026, 5, 4), Language::En), "4 May 2026");
/// ```
pub fn date(day: Date, language: Language) -> String {
    let month = usize::try_from(day.month() - 1).ok().and_then(|at| MONTHS.get(at)).map_or("", |(it, en)| language.pick(it, en));
    let first = if day.day() == 1 { language.pick("º", "") } else { "" };
    format!("{}{first} {month} {}", day.day(), day.year())
}

/// An amount.
///
/// ```
/// # use sportello_domain::{money::Money, text::Language, words::money};
/// assert_eq!(money(Money::from_cents(1600), Language::It), "16,00 €");
/// assert_eq!(money(Money::from_cents(1600), Language::En), "€16.00");
/// ```
pub fn money(amount: Money, language: Language) -> String {
    match language {
        Language::It => format!("{} €", amount.to_string().replace('.', ",")),
        Language::En => format!("€{amount}"),
    }
}

/// Yes or no.
pub fn yes(yes: bool, language: Language) -> &'static str {
    if yes { language.pick("sì", "yes") } else { language.pick("no", "no") }
}

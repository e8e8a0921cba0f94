//! Birthplaces: Italian communes by Belfiore code and date, and foreign states by their `Z` code.
//!
//! The history of the communes is older than the product: it is authoritative up to [`AUTHORITATIVE_UNTIL`]. A birthplace is refused only
//! for dates up to then; later ones are accepted as unverified, because a commune may have come, gone or moved since. Sources, licences
//! and how to bring newer tables in: `crates/domain/data/README.md`.

use std::{collections::HashMap, sync::LazyLock};

use jiff::civil::{Date, date};
use serde::Deserialize;

/// The last day that the history of the communes covers.
pub const AUTHORITATIVE_UNTIL: Date = date(2019, 2, 22);

/// First rows that begin later are those of communes founded by then; earlier ones may only mark when a territory became Italian
/// (Venice 1866, Rome 1870, Trento and Trieste 1920, Fiume 1924), and people were born there before.
const TERRITORY_SETTLED: Date = date(1924, 12, 31);

/// What stands for the province of people born abroad.
pub const ABROAD: &str = "EE";

/// What the tables know of a birthplace on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceCheck {
    /// It existed on that day.
    Known {
        /// Its Italian name on that day.
        name: &'static str,
        /// Its province on that day, [`ABROAD`] for a foreign state.
        province: &'static str,
    },
    /// The tables cannot tell: the day is outside what they cover, or the state is one that they do not list.
    Unverified,
    /// There is or was such a commune, but not on that day.
    NotAtThatDate,
    /// No commune ever had the code.
    Unknown,
}

impl PlaceCheck {
    /// Order from the best answer to the worst, for codes that allow two dates of birth.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Known { .. } => 0,
            Self::Unverified => 1,
            Self::NotAtThatDate => 2,
            Self::Unknown => 3,
        }
    }

    /// Whether a code with this birthplace is refused.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::NotAtThatDate | Self::Unknown)
    }
}

/// A commune of the list of 2020.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Commune {
    /// Cadastral code, `C573`.
    pub belfiore: String,
    /// Six digits with leading zeros; changes when a commune changes province.
    pub istat: String,
    /// Official name.
    pub name: String,
    /// Letters of the province.
    pub province: String,
    /// Name of the region.
    pub region: String,
}

/// A foreign state or territory.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct ForeignState {
    /// `Z` and three digits.
    pub code: String,
    /// ISO 3166-1 alpha-3, `KOS` for Kosovo.
    pub iso3: String,
    /// Italian name.
    pub it: String,
    /// English name.
    pub en: String,
}

/// A commune's name and province over a while.
#[derive(Deserialize)]
struct Period {
    belfiore: String,
    name: String,
    province: String,
    valid_from: Date,
    valid_to: Option<Date>,
}

/// Reads one of our own tables; the tests hold that no line is lost.
fn table<T: for<'de> Deserialize<'de>>(text: &'static str) -> impl Iterator<Item = T> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().filter_map(Result::ok)
}

const HISTORY_CSV: &str = include_str!("../../data/birthplaces.csv");
const COMMUNES_CSV: &str = include_str!("../../data/communes.csv");
const STATES_CSV: &str = include_str!("../../data/foreign-states.csv");

/// By Belfiore code and date, as in the file.
static HISTORY: LazyLock<Vec<Period>> = LazyLock::new(|| table(HISTORY_CSV).collect());
static COMMUNES: LazyLock<HashMap<String, Commune>> =
    LazyLock::new(|| table(COMMUNES_CSV).map(|commune: Commune| (commune.belfiore.clone(), commune)).collect());
static STATES: LazyLock<HashMap<String, ForeignState>> =
    LazyLock::new(|| table(STATES_CSV).map(|state: ForeignState| (state.code.clone(), state)).collect());

/// The periods of one commune, in order.
fn periods(code: &str) -> &'static [Period] {
    let start = HISTORY.partition_point(|period| period.belfiore.as_str() < code);
    let length = HISTORY[start..].partition_point(|period| period.belfiore.as_str() == code);
    &HISTORY[start..start + length]
}

/// Whether `code` is a letter and three digits.
fn has_shape(code: &str) -> bool {
    matches!(code.as_bytes(), [b'A'..=b'Z', digits @ ..] if digits.len() == 3 && digits.iter().all(u8::is_ascii_digit))
}

/// What the tables know of the place `code` (upper case) on the day `on`.
///
/// ```
/// use jiff::civil::date;
/// use sportello_domain::identity::places::{self, PlaceCheck};
///
/// assert_eq!(places::check("I304", date(1975, 6, 10)), PlaceCheck::Known { name: "Santarcangelo di Romagna", province: "FO" });
/// assert_eq!(places::check("I304", date(2023, 6, 10)), PlaceCheck::Unverified);
/// ```
pub fn check(code: &str, on: Date) -> PlaceCheck {
    if !has_shape(code) {
        return PlaceCheck::Unknown;
    }
    if code.starts_with('Z') {
        // The table has neither the dates of states nor those that are gone.
        let state = foreign_state(code);
        return state.map_or(PlaceCheck::Unverified, |state| PlaceCheck::Known { name: &state.it, province: ABROAD });
    }
    if on > AUTHORITATIVE_UNTIL {
        return PlaceCheck::Unverified;
    }
    let periods = periods(code);
    let Some(first) = periods.first() else { return PlaceCheck::Unknown };
    if on < first.valid_from && first.valid_from <= TERRITORY_SETTLED {
        return PlaceCheck::Unverified;
    }
    periods
        .iter()
        .find(|period| period.valid_from <= on && period.valid_to.is_none_or(|last| on <= last))
        .map_or(PlaceCheck::NotAtThatDate, |period| PlaceCheck::Known { name: &period.name, province: &period.province })
}

/// Name and province of a place when it was last heard of, whatever the date: to show where someone was born, not to check it.
pub fn last_known(code: &str) -> Option<(&'static str, &'static str)> {
    if let Some(state) = foreign_state(code) {
        return Some((&state.it, ABROAD));
    }
    periods(code).last().map(|period| (period.name.as_str(), period.province.as_str()))
}

/// The commune with this Belfiore code in the list of 2020.
pub fn commune(belfiore: &str) -> Option<&'static Commune> {
    COMMUNES.get(belfiore)
}

/// The communes of the list of 2020, in no order.
pub fn communes() -> impl Iterator<Item = &'static Commune> {
    COMMUNES.values()
}

/// The foreign state with this `Z` code.
pub fn foreign_state(code: &str) -> Option<&'static ForeignState> {
    STATES.get(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &'static str, province: &'static str) -> PlaceCheck {
        PlaceCheck::Known { name, province }
    }

    #[test]
    fn no_line_of_the_tables_is_lost() {
        assert_eq!(HISTORY.len(), HISTORY_CSV.lines().count() - 1);
        assert_eq!(COMMUNES.len(), COMMUNES_CSV.lines().count() - 1);
        assert_eq!(STATES.len(), STATES_CSV.lines().count() - 1);
        assert!(HISTORY.len() > 15_000 && COMMUNES.len() == 7_904 && STATES.len() == 208);
    }

    #[test]
    fn the_history_is_in_order_without_overlaps() {
        for pair in HISTORY.windows(2) {
            let (before, after) = (&pair[0], &pair[1]);
            assert!(before.belfiore <= after.belfiore, "{}", after.belfiore);
            if before.belfiore == after.belfiore {
                assert!(before.valid_to.is_some_and(|last| last < after.valid_from), "{} {}", after.belfiore, after.valid_from);
            }
        }
        for period in HISTORY.iter() {
            assert!(has_shape(&period.belfiore) && !period.name.is_empty() && period.province.len() == 2, "{}", period.belfiore);
            assert!(period.valid_to.is_none_or(|last| period.valid_from <= last), "{}", period.belfiore);
        }
    }

    #[test]
    fn the_tables_are_complete_and_in_both_languages() {
        for commune in communes() {
            assert!(commune.istat.len() == 6 && commune.istat.bytes().all(|byte| byte.is_ascii_digit()), "{commune:?}");
            assert!(has_shape(&commune.belfiore) && !commune.region.is_empty(), "{commune:?}");
            assert!(last_known(&commune.belfiore).is_some(), "{commune:?}");
        }
        for state in STATES.values() {
            assert!(has_shape(&state.code) && state.iso3.len() == 3 && !state.it.is_empty() && !state.en.is_empty(), "{state:?}");
        }
    }

    #[test]
    fn name_and_province_are_those_of_the_day() {
        assert_eq!(check("C573", date(1992, 4, 15)), known("Cesena", "FO"));
        assert_eq!(check("C573", date(1992, 4, 16)), known("Cesena", "FC"));
        assert_eq!(check("H294", date(2019, 2, 22)), known("Rimini", "RN"));
        assert_eq!(check("A001", date(1924, 11, 13)), known("Abano", "PD"));
        assert_eq!(check("A001", date(1924, 11, 14)), known("Abano Terme", "PD"));
        assert_eq!(commune("C573").map(|commune| (commune.istat.as_str(), commune.region.as_str())), Some(("040007", "Emilia-Romagna")));
    }

    #[test]
    fn a_commune_is_refused_before_its_foundation_and_while_it_was_gone() {
        assert_eq!(check("H872", date(1928, 1, 7)), known("Sangiano", "VA"));
        assert_eq!(check("H872", date(1928, 1, 8)), PlaceCheck::NotAtThatDate);
        assert_eq!(check("H872", date(1963, 9, 13)), PlaceCheck::NotAtThatDate);
        assert_eq!(check("H872", date(1963, 9, 14)), known("Sangiano", "VA"));
        assert_eq!(check("M427", date(1990, 1, 1)), PlaceCheck::NotAtThatDate);
        assert_eq!(check("M428", date(2019, 2, 22)), PlaceCheck::NotAtThatDate);
        assert_eq!(check("A800", date(1990, 1, 1)), PlaceCheck::Unknown);
        assert_eq!(check("ND", date(1990, 1, 1)), PlaceCheck::Unknown);
        assert_eq!(check("", date(2025, 1, 1)), PlaceCheck::Unknown);
    }

    #[test]
    fn nothing_is_refused_for_days_that_the_table_does_not_cover() {
        for code in ["C573", "H872", "M428", "M500", "A800"] {
            assert_eq!(check(code, date(2019, 2, 23)), PlaceCheck::Unverified, "{code}");
        }
        assert_eq!(last_known("M428"), Some(("Presicce-Acquarica", "LE")));
        // Trento became Italian in 1920; people were born there before.
        assert_eq!(check("L378", date(1915, 5, 1)), PlaceCheck::Unverified);
        assert_eq!(check("L378", date(1920, 10, 16)), known("Trento", "TN"));
    }

    #[test]
    fn states_have_no_dates_and_unlisted_ones_are_unverified() {
        assert_eq!(check("Z611", date(1981, 4, 20)), known("Perù", ABROAD));
        assert_eq!(check("Z130", date(2024, 1, 1)), known("San Marino", ABROAD));
        assert_eq!(check("Z118", date(1970, 1, 1)), PlaceCheck::Unverified);
        assert_eq!(foreign_state("Z108").map(|state| state.en.as_str()), Some("Faroe Islands"));
        assert_eq!(last_known("Z999"), None);
    }
}

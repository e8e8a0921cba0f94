//! The codes by which people, firms, accounts and vehicles are known: fiscal code, partita IVA, IBAN and plate.
//!
//! Each has a type that exists only when its check digits are right, so what the rest of the product holds has been checked once,
//! at the door. Every `parse` answers with a problem that has a stable [`code`](TaxCodeProblem::code) and a
//! [`text`](TaxCodeProblem::text) in both languages that says how to mend it; no problem repeats what was typed.
//!
//! The codes are personal data. They have no `Display`, their `Debug` shows nothing, and reading one takes a call that can be
//! searched for (`as_entered`, `as_str`, `canonical`).
//!
//! To add a code: a file here with the type, its problem and its vectors; `personal_code!` gives it the rest. Official tables that
//! the checks need are in `crates/domain/data` and are read by [`places`] and [`code_lists`].

mod check_letter;
pub mod code_lists;
pub mod iban;
mod names;
pub mod places;
pub mod plate;
pub mod tax_code;
pub mod vat_number;

pub use iban::{Iban, IbanProblem};
pub use places::PlaceCheck;
pub use plate::{ForeignPlate, Plate, PlateKind, PlateProblem};
pub use tax_code::{Sex, TaxCode, TaxCodeProblem};
pub use vat_number::{VatNumber, VatNumberProblem};

/// What every code type has alike: an empty `Debug`, parsing from strings and serialisation as one (through
/// `#[serde(try_from = "String", into = "String")]` on the type), and an error type that shows its code only.
macro_rules! personal_code {
    ($code:ident, $problem:ident, $text:ident) => {
        impl std::fmt::Debug for $code {
            /// Shows the type only: the value is personal data.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($code), "(…)"))
            }
        }

        impl std::str::FromStr for $code {
            type Err = $problem;

            fn from_str(text: &str) -> Result<Self, $problem> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $code {
            type Error = $problem;

            fn try_from(text: String) -> Result<Self, $problem> {
                Self::parse(&text)
            }
        }

        impl From<$code> for String {
            fn from(code: $code) -> Self {
                code.$text
            }
        }
    };
}

/// `Display` and `Error` of a problem type show its stable code; what people read is `text`, or both texts as a `Message`.
macro_rules! code_problem {
    ($problem:ident) => {
        impl std::fmt::Display for $problem {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::error::Error for $problem {}

        impl From<$problem> for $crate::refusal::Message {
            fn from(problem: $problem) -> Self {
                Self::new(problem.text($crate::text::Language::It), problem.text($crate::text::Language::En))
            }
        }
    };
}

pub(crate) use {code_problem, personal_code};

/// A character that no code has, by its place (from 1) once blanks are gone.
struct StrayCharacter {
    position: usize,
}

/// Upper-cases what was typed and drops blanks, the invisible characters that come along with copied text, and `separators`.
fn compact(text: &str, separators: &[char]) -> Result<String, StrayCharacter> {
    let mut compacted = String::with_capacity(text.len());
    let visible = text
        .chars()
        .filter(|c| !c.is_whitespace() && !separators.contains(c) && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    for (index, character) in visible.enumerate() {
        if !character.is_ascii_alphanumeric() {
            return Err(StrayCharacter { position: index + 1 });
        }
        compacted.push(character.to_ascii_uppercase());
    }
    Ok(compacted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn no_code_shows_itself_in_debug_output() {
        let shown = format!(
            "{:?} {:?} {:?} {:?} {:?}",
            TaxCode::parse("RSSMRA80A01C573D").unwrap(),
            VatNumber::parse("00743110157").unwrap(),
            Iban::parse("IT60X0542811101000000123456").unwrap(),
            Plate::parse("AB123CD").unwrap(),
            ForeignPlate::parse("BA123OA").unwrap(),
        );
        assert_eq!(shown, "TaxCode(…) VatNumber(…) Iban(…) Plate(…) ForeignPlate(…)");
    }

    #[test]
    fn codes_serialise_as_strings_and_are_checked_when_read() {
        let code = TaxCode::parse("rssmra80a01 c573d").unwrap();
        let json = serde_json::to_string(&code).unwrap();
        assert_eq!(json, "\"RSSMRA80A01C573D\"");
        assert_eq!(serde_json::from_str::<TaxCode>(&json).unwrap(), code);
        let refused = serde_json::from_str::<TaxCode>("\"RSSMRA80A01C573A\"").unwrap_err().to_string();
        assert_eq!(refused, "check_letter");
        assert!(serde_json::from_str::<Iban>("\"IT60X0542811101000000123457\"").is_err());
        assert_eq!(serde_json::to_string(&Plate::parse("ab 123-cd").unwrap()).unwrap(), "\"AB123CD\"");
        assert_eq!(serde_json::to_string(&VatNumber::parse("IT00743110157").unwrap()).unwrap(), "\"00743110157\"");
        assert_eq!("IT60X0542811101000000123456".parse::<Iban>().unwrap().country(), "IT");
    }

    /// Every problem of every code: its code and both of its texts, as people get them.
    #[test]
    fn each_problem_has_its_code_and_says_how_to_mend_in_both_languages() {
        let mut shown = String::new();
        let mut add = |kind: &str, code: &str, text: [String; 2]| {
            assert_ne!(text[0], text[1], "{kind} {code} is not translated");
            shown.extend([kind, " ", code, "\n  it: ", &text[0], "\n  en: ", &text[1], "\n"]);
        };
        for problem in TaxCodeProblem::examples() {
            add("tax_code", problem.code(), Language::ALL.map(|language| problem.text(language)));
        }
        for problem in VatNumberProblem::examples() {
            add("vat_number", problem.code(), Language::ALL.map(|language| problem.text(language)));
        }
        for problem in IbanProblem::examples() {
            add("iban", problem.code(), Language::ALL.map(|language| problem.text(language)));
        }
        for problem in PlateProblem::examples() {
            add("plate", problem.code(), Language::ALL.map(|language| problem.text(language)));
        }
        insta::assert_snapshot!(shown);
    }
}

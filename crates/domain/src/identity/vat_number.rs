//! The partita IVA of Italian firms (DPR 633/1972, art. 35): seven digits, three of the office that gave it, one check digit.

use serde::{Deserialize, Serialize};

use super::{code_problem, compact, personal_code};
use crate::text::Language;

/// How many digits it has.
const LENGTH: usize = 11;
/// Codes of offices beyond those of the provinces, which are 001 to 100.
const SPECIAL_OFFICES: [u16; 4] = [120, 121, 888, 999];

/// An Italian VAT number whose check digit is right. Whether it is active only the tax register knows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber {
    digits: String,
}

personal_code!(VatNumber, VatNumberProblem, digits);

impl VatNumber {
    /// Reads a number as typed; blanks, dots and a leading `IT` do not matter.
    ///
    /// ```
    /// use sportello_domain::identity::VatNumber;
    ///
    /// assert_eq!(VatNumber::parse("IT 00743110157")?.as_str(), "00743110157");
    /// # Ok::<(), sportello_domain::identity::VatNumberProblem>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, VatNumberProblem> {
        let compacted = compact(text, &['.', '-']).map_err(|stray| VatNumberProblem::NotADigit { position: stray.position })?;
        let (skipped, digits) = compacted.strip_prefix("IT").map_or((0, compacted.as_str()), |digits| (2, digits));
        if digits.is_empty() {
            return Err(VatNumberProblem::Empty);
        }
        if digits.bytes().take(2).all(|byte| byte.is_ascii_uppercase()) {
            return Err(VatNumberProblem::Foreign);
        }
        if let Some(index) = digits.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(VatNumberProblem::NotADigit { position: skipped + index + 1 });
        }
        if digits.len() != LENGTH {
            return Err(VatNumberProblem::Length { found: digits.len() });
        }
        check_digits(digits)?;
        Ok(Self { digits: digits.to_owned() })
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.digits
    }
}

/// Checks eleven digits: the Luhn sum, a number that can be given, and an office that exists.
pub(super) fn check_digits(digits: &str) -> Result<(), VatNumberProblem> {
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(index, byte)| {
            let value = u32::from(byte - b'0');
            match index % 2 {
                0 => value,
                _ if value >= 5 => 2 * value - 9,
                _ => 2 * value,
            }
        })
        .sum();
    if !sum.is_multiple_of(10) {
        return Err(VatNumberProblem::CheckDigit);
    }
    let office = digits.get(7..10).and_then(|office| office.parse::<u16>().ok()).unwrap_or_default();
    if digits.starts_with("0000000") || !((1..=100).contains(&office) || SPECIAL_OFFICES.contains(&office)) {
        return Err(VatNumberProblem::NeverIssued);
    }
    Ok(())
}

/// Why a text is no Italian VAT number. Positions count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VatNumberProblem {
    /// Nothing but blanks.
    Empty,
    /// It begins with the letters of another country.
    Foreign,
    /// Something that is no digit.
    NotADigit {
        /// Its place.
        position: usize,
    },
    /// Not eleven digits.
    Length {
        /// How many there are.
        found: usize,
    },
    /// The last digit does not fit the others.
    CheckDigit,
    /// The check digit fits, but such a number is never given.
    NeverIssued,
}

code_problem!(VatNumberProblem);

impl VatNumberProblem {
    /// The stable name of the problem.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Foreign => "foreign",
            Self::NotADigit { .. } => "digit_expected",
            Self::Length { .. } => "length",
            Self::CheckDigit => "check_digit",
            Self::NeverIssued => "never_issued",
        }
    }

    /// What is wrong and how to mend it.
    pub fn text(&self, language: Language) -> String {
        let (it, en) = match self {
            Self::NotADigit { position } => {
                return match language {
                    Language::It => format!("Il carattere {position} della partita IVA non è una cifra: correggilo o toglilo."),
                    Language::En => format!("Character {position} of the VAT number is not a digit: correct or remove it."),
                };
            }
            Self::Length { found } => {
                return match language {
                    Language::It => format!("La partita IVA ha 11 cifre: qui sono {found}. Controlla se ne manca o ne avanza qualcuna."),
                    Language::En => format!("A VAT number has 11 digits: here there are {found}. Check for missing or extra ones."),
                };
            }
            Self::Empty => (
                "Manca la partita IVA: 11 cifre, si trovano sulle fatture e nella visura camerale.",
                "The VAT number is missing: 11 digits, found on invoices and in the company register.",
            ),
            Self::Foreign => (
                "La partita IVA deve essere italiana: 11 cifre, precedute al più da IT.",
                "The VAT number must be Italian: 11 digits, preceded by IT at most.",
            ),
            Self::CheckDigit => (
                "L'ultima cifra della partita IVA non corrisponde alle altre: almeno una è sbagliata o scambiata. Ricopiala da una \
                 fattura o dalla visura camerale.",
                "The last digit of the VAT number does not fit the others: at least one of them is wrong or swapped. Copy it from an invoice \
                 or from the company register.",
            ),
            Self::NeverIssued => (
                "Questa partita IVA non può essere stata rilasciata da nessun ufficio. Ricopiala da una fattura o dalla visura camerale.",
                "No office can have issued this VAT number. Copy it from an invoice or from the company register.",
            ),
        };
        language.pick(it, en).to_owned()
    }

    /// One of each, for the snapshot of what people read.
    #[cfg(test)]
    pub(super) fn examples() -> Vec<Self> {
        vec![Self::Empty, Self::Foreign, Self::NotADigit { position: 4 }, Self::Length { found: 10 }, Self::CheckDigit, Self::NeverIssued]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_numbers() {
        for number in ["00743110157", "07643520567", "00488410010", "IT 0074 3110 157", "it00743110157"] {
            assert!(VatNumber::parse(number).is_ok(), "{number}");
        }
        for (number, problem) in [
            ("", VatNumberProblem::Empty),
            ("IT", VatNumberProblem::Empty),
            ("00743110158", VatNumberProblem::CheckDigit),
            ("00000000000", VatNumberProblem::NeverIssued),
            ("0074311015", VatNumberProblem::Length { found: 10 }),
            ("007431101570", VatNumberProblem::Length { found: 12 }),
            ("DE743110157", VatNumberProblem::Foreign),
            ("0074311O157", VatNumberProblem::NotADigit { position: 8 }),
            ("IT0074311O157", VatNumberProblem::NotADigit { position: 10 }),
            ("00743110/57", VatNumberProblem::NotADigit { position: 9 }),
            ("RSSMRA80A01C573D", VatNumberProblem::Foreign),
        ] {
            assert_eq!(VatNumber::parse(number).unwrap_err(), problem, "{number}");
        }
    }

    #[test]
    fn an_office_that_does_not_exist_is_refused_although_the_sum_is_right() {
        let number =
            (0..10).map(|last| format!("1234567101{last}")).find(|number| check_digits(number) != Err(VatNumberProblem::CheckDigit));
        assert_eq!(VatNumber::parse(&number.unwrap()).unwrap_err(), VatNumberProblem::NeverIssued);
    }

    #[test]
    fn the_check_digit_message() {
        assert_eq!(
            VatNumber::parse("00743110158").unwrap_err().text(Language::It),
            "L'ultima cifra della partita IVA non corrisponde alle altre: almeno una è sbagliata o scambiata. Ricopiala da una fattura o \
             dalla visura camerale."
        );
    }

    proptest! {
        #[test]
        fn a_single_wrong_digit_is_always_found(at in 0_usize..11, digit in b'0'..=b'9') {
            let mut bytes = b"00743110157".to_vec();
            prop_assume!(bytes[at] != digit);
            bytes[at] = digit;
            prop_assert_eq!(VatNumber::parse(std::str::from_utf8(&bytes).unwrap()).unwrap_err(), VatNumberProblem::CheckDigit);
        }
    }
}

//! The IBAN of an account (ISO 13616): Italy and San Marino with their CIN, the rest of SEPA by length and check digits.
//!
//! Other SEPA countries are accepted because people near a border, and from anywhere in the Union, may be paid there (Regulation (EU)
//! 260/2012, art. 9). To add a country that joins SEPA: a line in `SEPA`.

use serde::{Deserialize, Serialize};

use super::{check_letter::check_letter, code_problem, compact, personal_code};
use crate::text::Language;

/// Countries of SEPA with the length of their IBAN, by country.
const SEPA: [(&str, usize); 42] = [
    ("AD", 24),
    ("AL", 28),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("VA", 22),
];

/// An IBAN whose length and checks are right. Whether the account exists only the bank knows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban {
    text: String,
}

personal_code!(Iban, IbanProblem, text);

impl Iban {
    /// Reads an IBAN as typed; blanks, hyphens and case do not matter.
    ///
    /// ```
    /// use sportello_domain::identity::Iban;
    ///
    /// let iban = Iban::parse("it60 x054 2811 1010 0000 0123 456")?;
    /// assert_eq!(iban.as_str(), "IT60X0542811101000000123456");
    /// # Ok::<(), sportello_domain::identity::IbanProblem>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, IbanProblem> {
        let text = compact(text, &['-', '.']).map_err(|stray| IbanProblem::Character { position: stray.position })?;
        if text.is_empty() {
            return Err(IbanProblem::Empty);
        }
        let Some(country) = text.get(..2).filter(|country| country.bytes().all(|byte| byte.is_ascii_uppercase())) else {
            return Err(IbanProblem::NoCountry);
        };
        let expected = SEPA.iter().find(|(code, _)| *code == country).ok_or(IbanProblem::OutsideSepa)?.1;
        if text.len() != expected {
            return Err(IbanProblem::Length { expected, found: text.len() });
        }
        let italian = matches!(country, "IT" | "SM");
        if italian {
            italian_shape(&text)?;
        }
        let digits = &text[2..4];
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !("02"..="98").contains(&digits) || remainder(&text) != 1 {
            return Err(IbanProblem::CheckDigits);
        }
        if italian && check_letter(&text.as_bytes()[5..]) != text.chars().nth(4) {
            return Err(IbanProblem::Cin);
        }
        Ok(Self { text })
    }

    /// The IBAN without blanks.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// ISO code of the country.
    pub fn country(&self) -> &str {
        &self.text[..2]
    }

    /// The IBAN in groups of four, as it is printed.
    pub fn printed(&self) -> String {
        let mut printed = String::with_capacity(self.text.len() + 8);
        for (index, character) in self.text.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                printed.push(' ');
            }
            printed.push(character);
        }
        printed
    }
}

/// CIN a letter, ABI and CAB five digits each, the account any.
fn italian_shape(text: &str) -> Result<(), IbanProblem> {
    let wrong = text.bytes().enumerate().find(|(index, byte)| match index {
        2 | 3 | 5..=14 => !byte.is_ascii_digit(),
        4 => !byte.is_ascii_uppercase(),
        _ => false,
    });
    match wrong {
        Some((4, _)) => Err(IbanProblem::LetterExpected { position: 5 }),
        Some((index, _)) => Err(IbanProblem::DigitExpected { position: index + 1 }),
        None => Ok(()),
    }
}

/// The remainder by 97 of the number that the IBAN stands for: its first four characters moved to the end, `A` to `Z` as 10 to 35.
fn remainder(text: &str) -> u32 {
    let (head, tail) = text.as_bytes().split_at(4);
    tail.iter().chain(head).fold(0, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

/// Why a text is no IBAN that can be paid. Positions count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IbanProblem {
    /// Nothing but blanks.
    Empty,
    /// Something that is neither a letter nor a digit.
    Character {
        /// Its place.
        position: usize,
    },
    /// It does not begin with the two letters of a country.
    NoCountry,
    /// The country is not part of SEPA.
    OutsideSepa,
    /// Too short or too long for its country.
    Length {
        /// How many characters the country has.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The CIN of an Italian account is no letter.
    LetterExpected {
        /// Its place.
        position: usize,
    },
    /// A letter among the digits of an Italian account.
    DigitExpected {
        /// Its place.
        position: usize,
    },
    /// The two check digits do not fit the rest.
    CheckDigits,
    /// The check digits fit, but the Italian CIN does not.
    Cin,
}

code_problem!(IbanProblem);

impl IbanProblem {
    /// The stable name of the problem.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Character { .. } => "character",
            Self::NoCountry => "no_country",
            Self::OutsideSepa => "outside_sepa",
            Self::Length { .. } => "length",
            Self::LetterExpected { .. } => "letter_expected",
            Self::DigitExpected { .. } => "digit_expected",
            Self::CheckDigits => "check_digits",
            Self::Cin => "cin",
        }
    }

    /// What is wrong and how to mend it.
    pub fn text(&self, language: Language) -> String {
        let (it, en) = match self {
            Self::Character { position } | Self::LetterExpected { position } | Self::DigitExpected { position } => {
                return self.text_at(*position, language);
            }
            Self::Length { expected, found } => {
                return match language {
                    Language::It => format!(
                        "L'IBAN di questo paese ha {expected} caratteri: qui sono {found}. Controlla se ne manca o ne avanza qualcuno."
                    ),
                    Language::En => format!(
                        "The IBAN of this country has {expected} characters: here there are {found}. Check for missing or extra ones."
                    ),
                };
            }
            Self::Empty => (
                "Manca l'IBAN: si trova sull'estratto conto o nell'applicazione della banca.",
                "The IBAN is missing: it is on the account statement or in the bank's application.",
            ),
            Self::NoCountry => (
                "L'IBAN deve cominciare con le due lettere del paese, per esempio IT.",
                "The IBAN must begin with the two letters of the country, for example IT.",
            ),
            Self::OutsideSepa => (
                "Le prime due lettere dell'IBAN non sono di un paese dell'area SEPA: indica un conto di un paese dell'area.",
                "The first two letters of the IBAN are not those of a SEPA country: give an account in one of them.",
            ),
            Self::CheckDigits => (
                "L'IBAN non è valido: almeno un carattere è sbagliato o scambiato. Ricopialo dall'estratto conto.",
                "The IBAN is not valid: at least one character is wrong or swapped. Copy it from the account statement.",
            ),
            Self::Cin => (
                "Il quinto carattere dell'IBAN (CIN) non corrisponde al conto. Ricopia l'IBAN dall'estratto conto.",
                "The fifth character of the IBAN (CIN) does not fit the account. Copy the IBAN from the account statement.",
            ),
        };
        language.pick(it, en).to_owned()
    }

    fn text_at(self, position: usize, language: Language) -> String {
        match (self, language) {
            (Self::LetterExpected { .. }, Language::It) => {
                format!("Il carattere {position} dell'IBAN deve essere una lettera: ricopialo dall'estratto conto.")
            }
            (Self::LetterExpected { .. }, Language::En) => {
                format!("Character {position} of the IBAN must be a letter: copy it from the account statement.")
            }
            (Self::DigitExpected { .. }, Language::It) => {
                format!("Il carattere {position} dell'IBAN deve essere una cifra: controlla di non avere scritto O per zero o I per uno.")
            }
            (Self::DigitExpected { .. }, Language::En) => {
                format!("Character {position} of the IBAN must be a digit: check that you have not written O for zero or I for one.")
            }
            (_, Language::It) => {
                format!("Il carattere {position} dell'IBAN non è né una lettera né una cifra: toglilo o correggilo.")
            }
            (_, Language::En) => format!("Character {position} of the IBAN is neither a letter nor a digit: remove or correct it."),
        }
    }

    /// One of each, for the snapshot of what people read.
    #[cfg(test)]
    pub(super) fn examples() -> Vec<Self> {
        vec![
            Self::Empty,
            Self::Character { position: 3 },
            Self::NoCountry,
            Self::OutsideSepa,
            Self::Length { expected: 27, found: 26 },
            Self::LetterExpected { position: 5 },
            Self::DigitExpected { position: 8 },
            Self::CheckDigits,
            Self::Cin,
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The account `bban` in `country`, with the check digits that belong to it.
    fn with_check_digits(country: &str, bban: &str) -> String {
        format!("{country}{:02}{bban}", 98 - remainder(&format!("{country}00{bban}")))
    }

    #[test]
    fn accounts_of_italy_san_marino_and_the_rest_of_sepa() {
        for iban in [
            "IT60 X054 2811 1010 0000 0123 456",
            "SM86U0322509800000000270100",
            "DE89 3704 0044 0532 0130 00",
            "FR1420041010050500013M02606",
            "GB29 NWBK 6016 1331 9268 19",
            "VA59001123000012345678",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            assert!(Iban::parse(iban).is_ok(), "{iban}: {:?}", Iban::parse(iban));
        }
        assert_eq!(Iban::parse("it60-x0542811101000000123456").unwrap().printed(), "IT60 X054 2811 1010 0000 0123 456");
    }

    #[test]
    fn wrong_ibans_are_refused_each_for_its_reason() {
        for (iban, problem) in [
            (" ", IbanProblem::Empty),
            ("60X0542811101000000123456", IbanProblem::NoCountry),
            ("I", IbanProblem::NoCountry),
            ("US64SVBKUS6S3300958879", IbanProblem::OutsideSepa),
            ("IT60X054281110100000012345", IbanProblem::Length { expected: 27, found: 26 }),
            ("DE8937040044053201300", IbanProblem::Length { expected: 22, found: 21 }),
            ("IT60X0542811101000000123457", IbanProblem::CheckDigits),
            ("IT06X0542811101000000123456", IbanProblem::CheckDigits),
            ("IT6OX0542811101000000123456", IbanProblem::DigitExpected { position: 4 }),
            ("IT6010542811101000000123456", IbanProblem::LetterExpected { position: 5 }),
            ("IT60XO542811101000000123456", IbanProblem::DigitExpected { position: 6 }),
            ("IT60X05428111O1000000123456", IbanProblem::DigitExpected { position: 14 }),
            ("DEA937040044053201300Ü", IbanProblem::Character { position: 22 }),
            ("DEA9370400440532013000", IbanProblem::CheckDigits),
        ] {
            assert_eq!(Iban::parse(iban).unwrap_err(), problem, "{iban}");
        }
    }

    #[test]
    fn a_wrong_cin_is_found_although_the_check_digits_fit() {
        for country in ["IT", "SM"] {
            assert!(Iban::parse(&with_check_digits(country, "X0542811101000000123456")).is_ok());
            let wrong = with_check_digits(country, "Y0542811101000000123456");
            assert_eq!(Iban::parse(&wrong).unwrap_err(), IbanProblem::Cin);
        }
        assert_eq!(
            IbanProblem::Cin.text(Language::It),
            "Il quinto carattere dell'IBAN (CIN) non corrisponde al conto. Ricopia l'IBAN dall'estratto conto."
        );
    }

    #[test]
    fn check_digits_that_no_bank_computes_are_refused() {
        // 98 and 01 leave the same remainder; only 98 is ever written.
        let account = (0..97).map(|n| format!("3704004405320130{n:02}")).find(|bban| with_check_digits("DE", bban).starts_with("DE98"));
        let right = with_check_digits("DE", &account.unwrap());
        assert!(Iban::parse(&right).is_ok());
        assert_eq!(Iban::parse(&right.replacen("DE98", "DE01", 1)).unwrap_err(), IbanProblem::CheckDigits);
    }

    proptest! {
        #[test]
        fn a_single_wrong_digit_is_always_found(at in 5_usize..27, digit in b'0'..=b'9') {
            let mut bytes = b"IT60X0542811101000000123456".to_vec();
            prop_assume!(bytes[at] != digit);
            bytes[at] = digit;
            prop_assert_eq!(Iban::parse(std::str::from_utf8(&bytes).unwrap()).unwrap_err(), IbanProblem::CheckDigits);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,40}") {
            let _ = Iban::parse(&text);
        }
    }
}

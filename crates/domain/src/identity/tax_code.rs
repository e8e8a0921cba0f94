//! The fiscal code (*codice fiscale*, DPR 605/1973 and D.M. 23 December 1976): sixteen characters for a person, eleven digits for
//! a body.
//!
//! A right check letter says that the code was not mistyped. It does not say that the code was given to anyone: only the tax register knows.
//! A person's code holds letters of the names, the date of birth without its century, the sex and the birthplace. Where two people
//! would get the same code, the tax agency replaces digits by letters (*omocodia*), so nothing may be read from a code before that
//! is undone; [`TaxCode`] does it once, when it parses.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    check_letter::check_letter,
    code_problem, compact, names, personal_code,
    places::{self, PlaceCheck},
    vat_number,
};
use crate::text::Language;

/// Length of a person's code.
const PERSON: usize = 16;
/// Length of a body's code.
const BODY: usize = 11;
/// Where digits stand in a person's code (from 0), which are also those that omocodia may replace.
const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
/// What omocodia writes instead of `0` to `9`.
const OMOCODE: &[u8; 10] = b"LMNPQRSTUV";
/// The letters of the months, January first.
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
/// Added to the day of birth of women.
const FEMALE_DAY: i8 = 40;
/// Nobody older is expected at a desk; with it a code has at most two dates of birth.
const MAX_AGE_YEARS: i16 = 120;

/// The sex that a person's code states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Day of birth from 41.
    Female,
    /// Day of birth up to 31.
    Male,
}

/// A fiscal code whose form, date and check letter are right.
///
/// Two codes are equal when they are the same *as entered*: omocodia keeps apart two people whose [`canonical`](Self::canonical)
/// code is one.
///
/// ```
/// use sportello_domain::identity::{Sex, TaxCode};
///
/// let code = TaxCode::parse("bnclra85b41c573q")?;
/// assert_eq!(code.sex(), Some(Sex::Female));
/// assert_eq!(code.place_code(), Some("C573"));
/// assert!(code.matches_names("Laura", "Bianchi"));
/// # Ok::<(), sportello_domain::identity::TaxCodeProblem>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxCode {
    entered: String,
    canonical: String,
}

personal_code!(TaxCode, TaxCodeProblem, entered);

/// Year within its century, month and day of birth, and sex.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Birth {
    year: i16,
    month: i8,
    day: i8,
    sex: Sex,
}

impl TaxCode {
    /// Reads a code as typed: blanks and case do not matter. Checks form, date and check letter, but not the birthplace, whose
    /// answer depends on the day: for what people enter use [`parse_at`](Self::parse_at).
    pub fn parse(text: &str) -> Result<Self, TaxCodeProblem> {
        let entered = compact(text, &[]).map_err(|stray| TaxCodeProblem::Character { position: stray.position })?;
        match entered.len() {
            0 => Err(TaxCodeProblem::Empty),
            BODY if entered.bytes().all(|byte| byte.is_ascii_digit()) => {
                vat_number::check_digits(&entered).map_err(|_| TaxCodeProblem::BodyDigits)?;
                Ok(Self { canonical: entered.clone(), entered })
            }
            PERSON => Self::person(entered),
            found => Err(TaxCodeProblem::Length { found }),
        }
    }

    /// Reads a code that someone enters on `today`: what [`parse`](Self::parse) checks, and that the birthplace existed at the
    /// birth, as far as the table of communes can tell.
    pub fn parse_at(text: &str, today: Date) -> Result<Self, TaxCodeProblem> {
        let code = Self::parse(text)?;
        match code.birthplace(today) {
            Some(PlaceCheck::Unknown) => Err(TaxCodeProblem::UnknownPlace),
            Some(PlaceCheck::NotAtThatDate) => Err(TaxCodeProblem::PlaceNotAtThatDate),
            Some(PlaceCheck::Known { .. } | PlaceCheck::Unverified) | None => Ok(code),
        }
    }

    /// Reads the claim of an identity provider, which SPID and CIE write with a `TINIT-` before the code.
    pub fn from_claim(claim: &str) -> Result<Self, TaxCodeProblem> {
        let claim = claim.trim();
        match claim.get(..6) {
            Some(prefix) if prefix.eq_ignore_ascii_case("TINIT-") => Self::parse(&claim[6..]),
            _ => Self::parse(claim),
        }
    }

    fn person(entered: String) -> Result<Self, TaxCodeProblem> {
        let mut decoded = entered.clone().into_bytes();
        for (index, byte) in decoded.iter_mut().enumerate() {
            let digit = DIGITS.contains(&index);
            if digit && !byte.is_ascii_digit() {
                let value = OMOCODE.iter().position(|letter| letter == byte);
                let value = value.and_then(|value| u8::try_from(value).ok());
                *byte = b'0' + value.ok_or(TaxCodeProblem::DigitExpected { position: index + 1 })?;
            } else if !digit && !byte.is_ascii_uppercase() {
                return Err(TaxCodeProblem::LetterExpected { position: index + 1 });
            }
        }
        Birth::read(&decoded)?;
        if check_letter(&entered.as_bytes()[..PERSON - 1]) != entered.chars().next_back() {
            return Err(TaxCodeProblem::CheckLetter);
        }
        decoded.pop();
        let mut canonical: String = decoded.iter().copied().map(char::from).collect();
        canonical.extend(check_letter(&decoded));
        Ok(Self { entered, canonical })
    }

    /// The code as it was entered, in upper case without blanks: what names *one* person or body.
    pub fn as_entered(&self) -> &str {
        &self.entered
    }

    /// The code with omocodia undone and its check letter computed anew. It finds a person however the code was copied, but two people
    /// can share it: who may see or sign what goes by [`as_entered`](Self::as_entered).
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether the code is a person's: sixteen characters.
    pub fn is_person(&self) -> bool {
        self.entered.len() == PERSON
    }

    /// Whether digits were replaced by letters, because someone else would have had the same code.
    pub fn is_omocode(&self) -> bool {
        self.entered != self.canonical
    }

    /// The sex that the code states; none for a body.
    pub fn sex(&self) -> Option<Sex> {
        self.birth().map(|birth| birth.sex)
    }

    /// The dates of birth that the code allows on the day `reference`, latest first: one for nearly everyone, two where the person
    /// may also be over a hundred, none for a body.
    pub fn birth_dates(&self, reference: Date) -> Vec<Date> {
        let Some(birth) = self.birth() else { return Vec::new() };
        let century = reference.year() - reference.year().rem_euclid(100);
        [century, century - 100, century - 200]
            .into_iter()
            .filter_map(|century| Date::new(century + birth.year, birth.month, birth.day).ok())
            .filter(|date| *date <= reference && date.year() >= reference.year() - MAX_AGE_YEARS)
            .collect()
    }

    /// Whether the code can belong to someone born on `date`.
    pub fn is_born_on(&self, date: Date) -> bool {
        self.birth()
            .is_some_and(|birth| birth.year == date.year().rem_euclid(100) && birth.month == date.month() && birth.day == date.day())
    }

    /// Belfiore code of the commune or `Z` code of the state of birth; none for a body.
    pub fn place_code(&self) -> Option<&str> {
        if self.is_person() { self.canonical.get(11..15) } else { None }
    }

    /// What the tables know of the birthplace at the possible dates of birth; of two dates the better answer. None for a body.
    pub fn birthplace(&self, reference: Date) -> Option<PlaceCheck> {
        let code = self.place_code()?;
        let checks = self.birth_dates(reference).into_iter().map(|date| places::check(code, date));
        Some(checks.min_by_key(PlaceCheck::rank).unwrap_or(PlaceCheck::Unverified))
    }

    /// Whether the code can belong to someone of these names; never so for a body. A mismatch is a reason to look again, not proof: women
    /// may enter their husband's name, and registers of other countries order names otherwise.
    pub fn matches_names(&self, given: &str, family: &str) -> bool {
        self.is_person() && names::family_matches(&self.canonical[..3], family) && names::given_matches(&self.canonical[3..6], given)
    }

    /// Every way in which the code may be written: each of its seven digits as a digit or as its letter of omocodia. A body's code has one.
    ///
    /// ```
    /// # use sportello_domain::identity::TaxCode;
    /// let code = TaxCode::parse("RSSMRA80A01C57PZ")?;
    /// let spellings: Vec<_> = code.spellings().collect();
    /// assert_eq!(spellings.len(), 128);
    /// assert!(spellings.iter().all(|one| TaxCode::parse(one).is_ok_and(|one| one.canonical() == "RSSMRA80A01C573D")));
    /// # Ok::<(), sportello_domain::identity::TaxCodeProblem>(())
    /// ```
    pub fn spellings(&self) -> impl Iterator<Item = String> + '_ {
        let choices = if self.is_person() { 1_u32 << DIGITS.len() } else { 1 };
        (0..choices).map(|choice| if self.is_person() { self.spelling(choice) } else { self.entered.clone() })
    }

    /// The canonical code with the digits that the bits name turned into letters.
    fn spelling(&self, letters: u32) -> String {
        let mut bytes = self.canonical.as_bytes()[..PERSON - 1].to_vec();
        for (bit, place) in DIGITS.iter().enumerate() {
            if letters & (1 << bit) != 0 {
                bytes[*place] = OMOCODE[usize::from(bytes[*place] - b'0')];
            }
        }
        let last = check_letter(&bytes);
        bytes.into_iter().map(char::from).chain(last).collect()
    }

    fn birth(&self) -> Option<Birth> {
        if self.is_person() { Birth::read(self.canonical.as_bytes()).ok() } else { None }
    }
}

impl Birth {
    /// Reads year, month and day from a person's decoded code; 29 February only in years that were leap in some century.
    fn read(decoded: &[u8]) -> Result<Self, TaxCodeProblem> {
        let two = |at: usize| i8::try_from((decoded[at] - b'0') * 10 + decoded[at + 1] - b'0').unwrap_or(i8::MAX);
        let month = MONTHS.iter().position(|letter| *letter == decoded[8]).ok_or(TaxCodeProblem::Month)?;
        let month = i8::try_from(month + 1).map_err(|_| TaxCodeProblem::Month)?;
        let (year, day) = (i16::from(two(6)), two(9));
        let (day, sex) = if day > FEMALE_DAY { (day - FEMALE_DAY, Sex::Female) } else { (day, Sex::Male) };
        Date::new(2000 + year, month, day).map_err(|_| TaxCodeProblem::Day)?;
        Ok(Self { year, month, day, sex })
    }
}

/// Why a text is no fiscal code. Positions count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxCodeProblem {
    /// Nothing but blanks.
    Empty,
    /// Something that is neither a letter nor a digit.
    Character {
        /// Its place.
        position: usize,
    },
    /// Neither sixteen characters nor eleven digits.
    Length {
        /// How many there are.
        found: usize,
    },
    /// A digit, or another sign, where a person's code has a letter.
    LetterExpected {
        /// Its place.
        position: usize,
    },
    /// A letter that stands for no digit, where a person's code has a digit.
    DigitExpected {
        /// Its place.
        position: usize,
    },
    /// The ninth character is no month.
    Month,
    /// The day of birth does not exist.
    Day,
    /// The last letter does not fit the others.
    CheckLetter,
    /// The eleven digits of a body do not fit together.
    BodyDigits,
    /// No commune ever had the code of the birthplace.
    UnknownPlace,
    /// The commune of birth did not exist at the date of birth.
    PlaceNotAtThatDate,
}

code_problem!(TaxCodeProblem);

impl TaxCodeProblem {
    /// The stable name of the problem.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Character { .. } => "character",
            Self::Length { .. } => "length",
            Self::LetterExpected { .. } => "letter_expected",
            Self::DigitExpected { .. } => "digit_expected",
            Self::Month => "month",
            Self::Day => "day",
            Self::CheckLetter => "check_letter",
            Self::BodyDigits => "body_digits",
            Self::UnknownPlace => "unknown_place",
            Self::PlaceNotAtThatDate => "place_not_at_that_date",
        }
    }

    /// What is wrong and how to mend it.
    pub fn text(&self, language: Language) -> String {
        let (it, en) = match self {
            Self::Character { position } | Self::LetterExpected { position } | Self::DigitExpected { position } => {
                return self.text_at(*position, language);
            }
            Self::Length { found } => return Self::length_text(*found, language),
            Self::Empty => (
                "Manca il codice fiscale: si trova sulla tessera sanitaria o sulla carta d'identità.",
                "The fiscal code is missing: it is on the health card or on the identity card.",
            ),
            Self::Month => (
                "Il carattere 9 del codice fiscale, che indica il mese di nascita, non è valido: può essere A, B, C, D, E, H, L, M, P, \
                 R, S o T. Ricopia il codice dalla tessera sanitaria.",
                "Character 9 of the fiscal code, which gives the month of birth, is not valid: it can be A, B, C, D, E, H, L, M, P, R, S \
                 or T. Copy the code from the health card.",
            ),
            Self::Day => (
                "I caratteri 10 e 11 del codice fiscale indicano un giorno di nascita che non esiste: vanno da 01 a 31 per gli uomini e da \
                 41 a 71 per le donne, secondo il mese. Ricopia il codice dalla tessera sanitaria.",
                "Characters 10 and 11 of the fiscal code give a day of birth that does not exist: they go from 01 to 31 for men and from 41 to \
                 71 for women, according to the month. Copy the code from the health card.",
            ),
            Self::CheckLetter => (
                "L'ultima lettera del codice fiscale non corrisponde agli altri caratteri: almeno un carattere è sbagliato o scambiato. \
                 Ricopia il codice dalla tessera sanitaria.",
                "The last letter of the fiscal code does not fit the other characters: at least one of them is wrong or swapped. Copy the code \
                 from the health card.",
            ),
            Self::BodyDigits => (
                "Le 11 cifre del codice fiscale dell'ente non sono coerenti: almeno una è sbagliata o scambiata. Ricopia il codice dal \
                 certificato di attribuzione o dalla visura camerale.",
                "The 11 digits of the body's fiscal code do not fit together: at least one of them is wrong or swapped. Copy the code from its \
                 certificate or from the company register.",
            ),
            Self::UnknownPlace => (
                "I caratteri da 12 a 15 del codice fiscale indicano un luogo di nascita che non esiste. Ricopia il codice dalla \
                 tessera sanitaria; se vi è scritto così, rivolgiti allo sportello.",
                "Characters 12 to 15 of the fiscal code give a birthplace that does not exist. Copy the code from the health card; if it \
                 reads so there, ask at the desk.",
            ),
            Self::PlaceNotAtThatDate => (
                "Il comune di nascita indicato dai caratteri da 12 a 15 del codice fiscale non esisteva alla data di nascita. \
                 Ricopia il codice dalla tessera sanitaria; se vi è scritto così, rivolgiti allo sportello.",
                "The commune of birth given by characters 12 to 15 of the fiscal code did not exist at the date of birth. Copy the code from \
                 the health card; if it reads so there, ask at the desk.",
            ),
        };
        language.pick(it, en).to_owned()
    }

    fn length_text(found: usize, language: Language) -> String {
        match language {
            Language::It => format!(
                "Il codice fiscale ha 16 caratteri per una persona e 11 cifre per un ente: qui i caratteri sono {found}. \
                 Controlla se ne manca o ne avanza qualcuno."
            ),
            Language::En => format!(
                "A fiscal code has 16 characters for a person and 11 digits for a body: here there are {found}. Check for missing or extra \
                 ones."
            ),
        }
    }

    fn text_at(self, position: usize, language: Language) -> String {
        match (self, language) {
            (Self::LetterExpected { .. }, Language::It) => format!(
                "Il carattere {position} del codice fiscale deve essere una lettera: controlla di non avere scritto zero per O o uno per I."
            ),
            (Self::LetterExpected { .. }, Language::En) => format!(
                "Character {position} of the fiscal code must be a letter: check that you have not written zero for O or one for I."
            ),
            (Self::DigitExpected { .. }, Language::It) => format!(
                "Il carattere {position} del codice fiscale deve essere una cifra, o una delle lettere L M N P Q R S T U V che la \
                 sostituiscono: controlla di non avere scritto O per zero o I per uno."
            ),
            (Self::DigitExpected { .. }, Language::En) => format!(
                "Character {position} of the fiscal code must be a digit, or one of the letters L M N P Q R S T U V that replace digits: check \
                 that you have not written O for zero or I for one."
            ),
            (_, Language::It) => {
                format!("Il carattere {position} del codice fiscale non è né una lettera né una cifra: toglilo o correggilo.")
            }
            (_, Language::En) => {
                format!("Character {position} of the fiscal code is neither a letter nor a digit: remove or correct it.")
            }
        }
    }

    /// One of each, for the snapshot of what people read.
    #[cfg(test)]
    pub(super) fn examples() -> Vec<Self> {
        vec![
            Self::Empty,
            Self::Character { position: 3 },
            Self::Length { found: 15 },
            Self::LetterExpected { position: 2 },
            Self::DigitExpected { position: 8 },
            Self::Month,
            Self::Day,
            Self::CheckLetter,
            Self::BodyDigits,
            Self::UnknownPlace,
            Self::PlaceNotAtThatDate,
        ]
    }
}

#[cfg(test)]
mod tests;

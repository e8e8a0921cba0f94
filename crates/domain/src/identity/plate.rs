//! Number plates of vehicles (D.Lgs. 285/1992, art. 100, and the series used before it).
//!
//! Only the shape can be checked: plates have no check digit. What has the shape of an Italian plate must follow its alphabet; any other
//! text is taken as a plate that the product does not know (mopeds, diplomats, other countries) and left to the operator. A plate that
//! its holder declares to be foreign is a [`ForeignPlate`]: other countries use the Italian shape with all the letters.

use serde::{Deserialize, Serialize};

use super::{code_problem, compact, personal_code};
use crate::text::Language;

/// Fewest and most characters of any plate.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=10;

/// The letters of provinces on plates up to 1994, and on those of motorbikes up to 1999.
const PROVINCES: &str = "AG AL AN AO AP AQ AR AT AV BA BG BI BL BN BO BR BS BZ CA CB CE CH CL CN CO CR CS CT CZ EN FE FG FI FO FR GE GO \
                         GR IM IS KR LC LE LI LO LT LU MC ME MI MN MO MS MT NA NO NU OR PA PC PD PE PG PI PN PO PR PS PT PV PZ RA RC RE RG \
                         RI RM RN RO SA SI SO SP SR SS SV TA TE TN TO TP TR TS TV UD VA VB VC VE VI VR VT VV";

/// What a plate's shape says of its vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlateKind {
    /// Two letters, three digits, two letters: since 1994.
    Car,
    /// As a car's, with an `X` first: since 2013.
    Trailer,
    /// As a car's, with a `Y` first.
    LocalPolice,
    /// Two letters and five digits: since 1999.
    Motorbike,
    /// The letters of a province and up to six characters: cars up to 1994, motorbikes up to 1999.
    OldProvince,
    /// A shape that says nothing: another country, a moped, a diplomat, a temporary `EE` plate. Someone must look.
    Unverified,
}

/// A plate, in upper case without blanks or hyphens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Plate {
    text: String,
}

personal_code!(Plate, PlateProblem, text);

impl Plate {
    /// Reads a plate as typed; blanks, hyphens, dots and case do not matter.
    ///
    /// ```
    /// use sportello_domain::identity::{Plate, PlateKind};
    ///
    /// let plate = Plate::parse("ab 123-cd")?;
    /// assert_eq!((plate.as_str(), plate.kind()), ("AB123CD", PlateKind::Car));
    /// # Ok::<(), sportello_domain::identity::PlateProblem>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, PlateProblem> {
        let text = readable(text)?;
        let unused = text.bytes().position(|byte| matches!(byte, b'I' | b'O' | b'Q' | b'U'));
        if let Some(index) = unused.filter(|_| is_shape(&text, "LLDDDLL")) {
            return Err(PlateProblem::UnusedLetter { position: index + 1 });
        }
        Ok(Self { text })
    }

    /// The plate as it is compared and stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What its shape says.
    pub fn kind(&self) -> PlateKind {
        let text = self.text.as_str();
        if is_shape(text, "LLDDDLL") {
            return match text.as_bytes() {
                [b'E', b'E', ..] => PlateKind::Unverified,
                [b'X', ..] => PlateKind::Trailer,
                [b'Y', ..] => PlateKind::LocalPolice,
                _ => PlateKind::Car,
            };
        }
        if is_old_province(text) {
            return PlateKind::OldProvince;
        }
        let letters_in_use = !text.bytes().any(|byte| matches!(byte, b'I' | b'O' | b'Q' | b'U'));
        if is_shape(text, "LLDDDDD") && letters_in_use { PlateKind::Motorbike } else { PlateKind::Unverified }
    }
}

/// A plate that its holder declares to be of another country: any letters, nothing verified.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ForeignPlate {
    text: String,
}

personal_code!(ForeignPlate, PlateProblem, text);

impl ForeignPlate {
    /// Reads a plate as typed; blanks, hyphens, dots and case do not matter.
    pub fn parse(text: &str) -> Result<Self, PlateProblem> {
        readable(text).map(|text| Self { text })
    }

    /// The plate as it is compared and stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What any plate has: a few letters and digits, at least one digit.
fn readable(text: &str) -> Result<String, PlateProblem> {
    let text = compact(text, &['-', '.', '·', '–', '\'']).map_err(|stray| PlateProblem::Character { position: stray.position })?;
    if text.is_empty() {
        return Err(PlateProblem::Empty);
    }
    if !LENGTHS.contains(&text.len()) {
        return Err(PlateProblem::Length { found: text.len() });
    }
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(PlateProblem::NoDigit);
    }
    Ok(text)
}

/// Whether `text` has letters and digits where `shape` has `L` and `D`.
fn is_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(|(byte, kind)| byte.is_ascii_digit() == (kind == b'D'))
}

/// The province (or `ROMA`, as Rome's plates say), then one to six characters of which one at most is a letter.
fn is_old_province(text: &str) -> bool {
    let number = text.strip_prefix("ROMA").or_else(|| {
        let province = text.get(..2)?;
        PROVINCES.split_whitespace().any(|known| known == province).then(|| &text[2..])
    });
    number.is_some_and(|number| {
        let letters = number.bytes().filter(u8::is_ascii_uppercase).count();
        (1..=6).contains(&number.len()) && (letters == 0 || letters == 1 && number.len() == 6)
    })
}

/// Why a text is no plate. Positions count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateProblem {
    /// Nothing but blanks.
    Empty,
    /// Something that is neither a letter nor a digit.
    Character {
        /// Its place.
        position: usize,
    },
    /// Too short or too long for any plate.
    Length {
        /// How many there are.
        found: usize,
    },
    /// No digit at all.
    NoDigit,
    /// The shape of an Italian plate with a letter that none has: I, O, Q or U.
    UnusedLetter {
        /// Its place.
        position: usize,
    },
}

code_problem!(PlateProblem);

impl PlateProblem {
    /// The stable name of the problem.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Character { .. } => "character",
            Self::Length { .. } => "length",
            Self::NoDigit => "no_digit",
            Self::UnusedLetter { .. } => "unused_letter",
        }
    }

    /// What is wrong and how to mend it.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Empty, Language::It) => "Manca la targa: si trova sulla carta di circolazione.".to_owned(),
            (Self::Empty, Language::En) => "The plate is missing: it is on the registration document.".to_owned(),
            (Self::Character { position }, Language::It) => {
                format!("Il carattere {position} della targa non è né una lettera né una cifra: toglilo o correggilo.")
            }
            (Self::Character { position }, Language::En) => {
                format!("Character {position} of the plate is neither a letter nor a digit: remove or correct it.")
            }
            (Self::Length { found }, Language::It) => format!(
                "La targa ha da {} a {} caratteri: qui sono {found}. Scrivi una sola targa, senza altro testo.",
                LENGTHS.start(),
                LENGTHS.end()
            ),
            (Self::Length { found }, Language::En) => format!(
                "A plate has {} to {} characters: here there are {found}. Write a single plate and nothing else.",
                LENGTHS.start(),
                LENGTHS.end()
            ),
            (Self::NoDigit, Language::It) => {
                "Nella targa manca il numero: ricopiala dalla carta di circolazione, per esempio AB123CD.".to_owned()
            }
            (Self::NoDigit, Language::En) => {
                "The plate has no number: copy it from the registration document, for example AB123CD.".to_owned()
            }
            (Self::UnusedLetter { position }, Language::It) => format!(
                "Il carattere {position} della targa non è possibile: le targhe italiane non usano le lettere I, O, Q e U. Ricopiala \
                 dalla carta di circolazione."
            ),
            (Self::UnusedLetter { position }, Language::En) => format!(
                "Character {position} of the plate is not possible: Italian plates do not use the letters I, O, Q and U. Copy it from the \
                 registration document."
            ),
        }
    }

    /// One of each, for the snapshot of what people read.
    #[cfg(test)]
    pub(super) fn examples() -> Vec<Self> {
        vec![Self::Empty, Self::Character { position: 3 }, Self::Length { found: 14 }, Self::NoDigit, Self::UnusedLetter { position: 7 }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_tells_the_kind() {
        for (text, normalised, kind) in [
            ("ab 123 cd", "AB123CD", PlateKind::Car),
            ("EN-399-ZA", "EN399ZA", PlateKind::Car),
            ("ZA 001 AB", "ZA001AB", PlateKind::Car),
            ("XA 123 BB", "XA123BB", PlateKind::Trailer),
            ("YA 123 AA", "YA123AA", PlateKind::LocalPolice),
            ("EE 123 AA", "EE123AA", PlateKind::Unverified),
            ("DB 12345", "DB12345", PlateKind::Motorbike),
            ("FO 123456", "FO123456", PlateKind::OldProvince),
            ("fo12345", "FO12345", PlateKind::OldProvince),
            ("MI A12345", "MIA12345", PlateKind::OldProvince),
            ("Roma 1A2345", "ROMA1A2345", PlateKind::OldProvince),
            ("IO 12345", "IO12345", PlateKind::Unverified),
            ("A 1234", "A1234", PlateKind::Unverified),
            ("M-AB 1234", "MAB1234", PlateKind::Unverified),
            ("AB12 CDE", "AB12CDE", PlateKind::Unverified),
            ("X3 XX3X", "X3XX3X", PlateKind::Unverified),
        ] {
            let plate = Plate::parse(text).unwrap();
            assert_eq!((plate.as_str(), plate.kind()), (normalised, kind), "{text}");
        }
    }

    #[test]
    fn wrong_plates_are_refused_each_for_its_reason() {
        for (text, problem) in [
            (" - ", PlateProblem::Empty),
            ("EN399ZO", PlateProblem::UnusedLetter { position: 7 }),
            ("IA123BB", PlateProblem::UnusedLetter { position: 1 }),
            ("AQ123BB", PlateProblem::UnusedLetter { position: 2 }),
            ("AB123UB", PlateProblem::UnusedLetter { position: 6 }),
            ("A", PlateProblem::Length { found: 1 }),
            ("AB123CD, AB124CD", PlateProblem::Character { position: 8 }),
            ("AB123CDAB124CD", PlateProblem::Length { found: 14 }),
            ("nessuna", PlateProblem::NoDigit),
            ("AB123C*", PlateProblem::Character { position: 7 }),
        ] {
            assert_eq!(Plate::parse(text).unwrap_err(), problem, "{text}");
        }
        assert_eq!(
            Plate::parse("EN399ZO").unwrap_err().text(Language::It),
            "Il carattere 7 della targa non è possibile: le targhe italiane non usano le lettere I, O, Q e U. Ricopiala dalla carta di \
             circolazione."
        );
    }

    #[test]
    fn a_plate_declared_foreign_may_have_any_letter() {
        assert_eq!(ForeignPlate::parse("ba-123 OA").unwrap().as_str(), "BA123OA");
        assert_eq!(ForeignPlate::parse("").unwrap_err(), PlateProblem::Empty);
        assert_eq!(ForeignPlate::parse("BA 123 ÖA").unwrap_err(), PlateProblem::Character { position: 6 });
    }
}

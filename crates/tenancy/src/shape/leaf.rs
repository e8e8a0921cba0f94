//! The types of single values.

use crate::problem::Words;

/// The type of a single value. Texts stay texts: `01234`, `08:30` and `NO` are what they look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// `true` or `false`.
    Bool,
    /// A whole number between bounds.
    Integer(i64, i64),
    /// A decimal number.
    Number,
    /// An amount, `16.00`.
    Money,
    /// A text of at most so many characters (0: no limit).
    Text(u32),
    /// An id, `[a-z0-9-]`.
    Id,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A civil date.
    Date,
    /// A day of every year, `09-29`.
    MonthDay,
    /// A time of day, `08:30`.
    Time,
    /// A moment, RFC 3339.
    Moment,
    /// A UUID of version 7: such ids sort by age.
    Uuid,
    /// Three to five capital letters.
    Code,
    /// `#RRGGBB`.
    Colour,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An `https://` address.
    Url,
    /// The name of a file in the same folder.
    FileName,
    /// A release, `2026.1`.
    Release,
    /// A version, `1.0.0`.
    Version,
    /// A SHA-256 in hexadecimal.
    Sha256,
    /// An expression in CEL that is true or false.
    Condition,
    /// An expression in CEL that has any value.
    Expression,
    /// A number, a date or `today`, as text.
    Bound,
}

impl Leaf {
    /// What it must be, for messages.
    pub fn expected(self) -> Words {
        let (it, en) = match self {
            Self::Bool => ("true o false", "true or false"),
            Self::Integer(..) => ("un numero intero", "a whole number"),
            Self::Number => ("un numero", "a number"),
            Self::Money => ("un importo come \"16.00\"", "an amount such as \"16.00\""),
            Self::Text(_) => ("un testo", "a text"),
            Self::Id => ("un identificativo come 'pink-badge'", "an id such as 'pink-badge'"),
            Self::OneOf(words) => {
                let list = words.join(", ");
                return Words::new(format!("uno di: {list}"), format!("one of: {list}"));
            }
            Self::Date => ("una data come 2026-09-29", "a date such as 2026-09-29"),
            Self::MonthDay => ("un giorno dell'anno come 09-29 (mese-giorno)", "a day of the year such as 09-29 (month-day)"),
            Self::Time => ("un'ora come 08:30", "a time such as 08:30"),
            Self::Moment => ("un istante come 2026-03-14T09:22:07Z", "a moment such as 2026-03-14T09:22:07Z"),
            Self::Uuid => ("un UUIDv7 in minuscole", "a UUIDv7 in small letters"),
            Self::Code => ("un codice da 3 a 5 lettere maiuscole, come SAN", "a code of 3 to 5 capital letters, such as SAN"),
            Self::Colour => ("un colore come \"#0066CC\" (tra virgolette)", "a colour such as \"#0066CC\" (in quotes)"),
            Self::Email => ("un indirizzo e-mail", "an e-mail address"),
            Self::Phone => ("un numero di telefono", "a telephone number"),
            Self::Url => ("un indirizzo che comincia con https://", "an address that begins with https://"),
            Self::FileName => ("il nome di un file di questa cartella", "the name of a file in this folder"),
            Self::Release => ("un rilascio come 2026.1", "a release such as 2026.1"),
            Self::Version => ("una versione come 1.0.0", "a version such as 1.0.0"),
            Self::Sha256 => ("un'impronta SHA-256 in esadecimale", "a SHA-256 in hexadecimal"),
            Self::Condition => ("una condizione", "a condition"),
            Self::Expression => ("un'espressione", "an expression"),
            Self::Bound => ("un numero, una data o 'today'", "a number, a date or 'today'"),
        };
        Words::new(it, en)
    }

    /// The regular expression that editors check, where there is one.
    pub fn pattern(self) -> Option<&'static str> {
        Some(match self {
            Self::Money => r"^[0-9]{1,12}\.[0-9]{2}$",
            Self::Id => r"^[a-z0-9]+(-[a-z0-9]+)*$",
            Self::Date => r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            Self::MonthDay => r"^[0-9]{2}-[0-9]{2}$",
            Self::Time => r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
            Self::Uuid => r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
            Self::Code => r"^[A-Z]{3,5}$",
            Self::Colour => r"^#[0-9A-Fa-f]{6}$",
            Self::Email => r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
            Self::Phone => r"^\+?[0-9][0-9 ./-]{3,24}$",
            Self::Url => r"^https?://\S+$",
            Self::FileName => r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            Self::Release => r"^[0-9]{4}\.[0-9]+$",
            Self::Version => r"^[0-9]+\.[0-9]+\.[0-9]+$",
            Self::Sha256 => r"^[0-9a-f]{64}$",
            _ => return None,
        })
    }
}

//! The words for what is wrong with a body, a query or a header: each fault is made here, in both languages, so the same
//! mistake reads the same wherever it is made.
//!
//! To extend: a constructor that takes the pointer first.

use sportello_domain::refusal::{Fault, Message};

fn fault(pointer: &str, code: &'static str, it: impl Into<String>, en: impl Into<String>) -> Fault {
    Fault { pointer: pointer.to_owned(), code, message: Message::new(it, en) }
}

/// Something that must be there is not.
pub(crate) fn required(pointer: &str) -> Fault {
    fault(pointer, "required", "È obbligatorio.", "It is required.")
}

/// A member that nobody knows.
pub(crate) fn unknown_field(pointer: &str, known: &[&str]) -> Fault {
    let known = known.join(", ");
    fault(pointer, "unknown_field", format!("Non esiste; qui si accetta: {known}."), format!("It does not exist; taken here: {known}."))
}

/// A query parameter that nobody knows.
pub(crate) fn unknown_parameter(pointer: &str, known: &[&str]) -> Fault {
    if known.is_empty() {
        return fault(pointer, "unknown_parameter", "Qui non si accettano parametri.", "No parameters are taken here.");
    }
    let known = known.join(", ");
    fault(pointer, "unknown_parameter", format!("Non esiste; qui si accetta: {known}."), format!("It does not exist; taken here: {known}."))
}

/// A parameter that was given twice.
pub(crate) fn repeated(pointer: &str) -> Fault {
    fault(pointer, "repeated", "È indicato più di una volta.", "It is given more than once.")
}

/// A parameter whose bytes are no text.
pub(crate) fn not_text(pointer: &str) -> Fault {
    fault(pointer, "not_text", "Non è un testo in UTF-8 senza caratteri nulli.", "It is no text in UTF-8 without null characters.")
}

/// The kinds of JSON that are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// An object.
    Object,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A UUID.
    Id,
    /// An array of UUIDs.
    Ids,
    /// A civil day.
    Date,
    /// An amount of money.
    Money,
}

impl Kind {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Object => ("un oggetto", "an object"),
            Self::Text => ("un testo", "a text"),
            Self::Id => ("un identificativo UUID", "a UUID"),
            Self::Number => ("un numero intero", "a whole number"),
            Self::Ids => ("un elenco di UUID", "an array of UUIDs"),
            Self::Money => ("un importo come \"16.00\"", "an amount such as \"16.00\""),
            Self::Date => ("una data come 2026-05-04", "a date such as 2026-05-04"),
        }
    }
}

/// Something of another kind than asked for.
pub(crate) fn wrong_type(pointer: &str, expected: Kind) -> Fault {
    let (it, en) = expected.words();
    fault(pointer, "wrong_type", format!("Deve essere {it}."), format!("It must be {en}."))
}

/// A text with too many or too few characters.
pub(crate) fn wrong_length(pointer: &str, min: usize, max: usize) -> Fault {
    fault(
        pointer,
        "wrong_length",
        format!("Deve avere da {min} a {max} caratteri."),
        format!("It must have between {min} and {max} characters."),
    )
}

/// None of the choices.
pub(crate) fn unknown_choice(pointer: &str, choices: &[&str]) -> Fault {
    let choices = choices.join(", ");
    fault(pointer, "unknown_choice", format!("Deve essere uno tra: {choices}."), format!("It must be one of: {choices}."))
}

/// A cursor that no earlier reply gave, or whose list has changed.
pub(crate) fn unknown_cursor(pointer: &str) -> Fault {
    fault(
        pointer,
        "unknown_cursor",
        "Non è un cursore di questo elenco: ricomincia dalla prima pagina.",
        "It is no cursor of this list: begin again from the first page.",
    )
}

/// A number out of bounds.
pub(crate) fn out_of_range(pointer: &str, min: i64, max: i64) -> Fault {
    fault(
        pointer,
        "out_of_range",
        format!("Deve essere un numero intero da {min} a {max}."),
        format!("It must be a whole number between {min} and {max}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_differs_between_the_languages() {
        let all = [
            required("/a"),
            unknown_field("/a", &["b"]),
            unknown_parameter("/a", &["b"]),
            unknown_parameter("/a", &[]),
            repeated("/a"),
            not_text("/a"),
            wrong_type("/a", Kind::Object),
            wrong_type("/a", Kind::Text),
            wrong_type("/a", Kind::Id),
            wrong_type("/a", Kind::Ids),
            wrong_type("/a", Kind::Number),
            wrong_type("/a", Kind::Date),
            wrong_length("/a", 1, 2),
            unknown_choice("/a", &["b"]),
            unknown_cursor("/a"),
            out_of_range("/a", 1, 2),
        ];
        for fault in all {
            assert_ne!(fault.message.it, fault.message.en, "{}", fault.code);
        }
    }
}

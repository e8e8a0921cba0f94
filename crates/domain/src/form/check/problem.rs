//! What can be wrong with an answer: a stable code and a text in both languages that says how to mend it.
//!
//! No text repeats what was typed: answers are personal data. To extend: a variant with its code and both texts; the snapshot of
//! the tests shows them all.

use crate::{
    refusal::Message,
    text::{Language, Text},
};

/// One way in which an answer is wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Problem<'a> {
    Required,
    MustAgree,
    UnknownField,
    NotApplicable,
    TooDeep,
    WrongType(Shape),
    ControlCharacter,
    TooShort(u64),
    TooLong(u64),
    Pattern(Option<&'a Text>),
    TooSmall(&'a str),
    TooLarge(&'a str),
    TooEarly(String),
    TooLate(String),
    TooFew(u64),
    TooMany(u64),
    UnknownChoice(Vec<&'a str>),
    DuplicateChoice,
    NotADate,
    NotAnAmount,
    NotAPhone,
    NotAnEmail,
    NotAPostalCode,
    NotAProvince,
    NotALatitude,
    NotALongitude,
    NotARegistry,
    NotAMunicipality,
    NotADocument,
    PersonExpected,
    DocumentMissing(&'a Text),
    TooManyDocuments(u16),
    Computed(&'a serde_json::Value),
}

/// The shape in JSON that an answer must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Boolean,
    Array,
    Object,
}

impl Shape {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("un testo tra virgolette", "a text in quotes"),
            Self::Number => ("un numero senza virgolette", "a number without quotes"),
            Self::Boolean => ("true oppure false", "true or false"),
            Self::Array => ("un elenco tra parentesi quadre", "a list in square brackets"),
            Self::Object => ("un oggetto tra parentesi graffe", "an object in curly brackets"),
        }
    }
}

impl Problem<'_> {
    /// The stable code.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::MustAgree => "must_agree",
            Self::UnknownField => "unknown_field",
            Self::NotApplicable => "not_applicable",
            Self::TooDeep => "too_deep",
            Self::WrongType(_) => "wrong_type",
            Self::ControlCharacter => "control_character",
            Self::TooShort(_) => "too_short",
            Self::TooLong(_) => "too_long",
            Self::Pattern(_) => "pattern",
            Self::TooSmall(_) => "too_small",
            Self::TooLarge(_) => "too_large",
            Self::TooEarly(_) => "too_early",
            Self::TooLate(_) => "too_late",
            Self::TooFew(_) => "too_few",
            Self::TooMany(_) => "too_many",
            Self::UnknownChoice(_) => "unknown_choice",
            Self::DuplicateChoice => "duplicate_choice",
            Self::NotADate => "not_a_date",
            Self::NotAnAmount => "not_an_amount",
            Self::NotAPhone => "not_a_phone",
            Self::NotAnEmail => "not_an_email",
            Self::NotAPostalCode => "not_a_postal_code",
            Self::NotAProvince => "not_a_province",
            Self::NotALatitude => "not_a_latitude",
            Self::NotALongitude => "not_a_longitude",
            Self::NotARegistry => "not_a_registry",
            Self::NotAMunicipality => "not_a_municipality",
            Self::NotADocument => "not_a_document",
            Self::PersonExpected => "person_expected",
            Self::DocumentMissing(_) => "document_missing",
            Self::TooManyDocuments(_) => "too_many_documents",
            Self::Computed(_) => "computed",
        }
    }

    /// What is wrong and how to mend it.
    pub(super) fn message(&self) -> Message {
        self.bounded().unwrap_or_else(|| {
            let (it, en) = self.plain();
            Message::new(it, en)
        })
    }

    /// The texts that name a bound or a title of the configuration.
    fn bounded(&self) -> Option<Message> {
        let message = match self {
            Self::WrongType(shape) => {
                let (it, en) = shape.words();
                Message::new(
                    format!("Il valore è del tipo sbagliato: scrivi {it}."),
                    format!("The value is of the wrong type: write {en}."),
                )
            }
            Self::TooShort(least) => Message::new(
                format!("Il testo è troppo corto: scrivi almeno {least} caratteri."),
                format!("The text is too short: write at least {least} characters."),
            ),
            Self::TooLong(most) => Message::new(
                format!("Il testo è troppo lungo: scrivi al massimo {most} caratteri."),
                format!("The text is too long: write at most {most} characters."),
            ),
            Self::Pattern(Some(help)) => Message::new(
                format!("Il testo non ha la forma richiesta. {}", help.it),
                format!("The text does not have the form that is asked for. {}", help.get(Language::En)),
            ),
            Self::TooSmall(least) => Message::new(
                format!("Il valore è troppo basso: il minimo è {least}."),
                format!("The value is too small: the least is {least}."),
            ),
            Self::TooLarge(most) => Message::new(
                format!("Il valore è troppo alto: il massimo è {most}."),
                format!("The value is too large: the most is {most}."),
            ),
            Self::TooEarly(day) => Message::new(
                format!("La data è troppo indietro: indica un giorno dal {day} in poi."),
                format!("The date is too early: give a day from {day} on."),
            ),
            Self::TooLate(day) => Message::new(
                format!("La data è troppo avanti: indica un giorno fino al {day}."),
                format!("The date is too late: give a day up to {day}."),
            ),
            Self::TooFew(least) => Message::new(
                format!("Le voci sono troppo poche: il minimo è {least}."),
                format!("There are too few entries: the least is {least}."),
            ),
            Self::TooMany(most) => Message::new(
                format!("Le voci sono troppe: il massimo è {most}."),
                format!("There are too many entries: the most is {most}."),
            ),
            Self::UnknownChoice(ids) => {
                let ids = ids.join(", ");
                Message::new(
                    format!("Questa scelta non esiste: scegli tra {ids}."),
                    format!("There is no such choice: choose among {ids}."),
                )
            }
            Self::DocumentMissing(title) => Message::new(
                format!("Manca il documento «{}»: caricalo.", title.it),
                format!("The document “{}” is missing: upload it.", title.get(Language::En)),
            ),
            Self::TooManyDocuments(most) => Message::new(
                format!("I documenti di questo tipo sono troppi: togline fino ad averne al massimo {most}."),
                format!("There are too many documents of this kind: remove some until there are at most {most}."),
            ),
            Self::Computed(serde_json::Value::Null) => Message::new(
                "Questo valore si ricava dalle altre risposte, che ancora non bastano: non scriverlo.",
                "This value follows from the other answers, which are not enough yet: leave it out.",
            ),
            Self::Computed(right) => {
                let right = right.as_str().map_or_else(|| right.to_string(), str::to_owned);
                Message::new(
                    format!("Questo valore si ricava dalle altre risposte: è {right}. Non scriverlo."),
                    format!("This value follows from the other answers: it is {right}. Leave it out."),
                )
            }
            _ => return None,
        };
        Some(message)
    }

    /// The texts that are the same for every field.
    const fn plain(&self) -> (&'static str, &'static str) {
        match self {
            Self::Required => ("Questa risposta è obbligatoria: compilala.", "This answer is required: fill it in."),
            Self::MustAgree => (
                "Senza questa dichiarazione la domanda non si può presentare: leggila e conferma con true.",
                "The application cannot be submitted without this declaration: read it and agree with true.",
            ),
            Self::UnknownField => (
                "Il modulo non ha questo campo: toglilo o controlla come è scritto.",
                "The form has no such field: remove it or check how it is written.",
            ),
            Self::NotApplicable => (
                "Con le altre risposte date questa domanda non si pone: togli la risposta.",
                "With the other answers given this is not asked: remove the answer.",
            ),
            Self::TooDeep => (
                "Il contenuto è annidato troppo in profondità: rendilo più semplice.",
                "The content is nested too deeply: make it simpler.",
            ),
            Self::ControlCharacter => (
                "Il testo contiene caratteri invisibili non ammessi: riscrivilo senza incollarlo.",
                "The text holds invisible characters that are not taken: write it again without pasting.",
            ),
            Self::Pattern(_) => (
                "Il testo non ha la forma richiesta: controlla che sia scritto come indicato nel modulo.",
                "The text does not have the form that is asked for: check that it is written as the form says.",
            ),
            Self::DuplicateChoice => {
                ("Questa scelta compare già nell'elenco: lasciala una volta sola.", "This choice is in the list already: leave it in once.")
            }
            Self::NotADate => (
                "La data non esiste o è scritta male: scrivi anno-mese-giorno, come 2026-05-04.",
                "The date does not exist or is badly written: write year-month-day, such as 2026-05-04.",
            ),
            Self::NotAnAmount => (
                "L'importo è scritto male: cifre, un punto e due decimali tra virgolette, come \"16.00\".",
                "The amount is badly written: digits, a dot and two decimals in quotes, such as \"16.00\".",
            ),
            Self::NotAPhone => (
                "Il numero di telefono non è valido: da 6 a 15 cifre, con + e prefisso se estero, come 0547 356111.",
                "The telephone number is not valid: 6 to 15 digits, with + and the country code if foreign, such as +39 0547 356111.",
            ),
            Self::NotAnEmail => (
                "L'indirizzo e-mail non è valido: scrivilo come nome@esempio.it.",
                "The e-mail address is not valid: write it as name@example.org.",
            ),
            Self::NotAPostalCode => (
                "Il CAP ha cinque cifre, zeri iniziali compresi: scrivilo come \"47521\".",
                "The postal code has five digits, leading zeros included: write it as \"47521\".",
            ),
            Self::NotAProvince => (
                "La provincia si scrive con la sigla di due lettere maiuscole, come FC.",
                "The province is written as two capital letters, such as FC.",
            ),
            Self::NotALatitude => (
                "La latitudine è un numero tra -90 e 90: controlla che non sia scambiata con la longitudine.",
                "The latitude is a number between -90 and 90: check that it is not swapped with the longitude.",
            ),
            Self::NotALongitude => (
                "La longitudine è un numero tra -180 e 180: controlla che sia in gradi decimali.",
                "The longitude is a number between -180 and 180: check that it is in decimal degrees.",
            ),
            Self::NotARegistry => (
                "Il catasto è \"land\" (terreni) oppure \"buildings\" (fabbricati): indica uno dei due.",
                "The registry is \"land\" or \"buildings\": give one of the two.",
            ),
            Self::NotAMunicipality => (
                "Il comune catastale si scrive con il suo codice, una lettera e tre cifre, come C573.",
                "The municipality of the land registry is written as its code, a letter and three digits, such as C573.",
            ),
            Self::NotADocument => (
                "Non è l'identificativo di un documento: carica prima il file e scrivi qui l'id che ricevi.",
                "This is not the id of a document: upload the file first and write here the id that you get.",
            ),
            Self::PersonExpected => (
                "È il codice di un'organizzazione: serve il codice fiscale di 16 caratteri di una persona.",
                "This is the code of an organisation: the 16-character tax code of a person is needed.",
            ),
            // `bounded` answers for the rest.
            _ => ("Il valore non è valido: correggilo.", "The value is not valid: correct it."),
        }
    }

    /// One of each, for the test that reads their texts.
    #[cfg(test)]
    pub(super) fn examples(title: &Text) -> Vec<Problem<'_>> {
        let mut all = vec![
            Problem::Required,
            Problem::MustAgree,
            Problem::UnknownField,
            Problem::NotApplicable,
            Problem::TooDeep,
            Problem::ControlCharacter,
            Problem::TooShort(3),
            Problem::TooLong(500),
            Problem::Pattern(None),
            Problem::Pattern(Some(title)),
            Problem::TooSmall("1"),
            Problem::TooLarge("10.00"),
            Problem::TooEarly("2026-05-04".to_owned()),
            Problem::TooLate("2026-05-04".to_owned()),
            Problem::TooFew(1),
            Problem::TooMany(4),
            Problem::UnknownChoice(vec!["first", "second"]),
            Problem::DuplicateChoice,
            Problem::NotADate,
            Problem::NotAnAmount,
            Problem::NotAPhone,
            Problem::NotAnEmail,
            Problem::NotAPostalCode,
            Problem::NotAProvince,
            Problem::NotALatitude,
            Problem::NotALongitude,
            Problem::NotARegistry,
            Problem::NotAMunicipality,
            Problem::NotADocument,
            Problem::PersonExpected,
            Problem::DocumentMissing(title),
            Problem::TooManyDocuments(2),
            Problem::Computed(&serde_json::Value::Null),
        ];
        all.extend([Shape::Text, Shape::Number, Shape::Boolean, Shape::Array, Shape::Object].map(Problem::WrongType));
        all
    }
}

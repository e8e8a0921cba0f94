//! The receipt of a submission, which with these contents is also the notice that the procedure has begun.
//!
//! L. 241/1990 art. 18-bis wants a receipt with the term and with what silence means; with what art. 8 c. 2 lists (body, object,
//! office and how to reach it, officer, term and what can be done when it passes, day of the request, how to see the file) it
//! counts as the notice. Terms and silence are those that the submission froze; offices are read live.

use jiff::civil::Date;

use crate::{
    case::Case,
    definition::Definition,
    placeholders,
    printed::{Issuer, Paper, Part, Row},
    service::Silence,
    tenant::{Office, Tenant},
    text::{Language, Text},
    words::date,
};

/// The template whose text tells what can be done when the term passes without an answer.
pub const REMEDIES: &str = "receipt-remedies";

/// What a receipt is made from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The body that decides.
    pub tenant: &'a Tenant,
    /// A case that was submitted.
    pub case: &'a Case,
    /// What it was submitted under.
    pub definition: &'a Definition,
    /// The civil day on which it was submitted.
    pub submitted: Date,
    /// The last day to conclude, as it was known then.
    pub due: Option<Date>,
    /// The reader's language.
    pub language: Language,
}

/// The receipt. It says nothing of the answers.
pub fn receipt(facts: &Facts<'_>) -> Paper {
    let Facts { tenant, case, definition, submitted, due: _, language } = *facts;
    let office = tenant.offices.get(&case.office);
    let code = case.code.as_deref().unwrap_or_default();
    let mut parts = vec![
        Part::Text(language.pick(
            "Abbiamo ricevuto la domanda qui descritta. Questa ricevuta vale anche come comunicazione di avvio del procedimento (legge 7 agosto 1990, n. 241, articoli 8 e 18-bis).",
            "We have received the request described here. This receipt is also the notice that the procedure has begun (law no. 241 of 7 August 1990, articles 8 and 18-bis).",
        ).to_owned()),
        Part::Table(request(facts)),
        Part::Title(language.pick("Chi se ne occupa", "Who deals with it").to_owned()),
        Part::Table(office_rows(tenant, case, office, language)),
        Part::Title(language.pick("Entro quando", "By when").to_owned()),
        Part::Table(term(facts)),
        Part::Text(silence(definition.silence).get(language).to_owned()),
    ];
    if let Some(remedies) = tenant.templates.get(REMEDIES) {
        let about = about(facts);
        let fill = |text: &Text| placeholders::fill_about(text.get(language), tenant, office, Some(&about), language);
        parts.push(Part::Title(fill(&remedies.subject)));
        parts.push(Part::Text(fill(&remedies.body)));
    }
    parts.push(Part::Title(language.pick("Come vedere la pratica", "How to see the file").to_owned()));
    parts.push(Part::Text(where_to_see(tenant, code, language)));
    Paper {
        language,
        issuer: issuer(tenant, office, language),
        date: submitted,
        heading: language.pick("Ricevuta di presentazione", "Receipt of submission").to_owned(),
        subject: Some(definition.title.get(language).to_owned()),
        parts,
        legend: Vec::new(),
        verification: None,
        footer: format!("{} – {code}", tenant.name.get(language)),
    }
}

/// The case as the body's own texts speak of it.
fn about<'a>(facts: &Facts<'a>) -> placeholders::About<'a> {
    placeholders::About {
        code: facts.case.code.as_deref(),
        register_number: facts.case.register_number.as_deref(),
        service: facts.definition.title.get(facts.language),
        due: facts.due,
    }
}

/// The body with the office that answers for the paper.
pub fn issuer(tenant: &Tenant, office: Option<&Office>, language: Language) -> Issuer {
    let lines = office.map(|office| office.name.get(language).to_owned()).into_iter().collect();
    Issuer { name: tenant.name.get(language).to_owned(), lines, color: tenant.branding.colors.get("primary").cloned() }
}

fn row(label: &Text, language: Language, value: impl Into<String>) -> Row {
    Row::new(label.get(language), value)
}

fn request(facts: &Facts<'_>) -> Vec<Row> {
    let Facts { tenant: _, case, definition, submitted, due: _, language } = *facts;
    let name = |person: &crate::case::Person| format!("{} {}", person.given_name, person.family_name);
    vec![
        row(&Text::new("Codice della pratica", "Case code"), language, case.code.as_deref().unwrap_or_default()),
        row(&Text::new("Numero di protocollo", "Register number"), language, case.register_number.as_deref().unwrap_or_default()),
        row(&Text::new("Data di presentazione", "Date of submission"), language, date(submitted, language)),
        row(&Text::new("Oggetto", "Object"), language, definition.title.get(language)),
        row(&Text::new("Richiedente", "Applicant"), language, name(&case.applicant)),
        row(&Text::new("Presentata da", "Submitted by"), language, case.delegate.as_ref().map(name).unwrap_or_default()),
    ]
}

fn office_rows(tenant: &Tenant, case: &Case, office: Option<&Office>, language: Language) -> Vec<Row> {
    let contact = |key: &str| tenant.contacts.get(key).map(|contact| contact.value.to_string());
    let of = |own: Option<&std::sync::Arc<str>>, key: &str| own.map(ToString::to_string).or_else(|| contact(key)).unwrap_or_default();
    let officer = case.assignee.as_ref().map(|person| format!("{} {}", person.given_name, person.family_name));
    let head = office.and_then(|office| office.head.as_deref()).map(str::to_owned);
    vec![
        row(&Text::new("Amministrazione", "Body"), language, tenant.name.get(language)),
        row(&Text::new("Ufficio", "Office"), language, office.map_or(&*case.office, |office| office.name.get(language))),
        row(&Text::new("Responsabile del procedimento", "Case officer"), language, officer.or(head).unwrap_or_default()),
        row(
            &Text::new("Domicilio digitale", "Digital domicile"),
            language,
            of(office.and_then(|office| office.certified_email.as_ref()), "certified_email"),
        ),
        row(&Text::new("E-mail", "E-mail"), language, of(office.and_then(|office| office.email.as_ref()), "email")),
        row(&Text::new("Telefono", "Telephone"), language, of(office.and_then(|office| office.phone.as_ref()), "phone")),
    ]
}

fn term(facts: &Facts<'_>) -> Vec<Row> {
    let Facts { tenant: _, case: _, definition, submitted: _, due, language } = *facts;
    let days = match (definition.term_days.value, language) {
        (0, Language::It) => "lo stesso giorno".to_owned(),
        (0, Language::En) => "the same day".to_owned(),
        (1, Language::It) => "1 giorno".to_owned(),
        (1, Language::En) => "1 day".to_owned(),
        (days, Language::It) => format!("{days} giorni"),
        (days, Language::En) => format!("{days} days"),
    };
    vec![
        row(&Text::new("Termine per concludere", "Term to conclude"), language, days),
        row(&Text::new("Scade il", "Falls due on"), language, due.map(|due| date(due, language)).unwrap_or_default()),
    ]
}

fn silence(silence: Silence) -> Text {
    match silence {
        Silence::None => Text::new(
            "Il procedimento si conclude con un provvedimento espresso: il silenzio dell'amministrazione non vale come risposta.",
            "The procedure ends with an express act: the body's silence is no answer.",
        ),
        Silence::Consent => Text::new(
            "Se entro il termine l'amministrazione non comunica un diniego, il silenzio equivale ad accoglimento della domanda (L. 241/1990, art. 20).",
            "If the body communicates no refusal within the term, its silence is consent (L. 241/1990 art. 20).",
        ),
        Silence::Refusal => Text::new(
            "Se entro il termine l'amministrazione non risponde, il silenzio equivale a rifiuto della domanda.",
            "If the body does not answer within the term, its silence is a refusal of the request.",
        ),
    }
}

fn where_to_see(tenant: &Tenant, code: &str, language: Language) -> String {
    let portal = tenant.domains.iter().find(|(_, on)| **on).map(|(domain, _)| domain);
    match (portal, language) {
        (Some(domain), Language::It) => {
            format!("Con la tua identità digitale, nell'area personale di {domain}: la pratica {code} mostra stato, documenti e messaggi.")
        }
        (Some(domain), Language::En) => {
            format!("With your digital identity, in the personal area of {domain}: case {code} shows its state, documents and messages.")
        }
        (None, Language::It) => {
            format!(
                "Con la tua identità digitale, nell'area personale dei servizi online: la pratica {code} mostra stato, documenti e messaggi."
            )
        }
        (None, Language::En) => {
            format!(
                "With your digital identity, in the personal area of the online services: case {code} shows its state, documents and messages."
            )
        }
    }
}

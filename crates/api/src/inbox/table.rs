//! The office's work as a table for a spreadsheet.
//!
//! Fields are parted by semicolons and the text begins with a byte order mark: that is how the spreadsheets of Italian offices open a
//! file right when it is clicked on. A field that a spreadsheet would take for a formula is put in quotes with an apostrophe before it.

use actix_web::{HttpResponse, http::header};
use jiff::Timestamp;
use sportello_domain::{
    case::{Case, Person},
    refusal::Code,
    text::Language,
};
use sportello_engine::{cases::CaseView, civil_day, inbox::Export};

use crate::http::{caller::Asked, place::Place, problem::Problem};

const HEADINGS: [(&str, &str); 10] = [
    ("codice", "code"),
    ("protocollo", "register number"),
    ("servizio", "service"),
    ("categoria", "status"),
    ("stato", "state"),
    ("richiedente", "applicant"),
    ("ufficio", "office"),
    ("assegnata a", "assignee"),
    ("presentata il", "submitted on"),
    ("scadenza", "due date"),
];

/// The table as a file. The reply says where it was cut.
pub(super) fn reply(asked: &Asked, export: &Export) -> Result<HttpResponse, Problem> {
    let Export { cases, cut } = export;
    let text = write(&asked.place, cases).map_err(|error| {
        tracing::error!(%error, "a table could not be written");
        Problem::from(Code::Internal)
    })?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"));
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}-inbox.csv\"", asked.place.tenant.slug)));
    if *cut {
        response.insert_header((header::WARNING, "199 - \"more cases than one table holds: narrow the filter\""));
    }
    Ok(response.body(text))
}

fn write(place: &Place, cases: &[CaseView]) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    table.write_record(HEADINGS.map(|(it, en)| place.language.pick(it, en)))?;
    for view in cases {
        table.write_record(row(place, &view.case).map(harmless))?;
    }
    table.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn row(place: &Place, case: &Case) -> [String; 10] {
    let language = place.language;
    let active = place.tenant.service(&case.service);
    let service = active.map_or_else(|| case.service.to_string(), |active| active.service.title.get(language).to_owned());
    let state = active.and_then(|active| active.workflow.states.get(&case.state));
    let office = place.tenant.offices.get(&case.office);
    [
        case.code.as_deref().unwrap_or_default().to_owned(),
        case.register_number.as_deref().unwrap_or_default().to_owned(),
        service,
        case.status.id().to_owned(),
        state.map_or_else(|| case.state.to_string(), |state| state.title.get(language).to_owned()),
        name(&case.applicant),
        office.map_or_else(|| case.office.to_string(), |office| office.name.get(language).to_owned()),
        case.assignee.as_ref().map(name).unwrap_or_default(),
        case.submitted_at.map(|at| day(at, language)).unwrap_or_default(),
        case.due_date.map(|day| shown(day, language)).unwrap_or_default(),
    ]
}

fn name(person: &Person) -> String {
    format!("{} {}", person.family_name, person.given_name)
}

fn day(at: Timestamp, language: Language) -> String {
    shown(civil_day(at), language)
}

fn shown(day: jiff::civil::Date, language: Language) -> String {
    day.strftime(language.pick("%d/%m/%Y", "%Y-%m-%d")).to_string()
}

/// What begins like a formula is no formula.
fn harmless(field: String) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".to_owned()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("Rossi Mario".to_owned()), "Rossi Mario");
    }
}

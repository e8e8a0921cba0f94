//! What registers answer, as replies show it: a file for each register, and here what both say.

mod land;
mod population;

use serde::Serialize;
use sportello_domain::{registers::lookup::Homonym, text::Language};
use sportello_engine::registers::{Candidate, Found};
use utoipa::ToSchema;

pub(super) use land::LandAnswerView;
pub(super) use population::PopulationAnswerView;

/// One of several people of the same names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisterCandidate)]
pub(crate) struct CandidateView {
    /// To be sent as `candidate` with the same search, or as the answer to the form that asks which; it means nothing elsewhere.
    #[schema(max_length = 64, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    id: String,
    /// Given name.
    #[schema(max_length = 100, example = "Mario")]
    given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Rossi")]
    family_name: String,
    /// The day of birth.
    #[schema(format = Date, max_length = 10, example = "1980-01-01")]
    birth_date: String,
    /// The birthplace's code.
    #[schema(max_length = 4, example = "C573")]
    birth_place: String,
}

/// What was found, in a sentence.
fn message<T>(found: &Found<T>, language: Language) -> &'static str {
    match found {
        Found::Manual => language.pick(
            "Qui il registro non è collegato: un operatore cerca a mano e allega l'atto alla pratica.",
            "The register is not connected here: an operator looks by hand and attaches the act to the case.",
        ),
        Found::Nothing => language.pick("Nessuna corrispondenza.", "No match."),
        Found::One(_) => language.pick("Trovata una corrispondenza.", "A match was found."),
        Found::Several(_) => language.pick(
            "Più persone con questi dati: scegli e ripeti la ricerca con il suo id in candidate.",
            "Several people fit: choose one and repeat the search with its id in candidate.",
        ),
    }
}

fn candidates<T>(found: &Found<T>) -> Vec<CandidateView> {
    let Found::Several(candidates) = found else { return Vec::new() };
    candidates.iter().map(CandidateView::of).collect()
}

impl CandidateView {
    /// One that a case's form lets choose from.
    pub(crate) fn of_homonym(homonym: &Homonym) -> Self {
        let Homonym { id, given_name, family_name, birth_date, birth_place } = homonym;
        Self {
            id: id.to_string(),
            given_name: given_name.to_string(),
            family_name: family_name.to_string(),
            birth_date: birth_date.to_string(),
            birth_place: birth_place.to_string(),
        }
    }

    fn of(candidate: &Candidate) -> Self {
        let Candidate { id, subject } = candidate;
        Self {
            id: id.clone(),
            given_name: subject.given_name.to_string(),
            family_name: subject.family_name.to_string(),
            birth_date: subject.birth_date.to_string(),
            birth_place: subject.birth_place.to_string(),
        }
    }
}

//! `POST /v1/tenants/{tenant}/registers/population/search`

use actix_web::{HttpResponse, post};
use sportello_engine::registers::{self, PopulationSearch};
use utoipa::ToSchema;

use super::{
    asked::{case, person, refused},
    view::PopulationAnswerView,
};
use crate::http::{caller::Asked, fields::Fields, problem::Problem, reply, sent::Sent};

/// Whom somebody looks for: by fiscal code, or by family and given name and what else is known.
#[derive(ToSchema)]
#[schema(as = PopulationSearch, example = json!({"case": "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44", "family_name": "Rossi", "given_name": "Mario", "birth_date": "1980-01-01"}))]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct PopulationSearchBody {
    /// The case for which staff looks up; its timeline tells so. A citizen looks up oneself and needs none.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    case: Option<String>,
    /// The fiscal code as it was given out.
    #[schema(max_length = 20, example = "RSSMRA80A01C573D")]
    tax_code: Option<String>,
    /// Family name.
    #[schema(max_length = 100, example = "Rossi")]
    family_name: Option<String>,
    /// Given name.
    #[schema(max_length = 100, example = "Mario")]
    given_name: Option<String>,
    /// The day of birth.
    #[schema(format = Date, max_length = 10, example = "1980-01-01")]
    birth_date: Option<String>,
    /// `F` or `M`.
    #[schema(max_length = 1, pattern = "^[FM]$", example = "M")]
    sex: Option<String>,
    /// Belfiore code of the commune of birth, or `Z` and three digits for a state.
    #[schema(max_length = 4, pattern = "^[A-Z][0-9]{3}$", example = "C573")]
    birth_place: Option<String>,
    /// The id of one of the candidates of the same search made before.
    #[schema(max_length = 64, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    candidate: Option<String>,
}

/// Looks a person up in the population register.
#[utoipa::path(
    operation_id = "registers_population_search", tag = "registers", security(("bearer" = [])),
    request_body = PopulationSearchBody,
    responses((status = 200, description = "What the register answers.", body = PopulationAnswerView))
)]
#[post("/v1/tenants/{tenant}/registers/population/search")]
pub(super) async fn search(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let looked = registers::population(&asked.place.state.engine, &call, sent.json(read)).await.map_err(refused)?;
    Ok(reply::ok(&PopulationAnswerView::of(&asked.place, &looked)))
}

fn read(body: &mut Fields) -> PopulationSearch {
    PopulationSearch { case: case(body), person: person(body) }
}

//! `POST /v1/tenants/{tenant}/registers/land/search`

use actix_web::{HttpResponse, post};
use sportello_domain::registers::{Registry, query::AskedParcel};
use sportello_engine::registers::{self, LandSearch};
use utoipa::ToSchema;

use super::{
    asked::{case, person, refused},
    view::LandAnswerView,
};
use crate::http::{caller::Asked, fields::Fields, problem::Problem, reply, sent::Sent};

/// What somebody looks for: what a person holds, by fiscal code or by names, or a property.
#[derive(ToSchema)]
#[schema(as = LandSearch, example = json!({"case": "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44", "property": {"registry": "buildings", "municipality": "C573", "sheet": "126", "parcel": "345", "subaltern": "7"}}))]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct LandSearchBody {
    /// The case for which staff looks up; its timeline tells so. A citizen looks up oneself and needs none.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    case: Option<String>,
    /// The holder's fiscal code.
    #[schema(max_length = 20, example = "RSSMRA80A01C573D")]
    tax_code: Option<String>,
    /// The holder's family name.
    #[schema(max_length = 100, example = "Rossi")]
    family_name: Option<String>,
    /// The holder's given name.
    #[schema(max_length = 100, example = "Mario")]
    given_name: Option<String>,
    /// The holder's day of birth.
    #[schema(format = Date, max_length = 10, example = "1980-01-01")]
    birth_date: Option<String>,
    /// The holder's sex, `F` or `M`.
    #[schema(max_length = 1, pattern = "^[FM]$", example = "M")]
    sex: Option<String>,
    /// Belfiore code of the holder's commune of birth, or `Z` and three digits for a state.
    #[schema(max_length = 4, pattern = "^[A-Z][0-9]{3}$", example = "C573")]
    birth_place: Option<String>,
    /// The id of one of the candidates of the same search made before.
    #[schema(max_length = 64, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    candidate: Option<String>,
    /// The property.
    property: Option<ParcelBody>,
}

/// How a property is named.
#[derive(ToSchema)]
#[schema(as = ParcelSearch)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct ParcelBody {
    /// `land` (terreni) or `buildings` (fabbricati).
    #[schema(max_length = 9, pattern = "^(land|buildings)$", example = "buildings")]
    registry: String,
    /// Belfiore code of the commune.
    #[schema(max_length = 4, pattern = "^[A-Z][0-9]{3}$", example = "C573")]
    municipality: String,
    /// Section.
    #[schema(max_length = 10, example = "A")]
    section: Option<String>,
    /// Sheet (foglio).
    #[schema(min_length = 1, max_length = 10, example = "126")]
    sheet: String,
    /// Parcel (particella).
    #[schema(min_length = 1, max_length = 10, example = "345")]
    parcel: String,
    /// Denominator, where books are kept by parcel.
    #[schema(max_length = 10, example = "2")]
    denominator: Option<String>,
    /// Subaltern, of buildings; without it all units of the parcel are found.
    #[schema(max_length = 10, example = "7")]
    subaltern: Option<String>,
}

/// Looks holdings or a property up in the land registry.
#[utoipa::path(
    operation_id = "registers_land_search", tag = "registers", security(("bearer" = [])),
    request_body = LandSearchBody,
    responses((status = 200, description = "What the registry answers.", body = LandAnswerView))
)]
#[post("/v1/tenants/{tenant}/registers/land/search")]
pub(super) async fn search(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let looked = registers::land(&asked.place.state.engine, &call, sent.json(read)).await.map_err(refused)?;
    Ok(reply::ok(&LandAnswerView::of(&asked.place, &looked)))
}

fn read(body: &mut Fields) -> LandSearch {
    LandSearch { case: case(body), person: person(body), property: body.nested("property", property) }
}

fn property(body: &mut Fields) -> AskedParcel {
    let registry = body.required_choice("registry", &["land", "buildings"]);
    AskedParcel {
        registry: Registry::from_id(&registry).unwrap_or(Registry::Buildings),
        municipality: body.required_text("municipality", 4).into(),
        section: body.text("section", 10).map(Into::into),
        sheet: body.required_text("sheet", 10).into(),
        parcel: body.required_text("parcel", 10).into(),
        denominator: body.text("denominator", 10).map(Into::into),
        subaltern: body.text("subaltern", 10).map(Into::into),
    }
}

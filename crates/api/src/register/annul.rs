//! `POST /v1/tenants/{tenant}/register/entries/{number}/annulment`

use actix_web::{HttpResponse, post};
use sportello_engine::register::{self, Annul};
use utoipa::ToSchema;

use super::view::EntryView;
use crate::http::{
    caller::Asked,
    fields::Fields,
    parameters::{IdempotencyKey, IfMatch},
    problem::Problem,
    reply,
    sent::Sent,
};

/// Why an entry is annulled.
#[derive(ToSchema)]
#[schema(as = NewAnnulment)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct AnnulBody {
    /// The act that allows it (DPR 445/2000 art. 54).
    #[schema(min_length = 1, max_length = 400, example = "Determinazione 12/2026")]
    act: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000, example = "Registrata due volte.")]
    reason: String,
}

/// Annuls an entry: it stays readable, and its number is never used again.
#[utoipa::path(
    operation_id = "register_annul", tag = "register", security(("bearer" = [])),
    params(("year" = Option<i32>, Query, description = "The year of the entry; the current one where nothing is said.", minimum = 2000, maximum = 9999, example = 2026), IfMatch, IdempotencyKey),
    request_body = AnnulBody,
    responses((status = 200, description = "The entry with its mark.", body = EntryView))
)]
#[post("/v1/tenants/{tenant}/register/entries/{number}/annulment")]
pub(super) async fn annul(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let year = super::year(&asked, &mut query);
    query.finish()?;
    let number: u64 = asked.id("number")?;
    let call = asked.call_for(&sent);
    let entry = register::annul(&asked.place.state.engine, &call, year, number, sent.json(read)).await?;
    let view = EntryView::of(&asked.place, &entry);
    Ok(reply::versioned(&view, view.version))
}

fn read(body: &mut Fields) -> Annul {
    Annul { act: body.required_text("act", 400).into(), reason: body.required_text("reason", 2000).into() }
}

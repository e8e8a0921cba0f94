//! `GET /status` (ModI, rule `RAC_REST_NAME_011`)

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{problem::Problem, query::Query};

/// That the service answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusView {
    /// Always `ok`; whoever cannot say so does not answer.
    #[schema(max_length = 8, example = "ok")]
    status: &'static str,
    /// The version of the program.
    #[schema(max_length = 32, example = "0.1.0")]
    version: &'static str,
}

/// Says that the service answers.
#[utoipa::path(
    operation_id = "status_read", tag = "operation",
    responses((status = 200, description = "It answers.", body = StatusView))
)]
#[get("/status")]
pub(super) async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Query::of(&request).finish()?;
    Ok(HttpResponse::Ok().json(StatusView { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}

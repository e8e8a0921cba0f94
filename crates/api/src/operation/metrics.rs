//! `GET /metrics`: the figures of the server, for those who watch over it and for nobody else.

use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Data};
use sportello_domain::refusal::Code;

use crate::{
    http::{
        context::{is_forwarded, peer},
        problem::Problem,
        query::Query,
    },
    state::ApiState,
};

/// The media type of OpenMetrics 1.0.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The figures of the server in the OpenMetrics format. They are answered to this machine alone, or at an address of their own
/// (`telemetry.metrics_listen`); elsewhere there is nothing here. No figure tells one body from another.
#[utoipa::path(
    operation_id = "metrics_read", tag = "operation",
    responses(
        (status = 200, description = "The figures.", body = String, content_type = "application/openmetrics-text",
            example = "# HELP sportello_http_requests_in_flight Requests that are being answered.\n# TYPE sportello_http_requests_in_flight gauge\nsportello_http_requests_in_flight 1\n# EOF\n")
    )
)]
#[get("/metrics")]
pub(super) async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let here = !is_forwarded(request.headers()) && peer(&request).is_some_and(|peer| peer.is_loopback());
    if state.settings.metrics_elsewhere || !here {
        return Err(Code::NotFound.into());
    }
    Query::of(&request).finish()?;
    text(&state)
}

/// The same at the address that is for nothing else.
pub(crate) async fn alone(state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    text(&state)
}

fn text(state: &ApiState) -> Result<HttpResponse, Problem> {
    let text = state.metrics.text(&state.engine).map_err(|_| Code::Internal)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, MEDIA_TYPE)).body(text))
}

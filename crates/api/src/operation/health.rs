//! `GET /health/live` and `GET /health/ready`: for the balancer and the supervisor.

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use sportello_domain::refusal::Code;
use utoipa::ToSchema;

use crate::{http::problem::Problem, state::ApiState};

/// Whether the process works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthView {
    /// `ok`.
    #[schema(max_length = 8, example = "ok")]
    status: &'static str,
    /// How many bodies are served now.
    #[schema(minimum = 0, maximum = 10000, example = 4)]
    tenants: i32,
    /// What is done without now: `redis`, without which each process counts its callers alone, and `writes`, which a database refuses.
    #[schema(max_items = 2, max_length = 8, example = json!([]))]
    degraded: Vec<&'static str>,
}

/// Says that the process runs; it depends on nothing else.
#[utoipa::path(
    operation_id = "health_live", tag = "operation",
    responses((status = 200, description = "It runs.", body = HealthView))
)]
#[get("/health/live")]
pub(super) async fn live(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(view(&ApiState::of(&request)?)))
}

/// Says that requests can be sent here: at least one body is served, rows can be reached, and the server is not about to stop.
#[utoipa::path(
    operation_id = "health_ready", tag = "operation",
    responses((status = 200, description = "It is ready.", body = HealthView))
)]
#[get("/health/ready")]
pub(super) async fn ready(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    if state.is_stopping() {
        return Err(Code::Stopping.into());
    }
    if state.engine.fleet().all().is_empty() {
        return Err(Code::TenantUnavailable.into());
    }
    state.engine.ready().await?;
    Ok(HttpResponse::Ok().json(view(&state)))
}

fn view(state: &ApiState) -> HealthView {
    HealthView {
        status: "ok",
        tenants: i32::try_from(state.engine.fleet().all().len()).unwrap_or(i32::MAX),
        degraded: state.engine.degraded().into_iter().filter_map(|(part, without)| without.then_some(part)).collect(),
    }
}

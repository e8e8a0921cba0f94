//! `POST /v1/support/reload`

use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use sportello_engine::{fleet::TakenIn, support};
use utoipa::ToSchema;

use crate::{
    http::{context::Context, problem::Problem, reply},
    state::ApiState,
};

/// What a reload did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReloadView {
    /// The bodies whose configuration changed, by slug.
    #[schema(max_items = 10_000, inline, example = json!(["santarcangelo"]))]
    changed: Vec<String>,
    /// The bodies that keep their last good configuration because the present one has errors, by slug.
    #[schema(max_items = 10_000, inline, example = json!([]))]
    stale: Vec<String>,
    /// The bodies that have no usable configuration at all, by slug.
    #[schema(max_items = 10_000, inline, example = json!([]))]
    unavailable: Vec<String>,
}

/// Takes the configuration in again. Running requests end under the one that they began with.
#[utoipa::path(
    operation_id = "support_reload", tag = "support", security(("bearer" = [])),
    responses((status = 200, description = "What changed.", body = ReloadView))
)]
#[post("/v1/support/reload")]
pub(super) async fn reload(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let context = Context::of(&request);
    let TakenIn { changed, stale, unavailable } = support::reload(&state.engine, &context.identity()?).await?;
    let slugs = |keys: Vec<_>| keys.iter().map(ToString::to_string).collect();
    Ok(reply::ok(&ReloadView { changed: slugs(changed), stale: slugs(stale), unavailable: slugs(unavailable) }))
}

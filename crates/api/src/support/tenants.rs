//! `GET /v1/support/tenants`

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use sportello_engine::{fleet::TenantState, support};
use utoipa::ToSchema;

use crate::{
    http::{context::Context, problem::Problem, query::Query, reply},
    state::ApiState,
    views::{Links, List},
};

/// How a body stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantStateView {
    /// Its name in paths.
    #[schema(max_length = 64, example = "cesena")]
    slug: String,
    /// Its name.
    #[schema(max_length = 200, example = "Comune di Cesena")]
    name: String,
    /// Whether it is served.
    available: bool,
    /// Whether it runs on its last good configuration because the present one has errors.
    stale: bool,
    /// The release of the catalogue in force; null for none.
    #[schema(required, max_length = 32, example = "2026.1")]
    release: Option<String>,
    /// SHA-256 of its configuration; null for none.
    #[schema(required, max_length = 64, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: Option<String>,
    /// How many problems its configuration has.
    #[schema(minimum = 0, maximum = 1_000_000, example = 0)]
    problems: i32,
    /// Where the body is described.
    #[serde(rename = "_links")]
    links: Links,
}

/// How each body stands: its release, its configuration, whether it is served.
#[utoipa::path(
    operation_id = "support_tenants", tag = "support", security(("bearer" = [])),
    responses((status = 200, description = "The bodies.", body = List<TenantStateView>))
)]
#[get("/v1/support/tenants")]
pub(super) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let context = Context::of(&request);
    let found = support::tenants(&state.engine, &context.identity()?).await?;
    Query::of(&request).finish()?;
    let view = |tenant: &TenantState| {
        let TenantState { slug, name, available, stale, release, hash, problems } = tenant;
        TenantStateView {
            slug: slug.to_string(),
            name: name.get(context.language).to_owned(),
            available: *available,
            stale: *stale,
            release: release.as_deref().map(str::to_owned),
            hash: hash.as_deref().map(str::to_owned),
            problems: i32::try_from(*problems).unwrap_or(i32::MAX),
            links: Links::new([("tenant", format!("/v1/tenants/{slug}"))]),
        }
    };
    Ok(reply::ok(&List::new(found.iter().map(view).collect(), "/v1/support/tenants", "", None)))
}

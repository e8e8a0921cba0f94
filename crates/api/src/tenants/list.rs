//! `GET /v1/tenants`

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use sportello_domain::{
    tenant::{Tenant, TenantKind},
    text::Language,
};
use utoipa::ToSchema;

use crate::{
    http::{context::Context, problem::Problem, query::Query},
    state::ApiState,
    views::{Links, List},
};

/// A body in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantItem {
    /// Its name in paths.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$", example = "cesena")]
    slug: String,
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    id: String,
    /// Its name.
    #[schema(max_length = 200, example = "Comune di Cesena")]
    name: String,
    /// What it is: `municipality` or `union`.
    #[schema(max_length = 16, pattern = "^(municipality|union)$", example = "municipality")]
    kind: &'static str,
    /// Where it is described.
    #[serde(rename = "_links")]
    links: Links,
}

/// What a body is, as replies write it.
pub(super) const fn kind(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Municipality => "municipality",
        TenantKind::Union => "union",
    }
}

impl TenantItem {
    fn of(tenant: &Tenant, language: Language) -> Self {
        Self {
            slug: tenant.slug.to_string(),
            id: tenant.id.to_string(),
            name: tenant.name.get(language).to_owned(),
            kind: kind(tenant.kind),
            links: Links::new([("self", format!("/v1/tenants/{}", tenant.slug))]),
        }
    }
}

/// The bodies that this installation serves.
///
/// With `domain`, the one whose portal has that domain, so that a portal finds out whose it is.
#[utoipa::path(
    operation_id = "tenants_list", tag = "tenants",
    params(("domain" = Option<String>, Query, description = "A domain of a portal.", max_length = 253, example = "sportello.comune.cesena.fc.it")),
    responses((status = 200, description = "The bodies.", body = List<TenantItem>))
)]
#[get("/v1/tenants")]
pub(super) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let mut query = Query::of(&request);
    let domain = query.text("domain", 253);
    query.finish()?;
    let language = Context::of(&request).language;
    let tenants = state.engine.fleet().all();
    let items = tenants
        .iter()
        .filter(|tenant| domain.as_deref().is_none_or(|domain| tenant.domains.get(domain).copied().unwrap_or(false)))
        .map(|tenant| TenantItem::of(tenant, language))
        .collect();
    Ok(HttpResponse::Ok().json(List::new(items, "/v1/tenants", request.query_string(), None)))
}

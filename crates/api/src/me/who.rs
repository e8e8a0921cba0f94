//! `GET /v1/me`

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use sportello_engine::me::{self, Membership};
use utoipa::ToSchema;

use crate::{
    http::{context::Context, problem::Problem, query::Query, reply},
    state::ApiState,
    views::Links,
};

/// Who is asking.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    /// Given name.
    #[schema(max_length = 100, example = "Giulia")]
    given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Zoffoli")]
    family_name: String,
    /// The identity level of the log-in.
    #[schema(minimum = 0, maximum = 3, example = 2)]
    level: i32,
    /// The body whose provider vouches, by slug.
    #[schema(max_length = 64, example = "cesena")]
    home: String,
    /// Where the caller is somebody, and as what.
    #[schema(max_items = 1000)]
    memberships: Vec<MembershipView>,
    /// The work that waits.
    #[serde(rename = "_links")]
    links: Links,
}

/// A role at a body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembershipView {
    /// The body, by slug.
    #[schema(max_length = 64, example = "cesena")]
    tenant: String,
    /// The role.
    #[schema(max_length = 32, example = "citizen")]
    role: &'static str,
    /// The office that it is bound to, by id; null for all of the body.
    #[schema(required, max_length = 64, example = "mobility-office")]
    office: Option<String>,
}

impl From<&Membership> for MembershipView {
    fn from(membership: &Membership) -> Self {
        let Membership { tenant, role, office } = membership;
        Self { tenant: tenant.to_string(), role: role.id(), office: office.as_deref().map(str::to_owned) }
    }
}

/// Who the caller is, where and as what.
#[utoipa::path(
    operation_id = "me_read", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "The caller.", body = MeView))
)]
#[get("/v1/me")]
pub(super) async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let identity = Context::of(&request).identity()?;
    Query::of(&request).finish()?;
    let who = me::who(&state.engine, &identity).await?;
    Ok(reply::ok(&MeView {
        given_name: identity.given_name.to_string(),
        family_name: identity.family_name.to_string(),
        level: i32::from(identity.level),
        home: who.home.to_string(),
        memberships: who.memberships.iter().map(Into::into).collect(),
        links: Links::new([("self", "/v1/me".to_owned()), ("inbox", "/v1/me/inbox".to_owned())]),
    }))
}

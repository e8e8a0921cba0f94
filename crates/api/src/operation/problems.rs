//! `GET /problems` and `GET /problems/{code}`: what the `type` of a problem leads to.

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use sportello_domain::{refusal::Code, text::Language};
use utoipa::ToSchema;

use crate::{
    http::{context::Context, problem::Problem, query::Query},
    views::{Links, List},
};

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemKind {
    /// Its stable code.
    #[schema(max_length = 64, pattern = "^[a-z0-9_]+$", example = "version_mismatch")]
    code: &'static str,
    /// The HTTP status that it comes with.
    #[schema(minimum = 400, maximum = 599, example = 412)]
    status: i32,
    /// What happened.
    #[schema(max_length = 200, example = "Nel frattempo qualcun altro ha modificato la risorsa")]
    title: &'static str,
    /// What to do.
    #[schema(max_length = 400, example = "Rileggi la risorsa e ripeti con il suo nuovo ETag.")]
    remedy: &'static str,
    /// Where this is.
    #[serde(rename = "_links")]
    links: Links,
}

impl ProblemKind {
    fn of(code: Code, language: Language) -> Self {
        Self {
            code: code.id(),
            status: i32::from(code.status()),
            title: code.title(language),
            remedy: code.remedy(language),
            links: Links::new([("self", format!("/problems/{}", code.id()))]),
        }
    }
}

/// Every kind of problem that a reply can bring.
#[utoipa::path(
    operation_id = "problems_list", tag = "operation",
    responses((status = 200, description = "The kinds of problems.", body = List<ProblemKind>))
)]
#[get("/problems")]
pub(super) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Query::of(&request).finish()?;
    let language = Context::of(&request).language;
    let items = Code::ALL.iter().map(|code| ProblemKind::of(*code, language)).collect();
    Ok(HttpResponse::Ok().json(List::new(items, "/problems", "", None)))
}

/// One kind of problem.
#[utoipa::path(
    operation_id = "problems_read", tag = "operation",
    responses((status = 200, description = "The kind of problem.", body = ProblemKind))
)]
#[get("/problems/{code}")]
pub(super) async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let wanted = request.match_info().get("code").unwrap_or_default();
    let code = Code::ALL.iter().copied().find(|code| code.id() == wanted).ok_or(Code::NotFound)?;
    Query::of(&request).finish()?;
    Ok(HttpResponse::Ok().json(ProblemKind::of(code, Context::of(&request).language)))
}

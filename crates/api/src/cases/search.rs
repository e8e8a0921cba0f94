//! `POST /v1/tenants/{tenant}/cases/search`: by person, so that no fiscal code stands in an address.

use actix_web::{HttpResponse, post};
use sportello_domain::case::CaseStatus;
use sportello_engine::cases::{self, CaseSearch};
use utoipa::ToSchema;

use super::view::CaseItem;
use crate::{
    http::{caller::Asked, fields::Fields, parameters::Paging, problem::Problem, reply, sent::Sent},
    views::List,
};

/// Whose cases are looked for.
#[derive(ToSchema)]
#[schema(as = CaseSearch)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct CaseSearchBody {
    /// The applicant's fiscal code.
    #[schema(min_length = 11, max_length = 16, example = "ZFFGLI90D55C573E")]
    tax_code: String,
    /// A service, by id.
    #[schema(max_length = 64, example = "pink-badge")]
    service: Option<String>,
    /// An official category.
    #[schema(max_length = 32, example = "in_progress")]
    status: Option<String>,
}

/// Finds the cases of a person among those that the caller may see.
#[utoipa::path(
    operation_id = "cases_search", tag = "cases", security(("bearer" = [])), params(Paging),
    request_body = CaseSearchBody,
    responses((status = 200, description = "A page of cases.", body = List<CaseItem>))
)]
#[post("/v1/tenants/{tenant}/cases/search")]
pub(super) async fn search(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let call = asked.call_for(&sent);
    let found = cases::search(&asked.place.state.engine, &call, sent.json(read), page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(CaseItem::of).collect();
    let query = asked.place.request.query_string();
    Ok(reply::ok(&List::new(items, &asked.place.under("cases/search"), query, found.next.as_deref())))
}

fn read(body: &mut Fields) -> CaseSearch {
    CaseSearch {
        tax_code: body.required_text("tax_code", 16).into(),
        service: body.text("service", 64).map(Into::into),
        status: body.choice("status", &CaseStatus::ALL.map(CaseStatus::id)).and_then(|id| CaseStatus::from_id(&id)),
    }
}

//! Reading: one case, lists of cases, the timeline.

use serde_json::Value;
use sportello_domain::{
    case::{Case, CaseStatus, Event},
    identity::{TaxCode, TaxCodeProblem},
    ids::CaseId,
    permissions::Action,
    refusal::{Code, Fault, Refusal},
};
use sportello_store::{
    Slice,
    cases::{self, CaseFilter, CaseOrder},
    events as timeline,
};
use tracing::instrument;

use super::{CaseQuery, CaseSearch, CaseView, context::view};
use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    call::by_tax_code,
    desk::{Desk, Mode, Reached, cursor},
    vault,
};

/// One case.
#[instrument(name = "case.get", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn get(engine: &Engine, call: &Call, id: CaseId) -> Result<CaseView, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = match desk.case(id, Action::ReadCase).await {
        Ok(reached) => view(&desk, reached, false).await,
        Err(failure) => Err(failure),
    };
    desk.leave(result).await
}

/// The caller's own cases; for staff, those of the office and the drafts begun at the desk.
#[instrument(name = "case.page", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn page(engine: &Engine, call: &Call, query: CaseQuery, page: Page) -> Result<Paged<CaseView>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, query, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, query: CaseQuery, page: &Page) -> Result<Paged<CaseView>, Failure> {
    desk.may(Action::ReadCase)?;
    let CaseQuery { service, status } = query;
    let filter = if desk.is_citizen() {
        CaseFilter { applicant_or_delegate: Some(desk.person.id), service, status, ..CaseFilter::default() }
    } else if !status.is_empty() && status.iter().all(|status| *status == CaseStatus::Draft) {
        CaseFilter { operator: Some(desk.person.id), service, status, ..CaseFilter::default() }
    } else {
        let Some(status) = submitted(status) else { return Ok(nothing()) };
        CaseFilter { offices: desk.offices(Action::ReadCase), service, status, ..CaseFilter::default() }
    };
    found(desk, &filter, page).await
}

/// The categories of what was submitted: drafts are their author's alone. None where nothing but drafts was asked for, because an
/// empty list would let everything through.
pub(crate) fn submitted(status: Vec<CaseStatus>) -> Option<Vec<CaseStatus>> {
    let asked = if status.is_empty() { CaseStatus::ALL.to_vec() } else { status };
    let left: Vec<_> = asked.into_iter().filter(|status| *status != CaseStatus::Draft).collect();
    (!left.is_empty()).then_some(left)
}

fn nothing() -> Paged<CaseView> {
    Paged { items: Vec::new(), next: None }
}

async fn found(desk: &Desk<'_>, filter: &CaseFilter, page: &Page) -> Result<Paged<CaseView>, Failure> {
    let slice = cases::page(&desk.tx, filter, CaseOrder::Newest, cursor(page)?.as_ref(), page.limit).await?;
    Ok(views(desk, slice.into()))
}

/// Cases in a list: what was answered is read on the case itself, where the caller's roles reach it.
pub(crate) fn views(desk: &Desk<'_>, page: Paged<Case>) -> Paged<CaseView> {
    let tenant_slug = desk.tenant().slug.clone();
    let serving = |id| desk.engine.fleet().by_id(id).map_or_else(|| tenant_slug.clone(), |tenant| tenant.slug.clone());
    page.map(|mut case| {
        case.answers = Value::Null;
        case.applicant.email = None;
        CaseView {
            tenant_slug: tenant_slug.clone(),
            serving_slug: serving(case.serving_tenant),
            case,
            changes: Vec::new(),
            known: Vec::new(),
            lookups: Vec::new(),
            replayed: false,
        }
    })
}

/// The cases of a person among those that the caller may see, however the digits of the fiscal code are written.
#[instrument(name = "case.search", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn search(engine: &Engine, call: &Call, body: Unread<CaseSearch>, page: Page) -> Result<Paged<CaseView>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = look_up(&desk, body, &page).await;
    desk.leave(result).await
}

async fn look_up(desk: &Desk<'_>, body: Unread<CaseSearch>, page: &Page) -> Result<Paged<CaseView>, Failure> {
    desk.may(Action::SearchCases)?;
    let after = cursor(page)?;
    let CaseSearch { tax_code, service, status } = body.read()?;
    let code = TaxCode::parse(&tax_code).map_err(no_code)?;
    let Some(status) = submitted(status.into_iter().collect()) else { return Ok(nothing()) };
    let offices = desk.offices(Action::SearchCases);
    let mut slices = Vec::new();
    for spelling in code.spellings() {
        let (_, found) = crate::persons::known(desk.engine, &desk.tx, desk.tenant().id, &by_tax_code(&spelling)).await?;
        let Some(person) = found else { continue };
        let (offices, service, status) = (offices.clone(), service.clone(), status.clone());
        let filter = CaseFilter { applicant_or_delegate: Some(person.id), offices, service, status, ..CaseFilter::default() };
        slices.push(cases::page(&desk.tx, &filter, CaseOrder::Newest, after.as_ref(), page.limit).await?);
    }
    Ok(views(desk, newest(slices, page.limit)))
}

fn no_code(problem: TaxCodeProblem) -> Refusal {
    let fault = Fault { pointer: "/tax_code".to_owned(), code: problem.code(), message: problem.into() };
    Refusal::with_faults(Code::Unprocessable, vec![fault])
}

/// One list out of several that begin at the same place, the newest first: the place after a case is the same in each.
fn newest(slices: Vec<Slice<Case>>, limit: u64) -> Paged<Case> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let cut = slices.iter().any(|slice| slice.next.is_some());
    let mut items: Vec<Case> = slices.into_iter().flat_map(|slice| slice.items).collect();
    items.sort_unstable_by_key(|case| std::cmp::Reverse(case.id));
    items.dedup_by_key(|case| case.id);
    let more = cut || items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|case| format!("~{}", case.id.uuid().simple()));
    Paged { items, next }
}

/// The timeline of a case, oldest first; what is special in the answers to passages, for who may see it.
#[instrument(name = "case.events", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn events(engine: &Engine, call: &Call, id: CaseId, page: Page) -> Result<Paged<Event>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = steps(&desk, id, &page).await;
    desk.leave(result).await
}

async fn steps(desk: &Desk<'_>, id: CaseId, page: &Page) -> Result<Paged<Event>, Failure> {
    let Reached { special, .. } = desk.case(id, Action::ReadCase).await?;
    let mut found = timeline::of_case(&desk.tx, id, cursor(page)?.as_ref(), page.limit).await?;
    if special {
        let kept = vault::open(desk.engine, &desk.tx, id).await?;
        for event in &mut found.items {
            let Some(data) = event.data.get_mut("data").and_then(Value::as_object_mut) else { continue };
            data.extend(vault::of_passage(&kept, event.id).map(|(field, value)| (field.to_owned(), value.clone())));
        }
    }
    Ok(found.into())
}

//! The office's work: what is open, what is mine, what falls due; and what makes much of it bearable: filters that are kept, giving many
//! cases at once, a list for a spreadsheet.

use std::collections::BTreeMap;

mod assign;
mod export;
mod filters;

use jiff::Span;
use sportello_domain::{case::CaseStatus, permissions::Action};
use sportello_store::cases::{self, CaseCounts, CaseFilter, CaseOrder};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged,
    cases::CaseView,
    desk::{Desk, Mode, cursor},
};

pub use assign::{AssignMany, Assigned, MOST_AT_ONCE, assign};
pub use export::{Export, export};
pub use filters::{NewFilter, delete, filter, filters, save};
pub use sportello_domain::office::{Assignee, InboxQuery, SavedFilter};

/// For how many days ahead a case counts as due soon.
const SOON: i64 = 7;

/// The work, what falls due first first, with how much there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbox {
    /// The cases of this page.
    pub page: Paged<CaseView>,
    /// How many there are in all, by category.
    pub counts: BTreeMap<CaseStatus, i64>,
    /// Open ones whose due date has passed.
    pub overdue: i64,
    /// Open ones that fall due within a week.
    pub due_soon: i64,
}

/// The work of the caller's offices.
#[instrument(name = "inbox.page", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn page(engine: &Engine, call: &Call, query: InboxQuery, page: Page) -> Result<Inbox, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = open(&desk, query, &page).await;
    desk.leave(result).await
}

async fn open(desk: &Desk<'_>, query: InboxQuery, page: &Page) -> Result<Inbox, Failure> {
    desk.may(Action::ReadInbox)?;
    let Some(filter) = narrowed(desk, query) else { return Ok(nothing()) };
    let slice = cases::page(&desk.tx, &filter, CaseOrder::Due, cursor(page)?.as_ref(), page.limit).await?;
    let soon = desk.today.checked_add(Span::new().days(SOON)).unwrap_or(desk.today);
    let CaseCounts { by_status, overdue, due_soon } = cases::counts(&desk.tx, &filter, desk.today, soon).await?;
    let figure = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = by_status.into_iter().map(|(status, count)| (status, figure(count))).collect();
    Ok(Inbox { page: crate::cases::views(desk, slice.into()), counts, overdue: figure(overdue), due_soon: figure(due_soon) })
}

/// What the caller may see of the work that is asked for; none where that can be nothing.
fn narrowed(desk: &Desk<'_>, query: InboxQuery) -> Option<CaseFilter> {
    let InboxQuery { service, status, assignee, due_before } = query;
    let status = if status.is_empty() { open_ones() } else { crate::cases::submitted(status)? };
    Some(CaseFilter {
        offices: desk.offices(Action::ReadInbox),
        assignee: match assignee {
            Some(Assignee::Me) => Some(desk.person.id),
            Some(Assignee::Person(person)) => Some(person),
            Some(Assignee::Nobody) | None => None,
        },
        unassigned: assignee == Some(Assignee::Nobody),
        service,
        status,
        due_before,
        ..CaseFilter::default()
    })
}

const fn nothing() -> Inbox {
    Inbox { page: Paged { items: Vec::new(), next: None }, counts: BTreeMap::new(), overdue: 0, due_soon: 0 }
}

fn open_ones() -> Vec<CaseStatus> {
    CaseStatus::ALL.into_iter().filter(|status| *status != CaseStatus::Draft && !status.is_concluded()).collect()
}

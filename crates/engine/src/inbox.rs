//! The office's work: what is open, what is mine, what falls due.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use sportello_domain::{case::CaseStatus, ids::PersonId, permissions::Action, service::Key};
use sportello_store::cases::{self, CaseCounts, CaseFilter, CaseOrder};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged,
    cases::CaseView,
    desk::{Desk, Mode, cursor},
};

/// For how many days ahead a case counts as due soon.
const SOON: i64 = 7;

/// Whose work is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// The caller's.
    Me,
    /// Nobody's yet.
    Nobody,
    /// This person's.
    Person(PersonId),
}

/// Which part of the work is wanted; each that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxQuery {
    /// Of this service.
    pub service: Option<Key>,
    /// In these categories; in any open one where it is empty.
    pub status: Vec<CaseStatus>,
    /// Whose; everybody's where nothing is said.
    pub assignee: Option<Assignee>,
    /// That falls due before this day.
    pub due_before: Option<Date>,
}

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
    let InboxQuery { service, status, assignee, due_before } = query;
    let status = if status.is_empty() { Some(open_ones()) } else { crate::cases::submitted(status) };
    let Some(status) = status else { return Ok(nothing()) };
    let filter = CaseFilter {
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
    };
    let slice = cases::page(&desk.tx, &filter, CaseOrder::Due, cursor(page)?.as_ref(), page.limit).await?;
    let soon = desk.today.checked_add(Span::new().days(SOON)).unwrap_or(desk.today);
    let CaseCounts { by_status, overdue, due_soon } = cases::counts(&desk.tx, &filter, desk.today, soon).await?;
    let figure = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = by_status.into_iter().map(|(status, count)| (status, figure(count))).collect();
    Ok(Inbox { page: crate::cases::views(desk, slice.into()), counts, overdue: figure(overdue), due_soon: figure(due_soon) })
}

const fn nothing() -> Inbox {
    Inbox { page: Paged { items: Vec::new(), next: None }, counts: BTreeMap::new(), overdue: 0, due_soon: 0 }
}

fn open_ones() -> Vec<CaseStatus> {
    CaseStatus::ALL.into_iter().filter(|status| *status != CaseStatus::Draft && !status.is_concluded()).collect()
}

//! The office's work as one list, for a spreadsheet.

use sportello_domain::permissions::Action;
use sportello_store::cases::{self, CaseOrder};
use tracing::instrument;

use super::{InboxQuery, narrowed};
use crate::{
    Call, Engine, Failure, Paged,
    cases::{CaseView, views},
    desk::{Desk, Mode},
};

/// The most cases of one list.
const MOST: usize = 10_000;
/// How many are read at once.
const STEP: u64 = 500;

/// The work that a filter lets through, what falls due first first.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The cases.
    pub cases: Vec<CaseView>,
    /// Whether there are more than one list may hold.
    pub cut: bool,
}

/// The work of the caller's offices, all of it as of one moment.
#[instrument(name = "inbox.export", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn export(engine: &Engine, call: &Call, query: InboxQuery) -> Result<Export, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = gather(&desk, query).await;
    desk.leave(result).await
}

async fn gather(desk: &Desk<'_>, query: InboxQuery) -> Result<Export, Failure> {
    desk.may(Action::ReadInbox)?;
    let mut found = Export { cases: Vec::new(), cut: false };
    let Some(filter) = narrowed(desk, query) else { return Ok(found) };
    let mut after = None;
    loop {
        let slice = cases::page(&desk.tx, &filter, CaseOrder::Due, after.as_ref(), STEP).await?;
        after.clone_from(&slice.next);
        found.cases.extend(views(desk, Paged { items: slice.items, next: None }).items);
        if found.cases.len() > MOST || (found.cases.len() == MOST && after.is_some()) {
            found.cases.truncate(MOST);
            found.cut = true;
            return Ok(found);
        }
        if after.is_none() {
            return Ok(found);
        }
    }
}

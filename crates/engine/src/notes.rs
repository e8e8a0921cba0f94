//! Private notes on a case: colleagues write them for each other, the citizen never sees them.
//!
//! A note leaves no step on the timeline and nothing in the outbox, because both are read by others.

use std::sync::Arc;

use sportello_domain::{
    case::CaseStatus,
    ids::{CaseId, NoteId},
    office::Note,
    permissions::Action,
    refusal::Code,
};
use sportello_store::notes;
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    desk::{Desk, Mode, cursor},
};

/// A note to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNote {
    /// The text.
    pub body: Arc<str>,
}

/// The notes on a case, oldest first.
#[instrument(name = "note.page", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn page(engine: &Engine, call: &Call, case: CaseId, page: Page) -> Result<Paged<Note>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, case, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, case: CaseId, page: &Page) -> Result<Paged<Note>, Failure> {
    desk.case(case, Action::Annotate).await?;
    Ok(notes::of_case(&desk.tx, case, cursor(page)?.as_ref(), page.limit).await?.into())
}

/// Writes a note.
#[instrument(name = "note.write", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn write(engine: &Engine, call: &Call, case: CaseId, body: Unread<NewNote>) -> Result<Note, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = put(&desk, case, body).await;
    desk.leave(result).await
}

async fn put(desk: &Desk<'_>, case: CaseId, body: Unread<NewNote>) -> Result<Note, Failure> {
    let reached = desk.case(case, Action::Annotate).await?;
    if let Some(first) = desk.begin().await? {
        return notes::find(&desk.tx, NoteId::new(first)).await?.ok_or_else(|| Code::NotFound.into());
    }
    let NewNote { body } = body.read()?;
    if reached.case.status == CaseStatus::Draft {
        return Err(Code::StillADraft.into());
    }
    let note = Note { id: NoteId::new(desk.id()), case, author: desk.person.clone(), body, at: desk.now };
    notes::insert(&desk.tx, &note).await?;
    desk.finish(201, note.id.uuid(), None).await?;
    Ok(note)
}

//! Messages on a case, between the applicant and the office; notices of the product stand among them.

use std::sync::Arc;

use serde_json::json;
use sportello_domain::{
    case::{CaseMessage, CaseStatus},
    ids::{CaseId, MessageId},
    permissions::Action,
    refusal::Code,
};
use sportello_store::messages;
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    desk::{Desk, Mode, cursor},
    notices,
};

pub use crate::notices::Prepared;

/// A message to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The subject line.
    pub subject: Option<Arc<str>>,
    /// The text.
    pub body: Arc<str>,
}

/// The messages of a case, oldest first.
#[instrument(name = "message.page", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn page(engine: &Engine, call: &Call, case: CaseId, page: Page) -> Result<Paged<CaseMessage>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, case, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, case: CaseId, page: &Page) -> Result<Paged<CaseMessage>, Failure> {
    desk.case(case, Action::ReadCase).await?;
    Ok(messages::of_case(&desk.tx, case, cursor(page)?.as_ref(), page.limit).await?.into())
}

/// The tenant's texts filled in for a case, for who writes to the applicant.
#[instrument(name = "message.templates", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn templates(engine: &Engine, call: &Call, case: CaseId) -> Result<Vec<Prepared>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = desk.case(case, Action::Annotate).await.map(|reached| notices::prepared(call, &reached.case));
    desk.leave(result).await
}

/// Writes a message.
#[instrument(name = "message.write", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn write(engine: &Engine, call: &Call, case: CaseId, body: Unread<NewMessage>) -> Result<CaseMessage, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = say(&desk, case, body).await;
    desk.leave(result).await
}

async fn say(desk: &Desk<'_>, case: CaseId, body: Unread<NewMessage>) -> Result<CaseMessage, Failure> {
    let reached = desk.case(case, Action::WriteMessage).await?;
    if let Some(first) = desk.begin().await? {
        return messages::find(&desk.tx, MessageId::new(first)).await?.ok_or_else(|| Code::NotFound.into());
    }
    let NewMessage { subject, body } = body.read()?;
    if reached.case.status == CaseStatus::Draft {
        return Err(Code::StillADraft.into());
    }
    let message = CaseMessage {
        id: MessageId::new(desk.id()),
        case,
        role: reached.role(),
        author: Some(desk.person.id),
        subject,
        body,
        at: desk.now,
    };
    messages::insert(&desk.tx, &message).await?;
    if !desk.is_citizen() {
        notices::post(desk.engine, &desk.tx, &message).await?;
    }
    desk.event(case, "message", reached.role(), json!({"message": message.id})).await?;
    desk.finish(201, message.id.uuid(), None).await?;
    Ok(message)
}

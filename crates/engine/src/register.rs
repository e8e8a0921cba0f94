//! The protocol register: read, and annulled where an act allows it (DPR 445/2000 art. 54). Entries are written by submission.

use std::sync::Arc;

use sportello_domain::{
    permissions::Action,
    refusal::Code,
    register::{Annulment, Entry},
};
use sportello_store::register;
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    cases::REGISTER,
    desk::{Desk, Mode, cursor},
};

/// Why an entry is annulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annul {
    /// The act that allows it.
    pub act: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}

/// The entries of a year, newest first.
#[instrument(name = "register.page", skip_all, fields(tenant = %call.tenant.slug, year))]
pub async fn page(engine: &Engine, call: &Call, year: i16, page: Page) -> Result<Paged<Entry>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, year, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, year: i16, page: &Page) -> Result<Paged<Entry>, Failure> {
    desk.may(Action::ReadRegister)?;
    Ok(register::page(&desk.tx, REGISTER, year, cursor(page)?.as_ref(), page.limit).await?.into())
}

/// The version of an entry: it changes once at the most.
pub const fn version(entry: &Entry) -> i64 {
    if entry.annulment.is_some() { 2 } else { 1 }
}

/// Annuls an entry; it stays readable, and its number is never used again.
#[instrument(name = "register.annul", skip_all, fields(tenant = %call.tenant.slug, year, number))]
pub async fn annul(engine: &Engine, call: &Call, year: i16, number: u64, body: Unread<Annul>) -> Result<Entry, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = strike(&desk, year, number, body).await;
    desk.leave(result).await
}

async fn strike(desk: &Desk<'_>, year: i16, number: u64, body: Unread<Annul>) -> Result<Entry, Failure> {
    desk.may(Action::AnnulEntry)?;
    let entry = register::find(&desk.tx, REGISTER, year, number).await?.ok_or(Code::NotFound)?;
    if desk.begin().await?.is_some() {
        return Ok(entry);
    }
    desk.matches(version(&entry))?;
    let Annul { act, reason } = body.read()?;
    if entry.annulment.is_some() {
        return Err(Code::AlreadyAnnulled.into());
    }
    let annulment = Annulment { at: desk.now, by: desk.person.id, act, reason };
    if !register::annul(&desk.tx, entry.id, &annulment).await? {
        return Err(Code::AlreadyAnnulled.into());
    }
    desk.event(entry.case, "entry_annulled", desk.role_for(Action::AnnulEntry), serde_json::json!({"number": number, "year": year}))
        .await?;
    desk.finish(200, entry.id.uuid(), Some(2)).await?;
    tracing::info!(entry = %entry.id, "entry annulled");
    Ok(Entry { annulment: Some(annulment), ..entry })
}

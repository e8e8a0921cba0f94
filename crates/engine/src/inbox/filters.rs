//! Filters of the inbox that an officer keeps under a name of his own.

use std::sync::Arc;

use sportello_domain::{
    ids::FilterId,
    office::{InboxQuery, SavedFilter},
    permissions::Action,
    refusal::{Code, Fault, Message, Refusal},
};
use sportello_store::saved_filters;
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Unread,
    desk::{Desk, Mode},
};

/// A filter never changes, so all of them are of one version.
const VERSION: i64 = 1;

/// A filter to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFilter {
    /// What to call it.
    pub name: Arc<str>,
    /// What it lets through.
    pub query: InboxQuery,
}

/// The caller's filters, by name.
#[instrument(name = "inbox.filters", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn filters(engine: &Engine, call: &Call) -> Result<Vec<SavedFilter>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = match desk.may(Action::ReadInbox) {
        Ok(_) => saved_filters::of_person(&desk.tx, desk.person.id).await.map_err(Failure::from),
        Err(refusal) => Err(refusal.into()),
    };
    desk.leave(result).await
}

/// One of the caller's filters.
#[instrument(name = "inbox.filter", skip_all, fields(tenant = %call.tenant.slug, filter = %id))]
pub async fn filter(engine: &Engine, call: &Call, id: FilterId) -> Result<SavedFilter, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = mine(&desk, id).await;
    desk.leave(result).await
}

async fn mine(desk: &Desk<'_>, id: FilterId) -> Result<SavedFilter, Failure> {
    desk.may(Action::ReadInbox)?;
    saved_filters::find(&desk.tx, desk.person.id, id).await?.ok_or_else(|| Code::NotFound.into())
}

/// Keeps a filter.
#[instrument(name = "inbox.save_filter", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn save(engine: &Engine, call: &Call, body: Unread<NewFilter>) -> Result<SavedFilter, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = keep(&desk, body).await;
    desk.leave(result).await
}

async fn keep(desk: &Desk<'_>, body: Unread<NewFilter>) -> Result<SavedFilter, Failure> {
    desk.may(Action::ReadInbox)?;
    if let Some(first) = desk.begin().await? {
        return mine(desk, FilterId::new(first)).await;
    }
    let NewFilter { name, query } = body.read()?;
    let name: Arc<str> = name.trim().into();
    if saved_filters::of_person(&desk.tx, desk.person.id).await?.len() as u64 >= saved_filters::MOST {
        return Err(too_many().into());
    }
    let filter = SavedFilter { id: FilterId::new(desk.id()), person: desk.person.id, name, query, created_at: desk.now };
    if !saved_filters::insert(&desk.tx, &filter).await? {
        return Err(Code::NameTaken.into());
    }
    desk.finish(201, filter.id.uuid(), None).await?;
    Ok(filter)
}

fn too_many() -> Refusal {
    let most = saved_filters::MOST;
    let message = Message::new(
        format!("Hai già {most} filtri: eliminane uno prima di salvarne un altro."),
        format!("You have {most} filters already: remove one before you save another."),
    );
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/name".to_owned(), code: "too_many", message }])
}

/// Removes one of the caller's filters.
#[instrument(name = "inbox.delete_filter", skip_all, fields(tenant = %call.tenant.slug, filter = %id))]
pub async fn delete(engine: &Engine, call: &Call, id: FilterId) -> Result<(), Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = remove(&desk, id).await;
    desk.leave(result).await
}

async fn remove(desk: &Desk<'_>, id: FilterId) -> Result<(), Failure> {
    mine(desk, id).await?;
    desk.matches(VERSION)?;
    saved_filters::delete(&desk.tx, desk.person.id, id).await?;
    Ok(())
}

//! What citizens thought of services, and what a body makes of it.
//!
//! Who decides on a case does not read what was thought of it: results come by service, without the case.

use std::{collections::BTreeMap, sync::Arc};

use sportello_domain::{
    case::CaseStatus,
    ids::CaseId,
    permissions::Action,
    rating::{Aspect, Rating, faults},
    refusal::{Code, Refusal},
    service::Key,
};
use sportello_store::ratings;
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    desk::{Desk, Mode, cursor},
};

/// What somebody thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRating {
    /// One to five.
    pub stars: u8,
    /// What weighed most.
    pub aspect: Option<Aspect>,
    /// Words of one's own.
    pub text: Option<Arc<str>>,
}

/// What is thought of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Opinion {
    /// How many gave how many stars.
    pub counts: BTreeMap<u8, u64>,
    /// What was said, the latest cases first.
    pub ratings: Paged<Rating>,
}

/// Says what the applicant of a submitted case, or who acts for them, thinks of its service; once.
#[instrument(name = "rating.give", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn give(engine: &Engine, call: &Call, case: CaseId, body: Unread<NewRating>) -> Result<Rating, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = rate(&desk, case, body).await;
    desk.leave(result).await
}

async fn rate(desk: &Desk<'_>, id: CaseId, body: Unread<NewRating>) -> Result<Rating, Failure> {
    let reached = desk.case(id, Action::RateCase).await?;
    if desk.begin().await?.is_some() {
        return ratings::of_case(&desk.tx, id).await?.ok_or_else(|| Code::NotFound.into());
    }
    let NewRating { stars, aspect, text } = body.read()?;
    if reached.case.status == CaseStatus::Draft {
        return Err(Code::StillADraft.into());
    }
    let faults = faults(stars, aspect);
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::Unprocessable, faults).into());
    }
    let rating = Rating { case: id, service: reached.case.service, stars, aspect, text, at: desk.now };
    if !ratings::insert(&desk.tx, &rating).await? {
        return Err(Code::AlreadyRated.into());
    }
    desk.finish(201, id.uuid(), None).await?;
    Ok(rating)
}

/// What the caller thought of a case's service.
#[instrument(name = "rating.get", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn get(engine: &Engine, call: &Call, case: CaseId) -> Result<Rating, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = own(&desk, case).await;
    desk.leave(result).await
}

async fn own(desk: &Desk<'_>, case: CaseId) -> Result<Rating, Failure> {
    desk.case(case, Action::RateCase).await?;
    ratings::of_case(&desk.tx, case).await?.ok_or_else(|| Code::NotFound.into())
}

/// What is thought of a service of the body.
#[instrument(name = "rating.opinion", skip_all, fields(tenant = %call.tenant.slug, service = %service))]
pub async fn opinion(engine: &Engine, call: &Call, service: &Key, page: Page) -> Result<Opinion, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = thought(&desk, service, &page).await;
    desk.leave(result).await
}

async fn thought(desk: &Desk<'_>, service: &Key, page: &Page) -> Result<Opinion, Failure> {
    desk.may(Action::ReadRatings)?;
    let counts = ratings::counts(&desk.tx, service).await?;
    let ratings = ratings::of_service(&desk.tx, service, cursor(page)?.as_ref(), page.limit).await?.into();
    Ok(Opinion { counts, ratings })
}

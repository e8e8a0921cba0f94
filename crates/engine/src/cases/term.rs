//! The term of a case: until when, and why.

use jiff::civil::Date;
use sportello_domain::{
    calendar::CalendarRules,
    case::Case,
    definition::Definition,
    ids::CaseId,
    permissions::Action,
    refusal::Code,
    service::{Integration, Suspension as Rule},
    terms::{Explained, Norm, Pause, Term, due, lawful},
};
use sportello_store::{TenantTx, suspensions};
use tracing::instrument;

use super::context::definition;
use crate::{
    Call, Engine, Failure, civil_day,
    desk::{Desk, Mode},
};

/// The due date of a case, explained day by day.
#[instrument(name = "case.term", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn term(engine: &Engine, call: &Call, id: CaseId) -> Result<Explained, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = explain(&desk, id).await;
    desk.leave(result).await
}

async fn explain(desk: &Desk<'_>, id: CaseId) -> Result<Explained, Failure> {
    let reached = desk.case(id, Action::ReadCase).await?;
    let (definition, _) = definition(desk.ground(), &reached.case).await?;
    let explained = count(&desk.tx, &reached.case, &definition, &desk.tenant().calendar, desk.today).await?;
    explained.ok_or_else(|| Code::StillADraft.into())
}

/// Counts the term of a case from its submission over all of its waits; none for a draft.
pub(super) async fn count(
    tx: &TenantTx,
    case: &Case,
    definition: &Definition,
    calendar: &CalendarRules,
    today: Date,
) -> Result<Option<Explained>, Failure> {
    let Some(submitted) = case.submitted_at else { return Ok(None) };
    let waits = suspensions::of_case(tx, case.id).await?;
    let rule = definition.suspension.unwrap_or(Rule::BY_LAW);
    let start = civil_day(submitted);
    let days = definition.term_days.value;
    let term = match definition.integration {
        Integration::Suspends => Term { start, days, pauses: lawful(&waits, rule, today), restarted: None },
        Integration::Restarts => {
            let restarts = |wait: &&Pause| wait.norm == Norm::Integration;
            let restarted = waits.iter().filter(restarts).filter_map(|wait| wait.to).max();
            let pauses = waits.iter().filter(|wait| wait.to.is_none() || !restarts(wait)).copied().collect();
            Term { start, days, pauses, restarted }
        }
    };
    Ok(Some(due(&term, calendar)))
}

//! Transitions and assignment: how people carry a case on.

use serde_json::json;
use sportello_domain::{
    case::{
        Case, CaseStatus, Person,
        moves::{self, Facts, Moved},
    },
    definition::Definition,
    ids::{CaseId, PersonId},
    permissions::{Action, Reach, Relation, Role, allowed},
    refusal::{Code, Fault, Message, Refusal},
};
use sportello_store::{assignments, cases, persons};
use tracing::instrument;

use super::{Assign, CaseView, Context, Passage, Take, context::view, passage::By};
use crate::{
    Call, Engine, Failure, Unread,
    desk::{Desk, Mode, Reached},
};

/// The transitions that the caller may take now, each with what still stands in its way.
#[instrument(name = "case.transitions", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn transitions(engine: &Engine, call: &Call, id: CaseId) -> Result<Vec<Passage>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = offers(&desk, id).await;
    desk.leave(result).await
}

async fn offers(desk: &Desk<'_>, id: CaseId) -> Result<Vec<Passage>, Failure> {
    let Reached { case, .. } = desk.case(id, Action::ReadCase).await?;
    let roles = desk.reaching(&case, Action::MoveCase);
    if roles.is_empty() || case.status == CaseStatus::Draft {
        return Ok(Vec::new());
    }
    let context = Context::of(desk, &case).await?;
    let facts = facts(&case, &context, &roles);
    let offer =
        |offered: moves::Move<'_>| Passage { id: offered.id.clone(), transition: offered.transition.clone(), obstacle: offered.obstacle };
    Ok(moves::available(&facts).into_iter().map(offer).collect())
}

pub(super) fn facts<'a>(case: &'a Case, context: &'a Context, roles: &'a [Role]) -> Facts<'a> {
    Facts { case, definition: &context.definition, roles, scope: &context.scope, acts: &context.acts, due: context.due }
}

/// Takes a transition.
#[instrument(name = "case.take", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn take(engine: &Engine, call: &Call, id: CaseId, body: Unread<Take>) -> Result<CaseView, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = go(&desk, id, body).await;
    desk.leave(result).await
}

async fn go(desk: &Desk<'_>, id: CaseId, body: Unread<Take>) -> Result<CaseView, Failure> {
    let reached = desk.case(id, Action::MoveCase).await?;
    if desk.begin().await?.is_some() {
        return view(desk, reached, true).await;
    }
    desk.unchanged(&reached.case).await?;
    let Take { transition, data, note } = body.read()?;
    if reached.case.status == CaseStatus::Draft {
        return Err(Code::StillADraft.into());
    }
    let context = Context::of(desk, &reached.case).await?;
    let moved = moves::take(&facts(&reached.case, &context, &reached.roles), &transition, data.as_ref(), desk.today)?;
    let by = By { role: acting_role(&context.definition, &moved, &reached.roles), actor: Some(desk.person.id), data, note };
    let passages = desk.passages();
    let case = passages.carry_out(reached.case, context, &moved, by).await?;
    let case = passages.follow_on(case).await?;
    desk.finish(200, id.uuid(), Some(case.version)).await?;
    let special = desk.sees_special(&case);
    view(desk, Reached { case, roles: reached.roles, special }, false).await
}

/// The caller's role that the passage is open to.
fn acting_role(definition: &Definition, moved: &Moved, roles: &[Role]) -> Role {
    let transition = definition.workflow.transitions.get(&moved.transition);
    roles.iter().copied().find(|role| transition.is_some_and(|transition| transition.open_to(*role))).unwrap_or(Role::Citizen)
}

/// Gives a case to an officer, or to nobody.
#[instrument(name = "case.assign", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn assign(engine: &Engine, call: &Call, id: CaseId, body: Unread<Assign>) -> Result<CaseView, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = give(&desk, id, body).await;
    desk.leave(result).await
}

async fn give(desk: &Desk<'_>, id: CaseId, body: Unread<Assign>) -> Result<CaseView, Failure> {
    let reached = desk.case(id, Action::AssignCase).await?;
    if desk.begin().await?.is_some() {
        return view(desk, reached, true).await;
    }
    desk.unchanged(&reached.case).await?;
    let Assign { assignee } = body.read()?;
    let reached = hand_over(desk, reached, assignee).await?;
    desk.finish(200, id.uuid(), Some(reached.case.version)).await?;
    view(desk, reached, false).await
}

/// The officer to whom a case can be given now, none for nobody; or why it cannot.
pub(crate) async fn receiver(desk: &Desk<'_>, case: &Case, assignee: Option<PersonId>) -> Result<Option<Person>, Failure> {
    if case.status == CaseStatus::Draft {
        return Err(Code::StillADraft.into());
    }
    if case.status.is_concluded() {
        return Err(Code::CaseConcluded.into());
    }
    match assignee {
        None => Ok(None),
        Some(person) => Ok(Some(handler(desk, case, person).await?)),
    }
}

/// Gives a case that was reached for it to an officer, or to nobody.
pub(crate) async fn hand_over(desk: &Desk<'_>, reached: Reached, assignee: Option<PersonId>) -> Result<Reached, Failure> {
    let receiver = receiver(desk, &reached.case, assignee).await?;
    let role = reached.role();
    let mut case = reached.case;
    case.assignee = receiver;
    let expected = case.version;
    case.updated_at = desk.now;
    case.version += 1;
    if !cases::update(&desk.tx, &case, expected).await? {
        return Err(Code::VersionMismatch.into());
    }
    desk.event(case.id, "assigned", role, json!({"assignee": assignee})).await?;
    let special = desk.sees_special(&case);
    Ok(Reached { case, roles: reached.roles, special })
}

/// Holds an assignee to be somebody who may carry the case on.
async fn handler(desk: &Desk<'_>, case: &Case, person: PersonId) -> Result<Person, Failure> {
    let held = assignments::of_person(&desk.tx, person, desk.today).await?;
    let fits = held.iter().any(|held| {
        allowed(Action::MoveCase, held.role, Relation::Own) >= Reach::Office
            && held.office.as_ref().is_none_or(|office| *office == case.office)
    });
    if let Some(person) = persons::find(&desk.tx, person).await?.filter(|_| fits) {
        return Ok(person);
    }
    let message = Message::new(
        "Indica una persona che in quell'ufficio può portare avanti le pratiche.",
        "Name a person who may carry cases on in that office.",
    );
    Err(Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/assignee".to_owned(), code: "not_an_officer", message }]).into())
}

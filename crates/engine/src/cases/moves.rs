//! Transitions and assignment: how a case goes on, by people or by the product itself.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde_json::{Value, json};
use sportello_domain::{
    case::{
        Case, CaseStatus, Outcome, Person,
        moves::{self, Facts, Moved},
    },
    definition::Definition,
    form::Field,
    ids::{CaseId, JobId, PersonId},
    permissions::{Action, Reach, Relation, Role, allowed},
    refusal::{Code, Fault, Message, Refusal},
    service::{Key, Privacy},
    terms::{Term, due},
    workflow::Clock,
};
use sportello_store::{
    TenantTx, assignments, cases,
    jobs::{self, Job},
    limits, persons, suspensions,
};
use tracing::instrument;

use super::{Assign, CaseView, Context, Ground, Passage, Take, context::view, term::count};
use crate::{
    Call, Engine, Failure, Unread,
    desk::{Desk, Mode, Reached, append},
    midnight, notices, vault,
};

/// The job that ends a wait.
pub(crate) const CASE_LIMIT: &str = "case_limit";

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

fn facts<'a>(case: &'a Case, context: &'a Context, roles: &'a [Role]) -> Facts<'a> {
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
    let role = acting_role(&context.definition, &moved, &reached.roles);
    let done = Done { moved: &moved, definition: &context.definition, at: desk.now };
    let case = carry_out(desk.ground(), reached.case, &done, note.as_ref()).await?;
    let (told, special) = told(&context.definition, &moved, data);
    let particulars = json!({"transition": moved.transition, "from": moved.from, "to": moved.to, "data": told, "note": note});
    let event = desk.event(id, "transition", role, particulars).await?;
    vault::keep_passage(desk.engine, &desk.tx, id, event, special).await?;
    for (_, template) in moved.notify.iter().filter(|(who, _)| &**who == "applicant") {
        notices::to_applicant(desk, &case, template).await?;
    }
    desk.finish(200, id.uuid(), Some(case.version)).await?;
    tracing::info!(case = %id, transition = %moved.transition, "case moved");
    let special = desk.sees_special(&case);
    view(desk, Reached { case, roles: reached.roles, special }, false).await
}

/// The caller's role that the passage is open to.
fn acting_role(definition: &Definition, moved: &Moved, roles: &[Role]) -> Role {
    let transition = definition.workflow.transitions.get(&moved.transition);
    roles.iter().copied().find(|role| transition.is_some_and(|transition| transition.open_to(*role))).unwrap_or(Role::Citizen)
}

/// What the timeline tells of the answers to a passage's form, and what of them is of a special category and kept apart.
fn told(definition: &Definition, moved: &Moved, data: Option<Value>) -> (Value, BTreeMap<String, Value>) {
    let form = definition.workflow.transitions.get(&moved.transition).and_then(|transition| transition.form.as_ref());
    let (Some(form), Some(Value::Object(mut data))) = (form, data) else { return (json!({}), BTreeMap::new()) };
    let mut special = BTreeMap::new();
    for (id, value) in &mut data {
        if form.fields.get(id.as_str()).is_none_or(is_special) && !value.is_null() {
            special.insert(id.clone(), value.take());
        }
    }
    (data.into(), special)
}

/// A group is special whole, as soon as one of its fields is.
fn is_special(field: &Field) -> bool {
    field.privacy == Privacy::Special || field.fields.values().any(is_special)
}

/// A passage that was decided.
struct Done<'a> {
    moved: &'a Moved,
    definition: &'a Definition,
    at: Timestamp,
}

/// Writes what a passage means: state, clock, timer, outcome.
async fn carry_out(ground: Ground<'_>, mut case: Case, done: &Done<'_>, note: Option<&Arc<str>>) -> Result<Case, Failure> {
    let Ground { engine: _, tx, tenant, today } = ground;
    let Done { moved, definition, at } = *done;
    let clock = definition.workflow.states.get(&moved.from).map_or(Clock::Running, |state| state.clock);
    match (clock, moved.clock) {
        (Clock::Running, Clock::Suspended) => suspensions::open(tx, case.id, today).await?,
        (Clock::Suspended, Clock::Running) => {
            suspensions::close(tx, case.id, today).await?;
        }
        (Clock::Running, Clock::Running) | (Clock::Suspended, Clock::Suspended) => {}
    }
    if moved.status == CaseStatus::ConcludedNegative && !case.status.is_concluded() {
        // Nothing came of it, so it does not count.
        limits::give_back(tx, case.id).await?;
    }
    let expected = case.version;
    case.state = moved.to.clone();
    case.status = moved.status;
    case.updated_at = at;
    case.version += 1;
    if moved.status.is_concluded() {
        case.concluded_at = Some(at);
        case.outcome = Some(Outcome { transition: moved.transition.clone(), note: note.cloned(), act: moved.act });
    } else {
        case.due_date = count(tx, &case, definition, &tenant.calendar, today).await?.and_then(|explained| explained.due);
    }
    if !cases::update(tx, &case, expected).await? {
        return Err(Code::VersionMismatch.into());
    }
    plan_limit(ground, &case, moved.limit.clone()).await?;
    Ok(case)
}

/// Plans the end of a wait, or takes an earlier plan back. Its days are counted like those of every term: the first one is not, and
/// an end on a holiday moves on (art. 2963 c.c.); the wait is over when the last one is.
pub(super) async fn plan_limit(ground: Ground<'_>, case: &Case, limit: Option<(u16, Key)>) -> Result<(), Failure> {
    let Ground { engine, tx, tenant, today } = ground;
    let subject: Key = case.id.to_string().into();
    let Some((days, transition)) = limit else {
        jobs::cancel(tx, CASE_LIMIT, &subject).await?;
        return Ok(());
    };
    let last = due(&Term { start: today, days, pauses: Vec::new(), restarted: None }, &tenant.calendar).due;
    let after = last.and_then(|last| last.tomorrow().ok()).unwrap_or(today);
    let job = Job {
        id: JobId::new(engine.new_id()),
        kind: CASE_LIMIT.into(),
        subject,
        payload: json!({"state": case.state, "transition": transition}),
        run_at: midnight(after).unwrap_or(case.updated_at),
        attempts: 0,
    };
    Ok(jobs::enqueue(tx, &job).await?)
}

/// Takes a transition as the product itself, when a wait is over. Nothing happens where the case has left the state meanwhile.
pub(crate) async fn move_by_system(
    engine: &Engine,
    call: &Call,
    tx: &TenantTx,
    id: CaseId,
    state: &str,
    transition: &str,
) -> Result<bool, Failure> {
    let Some(case) = cases::find(tx, id).await?.filter(|case| &*case.state == state) else { return Ok(false) };
    let now = engine.now();
    let ground = Ground { engine, tx, tenant: &call.tenant, today: crate::civil_day(now) };
    let context = Context::gather(ground, &case).await?;
    let moved = moves::take(&facts(&case, &context, &[Role::System]), transition, None, ground.today)?;
    let done = Done { moved: &moved, definition: &context.definition, at: now };
    let case = carry_out(ground, case, &done, None).await?;
    let particulars = json!({"transition": moved.transition, "from": moved.from, "to": moved.to});
    append(engine, tx, id, "transition", Role::System, None, now, particulars).await?;
    for (_, template) in moved.notify.iter().filter(|(who, _)| &**who == "applicant") {
        notices::write(engine, tx, call, &case, template, now).await?;
    }
    tracing::info!(case = %id, transition = %moved.transition, "case moved by its limit");
    Ok(true)
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

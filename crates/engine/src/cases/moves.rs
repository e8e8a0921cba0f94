//! Transitions and assignment: how a case goes on, by people or by the product itself.

use std::sync::Arc;

use jiff::{Span, Timestamp, civil::Date};
use serde_json::{Value, json};
use sportello_domain::{
    case::{
        Case, CaseStatus, Outcome,
        moves::{self, Facts, Moved},
    },
    definition::Definition,
    ids::{CaseId, JobId, PersonId},
    permissions::{Action, Reach, Relation, Role, allowed},
    refusal::{Code, Fault, Message, Refusal},
    service::{Key, Privacy},
    workflow::Clock,
};
use sportello_store::{
    TenantTx, assignments, cases,
    jobs::{self, Job},
    persons, suspensions,
};
use tracing::instrument;

use super::{Assign, CaseView, Context, Passage, Take, context::view, term::count};
use crate::{
    Call, Engine, Failure, Unread,
    desk::{Desk, Mode, Reached, append},
    midnight, notices,
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
    desk.matches(reached.case.version)?;
    let Take { transition, data, note } = body.read()?;
    if reached.case.status == CaseStatus::Draft {
        return Err(Code::StillADraft.into());
    }
    let context = Context::of(desk, &reached.case).await?;
    let moved = moves::take(&facts(&reached.case, &context, &reached.roles), &transition, data.as_ref(), desk.today)?;
    let role = acting_role(&context.definition, &moved, &reached.roles);
    let done = Done { moved: &moved, definition: &context.definition, at: desk.now, today: desk.today };
    let case = carry_out(desk.engine, &desk.tx, desk.call, reached.case, &done, note.as_ref()).await?;
    let told = told(&context.definition, &moved, data);
    let particulars = json!({"transition": moved.transition, "from": moved.from, "to": moved.to, "data": told, "note": note});
    desk.event(id, "transition", role, particulars).await?;
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

/// What the timeline tells of the answers to a passage's form: nothing of a special category.
fn told(definition: &Definition, moved: &Moved, data: Option<Value>) -> Value {
    let form = definition.workflow.transitions.get(&moved.transition).and_then(|transition| transition.form.as_ref());
    let (Some(form), Some(Value::Object(mut data))) = (form, data) else { return json!({}) };
    data.retain(|id, _| form.fields.get(id.as_str()).is_some_and(|field| field.privacy == Privacy::Ordinary));
    data.into()
}

/// A passage that was decided.
struct Done<'a> {
    moved: &'a Moved,
    definition: &'a Definition,
    at: Timestamp,
    today: Date,
}

/// Writes what a passage means: state, clock, timer, outcome.
async fn carry_out(
    engine: &Engine,
    tx: &TenantTx,
    call: &Call,
    mut case: Case,
    done: &Done<'_>,
    note: Option<&Arc<str>>,
) -> Result<Case, Failure> {
    let Done { moved, definition, at, today } = *done;
    let clock = definition.workflow.states.get(&moved.from).map_or(Clock::Running, |state| state.clock);
    match (clock, moved.clock) {
        (Clock::Running, Clock::Suspended) => suspensions::open(tx, case.id, today).await?,
        (Clock::Suspended, Clock::Running) => {
            suspensions::close(tx, case.id, today).await?;
        }
        (Clock::Running, Clock::Running) | (Clock::Suspended, Clock::Suspended) => {}
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
        case.due_date = count(tx, &case, definition, &call.tenant.calendar, today).await?.and_then(|explained| explained.due);
    }
    if !cases::update(tx, &case, expected).await? {
        return Err(Code::VersionMismatch.into());
    }
    plan_limit(engine, tx, &case, moved.limit.clone(), today).await?;
    Ok(case)
}

/// Plans the end of a wait, or takes an earlier plan back.
pub(super) async fn plan_limit(engine: &Engine, tx: &TenantTx, case: &Case, limit: Option<(u16, Key)>, today: Date) -> Result<(), Failure> {
    let subject: Key = case.id.to_string().into();
    let Some((days, transition)) = limit else {
        jobs::cancel(tx, CASE_LIMIT, &subject).await?;
        return Ok(());
    };
    let last = today.checked_add(Span::new().days(i64::from(days) + 1)).unwrap_or(today);
    let job = Job {
        id: JobId::new(engine.new_id()),
        kind: CASE_LIMIT.into(),
        subject,
        payload: json!({"state": case.state, "transition": transition}),
        run_at: midnight(last).unwrap_or(case.updated_at),
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
    let stored = sportello_store::definitions::get(tx, &case.definition).await?;
    let Some(stored) = stored else { return Ok(false) };
    let definition = Definition::read(stored.format, &stored.content)?;
    let (scope, acts, now) = (sportello_domain::condition::Scope::default(), std::collections::BTreeMap::new(), engine.now());
    let today = crate::civil_day(now);
    let facts = Facts { case: &case, definition: &definition, roles: &[Role::System], scope: &scope, acts: &acts, due: 0 };
    let moved = moves::take(&facts, transition, None, today)?;
    let done = Done { moved: &moved, definition: &definition, at: now, today };
    let case = carry_out(engine, tx, call, case, &done, None).await?;
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
    desk.matches(reached.case.version)?;
    let Assign { assignee } = body.read()?;
    if reached.case.status.is_concluded() {
        return Err(Code::CaseConcluded.into());
    }
    let role = reached.role();
    let mut case = reached.case;
    case.assignee = match assignee {
        None => None,
        Some(person) => Some(handler(desk, &case, person).await?),
    };
    let expected = case.version;
    case.updated_at = desk.now;
    case.version += 1;
    if !cases::update(&desk.tx, &case, expected).await? {
        return Err(Code::VersionMismatch.into());
    }
    desk.event(id, "assigned", role, json!({"assignee": assignee})).await?;
    desk.finish(200, id.uuid(), Some(case.version)).await?;
    let special = desk.sees_special(&case);
    view(desk, Reached { case, roles: reached.roles, special }, false).await
}

/// Holds an assignee to be somebody who may carry the case on.
async fn handler(desk: &Desk<'_>, case: &Case, person: PersonId) -> Result<sportello_domain::case::Person, Failure> {
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

//! What a passage does, whoever takes it: state and clock, timers, opinions, the act that is drawn up, the timeline, who is told; and
//! what then follows by itself.

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use sportello_domain::{
    act::{self, Act},
    case::{
        Case, CaseStatus, Document, Outcome,
        moves::{self, Moved},
    },
    condition::Scope,
    definition::Definition,
    form::Field,
    ids::{CaseId, DocumentId, JobId, OpinionId, PersonId},
    opinion::Opinion,
    permissions::Role,
    refusal::Code,
    service::{FileType, Key, Privacy},
    terms::{Term, due, last_day},
    text::Language,
    workflow::State,
};
use sportello_store::{
    cases, documents,
    jobs::{self, Job},
    limits, opinions, suspensions,
};

use super::{Context, Ground, moves::facts, term::count};
use crate::{
    Broken, Call, Failure,
    desk::{Desk, append},
    documents::fingerprint,
    midnight, notices, papers, vault,
};

/// The job that ends a wait.
pub(crate) const CASE_LIMIT: &str = "case_limit";
/// The job that does what silence means.
pub(crate) const CASE_DUE: &str = "case_due";
/// The job that waits no longer for an opinion.
pub(crate) const OPINION_LIMIT: &str = "opinion_limit";

/// A case that is on its way; much happens on it, so it does not lie on the stack.
type Pending<'p> = Pin<Box<dyn Future<Output = Result<Case, Failure>> + Send + 'p>>;

/// Who takes a passage, and what they say.
#[derive(Debug)]
pub(crate) struct By {
    /// In which role.
    pub(crate) role: Role,
    /// Which person; nobody where the product acts by itself.
    pub(crate) actor: Option<PersonId>,
    /// The answers to the passage's form.
    pub(crate) data: Option<Value>,
    /// A note.
    pub(crate) note: Option<Arc<str>>,
}

impl By {
    /// The product itself.
    const fn itself() -> Self {
        Self { role: Role::System, actor: None, data: None, note: None }
    }

    /// Whether the applicant's side answers with it.
    const fn answers(&self) -> bool {
        matches!(self.role, Role::Citizen | Role::Delegate)
    }
}

/// Where, when and for which request passages are carried out.
#[derive(Clone, Copy)]
pub(crate) struct Passages<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) call: &'a Call,
    pub(crate) now: Timestamp,
}

impl Desk<'_> {
    /// The passages of this request.
    pub(crate) fn passages(&self) -> Passages<'_> {
        Passages { ground: self.ground(), call: self.call, now: self.now }
    }
}

impl Passages<'_> {
    /// Carries out a passage that was decided.
    pub(super) fn carry_out<'p>(&'p self, case: Case, context: Context, moved: &'p Moved, by: By) -> Pending<'p> {
        Box::pin(self.do_all(case, context, moved, by))
    }

    async fn do_all(&self, case: Case, context: Context, moved: &Moved, by: By) -> Result<Case, Failure> {
        let definition = Arc::clone(&context.definition);
        let drawn = match moved.draws_up.as_ref().and_then(|kind| Some((kind, definition.acts.get(kind)?))) {
            Some((kind, act)) => Some(self.draw_up(&case, &context, (kind, act), &by).await?),
            None => None,
        };
        let answers = by.answers();
        let (told, special) = told(&definition, moved, by.data);
        let act = drawn.as_ref().map(|(document, _)| document.id).or(moved.act);
        let left = definition.workflow.states.get(&moved.from);
        self.turn_the_clock(case.id, left, moved, answers).await?;
        let case = self.write(case, &definition, moved, Settled { note: by.note.clone(), act }).await?;
        self.plan(&case, &definition, moved.limit.clone()).await?;
        let particulars = json!({"transition": moved.transition, "from": moved.from, "to": moved.to, "data": told, "note": by.note});
        let Ground { engine, tx, .. } = self.ground;
        let event = append(engine, tx, case.id, "transition", by.role, by.actor, self.now, particulars).await?;
        vault::keep_passage(engine, tx, case.id, event, special).await?;
        if let Some((document, values)) = drawn {
            let particulars = json!({"document": document.id, "kind": document.kind, "values": values});
            append(engine, tx, case.id, "act_added", Role::System, None, self.now, particulars).await?;
        }
        self.ask(&case, &definition).await?;
        for (recipient, template) in &moved.notify {
            notices::tell(engine, tx, self.call, &case, (*recipient, template), self.now).await?;
        }
        tracing::info!(case = %case.id, transition = %moved.transition, "case moved");
        Ok(case)
    }

    /// Takes what passages the product takes by itself from where a case now stands. A workflow in which they go round in a circle is
    /// not loaded, so there are at most as many as it has states.
    pub(crate) fn follow_on(&self, case: Case) -> Pending<'_> {
        Box::pin(self.go_on(case))
    }

    async fn go_on(&self, mut case: Case) -> Result<Case, Failure> {
        loop {
            let active = self.ground.tenant.service(&case.service).filter(|active| active.definition_hash == case.definition);
            if active.is_some_and(|active| active.workflow.transitions.values().all(|transition| !transition.automatic)) {
                return Ok(case);
            }
            let context = Context::gather(self.ground, &case).await?;
            let facts = facts(&case, &context, &[Role::System]);
            let Some(id) = moves::automatic(&facts) else { return Ok(case) };
            let moved = moves::take(&facts, id, None, self.ground.today)?;
            case = self.carry_out(case, context, &moved, By::itself()).await?;
        }
    }

    /// Begins and ends the waits of the term.
    async fn turn_the_clock(&self, case: CaseId, left: Option<&State>, moved: &Moved, answered: bool) -> Result<(), Failure> {
        let Ground { tx, today, .. } = self.ground;
        let waited = left.and_then(|state| state.clock.norm());
        let waits = moved.clock.norm();
        if waited == waits {
            return Ok(());
        }
        if let Some(norm) = waited {
            suspensions::close(tx, case, last_day(norm, answered, today)).await?;
        }
        if let Some(norm) = waits {
            suspensions::open(tx, case, norm, today).await?;
        }
        Ok(())
    }

    /// Writes the case as it now stands.
    async fn write(&self, mut case: Case, definition: &Definition, moved: &Moved, settled: Settled) -> Result<Case, Failure> {
        let Ground { tx, tenant, today, .. } = self.ground;
        if moved.status == CaseStatus::ConcludedNegative && !case.status.is_concluded() {
            // Nothing came of it, so it does not count.
            limits::give_back(tx, case.id).await?;
        }
        let expected = case.version;
        case.state = moved.to.clone();
        case.status = moved.status;
        case.updated_at = self.now;
        case.version += 1;
        if moved.status.is_concluded() {
            case.concluded_at = Some(self.now);
            case.outcome = Some(Outcome { transition: moved.transition.clone(), note: settled.note, act: settled.act });
        } else {
            case.due_date = count(tx, &case, definition, &tenant.calendar, today).await?.and_then(|explained| explained.due);
        }
        if !cases::update(tx, &case, expected).await? {
            return Err(Code::VersionMismatch.into());
        }
        Ok(case)
    }

    /// Plans what happens when a wait or the term is over, or takes an earlier plan back.
    pub(super) async fn plan(&self, case: &Case, definition: &Definition, limit: Option<(u16, Key)>) -> Result<(), Failure> {
        let end = limit.map(|(days, transition)| (self.last_of(days), json!({"state": case.state, "transition": transition})));
        self.schedule(CASE_LIMIT, case.id.to_string().into(), end).await?;
        let silence = definition.workflow.on_due.as_ref().filter(|_| !case.status.is_concluded());
        let end = silence.and_then(|transition| Some((case.due_date?, json!({"transition": transition}))));
        self.schedule(CASE_DUE, case.id.to_string().into(), end).await
    }

    /// The last day of a wait that begins today. Its days are counted like those of every term: the first one is not, and an end on
    /// a holiday moves on (art. 2963 c.c.).
    fn last_of(&self, days: u16) -> Date {
        let Ground { tenant, today, .. } = self.ground;
        due(&Term { start: today, days, pauses: Vec::new(), restarted: None }, &tenant.calendar).due.unwrap_or(today)
    }

    /// Plans a job for when a day is over, or takes it back where there is none.
    async fn schedule(&self, kind: &'static str, subject: Key, end: Option<(Date, Value)>) -> Result<(), Failure> {
        let Ground { engine, tx, today, .. } = self.ground;
        let Some((last, payload)) = end else {
            jobs::cancel(tx, kind, &subject).await?;
            return Ok(());
        };
        let after = last.tomorrow().unwrap_or(today);
        let run_at = midnight(after).unwrap_or(self.now);
        Ok(jobs::enqueue(tx, &Job { id: JobId::new(engine.new_id()), kind: kind.into(), subject, payload, run_at, attempts: 0 }).await?)
    }

    /// Asks the offices whose opinions belong to the state that the case has come to; what those of the state before have not said is
    /// waited for no longer.
    pub(super) async fn ask(&self, case: &Case, definition: &Definition) -> Result<(), Failure> {
        let Ground { engine, tx, tenant, .. } = self.ground;
        opinions::forgo(tx, case.id).await?;
        let Some(state) = definition.workflow.states.get(&case.state) else { return Ok(()) };
        for (request, asked) in &state.opinions {
            let office = tenant.office_for(&asked.office).map_or_else(|| asked.office.clone(), |(id, _)| id.clone());
            let due = asked.limit_days.map(|days| self.last_of(days));
            let opinion = Opinion {
                id: OpinionId::new(engine.new_id()),
                case: case.id,
                request: request.clone(),
                state: case.state.clone(),
                office: office.clone(),
                asked_at: self.now,
                due,
                given: None,
            };
            opinions::insert(tx, &opinion).await?;
            let subject = opinion.id.to_string().into();
            self.schedule(OPINION_LIMIT, subject, due.map(|day| (day, json!({})))).await?;
            let particulars = json!({"opinion": request, "office": office, "due_date": due});
            append(engine, tx, case.id, "opinion_asked", Role::System, None, self.now, particulars).await?;
        }
        Ok(())
    }

    /// Draws up an act and files it among the documents of the case. Answers it with what it tells; what it tells of special answers
    /// stands in its sealed file alone.
    async fn draw_up(&self, case: &Case, context: &Context, (kind, act): (&Key, &Act), by: &By) -> Result<(Document, Value), Failure> {
        let Ground { engine, tx, tenant, today } = self.ground;
        let scope = Scope { data: by.data.clone().unwrap_or(Value::Null), ..context.scope.clone() };
        let facts = act::Facts { tenant, case, definition: &context.definition, scope: &scope, today };
        let bytes = papers::print(engine, act.draw_up(&facts, Language::It)).await?;
        let document = Document {
            id: DocumentId::new(engine.new_id()),
            case: case.id,
            kind: kind.clone(),
            is_act: true,
            name: format!("{kind}-{}.pdf", case.code.as_deref().unwrap_or_default()).into(),
            file_type: FileType::Pdf,
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256: fingerprint(&bytes),
            privacy: act.privacy(&context.definition.form),
            uploaded_by: by.actor.unwrap_or(case.applicant.id),
            uploaded_at: self.now,
        };
        let (kept, values) = match document.privacy {
            Privacy::Special => (vault::seal_file(engine, tx, document.id, &bytes).await?, Value::Null),
            Privacy::Ordinary => (bytes, act.tell(&scope).into()),
        };
        // Bytes without a row, where the transaction then fails, are never served.
        engine.ports().files.put(tenant.id, document.id, kept).await.map_err(Broken::Files)?;
        documents::insert(tx, &document).await?;
        Ok((document, values))
    }

    /// Takes a passage as the product itself when a wait is over; nothing happens where the case has left the state meanwhile.
    pub(crate) async fn end_wait(&self, id: CaseId, state: &str, transition: &str) -> Result<(), Failure> {
        let found = cases::find(self.ground.tx, id).await?.filter(|case| &*case.state == state);
        let Some(case) = found else { return Ok(()) };
        self.take_itself(case, transition).await
    }

    /// Does what silence means once the term has passed; nothing where the case has ended, the term was moved, or the state that it is in
    /// does not know silence.
    pub(crate) async fn end_term(&self, id: CaseId, transition: &str) -> Result<(), Failure> {
        let Ground { tx, today, .. } = self.ground;
        let passed = |case: &Case| !case.status.is_concluded() && case.due_date.is_some_and(|due| due < today);
        let Some(case) = cases::find(tx, id).await?.filter(passed) else { return Ok(()) };
        let (definition, _) = super::context::definition(self.ground, &case).await?;
        if !definition.workflow.transitions.get(transition).is_some_and(|transition| transition.starts_in(&case.state)) {
            return Ok(());
        }
        self.take_itself(case, transition).await
    }

    async fn take_itself(&self, case: Case, transition: &str) -> Result<(), Failure> {
        let context = Context::gather(self.ground, &case).await?;
        let moved = moves::take(&facts(&case, &context, &[Role::System]), transition, None, self.ground.today)?;
        let case = self.carry_out(case, context, &moved, By::itself()).await?;
        self.follow_on(case).await?;
        Ok(())
    }
}

/// What an outcome rests on.
struct Settled {
    note: Option<Arc<str>>,
    act: Option<DocumentId>,
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

//! The way into every command: who asks, in which relation to the tenant, with which roles, inside one transaction.
//!
//! A [`Desk`] is the proof that a caller was admitted. It reaches cases through [`Desk::case`] alone, which answers "not found" for
//! what the caller may not know of and "forbidden" only for what it may see.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use sportello_domain::{
    assignment::Assignment,
    case::{Case, CaseStatus, Event, Person},
    ids::{CaseId, EventId, PersonId},
    permissions::{Action, Reach, Relation, Role, allowed},
    refusal::{Code, Fault, Message, Refusal},
    service::Key,
    tenant::{People, Tenant},
    text::Language,
};
use sportello_store::{
    Cursor, TenantTx, assignments, cases,
    events::{self, NewEvent},
    idempotency::{self, Begun, KeyScope, Outcome},
    opinions, persons,
};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::{Call, Engine, Failure, IdempotencyKey, Identity, IfMatch, Page, civil_day, rome};

/// Whether a command changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

/// An admitted caller in a transaction of the path's tenant.
pub(crate) struct Desk<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) call: &'a Call,
    pub(crate) identity: &'a Identity,
    pub(crate) tx: TenantTx,
    pub(crate) person: Person,
    pub(crate) relation: Relation,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) now: Timestamp,
    pub(crate) today: Date,
}

/// A case that the caller may see, with what it is to it.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub(crate) case: Case,
    /// The roles that reach it for the action that was asked for.
    pub(crate) roles: Vec<Role>,
    /// Whether answers of a special category are shown.
    pub(crate) special: bool,
}

impl Reached {
    /// The role in which something is done: the first that reaches.
    pub(crate) fn role(&self) -> Role {
        self.roles.first().copied().unwrap_or(Role::Citizen)
    }
}

impl<'a> Desk<'a> {
    /// Admits a caller: 401 without identity, 404 without relation.
    pub(crate) async fn enter(engine: &'a Engine, call: &'a Call, mode: Mode) -> Result<Self, Failure> {
        let identity = call.identity.as_ref().ok_or(Code::Unauthenticated)?;
        if identity.home != call.tenant.id {
            return Err(Code::NotFound.into());
        }
        let tenant = call.tenant.id;
        let tx = match mode {
            Mode::Read => engine.stores().read(tenant).await?,
            Mode::Write => engine.stores().write(tenant).await?,
        };
        match Self::admit(engine, call, identity, &tx, mode).await {
            Ok((person, relation, assignments)) => {
                let now = engine.now();
                Ok(Self { engine, call, identity, tx, person, relation, assignments, now, today: civil_day(now) })
            }
            Err(failure) => {
                tx.rollback().await?;
                Err(failure)
            }
        }
    }

    async fn admit(
        engine: &Engine,
        call: &Call,
        identity: &Identity,
        tx: &TenantTx,
        mode: Mode,
    ) -> Result<(Person, Relation, Vec<Assignment>), Failure> {
        let now = engine.now();
        let (key, known) = crate::persons::known(engine, tx, call.tenant.id, &identity.known_by()).await?;
        match identity.people {
            People::Citizens => {
                let person = known.clone().unwrap_or_else(|| newcomer(engine, identity));
                let person = if mode == Mode::Write && known.as_ref().is_none_or(|known| differs(known, identity)) {
                    persons::upsert(tx, &key, &Person { id: person.id, ..newcomer(engine, identity) }, now).await?
                } else {
                    person
                };
                Ok((person, Relation::Citizen, Vec::new()))
            }
            People::Staff => {
                let person = known.ok_or(Code::NotFound)?;
                let held = assignments::of_person(tx, person.id, civil_day(now)).await?;
                if held.is_empty() {
                    return Err(Code::NotFound.into());
                }
                Ok((person, Relation::Own, held))
            }
        }
    }

    /// Ends the transaction: what succeeded is committed, what did not leaves nothing.
    pub(crate) async fn leave<T>(self, result: Result<T, Failure>) -> Result<T, Failure> {
        match result {
            Ok(value) => {
                self.tx.commit().await?;
                Ok(value)
            }
            Err(failure) => {
                self.tx.rollback().await?;
                Err(failure)
            }
        }
    }

    /// The tenant's snapshot.
    pub(crate) fn tenant(&self) -> &'a Tenant {
        &self.call.tenant
    }

    /// A new id.
    pub(crate) fn id(&self) -> Uuid {
        self.engine.new_id()
    }

    /// Whether the caller looks after its own affairs here.
    pub(crate) fn is_citizen(&self) -> bool {
        self.relation == Relation::Citizen
    }

    /// Whether the caller's role anywhere at the tenant allows an action, and for whom nothing is hidden by saying no.
    pub(crate) fn may(&self, action: Action) -> Result<Reach, Refusal> {
        let reach = match self.relation {
            Relation::Citizen => allowed(action, Role::Citizen, self.relation),
            Relation::Own => self.assignments.iter().map(|held| allowed(action, held.role, self.relation)).max().unwrap_or(Reach::Nothing),
            Relation::None => Reach::Nothing,
        };
        if reach == Reach::Nothing { Err(Code::Forbidden.into()) } else { Ok(reach) }
    }

    /// The offices that an action reaches through the caller's roles; none stands for all of them.
    pub(crate) fn offices(&self, action: Action) -> Option<Vec<Key>> {
        let mut offices = Vec::new();
        for held in &self.assignments {
            match (allowed(action, held.role, self.relation), &held.office) {
                (Reach::Tenant, _) | (Reach::Office, None) => return None,
                (Reach::Office, Some(office)) => offices.push(office.clone()),
                (Reach::Nothing | Reach::Mine, _) => {}
            }
        }
        Some(offices)
    }

    /// The role in which the caller does something that belongs to no case.
    pub(crate) fn role_for(&self, action: Action) -> Role {
        let fits = |role: Role| allowed(action, role, self.relation) != Reach::Nothing;
        self.assignments.iter().map(|held| held.role).find(|role| fits(*role)).unwrap_or(Role::Citizen)
    }

    /// A case for an action: not found where the caller may not know of it, forbidden where it may see it but not do that.
    pub(crate) async fn case(&self, id: CaseId, action: Action) -> Result<Reached, Failure> {
        let case = cases::find(&self.tx, id).await?.ok_or(Code::NotFound)?;
        let asked = self.asked(&case).await?;
        if self.reaching(&case, Action::ReadCase).is_empty() && asked.is_empty() {
            return Err(Code::NotFound.into());
        }
        let mut roles = self.reaching(&case, action);
        if matches!(action, Action::ReadCase | Action::GiveOpinion) {
            roles.extend(asked);
            roles.sort_unstable();
            roles.dedup();
        }
        if roles.is_empty() {
            return Err(Code::Forbidden.into());
        }
        let special = self.sees_special(&case);
        Ok(Reached { case, roles, special })
    }

    /// What the caller is to a case on which its office was asked for an opinion: while the case lasts it may read it, but for what is
    /// of a special category, and say what the office thinks.
    async fn asked(&self, case: &Case) -> Result<Vec<Role>, Failure> {
        let may = |held: &&Assignment| allowed(Action::GiveOpinion, held.role, self.relation) >= Reach::Office;
        let own: Vec<(&Key, Role)> =
            self.assignments.iter().filter(may).filter_map(|held| Some((held.office.as_ref()?, held.role))).collect();
        if own.is_empty() || case.status == CaseStatus::Draft || case.status.is_concluded() {
            return Ok(Vec::new());
        }
        let asked: BTreeSet<Key> = opinions::of_case(&self.tx, case.id).await?.into_iter().map(|opinion| opinion.office).collect();
        Ok(own.into_iter().filter(|(office, _)| asked.contains(*office)).map(|(_, role)| role).collect())
    }

    /// What the caller is to a case that reaches it for an action.
    pub(crate) fn reaching(&self, case: &Case, action: Action) -> Vec<Role> {
        if self.is_citizen() {
            let mine = [(case.applicant.id, Role::Citizen)]
                .into_iter()
                .chain(case.delegate.as_ref().map(|delegate| (delegate.id, Role::Delegate)));
            let fits = allowed(action, Role::Citizen, self.relation) >= Reach::Mine;
            return mine.filter(|(person, _)| fits && *person == self.person.id).map(|(_, role)| role).collect();
        }
        if case.status == CaseStatus::Draft && case.operator != Some(self.person.id) {
            return Vec::new();
        }
        let mut roles: Vec<Role> = self
            .assignments
            .iter()
            .filter(|held| match allowed(action, held.role, self.relation) {
                Reach::Nothing | Reach::Mine => false,
                Reach::Office => held.office.as_ref().is_none_or(|office| *office == case.office),
                Reach::Tenant => true,
            })
            .map(|held| held.role)
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Special answers are for the person they are about, for who decides, and for the operator who writes them, until submission.
    pub(crate) fn sees_special(&self, case: &Case) -> bool {
        let writes = case.status == CaseStatus::Draft && case.operator == Some(self.person.id);
        writes || !self.reaching(case, Action::ReadSpecial).is_empty()
    }

    /// Holds the caller to the version it read: 428 without one, 412 where somebody was faster.
    pub(crate) fn matches(&self, version: i64) -> Result<(), Refusal> {
        match self.call.if_match {
            IfMatch::Missing => Err(Code::IfMatchRequired.into()),
            IfMatch::Any => Ok(()),
            IfMatch::Version(sent) if sent == version => Ok(()),
            IfMatch::Version(_) | IfMatch::Other => Err(Code::VersionMismatch.into()),
        }
    }

    /// The same for a case, telling what happened to it meanwhile, so that two who work on it at once understand each other.
    pub(crate) async fn unchanged(&self, case: &Case) -> Result<(), Failure> {
        let Err(refusal) = self.matches(case.version) else { return Ok(()) };
        if refusal.code != Code::VersionMismatch || case.status == CaseStatus::Draft {
            return Err(refusal.into());
        }
        let Some(last) = events::last(&self.tx, case.id).await? else { return Err(refusal.into()) };
        let name = match last.actor {
            // To a citizen the office is one.
            Some(actor) if !self.is_citizen() => persons::find(&self.tx, actor).await?,
            _ => None,
        };
        Err(Refusal { detail: Some(meanwhile(self.tenant(), case, &last, name.as_ref())), ..refusal }.into())
    }

    /// Takes the request's idempotency key. The resource of the first request, where this one repeats it.
    pub(crate) async fn begin(&self) -> Result<Option<Uuid>, Failure> {
        let key = self.key()?;
        match idempotency::begin(&self.tx, scope(key, &self.caller()), &key.fingerprint, self.now).await? {
            Begun::New => Ok(None),
            Begun::Replay(outcome) => Ok(outcome.resource),
            Begun::Reused => Err(Code::IdempotencyKeyReused.into()),
            Begun::InUse => Err(Code::IdempotencyKeyInUse.into()),
        }
    }

    /// Writes down what the request led to, for its repetitions.
    pub(crate) async fn finish(&self, status: u16, resource: Uuid, version: Option<i64>) -> Result<(), Failure> {
        let key = self.key()?;
        let outcome = Outcome { status, resource: Some(resource), version };
        Ok(idempotency::finish(&self.tx, scope(key, &self.caller()), outcome).await?)
    }

    pub(crate) fn key(&self) -> Result<&'a IdempotencyKey, Refusal> {
        self.call.idempotency_key.as_ref().ok_or_else(|| Code::IdempotencyKeyRequired.into())
    }

    fn caller(&self) -> String {
        self.person.id.to_string()
    }

    /// Adds a step to a case's timeline.
    pub(crate) async fn event(&self, case: CaseId, kind: &str, role: Role, data: Value) -> Result<EventId, Failure> {
        let actor = Some(self.person.id);
        append(self.engine, &self.tx, case, kind, role, actor, self.now, data).await
    }
}

/// Who did what to a case, and when.
fn meanwhile(tenant: &Tenant, case: &Case, last: &Event, who: Option<&Person>) -> Message {
    let (it, en) = match &*last.kind {
        "transition" => {
            let transition = last.data.get("transition").and_then(Value::as_str).unwrap_or_default();
            let title = tenant.service(&case.service).and_then(|active| Some(&active.workflow.transitions.get(transition)?.title));
            title.map_or_else(
                || (transition.to_owned(), transition.to_owned()),
                |title| (title.it.to_string(), title.get(Language::En).to_owned()),
            )
        }
        "assigned" => ("assegnazione".to_owned(), "assignment".to_owned()),
        "message" => ("messaggio".to_owned(), "message".to_owned()),
        "payment" => ("pagamento".to_owned(), "payment".to_owned()),
        "opinion" => ("parere".to_owned(), "opinion".to_owned()),
        "document_added" | "act_added" => ("nuovo documento".to_owned(), "new document".to_owned()),
        other => (other.to_owned(), other.to_owned()),
    };
    let at = last.at.to_zoned_datetime(rome());
    let (who_it, who_en) = match who {
        Some(person) => {
            let name = format!("{} {}", person.given_name, person.family_name);
            (name.clone(), name)
        }
        None => ("un'altra persona".to_owned(), "somebody else".to_owned()),
    };
    Message::new(
        format!("Nel frattempo la pratica è cambiata: {it}, di {who_it}, il {}.", at.strftime("%d/%m/%Y alle %H:%M")),
        format!("The case has changed meanwhile: {en}, by {who_en}, on {}.", at.strftime("%-d %B %Y at %H:%M")),
    )
}

fn scope<'k>(key: &'k IdempotencyKey, caller: &'k str) -> KeyScope<'k> {
    KeyScope { caller, operation: &key.operation, key: &key.key }
}

/// Adds a step to a case's timeline.
#[expect(clippy::too_many_arguments, reason = "the columns of a row, each once")]
pub(crate) async fn append(
    engine: &Engine,
    tx: &TenantTx,
    case: CaseId,
    kind: &str,
    role: Role,
    actor: Option<PersonId>,
    at: Timestamp,
    data: Value,
) -> Result<EventId, Failure> {
    let event = NewEvent { id: EventId::new(engine.new_id()), case, kind: kind.into(), at, role, actor, data };
    Ok(events::append(tx, event).await?.id)
}

/// Reads the cursor of a page.
pub(crate) fn cursor(page: &Page) -> Result<Option<Cursor>, Refusal> {
    let refuse = |_| {
        let message = Message::new(
            "Non è un cursore di questo elenco: ricomincia dalla prima pagina.",
            "It is no cursor of this list: begin again from the first page.",
        );
        Refusal::with_faults(Code::InvalidParameter, vec![Fault { pointer: "/query/cursor".to_owned(), code: "unknown_cursor", message }])
    };
    page.cursor.as_deref().map(str::parse).transpose().map_err(refuse)
}

/// A person as the token says, with an id that counts only once the row is written.
fn newcomer(engine: &Engine, identity: &Identity) -> Person {
    Person {
        id: PersonId::new(engine.new_id()),
        tax_code: identity.tax_code.clone(),
        given_name: identity.given_name.clone(),
        family_name: identity.family_name.clone(),
        email: identity.email.clone(),
    }
}

fn differs(known: &Person, identity: &Identity) -> bool {
    known.given_name != identity.given_name
        || known.family_name != identity.family_name
        || (identity.email.is_some() && known.email != identity.email)
}

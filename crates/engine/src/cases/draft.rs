//! Drafts: begun by a citizen for oneself or for another, or by an operator for the person at the desk; saved in steps; thrown
//! away without a trace.

use serde_json::{Map, Value, json};
use sportello_domain::{
    case::{Case, CaseStatus, Person},
    definition::{Definition, FORMAT},
    form::{
        check::{Depth, check},
        computed, special,
    },
    identity::tax_code::TaxCode,
    ids::{CaseId, PersonId},
    permissions::{Action, Role},
    refusal::{Code, Fault, Message, Refusal},
    service::{Channel, ServiceStatus},
    tenant::ActiveService,
    text::Language,
};
use sportello_store::{cases, definitions, documents, persons};
use tracing::instrument;

use super::{
    CaseView, NewCase, NewPerson,
    context::view,
    lookups::{self, Which},
};
use crate::{
    Broken, Call, Engine, Failure, Unread,
    call::by_tax_code,
    cases::Context,
    desk::{Desk, Mode, Reached},
    vault,
};

/// The most files that a draft is taken to have; the bounds of its requirements are far below.
const MOST_DOCUMENTS: u64 = 1000;

/// Begins a case as a draft.
#[instrument(name = "case.create", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn create(engine: &Engine, call: &Call, body: Unread<NewCase>) -> Result<CaseView, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = begin(&desk, body).await;
    let begun = desk.leave(result).await?;
    with_known(engine, call, begun).await
}

/// A draft with what registers know of it, once they were asked what it now asks them.
async fn with_known(engine: &Engine, call: &Call, draft: CaseView) -> Result<CaseView, Failure> {
    let active = call.tenant.service(&draft.case.service);
    if draft.case.status != CaseStatus::Draft || active.is_none_or(|active| active.definition.lookups().next().is_none()) {
        return Ok(draft);
    }
    if let Err(failure) = lookups::refresh(engine, call, draft.case.id, Which::Open).await {
        // The draft is saved whatever the registers say, or whoever asks them too much.
        tracing::warn!(case = %draft.case.id, ?failure, "the registers were not asked");
        return Ok(draft);
    }
    let replayed = draft.replayed;
    Ok(CaseView { replayed, ..super::get(engine, call, draft.case.id).await? })
}

async fn begin(desk: &Desk<'_>, body: Unread<NewCase>) -> Result<CaseView, Failure> {
    desk.may(Action::CreateCase)?;
    if let Some(first) = desk.begin().await? {
        return view(desk, desk.case(CaseId::new(first), Action::ReadCase).await?, true).await;
    }
    let NewCase { service, answers, on_behalf_of, delegate } = body.read()?;
    let active = desk.tenant().service(&service).ok_or_else(|| unknown_service(&service))?;
    let channel = if desk.is_citizen() { Channel::Online } else { Channel::Desk };
    open(desk, active, channel)?;
    let (applicant, delegate) = parties(desk, on_behalf_of, delegate).await?;
    if let Some(fault) = undelegated(&active.definition, delegate.as_ref()) {
        return Err(Refusal::with_faults(Code::Unprocessable, vec![fault]).into());
    }
    let case = blank(desk, active, channel, applicant, delegate)?;
    if desk.reaching(&case, Action::CreateCase).is_empty() {
        return Err(Code::Forbidden.into());
    }
    let id = case.id;
    cases::insert(&desk.tx, &case).await?;
    remember(desk, &active.definition).await?;
    let role = if desk.is_citizen() && case.delegate.is_some() { Role::Delegate } else { desk.role_for(Action::CreateCase) };
    desk.event(id, "created", role, json!({"channel": channel})).await?;
    let case = if answers == json!({}) { case } else { write(desk, case, answers).await? };
    desk.finish(201, id.uuid(), Some(case.version)).await?;
    let reached = Reached { special: desk.sees_special(&case), roles: vec![role], case };
    tracing::info!(case = %id, "draft begun");
    view(desk, reached, false).await
}

fn unknown_service(id: &str) -> Refusal {
    let message = Message::new(format!("Qui non c'è un servizio attivo «{id}»."), format!("There is no active service “{id}” here."));
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/service".to_owned(), code: "unknown_service", message }])
}

/// Holds a request to a service that can be asked for over the channel by somebody of the caller's level.
pub(super) fn open(desk: &Desk<'_>, active: &ActiveService, channel: Channel) -> Result<(), Refusal> {
    let service = &active.service;
    if service.status == ServiceStatus::Suspended {
        return Err(match &service.status_reason {
            Some(reason) => Refusal { detail: Some(Message::from(reason)), ..Code::ServiceSuspended.into() },
            None => Code::ServiceSuspended.into(),
        });
    }
    if !service.offers(channel) {
        return Err(Code::ChannelClosed.into());
    }
    if desk.is_citizen() && desk.identity.level < service.assurance_level {
        return Err(Code::AssuranceLevelTooLow.into());
    }
    Ok(())
}

/// What is said where somebody acts for another and the service knows no mandate.
pub(super) fn undelegated(definition: &Definition, delegate: Option<&Person>) -> Option<Fault> {
    if delegate.is_none() || definition.delegates.is_some() {
        return None;
    }
    let message = Message::new(
        format!("Il servizio «{}» non prevede deleghe: la domanda la presenta la persona interessata.", definition.title.it),
        format!("The service “{}” knows no mandate: the person concerned applies.", definition.title.get(Language::En)),
    );
    Some(Fault { pointer: "/on_behalf_of".to_owned(), code: "no_delegates", message })
}

/// Applicant and delegate: a citizen asks for oneself, or as delegate for another; an operator always for somebody, who came or
/// sent somebody else.
async fn parties(
    desk: &Desk<'_>,
    on_behalf_of: Option<NewPerson>,
    delegate: Option<NewPerson>,
) -> Result<(Person, Option<Person>), Failure> {
    if desk.is_citizen() && delegate.is_some() {
        return Err(refused_at("/delegate", "not_allowed", DESK_ONLY).into());
    }
    let Some(person) = on_behalf_of else {
        let own = desk.is_citizen().then(|| (desk.person.clone(), None));
        return own.ok_or_else(|| refused_at("/on_behalf_of", "required", FOR_WHOM).into());
    };
    let person = known(desk, person, "/on_behalf_of").await?;
    let delegate = match delegate {
        Some(delegate) => Some(known(desk, delegate, "/delegate").await?),
        None => desk.is_citizen().then(|| desk.person.clone()),
    };
    let delegate = delegate.filter(|delegate| delegate.id != person.id);
    Ok((person, delegate))
}

const FOR_WHOM: (&str, &str) = ("Allo sportello indica per chi è la pratica.", "At the desk, say whom the case is for.");
const DESK_ONLY: (&str, &str) = (
    "Chi si presenta con una delega lo indica lo sportello: online il delegato sei tu, per la persona in on_behalf_of.",
    "Who comes with a mandate is named by the desk: online the delegate is you, for the person in on_behalf_of.",
);

fn refused_at(pointer: &str, code: &'static str, (it, en): (&str, &str)) -> Refusal {
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: pointer.to_owned(), code, message: Message::new(it, en) }])
}

async fn known(desk: &Desk<'_>, person: NewPerson, pointer: &str) -> Result<Person, Failure> {
    let NewPerson { given_name, family_name, tax_code, email } = person;
    let code = TaxCode::parse_at(&tax_code, desk.today).map_err(|problem| {
        let fault = Fault { pointer: format!("{pointer}/tax_code"), code: problem.code(), message: problem.into() };
        Refusal::with_faults(Code::Unprocessable, vec![fault])
    })?;
    let (key, found) = crate::persons::known(desk.engine, &desk.tx, desk.tenant().id, &by_tax_code(code.as_entered())).await?;
    if let Some(known) = found {
        // Who acts for another names that person: a fiscal code alone must not tell whose it is.
        let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
        let named = same(&known.given_name, &given_name) && same(&known.family_name, &family_name);
        return if named || !desk.is_citizen() { Ok(known) } else { Err(refused_at(pointer, "name_mismatch", NAMED_OTHERWISE).into()) };
    }
    let person = Person { id: PersonId::new(desk.id()), tax_code: Some(code.as_entered().into()), given_name, family_name, email };
    Ok(persons::upsert(&desk.tx, &key, &person, desk.now).await?)
}

const NAMED_OTHERWISE: (&str, &str) = (
    "Nome e cognome non corrispondono a quelli della persona con questo codice fiscale.",
    "First and family name are not those of the person with this tax code.",
);

fn blank(desk: &Desk<'_>, active: &ActiveService, channel: Channel, applicant: Person, delegate: Option<Person>) -> Result<Case, Failure> {
    let (office, _) =
        desk.tenant().office_for(&active.service.office).ok_or(Failure::Broken(Broken::Inconsistent("an office role is not bound")))?;
    Ok(Case {
        id: CaseId::new(desk.id()),
        tenant: desk.tenant().id,
        code: None,
        register_number: None,
        service: active.service.id.clone(),
        definition: active.definition_hash.clone(),
        status: CaseStatus::Draft,
        state: "draft".into(),
        answers: json!({}),
        applicant,
        delegate,
        language: Language::It,
        channel,
        serving_tenant: desk.tenant().id,
        operator: (channel == Channel::Desk).then_some(desk.person.id),
        office: office.clone(),
        assignee: None,
        created_at: desk.now,
        updated_at: desk.now,
        submitted_at: None,
        due_date: None,
        concluded_at: None,
        outcome: None,
        version: 1,
    })
}

/// Checks answers as far as they are there and writes them: ordinary ones into the case, special ones into the vault.
async fn write(desk: &Desk<'_>, mut case: Case, answers: Value) -> Result<Case, Failure> {
    let context = Context::with(desk, &case, answers.clone()).await?;
    let mut faults = check(&context.definition.form, &context.answers, &context.scope, Depth::Draft);
    faults.extend(computed::contradicted(&context.definition.form, &answers, &context.answers));
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::InvalidAnswers, faults).into());
    }
    let (ordinary, special) = special::split(&context.definition.form, &context.answers);
    vault::keep(desk.engine, &desk.tx, case.id, &special).await?;
    if case.definition != context.hash {
        remember(desk, &context.definition).await?;
    }
    let expected = case.version;
    case.answers = ordinary;
    case.definition = context.hash;
    case.updated_at = desk.now;
    case.version += 1;
    if !cases::update(&desk.tx, &case, expected).await? {
        return Err(Code::VersionMismatch.into());
    }
    Ok(case)
}

/// Keeps the definition that a draft is filled in under, so that it can be told what changed when another comes into force.
async fn remember(desk: &Desk<'_>, definition: &Definition) -> Result<(), Failure> {
    let (content, hash) = definition.freeze()?;
    Ok(definitions::put(&desk.tx, &definitions::Stored { hash, format: FORMAT, content }).await?)
}

/// Saves answers of a draft as a merge patch (RFC 7396).
#[instrument(name = "case.save", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn save(engine: &Engine, call: &Call, id: CaseId, body: Unread<Value>) -> Result<CaseView, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = patch(&desk, id, body).await;
    let saved = desk.leave(result).await?;
    with_known(engine, call, saved).await
}

async fn patch(desk: &Desk<'_>, id: CaseId, body: Unread<Value>) -> Result<CaseView, Failure> {
    let reached = desk.case(id, Action::EditDraft).await?;
    desk.matches(reached.case.version)?;
    let patch = body.read()?;
    draft(&reached.case)?;
    let context = Context::of(desk, &reached.case).await?;
    // What is computed is worked out anew, so only what the caller writes can contradict it.
    let answers = computed::strip(&context.definition.form, context.answers);
    let case = write(desk, reached.case, merge(answers, patch)).await?;
    view(desk, Reached { case, ..reached }, false).await
}

/// Holds a case to be a draft still.
pub(super) fn draft(case: &Case) -> Result<(), Refusal> {
    if case.status == CaseStatus::Draft { Ok(()) } else { Err(Code::NotADraft.into()) }
}

/// Throws a draft away with everything in it.
#[instrument(name = "case.discard", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn discard(engine: &Engine, call: &Call, id: CaseId) -> Result<(), Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let tenant = call.tenant.id;
    let result = throw_away(&desk, id).await;
    for document in desk.leave(result).await? {
        if let Err(error) = engine.ports().files.delete(tenant, document).await {
            tracing::warn!(%document, %error, "the bytes of a discarded draft's document stay behind");
        }
    }
    Ok(())
}

async fn throw_away(desk: &Desk<'_>, id: CaseId) -> Result<Vec<sportello_domain::ids::DocumentId>, Failure> {
    let reached = desk.case(id, Action::EditDraft).await?;
    desk.matches(reached.case.version)?;
    draft(&reached.case)?;
    let attached = documents::of_case(&desk.tx, id, None, MOST_DOCUMENTS).await?;
    if !cases::delete_draft(&desk.tx, id, reached.case.version).await? {
        return Err(Code::VersionMismatch.into());
    }
    Ok(attached.items.into_iter().map(|document| document.id).collect())
}

/// A merge patch (RFC 7396): null removes, objects merge, everything else replaces.
///
/// Sections and fields of answers are objects in objects, so the depth is that of the schema.
fn merge(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let mut target = match target {
        Value::Object(target) => target,
        _ => Map::new(),
    };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            let old = target.remove(&key).unwrap_or(Value::Null);
            target.insert(key, merge(old, value));
        }
    }
    Value::Object(target)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merge;

    /// The fifteen vectors of RFC 7396, appendix A.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        let vectors = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, expected) in vectors {
            assert_eq!(merge(target.clone(), patch.clone()), expected, "{target} with {patch}");
        }
    }
}

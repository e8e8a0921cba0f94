//! Looking people and properties up in the registers that a commune has elsewhere.
//!
//! A register is asked between two transactions: the first admits the caller, the second writes on the case's timeline that it was
//! asked. Staff look up for a case, so that whom it is about can read that they did; a citizen may look up oneself.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sportello_domain::{
    ids::CaseId,
    permissions::Action,
    refusal::{Code, Fault, Message, Refusal},
    registers::{
        Parcel, Person, Property, Register, Told,
        lookup::{self, Question},
        query::{AskedParcel, AskedPerson, Names, Whom, parcel, whom},
    },
};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Unread,
    desk::{Desk, Mode},
    ports::{PortProblem, Subject},
};

/// The level of the log-in with which a citizen may look up.
const LEVEL: u8 = 2;

/// Whom somebody looks for in the population register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopulationSearch {
    /// For which case.
    pub case: Option<CaseId>,
    /// What is known of the person.
    pub person: AskedPerson,
}

/// What somebody looks for in the land registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandSearch {
    /// For which case.
    pub case: Option<CaseId>,
    /// What is known of the holder.
    pub person: AskedPerson,
    /// The property.
    pub property: Option<AskedParcel>,
}

/// What a register answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked<T> {
    /// The answer.
    pub found: Found<T>,
    /// When it was given.
    pub as_of: Timestamp,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// Nothing is connected: an operator looks and attaches the act.
    Manual,
    /// The register has nobody and nothing like it.
    Nothing,
    /// This.
    One(T),
    /// Homonyms: the same search with one of their ids tells.
    Several(Vec<Candidate>),
}

impl<T> Found<T> {
    /// The id in timeline and API.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Nothing => "nothing",
            Self::One(_) => "found",
            Self::Several(_) => "several",
        }
    }
}

/// One of several people of the same names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What tells this one from the others; it means nothing elsewhere.
    pub id: String,
    /// As short as homonyms need to be told apart; its fiscal code stays here.
    pub subject: Subject,
}

/// What is looked for.
enum Sought {
    Person(Whom),
    Property(Parcel),
}

/// Looks a person up in the population register.
#[instrument(name = "registers.population", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn population(engine: &Engine, call: &Call, body: Unread<PopulationSearch>) -> Result<Looked<Person>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let read = |today| {
        let PopulationSearch { case, person } = body.read()?;
        Ok((case, Sought::Person(whom(person, today)?)))
    };
    let result = admit(&desk, Action::SearchPopulation, read).await;
    let (case, sought) = desk.leave(result).await?;
    let found = match &sought {
        Sought::Person(whom) => person(engine, call, whom).await?,
        Sought::Property(_) => Found::Nothing,
    };
    note(engine, call, case, Action::SearchPopulation, json!({"register": Register::Population, "by": by(&sought), "result": found.id()}))
        .await?;
    Ok(Looked { found, as_of: engine.now() })
}

/// Looks holdings or a property up in the land registry. To a citizen the holders of a property are named only where the citizen is
/// one of them.
#[instrument(name = "registers.land", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn land(engine: &Engine, call: &Call, body: Unread<LandSearch>) -> Result<Looked<Vec<Property>>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let citizen = desk.is_citizen();
    let result = admit(&desk, Action::SearchLand, |today| sought(body.read()?, today)).await;
    let (case, sought) = desk.leave(result).await?;
    let mut found = look(engine, call, &sought).await?;
    if let (true, Found::One(properties)) = (citizen, &mut found) {
        let own = call.identity.as_ref().and_then(|identity| identity.tax_code.clone());
        let holds = |property: &Property| property.holders.iter().any(|holder| Some(&holder.tax_code) == own.as_ref());
        properties.iter_mut().filter(|property| !holds(property)).for_each(|property| property.holders.clear());
    }
    note(engine, call, case, Action::SearchLand, json!({"register": Register::Land, "by": by(&sought), "result": found.id()})).await?;
    Ok(Looked { found, as_of: engine.now() })
}

fn sought(body: LandSearch, today: Date) -> Result<(Option<CaseId>, Sought), Refusal> {
    let LandSearch { case, person, property } = body;
    let sought = match property {
        Some(_) if person != AskedPerson::default() => return Err(not_together()),
        Some(property) => Sought::Property(parcel(property)?),
        None => Sought::Person(whom(person, today)?),
    };
    Ok((case, sought))
}

fn not_together() -> Refusal {
    let message = Message::new("Cerca per persona oppure per immobile, non insieme.", "Search by person or by property, not by both.");
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/property".to_owned(), code: "not_together", message }])
}

async fn look(engine: &Engine, call: &Call, sought: &Sought) -> Result<Found<Vec<Property>>, Failure> {
    let (register, tenant) = (&engine.ports().land, &call.tenant);
    let holder = match sought {
        Sought::Property(parcel) => return Ok(some(register.properties(tenant, parcel).await.map_err(|problem| unavailable(&problem))?)),
        Sought::Person(Whom::Code(code)) => code.clone(),
        Sought::Person(Whom::Names(names)) => {
            match choose(
                engine,
                call,
                names,
                register.holders(tenant, names).await.map_err(|problem| unavailable(&problem))?,
                Subject::clone,
            ) {
                Found::One(subject) => subject.tax_code,
                Found::Several(candidates) => return Ok(Found::Several(candidates)),
                Found::Nothing => return Ok(Found::Nothing),
                Found::Manual => return Ok(Found::Manual),
            }
        }
    };
    Ok(some(register.held_by(tenant, &holder).await.map_err(|problem| unavailable(&problem))?))
}

/// What a register answers to a question of a case's service, as expressions see it.
pub(crate) async fn ask(engine: &Engine, call: &Call, register: Register, question: &Question) -> Result<Value, Failure> {
    Ok(match (register, question) {
        (Register::Population, Question::Person(whom)) => seen(person(engine, call, whom).await?, lookup::of_person),
        (Register::Population, Question::Property(_)) => lookup::unknown(),
        (Register::Land, question) => {
            let sought = match question {
                Question::Person(whom) => Sought::Person(whom.clone()),
                Question::Property(parcel) => Sought::Property(parcel.clone()),
            };
            seen(look(engine, call, &sought).await?, |properties| lookup::of_properties(properties))
        }
    })
}

fn seen<T>(found: Found<T>, one: impl FnOnce(&T) -> Value) -> Value {
    match found {
        Found::Manual => lookup::unknown(),
        Found::Nothing => lookup::none(),
        Found::One(found) => one(&found),
        Found::Several(candidates) => lookup::several(&candidates.iter().map(candidate).collect::<Vec<_>>()),
    }
}

fn candidate(candidate: &Candidate) -> Value {
    let Candidate { id, subject: Subject { tax_code: _, given_name, family_name, birth_date, birth_place } } = candidate;
    json!({"id": id, "given_name": given_name, "family_name": family_name, "birth_date": birth_date, "birth_place": birth_place})
}

async fn person(engine: &Engine, call: &Call, whom: &Whom) -> Result<Found<Person>, Failure> {
    let (register, tenant) = (&engine.ports().population, &call.tenant);
    Ok(match whom {
        Whom::Code(code) => one(register.person(tenant, code).await.map_err(|problem| unavailable(&problem))?),
        Whom::Names(names) => {
            choose(engine, call, names, register.people(tenant, names).await.map_err(|problem| unavailable(&problem))?, Subject::of)
        }
    })
}

/// Holds a caller to what it may look up, and to how often.
async fn admit(
    desk: &Desk<'_>,
    action: Action,
    read: impl FnOnce(Date) -> Result<(Option<CaseId>, Sought), Refusal>,
) -> Result<(Option<CaseId>, Sought), Failure> {
    desk.may(action)?;
    if desk.is_citizen() && desk.identity.level < LEVEL {
        return Err(Code::AssuranceLevelTooLow.into());
    }
    within_measure(desk).await?;
    let (case, sought) = read(desk.today)?;
    match case {
        Some(id) => {
            desk.case(id, action).await?;
        }
        None if !desk.is_citizen() => return Err(case_needed().into()),
        None => {}
    }
    match &sought {
        Sought::Person(Whom::Code(code)) if desk.identity.tax_code.as_ref() == Some(code) => {}
        Sought::Person(_) if desk.is_citizen() => return Err(oneself_alone().into()),
        Sought::Person(_) | Sought::Property(_) => {}
    }
    Ok((case, sought))
}

pub(crate) async fn within_measure(desk: &Desk<'_>) -> Result<(), Refusal> {
    let caller = format!("look-up|{}|{}", desk.identity.issuer, desk.identity.subject);
    let allowance = desk.engine.limiter().take_look_up(Sha256::digest(caller).into()).await;
    if allowance.allowed {
        return Ok(());
    }
    let (limit, seconds) = (allowance.limit, allowance.reset_seconds);
    Err(Refusal::because(
        Code::TooManyRequests,
        format!("Nei registri si possono fare {limit} ricerche al minuto: riprova fra {seconds} secondi."),
        format!("Registers can be searched {limit} times a minute: try again in {seconds} seconds."),
    ))
}

fn case_needed() -> Refusal {
    let message = Message::new(
        "Indica la pratica per cui cerchi: la ricerca resta scritta nella sua cronologia.",
        "Say for which case you search: the search is written on its timeline.",
    );
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/case".to_owned(), code: "required", message }])
}

fn oneself_alone() -> Refusal {
    Refusal::because(
        Code::Forbidden,
        "In linea si possono cercare solo i propri dati, con il proprio codice fiscale.",
        "Online one can look up one's own data alone, by one's own tax code.",
    )
}

/// Writes on the case's timeline that a register was asked: how and with which result, nobody's data.
async fn note(engine: &Engine, call: &Call, case: Option<CaseId>, action: Action, data: Value) -> Result<(), Failure> {
    let Some(case) = case else { return Ok(()) };
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = write_down(&desk, case, action, data).await;
    desk.leave(result).await
}

async fn write_down(desk: &Desk<'_>, case: CaseId, action: Action, data: Value) -> Result<(), Failure> {
    let reached = desk.case(case, action).await?;
    desk.event(case, "register_asked", reached.role(), data).await?;
    Ok(())
}

const fn by(sought: &Sought) -> &'static str {
    match sought {
        Sought::Person(Whom::Code(_)) => "tax_code",
        Sought::Person(Whom::Names(_)) => "names",
        Sought::Property(_) => "property",
    }
}

fn one<T>(told: Told<Option<T>>) -> Found<T> {
    match told {
        Told::Manual => Found::Manual,
        Told::Says(found) => found.map_or(Found::Nothing, Found::One),
    }
}

fn some<T>(told: Told<Vec<T>>) -> Found<Vec<T>> {
    match told {
        Told::Manual => Found::Manual,
        Told::Says(found) if found.is_empty() => Found::Nothing,
        Told::Says(found) => Found::One(found),
    }
}

/// The one who fits, or the one that the caller chose among homonyms, or the homonyms.
fn choose<T>(engine: &Engine, call: &Call, names: &Names, told: Told<Vec<T>>, subject: impl Fn(&T) -> Subject) -> Found<T> {
    let Told::Says(mut people) = told else { return Found::Manual };
    let id = |subject: &Subject| hex::encode(engine.ports().keys.lookup_key(call.tenant.id, &format!("candidate|{}", subject.tax_code)));
    if let Some(chosen) = &names.candidate {
        people.retain(|person| id(&subject(person)) == **chosen);
    }
    match people.len() {
        0 => Found::Nothing,
        1 => people.pop().map_or(Found::Nothing, Found::One),
        _ => Found::Several(people.iter().map(&subject).map(|subject| Candidate { id: id(&subject), subject }).collect()),
    }
}

/// What a register that does not answer means for who asked.
pub(crate) fn unavailable(problem: &PortProblem) -> Failure {
    tracing::warn!(%problem, "a register does not answer");
    Code::RegisterUnavailable.into()
}

//! Who holds which role: rows of the tenant, so that what is given or taken acts at once.

use std::sync::Arc;

use jiff::civil::Date;
use sportello_domain::{
    assignment::Assignment,
    case::Person,
    identity::tax_code::TaxCode,
    ids::{AssignmentId, PersonId},
    permissions::{Action, Role},
    refusal::{Code, Fault, Message, Refusal},
    service::Key,
    tenant::{People, Tenant},
};
use sportello_store::{
    assignments::{self, AssignmentFilter},
    persons,
};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Identity, Page, Paged, Unread,
    call::{by_subject, by_tax_code},
    civil_day,
    desk::{Desk, Mode, cursor},
};

/// Somebody as an identity provider of the body names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// By fiscal code.
    TaxCode(Arc<str>),
    /// By a subject, where the provider tells no fiscal code.
    Subject {
        /// The subject.
        subject: Arc<str>,
        /// The provider; the one that vouches for staff where there is one only.
        issuer: Option<Arc<str>>,
    },
    /// By both, which may be two people.
    Both,
    /// By neither.
    Nobody,
}

/// A role to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To whom.
    pub whom: Whom,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// The role.
    pub role: Role,
    /// The office that it is bound to; none reaches all of the tenant.
    pub office: Option<Key>,
    /// First day; today where nothing is said.
    pub valid_from: Option<Date>,
    /// Last day.
    pub valid_until: Option<Date>,
}

/// Who holds which role today.
#[instrument(name = "assignment.page", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn page(engine: &Engine, call: &Call, page: Page) -> Result<Paged<Assignment>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, page: &Page) -> Result<Paged<Assignment>, Failure> {
    desk.may(Action::ReadAssignments)?;
    let filter = AssignmentFilter { on: Some(desk.today), ..AssignmentFilter::default() };
    Ok(assignments::list(&desk.tx, &filter, cursor(page)?.as_ref(), page.limit).await?.into())
}

/// Gives a role.
#[instrument(name = "assignment.grant", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn grant(engine: &Engine, call: &Call, body: Unread<Grant>) -> Result<Assignment, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = give(&desk, body).await;
    desk.leave(result).await
}

async fn give(desk: &Desk<'_>, body: Unread<Grant>) -> Result<Assignment, Failure> {
    desk.may(Action::ManageAssignments)?;
    if let Some(first) = desk.begin().await? {
        return assignments::find(&desk.tx, AssignmentId::new(first)).await?.ok_or_else(|| Code::NotFound.into());
    }
    let Grant { whom, given_name, family_name, role, office, valid_from, valid_until } = body.read()?;
    let valid_from = valid_from.unwrap_or(desk.today);
    let (known_by, tax_code) = checked(desk, &whom, role, office.as_deref(), (valid_from, valid_until))?;
    let (key, found) = crate::persons::known(desk.engine, &desk.tx, desk.tenant().id, &known_by).await?;
    let person = if let Some(person) = found {
        person
    } else {
        let person = Person { id: PersonId::new(desk.id()), tax_code, given_name, family_name, email: None };
        persons::upsert(&desk.tx, &key, &person, desk.now).await?
    };
    let assignment = Assignment {
        id: AssignmentId::new(desk.id()),
        person,
        role,
        office,
        valid_from,
        valid_until,
        granted_by: Some(desk.person.id),
        granted_at: desk.now,
        version: 1,
    };
    assignments::insert(&desk.tx, &assignment).await?;
    desk.finish(201, assignment.id.uuid(), Some(1)).await?;
    tracing::info!(assignment = %assignment.id, role = role.id(), "role given");
    Ok(assignment)
}

fn unclear(code: &'static str, (it, en): (&str, &str)) -> Fault {
    Fault { pointer: "/tax_code".to_owned(), code, message: Message::new(it, en) }
}

/// What a person is known by, and the fiscal code where that is what it is.
type KnownBy = (String, Option<Arc<str>>);

fn known(desk: &Desk<'_>, whom: &Whom) -> Result<KnownBy, Fault> {
    match whom {
        Whom::TaxCode(code) => match TaxCode::parse_at(code, desk.today) {
            Ok(code) => Ok((by_tax_code(code.as_entered()), Some(code.as_entered().into()))),
            Err(problem) => Err(Fault { pointer: "/tax_code".to_owned(), code: problem.code(), message: problem.into() }),
        },
        Whom::Both => Err(unclear(
            "not_together",
            ("Indica il codice fiscale oppure il soggetto, non entrambi.", "Give the tax code or the subject, not both."),
        )),
        Whom::Nobody => Err(unclear("required", ("Indica il codice fiscale, oppure il soggetto.", "Give the tax code, or the subject."))),
        Whom::Subject { subject, issuer } => Ok((by_subject(&vouching(desk.tenant(), issuer.as_deref())?, subject), None)),
    }
}

/// The provider that vouches for staff: the one named, or the only one.
fn vouching(tenant: &Tenant, named: Option<&str>) -> Result<Arc<str>, Fault> {
    let mut staff: Vec<Arc<str>> =
        tenant.issuers.values().filter(|issuer| issuer.people == People::Staff).map(|issuer| issuer.issuer.clone()).collect();
    staff.sort_unstable();
    staff.dedup();
    let all = staff.join(", ");
    if let Some(named) = named {
        staff.retain(|issuer| **issuer == *named);
    }
    let [issuer] = staff.as_slice() else {
        let message = Message::new(
            format!("Indica in issuer chi garantisce per il personale. Fornitori dell'ente: {all}."),
            format!("Name in issuer who vouches for staff. The body's providers: {all}."),
        );
        return Err(Fault { pointer: "/issuer".to_owned(), code: "unknown_issuer", message });
    };
    Ok(issuer.clone())
}

fn checked(desk: &Desk<'_>, whom: &Whom, role: Role, office: Option<&str>, span: (Date, Option<Date>)) -> Result<KnownBy, Refusal> {
    let mut faults = Vec::new();
    if span.1.is_some_and(|last| last < span.0) {
        let message = Message::new("L'ultimo giorno viene prima del primo.", "The last day comes before the first.");
        faults.push(Fault { pointer: "/valid_until".to_owned(), code: "before_valid_from", message });
    }
    let known = known(desk, whom).map_err(|fault| faults.push(fault));
    if role == Role::Citizen {
        let message =
            Message::new("Questo ruolo non si assegna: viene dal tipo di accesso.", "This role is not given: it comes from the log-in.");
        faults.push(Fault { pointer: "/role".to_owned(), code: "not_assignable", message });
    }
    if role != Role::Citizen && !role.gives_something() {
        let message = Message::new(
            "Questo ruolo non dà ancora alcun permesso: assegnane un altro.",
            "This role gives no permission yet: give another.",
        );
        faults.push(Fault { pointer: "/role".to_owned(), code: "gives_nothing", message });
    }
    if let Some(office) = office.filter(|office| !desk.tenant().offices.contains_key(*office)) {
        let message = Message::new(format!("Non c'è un ufficio «{office}»."), format!("There is no office “{office}”."));
        faults.push(Fault { pointer: "/office".to_owned(), code: "unknown_office", message });
    }
    match known {
        Ok(known) if faults.is_empty() => Ok(known),
        _ => Err(Refusal::with_faults(Code::Unprocessable, faults)),
    }
}

/// Takes a role back, from tomorrow on nothing is left of it; the last administrator cannot be taken away.
#[instrument(name = "assignment.end", skip_all, fields(tenant = %call.tenant.slug, assignment = %id))]
pub async fn end(engine: &Engine, call: &Call, id: AssignmentId) -> Result<(), Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = take_back(&desk, id).await;
    desk.leave(result).await
}

async fn take_back(desk: &Desk<'_>, id: AssignmentId) -> Result<(), Failure> {
    desk.may(Action::ManageAssignments)?;
    let assignment = assignments::find(&desk.tx, id).await?.ok_or(Code::NotFound)?;
    desk.matches(assignment.version)?;
    if assignment.role == Role::Administrator {
        let filter = AssignmentFilter { role: Some(Role::Administrator), on: Some(desk.today), ..AssignmentFilter::default() };
        let two = assignments::list(&desk.tx, &filter, None, 2).await?.items;
        if two.iter().all(|held| held.id == id) {
            return Err(Refusal::because(
                Code::Unprocessable,
                "È l'ultimo amministratore dell'ente: prima nominane un altro.",
                "This is the body's last administrator: appoint another first.",
            )
            .into());
        }
    }
    let last = desk.today.yesterday().unwrap_or(desk.today);
    if !assignments::end(&desk.tx, id, last, assignment.version).await? {
        return Err(Code::VersionMismatch.into());
    }
    tracing::info!(assignment = %id, "role taken back");
    Ok(())
}

/// One assignment, for its version.
#[instrument(name = "assignment.get", skip_all, fields(tenant = %call.tenant.slug, assignment = %id))]
pub async fn get(engine: &Engine, call: &Call, id: AssignmentId) -> Result<Assignment, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = one(&desk, id).await;
    desk.leave(result).await
}

async fn one(desk: &Desk<'_>, id: AssignmentId) -> Result<Assignment, Failure> {
    desk.may(Action::ReadAssignments)?;
    assignments::find(&desk.tx, id).await?.ok_or_else(|| Code::NotFound.into())
}

/// A role that is held for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ensured {
    /// The assignment.
    pub assignment: Assignment,
    /// Whether it was given just now; else it was there already.
    pub new: bool,
}

/// Makes sure that a person holds a role from today on without end. For the demo and for the first administrator of a tenant, where
/// nobody is there yet to give roles: the row says so by naming nobody who gave it.
pub async fn ensure(engine: &Engine, tenant: &Tenant, identity: &Identity, role: Role, office: Option<Key>) -> Result<Ensured, Failure> {
    let tx = engine.stores().write(tenant.id).await?;
    let now = engine.now();
    let today = civil_day(now);
    let (key, _) = crate::persons::known(engine, &tx, tenant.id, &identity.known_by()).await?;
    let person = Person {
        id: PersonId::new(engine.new_id()),
        tax_code: identity.tax_code.clone(),
        given_name: identity.given_name.clone(),
        family_name: identity.family_name.clone(),
        email: identity.email.clone(),
    };
    let person = persons::upsert(&tx, &key, &person, now).await?;
    let held = assignments::of_person(&tx, person.id, today).await?;
    let held = held.into_iter().find(|held| held.role == role && held.office == office && held.valid_until.is_none());
    let ensured = if let Some(assignment) = held {
        Ensured { assignment, new: false }
    } else {
        let id = AssignmentId::new(engine.new_id());
        let assignment =
            Assignment { id, person, role, office, valid_from: today, valid_until: None, granted_by: None, granted_at: now, version: 1 };
        assignments::insert(&tx, &assignment).await?;
        Ensured { assignment, new: true }
    };
    tx.commit().await?;
    Ok(ensured)
}

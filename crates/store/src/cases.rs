//! Cases: one row each, always read together with the persons in it.
//!
//! Lists are read in one of two orders: the newest first, or what falls due first. Each has an index that yields it without
//! sorting; `phase` (open, concluded, draft) stands in it before the due date, so an inbox never walks over what is done.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryResult, QueryTrait,
    sea_query::{Alias, Asterisk, CaseStatement, Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, UnionType},
};
use sportello_domain::{
    case::{Case, CaseStatus},
    ids::{CaseId, PersonId, TenantId},
    service::{Channel, Key},
};

use crate::{
    Cursor, Result, Slice, StoreProblem, TenantTx,
    convert::{At, micros, text},
    entities::{
        cases::{Column, Entity, Model},
        persons,
    },
    persons::{joined, person},
};

/// What stands in `due_key` where there is no due date: after every date.
const NEVER: &str = "9999-12-31";

/// Which cases a list shows; each that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseFilter {
    /// Of which this person is the applicant or the delegate.
    pub applicant_or_delegate: Option<PersonId>,
    /// Of one of these offices; of none where the list is empty.
    pub offices: Option<Vec<Key>>,
    /// That this officer handles.
    pub assignee: Option<PersonId>,
    /// That nobody handles.
    pub unassigned: bool,
    /// Of this service.
    pub service: Option<Key>,
    /// In one of these categories; in any where the list is empty.
    pub status: Vec<CaseStatus>,
    /// That fall due before this day.
    pub due_before: Option<Date>,
    /// With this code, `CES-2026-0000123`.
    pub code: Option<Arc<str>>,
    /// Begun by this operator, who served at the desk.
    pub operator: Option<PersonId>,
}

/// In which order cases are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseOrder {
    /// The newest first.
    #[default]
    Newest,
    /// What is open before what is concluded before drafts; among them what falls due first, and what never does last.
    Due,
}

/// How many cases there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseCounts {
    /// By category; one without cases is absent.
    pub by_status: BTreeMap<CaseStatus, u64>,
    /// Open ones whose due date has passed.
    pub overdue: u64,
    /// Open ones that fall due from today up to the day that was asked for.
    pub due_soon: u64,
}

/// Adds a case. Of the persons only the ids count: they must be known already.
pub async fn insert(tx: &TenantTx, case: &Case) -> Result<()> {
    Entity::insert(row(tx, case)?.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The case with this id.
pub async fn find(tx: &TenantTx, id: CaseId) -> Result<Option<Case>> {
    let mut select = with_people(tx);
    select.and_where(Column::Id.eq(id.uuid()));
    tx.one(&select).await?.as_ref().map(case).transpose()
}

/// Writes a case over the version in which it was read, and raises the version by one. Answers false, and changes nothing, where
/// somebody else was faster.
pub async fn update(tx: &TenantTx, case: &Case, expected_version: i64) -> Result<bool> {
    let mut values = row(tx, case)?.into_active_model().reset_all();
    values.tenant_id = sea_orm::ActiveValue::NotSet;
    values.id = sea_orm::ActiveValue::NotSet;
    values.version = sea_orm::ActiveValue::Set(expected_version + 1);
    let written = tx
        .changes::<Entity>()
        .set(values)
        .filter(Column::Id.eq(case.id.uuid()))
        .filter(Column::Version.eq(expected_version))
        .exec(tx.session())
        .await?;
    Ok(written.rows_affected == 1)
}

/// Throws a draft away, with everything in it. Answers false where it is no draft in this version.
pub async fn delete_draft(tx: &TenantTx, id: CaseId, expected_version: i64) -> Result<bool> {
    let removed = tx
        .removal::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Phase.eq(phase(CaseStatus::Draft)))
        .filter(Column::Version.eq(expected_version))
        .exec(tx.session())
        .await?;
    Ok(removed.rows_affected == 1)
}

/// Cases in an order, from a place on.
pub async fn page(tx: &TenantTx, filter: &CaseFilter, order: CaseOrder, after: Option<&Cursor>, limit: u64) -> Result<Slice<Case>> {
    let read = limit.saturating_add(1);
    let mut select = with_people(tx);
    match filter.applicant_or_delegate {
        None => {
            select.cond_where(narrowed(filter)).cond_where(beyond(order, after));
        }
        Some(person) => {
            let condition = || narrowed(filter).add(beyond(order, after));
            select.and_where(Expr::col((Entity, Column::Id)).in_subquery(ids_of_party(tx, person, condition, order, read)));
        }
    }
    sort(&mut select, order);
    let rows = tx.all(select.limit(read)).await?.iter().map(case).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor {
        key: match order {
            CaseOrder::Newest => String::new(),
            CaseOrder::Due => format!("{}-{}", phase(row.status), due_key(row)),
        },
        id: row.id.uuid(),
    }))
}

/// How many cases the filter lets through, by category; and of the open ones, how many are overdue today or fall due until
/// `soon`, that day included. What is counted is walked over: a filter without a status walks over all that was ever concluded.
pub async fn counts(tx: &TenantTx, filter: &CaseFilter, today: Date, soon: Date) -> Result<CaseCounts> {
    let open = || Expr::col((Entity, Column::Phase)).eq(phase(CaseStatus::InProgress));
    let due = || Expr::col((Entity, Column::DueKey));
    let count = |condition: Expr| Func::count(CaseStatement::new().case(condition, 1));
    let (today, soon) = (today.to_string(), soon.to_string());
    let mut select = tx
        .select::<Entity>()
        .column(Column::Status)
        .expr_as(Func::count(Expr::col(Asterisk)), Alias::new("number"))
        .expr_as(count(open().and(due().lt(today.as_str()))), Alias::new("overdue"))
        .expr_as(count(open().and(due().between(today.as_str(), soon.as_str()))), Alias::new("due_soon"))
        .cond_where(narrowed(filter))
        .group_by_col(Column::Status)
        .take();
    if let Some(person) = filter.applicant_or_delegate {
        select.cond_where(party(person));
    }
    let mut counts = CaseCounts::default();
    let at = At("cases", "status");
    for row in tx.all(&select).await? {
        let status: String = row.try_get("", "status")?;
        counts.by_status.insert(at.known(CaseStatus::from_id(&status))?, at.natural(row.try_get("", "number")?)?);
        counts.overdue += at.natural(row.try_get("", "overdue")?)?;
        counts.due_soon += at.natural(row.try_get("", "due_soon")?)?;
    }
    Ok(counts)
}

/// Cases with their people, to be narrowed.
fn with_people(tx: &TenantTx) -> SelectStatement {
    let mut select = tx.rows::<Entity>().into_query();
    for (name, reference) in [("applicant", Column::ApplicantId), ("delegate", Column::DelegateId), ("assignee", Column::AssigneeId)] {
        joined::add(&mut select, name, (Entity, Column::TenantId), (Entity, reference));
    }
    select
}

/// Everything of the filter but the person, who needs an index of their own.
fn narrowed(filter: &CaseFilter) -> Cond {
    let CaseFilter { applicant_or_delegate: _, offices, assignee, unassigned, service, status, due_before, code, operator } = filter;
    let mut phases: Vec<i16> = status.iter().copied().map(phase).collect();
    phases.sort_unstable();
    phases.dedup();
    Cond::all()
        .add_option(offices.as_ref().map(|offices| one_of(Column::Office, offices.iter().map(AsRef::as_ref))))
        .add_option(assignee.map(|person| Column::AssigneeId.eq(person.uuid())))
        .add_option(unassigned.then(|| Column::AssigneeId.is_null()))
        .add_option(service.as_ref().map(|service| Column::Service.eq(service.as_ref())))
        .add_option((!status.is_empty()).then(|| one_of(Column::Phase, phases)))
        .add_option((!status.is_empty()).then(|| one_of(Column::Status, status.iter().map(|status| status.id()))))
        .add_option(due_before.map(|day| Column::DueKey.lt(day.to_string())))
        .add_option(code.as_ref().map(|code| Column::Code.eq(code.as_ref())))
        .add_option(operator.map(|person| Column::OperatorId.eq(person.uuid())))
}

/// One value is asked for as an equality, under which an index still yields the order.
fn one_of<V: Into<sea_orm::Value>>(column: Column, values: impl IntoIterator<Item = V>) -> Expr {
    let mut values: Vec<sea_orm::Value> = values.into_iter().map(Into::into).collect();
    match values.len() {
        1 => column.eq(values.remove(0)),
        _ => column.is_in(values),
    }
}

/// What comes after a place.
fn beyond(order: CaseOrder, after: Option<&Cursor>) -> Cond {
    Cond::all().add_option(after.map(|place| match order {
        CaseOrder::Newest => Column::Id.lt(place.id),
        CaseOrder::Due => {
            let (phase, due) = place.key.split_once('-').unwrap_or_default();
            let columns = [Column::Phase, Column::DueKey, Column::Id].map(|column| Expr::col((Entity, column)));
            // A place that makes no sense is behind every case.
            let phase = phase.parse().unwrap_or(i16::MAX);
            Expr::tuple(columns).gt(Expr::tuple([Expr::val(phase), Expr::val(due), Expr::val(place.id)]))
        }
    }))
}

fn sort(select: &mut SelectStatement, order: CaseOrder) {
    match order {
        CaseOrder::Newest => select.order_by((Entity, Column::Id), Order::Desc),
        CaseOrder::Due => select
            .order_by((Entity, Column::Phase), Order::Asc)
            .order_by((Entity, Column::DueKey), Order::Asc)
            .order_by((Entity, Column::Id), Order::Asc),
    };
}

fn party(person: PersonId) -> Cond {
    Cond::any().add(Column::ApplicantId.eq(person.uuid())).add(Column::DelegateId.eq(person.uuid()))
}

/// The first ids of the cases of a person: those as applicant and those as delegate, each from its own index.
fn ids_of_party(tx: &TenantTx, person: PersonId, condition: impl Fn() -> Cond, order: CaseOrder, limit: u64) -> SelectStatement {
    let branch = |column: Column| {
        let mut select = tx.select::<Entity>().column((Entity, Column::Id)).and_where(column.eq(person.uuid())).take();
        select.cond_where(condition()).limit(limit);
        sort(&mut select, order);
        Query::select().column(Column::Id).from_subquery(select, Alias::new(sea_orm::IdenStatic::as_str(&column))).take()
    };
    branch(Column::ApplicantId).union(UnionType::All, branch(Column::DelegateId)).take()
}

/// As the order of lists wants it.
const fn phase(status: CaseStatus) -> i16 {
    match status {
        CaseStatus::Draft => 2,
        CaseStatus::InProgress | CaseStatus::SuspendedApplicant | CaseStatus::SuspendedAdministration => 0,
        CaseStatus::ConcludedPositive | CaseStatus::ConcludedNegative => 1,
    }
}

fn due_key(case: &Case) -> String {
    case.due_date.map_or_else(|| NEVER.to_owned(), |day| day.to_string())
}

fn row(tx: &TenantTx, case: &Case) -> Result<Model> {
    let at = |column| At("cases", column);
    let due_key = due_key(case);
    let Case {
        id,
        tenant,
        code,
        register_number,
        service,
        definition,
        status,
        state,
        answers,
        applicant,
        delegate,
        language,
        channel,
        serving_tenant,
        operator,
        office,
        assignee,
        created_at,
        updated_at,
        submitted_at,
        due_date,
        concluded_at,
        outcome,
        version,
    } = case;
    if *tenant != tx.tenant() {
        return Err(StoreProblem::WrongTenant { place: tx.session().place(), tenant: *tenant });
    }
    Ok(Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        code: text(code.as_ref()),
        register_number: text(register_number.as_ref()),
        service: service.to_string(),
        definition: definition.to_string(),
        status: status.id().to_owned(),
        phase: phase(*status),
        state: state.to_string(),
        answers: answers.to_string(),
        applicant_id: applicant.id.uuid(),
        delegate_id: delegate.as_ref().map(|person| person.id.uuid()),
        language: language.tag().to_owned(),
        channel: channel.id().to_owned(),
        serving_tenant_id: serving_tenant.uuid(),
        operator_id: operator.map(PersonId::uuid),
        office: office.to_string(),
        assignee_id: assignee.as_ref().map(|person| person.id.uuid()),
        created_at: micros(*created_at),
        updated_at: micros(*updated_at),
        submitted_at: submitted_at.map(micros),
        due_date: due_date.map(|day| day.to_string()),
        due_key,
        concluded_at: concluded_at.map(micros),
        outcome: outcome.as_ref().map(|outcome| at("outcome").written(outcome)).transpose()?,
        version: *version,
    })
}

fn case(row: &QueryResult) -> Result<Case> {
    let at = |column| At("cases", column);
    let applicant = persons::Model::from_query_result(row, "applicant__")?;
    let delegate = Option::<persons::Model>::from_query_result(row, "delegate__")?;
    let assignee = Option::<persons::Model>::from_query_result(row, "assignee__")?;
    let Model {
        tenant_id,
        id,
        code,
        register_number,
        service,
        definition,
        status,
        phase: _,
        state,
        answers,
        applicant_id: _,
        delegate_id: _,
        language,
        channel,
        serving_tenant_id,
        operator_id,
        office,
        assignee_id: _,
        created_at,
        updated_at,
        submitted_at,
        due_date,
        due_key: _,
        concluded_at,
        outcome,
        version,
    } = Model::from_query_result(row, "")?;
    Ok(Case {
        id: CaseId::new(id),
        tenant: TenantId::new(tenant_id),
        code: code.map(Into::into),
        register_number: register_number.map(Into::into),
        service: service.into(),
        definition: definition.into(),
        status: at("status").known(CaseStatus::from_id(&status))?,
        state: state.into(),
        answers: at("answers").json(&answers)?,
        applicant: person(applicant),
        delegate: delegate.map(person),
        language: at("language").known(language.parse().ok())?,
        channel: at("channel").known(Channel::from_id(&channel))?,
        serving_tenant: TenantId::new(serving_tenant_id),
        operator: operator_id.map(PersonId::new),
        office: office.into(),
        assignee: assignee.map(person),
        created_at: at("created_at").instant(created_at)?,
        updated_at: at("updated_at").instant(updated_at)?,
        submitted_at: at("submitted_at").instant_or_none(submitted_at)?,
        due_date: at("due_date").day_or_none(due_date)?,
        concluded_at: at("concluded_at").instant_or_none(concluded_at)?,
        outcome: outcome.map(|outcome| at("outcome").parsed(&outcome)).transpose()?,
        version,
    })
}

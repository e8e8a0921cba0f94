//! What is to be done later: timers and the like. They are rows, so they fire after downtime too, and there is one of each kind
//! for each subject, so planning again moves the one that is there.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use serde_json::Value;
use sportello_domain::{dead_letter::Work, ids::JobId, service::Key};
use uuid::Uuid;

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::jobs::{Column, Entity, Model},
    work::{Columns, Kept, Piece, Remains},
};

/// Something to be done later.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: Key,
    /// On what: the id of a case, say.
    pub subject: Key,
    /// What else is needed, nothing special in it.
    pub payload: Value,
    /// When.
    pub run_at: Timestamp,
    /// How often it was tried.
    pub attempts: u16,
}

/// Plans a job; one of the same kind for the same subject is planned anew instead, whether it ran or not.
pub async fn enqueue(tx: &TenantTx, job: &Job) -> Result<()> {
    let Job { id, kind, subject, payload, run_at, attempts } = job;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        kind: kind.to_string(),
        subject: subject.to_string(),
        payload: payload.to_string(),
        next_at: Some(micros(*run_at)),
        attempts: i16::try_from(*attempts).unwrap_or(i16::MAX),
        done_at: None,
        last_error: None,
        given_up_at: None,
    };
    let again = OnConflict::columns([Column::TenantId, Column::Kind, Column::Subject])
        .update_columns([Column::Payload, Column::NextAt, Column::Attempts, Column::DoneAt, Column::LastError, Column::GivenUpAt])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(tx.session()).await?;
    tx.plan(*run_at);
    Ok(())
}

/// Takes back a job that has not run. Answers false where there is none.
pub async fn cancel(tx: &TenantTx, kind: &str, subject: &str) -> Result<bool> {
    let removed = tx
        .removal::<Entity>()
        .filter(Column::Kind.eq(kind))
        .filter(Column::Subject.eq(subject))
        .filter(Column::NextAt.is_not_null())
        .exec(tx.session())
        .await?;
    Ok(removed.rows_affected == 1)
}

impl Piece for Job {
    type Id = JobId;

    fn uuid(id: JobId) -> Uuid {
        id.uuid()
    }
}

impl Kept for Job {
    type Entity = Entity;
    const LIST: Work = Work::Job;
    const COLUMNS: Columns<Column> = Columns {
        table: "jobs",
        id: Column::Id,
        next_at: Column::NextAt,
        attempts: Column::Attempts,
        done_at: Column::DoneAt,
        last_error: Column::LastError,
        given_up_at: Column::GivenUpAt,
    };

    fn next_at(row: &Model) -> Option<i64> {
        row.next_at
    }

    fn read(row: Model) -> Result<Self> {
        let at = |column| At("jobs", column);
        let Model { tenant_id: _, id, kind, subject, payload, next_at, attempts, done_at: _, last_error: _, given_up_at: _ } = row;
        Ok(Self {
            id: JobId::new(id),
            kind: kind.into(),
            subject: subject.into(),
            payload: at("payload").json(&payload)?,
            run_at: at("next_at").instant(at("next_at").known(next_at)?)?,
            attempts: at("attempts").known(u16::try_from(attempts).ok())?,
        })
    }

    fn remains(row: Model) -> Result<Remains> {
        let Model { id, kind, subject, attempts, last_error, given_up_at, .. } = row;
        Ok(Remains { id, kind, subject: subject.parse().ok(), attempts, last_error, given_up_at })
    }
}

//! What must leave the system: written in the transaction of the command that causes it, sent afterwards, at least once.

use jiff::Timestamp;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::Value;
use sportello_domain::{dead_letter::Work, ids::OutboxId, service::Key};
use uuid::Uuid;

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::outbox::{Column, Entity, Model},
    work::{Columns, Kept, Piece, Remains},
};

/// Something to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Its id, which the receiver may use to see it once.
    pub id: OutboxId,
    /// What it is: who sends it follows from it.
    pub kind: Key,
    /// What is needed to send it, nothing special in it.
    pub payload: Value,
    /// Since when.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u16,
}

/// Puts something up to be sent at once.
pub async fn enqueue(tx: &TenantTx, outgoing: &Outgoing) -> Result<()> {
    let Outgoing { id, kind, payload, created_at, attempts } = outgoing;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        kind: kind.to_string(),
        payload: payload.to_string(),
        created_at: micros(*created_at),
        next_at: Some(micros(*created_at)),
        attempts: i16::try_from(*attempts).unwrap_or(i16::MAX),
        done_at: None,
        last_error: None,
        given_up_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    tx.plan(*created_at);
    Ok(())
}

impl Piece for Outgoing {
    type Id = OutboxId;

    fn uuid(id: OutboxId) -> Uuid {
        id.uuid()
    }
}

impl Kept for Outgoing {
    type Entity = Entity;
    const LIST: Work = Work::Letter;
    const COLUMNS: Columns<Column> = Columns {
        table: "outbox",
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
        let at = |column| At("outbox", column);
        let Model { tenant_id: _, id, kind, payload, created_at, next_at: _, attempts, done_at: _, last_error: _, given_up_at: _ } = row;
        Ok(Self {
            id: OutboxId::new(id),
            kind: kind.into(),
            payload: at("payload").json(&payload)?,
            created_at: at("created_at").instant(created_at)?,
            attempts: at("attempts").known(u16::try_from(attempts).ok())?,
        })
    }

    fn remains(row: Model) -> Result<Remains> {
        let Model { id, kind, payload, attempts, last_error, given_up_at, .. } = row;
        let payload = At("outbox", "payload").json(&payload)?;
        let subject = payload.get("case").and_then(Value::as_str).and_then(|id| id.parse().ok());
        Ok(Remains { id, kind, subject, attempts, last_error, given_up_at })
    }
}

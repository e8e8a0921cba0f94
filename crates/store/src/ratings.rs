//! Ratings: one a case, counted by service.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Asterisk, Expr, Func, OnConflict},
};
use sportello_domain::{
    ids::CaseId,
    rating::{Aspect, Rating},
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros, text},
    entities::ratings::{Column, Entity, Model},
};

/// Adds a rating. Answers false where the case has one.
pub async fn insert(tx: &TenantTx, rating: &Rating) -> Result<bool> {
    let Rating { case, service, stars, aspect, text: words, at } = rating;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        case_id: case.uuid(),
        service: service.to_string(),
        stars: i16::from(*stars),
        aspect: aspect.map(|aspect| aspect.id().to_owned()),
        text: text(words.as_ref()),
        at: micros(*at),
    };
    let once = OnConflict::columns([Column::TenantId, Column::CaseId]).do_nothing().to_owned();
    Ok(Entity::insert(row.into_active_model()).on_conflict(once).exec_without_returning(tx.session()).await? > 0)
}

/// The rating of a case.
pub async fn of_case(tx: &TenantTx, case: CaseId) -> Result<Option<Rating>> {
    tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).one(tx.session()).await?.map(rating).transpose()
}

/// How many ratings of a service have how many stars.
pub async fn counts(tx: &TenantTx, service: &str) -> Result<BTreeMap<u8, u64>> {
    let select = tx
        .select::<Entity>()
        .column(Column::Stars)
        .expr_as(Func::count(Expr::col(Asterisk)), Alias::new("number"))
        .and_where(Column::Service.eq(service))
        .group_by_col(Column::Stars)
        .take();
    let at = At("ratings", "stars");
    let count = |row: &sea_orm::QueryResult| {
        let stars: i16 = row.try_get("", "stars")?;
        Ok((at.known(u8::try_from(stars).ok())?, at.natural(row.try_get("", "number")?)?))
    };
    tx.all(&select).await?.iter().map(count).collect()
}

/// The ratings of a service, in the order of their cases.
pub async fn of_service(tx: &TenantTx, service: &str, after: Option<&Cursor>, limit: u64) -> Result<Slice<Rating>> {
    let mut select = tx.rows::<Entity>().filter(Column::Service.eq(service));
    if let Some(after) = after {
        select = select.filter(Column::CaseId.lt(after.id));
    }
    let rows = select.order_by_desc(Column::CaseId).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(rating).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.case.uuid() }))
}

fn rating(row: Model) -> Result<Rating> {
    let place = |column| At("ratings", column);
    let Model { tenant_id: _, case_id, service, stars, aspect, text, at } = row;
    Ok(Rating {
        case: CaseId::new(case_id),
        service: service.into(),
        stars: place("stars").known(u8::try_from(stars).ok())?,
        aspect: aspect.map(|aspect| place("aspect").known(Aspect::from_id(&aspect))).transpose()?,
        text: text.map(Into::into),
        at: place("at").instant(at)?,
    })
}

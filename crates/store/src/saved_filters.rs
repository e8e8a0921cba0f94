//! Filters of the inbox, each its owner's alone.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use sportello_domain::{
    ids::{FilterId, PersonId},
    office::SavedFilter,
};

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::saved_filters::{Column, Entity, Model},
};

/// The most filters that one person keeps.
pub const MOST: u64 = 50;

/// Adds a filter. Answers false where its owner has one of that name.
pub async fn insert(tx: &TenantTx, filter: &SavedFilter) -> Result<bool> {
    let SavedFilter { id, person, name, query, created_at } = filter;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        person_id: person.uuid(),
        name: name.to_string(),
        query: At("saved_filters", "query").written(query)?,
        created_at: micros(*created_at),
    };
    let once = OnConflict::columns([Column::TenantId, Column::PersonId, Column::Name]).do_nothing().to_owned();
    let added = Entity::insert(row.into_active_model()).on_conflict(once).exec_without_returning(tx.session()).await?;
    Ok(added > 0)
}

/// A filter of a person.
pub async fn find(tx: &TenantTx, person: PersonId, id: FilterId) -> Result<Option<SavedFilter>> {
    let row = tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).filter(Column::PersonId.eq(person.uuid())).one(tx.session()).await?;
    row.map(filter).transpose()
}

/// The filters of a person, by name.
pub async fn of_person(tx: &TenantTx, person: PersonId) -> Result<Vec<SavedFilter>> {
    let rows =
        tx.rows::<Entity>().filter(Column::PersonId.eq(person.uuid())).order_by_asc(Column::Name).limit(MOST).all(tx.session()).await?;
    rows.into_iter().map(filter).collect()
}

/// Removes a filter of a person. Answers false where there is none.
pub async fn delete(tx: &TenantTx, person: PersonId, id: FilterId) -> Result<bool> {
    let removed =
        tx.removal::<Entity>().filter(Column::Id.eq(id.uuid())).filter(Column::PersonId.eq(person.uuid())).exec(tx.session()).await?;
    Ok(removed.rows_affected > 0)
}

fn filter(row: Model) -> Result<SavedFilter> {
    let place = |column| At("saved_filters", column);
    let Model { tenant_id: _, id, person_id, name, query, created_at } = row;
    Ok(SavedFilter {
        id: FilterId::new(id),
        person: PersonId::new(person_id),
        name: name.into(),
        query: place("query").parsed(&query)?,
        created_at: place("created_at").instant(created_at)?,
    })
}

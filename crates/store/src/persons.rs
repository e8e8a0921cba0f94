//! Persons as the tenant knows them.
//!
//! A person is found by a keyed hash that the caller makes: of the fiscal code as it was given out for citizens, of issuer and subject for
//! staff. The same human at two tenants is two persons with two unrelated hashes.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use sportello_domain::{case::Person, ids::PersonId};

use crate::{
    Result, TenantTx,
    convert::{micros, text},
    entities::persons::{ActiveModel, Column, Entity, Model},
};

/// The keyed hash under which a person is found.
pub type LookupKey = [u8; 32];

/// The person with this id.
pub async fn find(tx: &TenantTx, id: PersonId) -> Result<Option<Person>> {
    let row = tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?;
    Ok(row.map(person))
}

/// The person with this lookup key.
pub async fn find_by_key(tx: &TenantTx, key: &LookupKey) -> Result<Option<Person>> {
    let row = tx.rows::<Entity>().filter(Column::LookupKey.eq(key.to_vec())).one(tx.session()).await?;
    Ok(row.map(person))
}

/// Makes sure that the tenant knows the person of this lookup key and answers it as it now stands: one who is known keeps the
/// id, takes the names, and takes the fiscal code and the address where some are given.
pub async fn upsert(tx: &TenantTx, key: &LookupKey, person: &Person, now: Timestamp) -> Result<Person> {
    let Person { id, tax_code, given_name, family_name, email } = person;
    let mut update = vec![Column::GivenName, Column::FamilyName, Column::UpdatedAt];
    if tax_code.is_some() {
        update.push(Column::TaxCode);
    }
    if email.is_some() {
        update.push(Column::Email);
    }
    let row = ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        id: Set(id.uuid()),
        lookup_key: Set(key.to_vec()),
        tax_code: Set(text(tax_code.as_ref())),
        given_name: Set(given_name.to_string()),
        family_name: Set(family_name.to_string()),
        email: Set(text(email.as_ref())),
        created_at: Set(micros(now)),
        updated_at: Set(micros(now)),
    };
    let row = Entity::insert(row)
        .on_conflict(OnConflict::columns([Column::TenantId, Column::LookupKey]).update_columns(update).to_owned())
        .exec_with_returning(tx.session())
        .await?;
    Ok(self::person(row))
}

pub(crate) fn person(row: Model) -> Person {
    let Model { tenant_id: _, id, lookup_key: _, tax_code, given_name, family_name, email, created_at: _, updated_at: _ } = row;
    Person {
        id: PersonId::new(id),
        tax_code: tax_code.map(Into::into),
        given_name: given_name.into(),
        family_name: family_name.into(),
        email: email.map(Into::into),
    }
}

/// The columns that a person is made of, to be joined under a name.
pub(crate) mod joined {
    use sea_orm::{
        Iterable,
        sea_query::{Alias, Cond, Expr, ExprTrait, IntoColumnRef, JoinType, SelectStatement},
    };

    use crate::entities::persons::{Column, Entity};

    /// Adds the person that `(tenant, reference)` points at; its columns are read under `{name}__`.
    pub(crate) fn add(select: &mut SelectStatement, name: &'static str, tenant: impl IntoColumnRef, reference: impl IntoColumnRef) {
        let on = Cond::all()
            .add(Expr::col((Alias::new(name), Column::TenantId)).equals(tenant))
            .add(Expr::col((Alias::new(name), Column::Id)).equals(reference));
        select.join_as(JoinType::LeftJoin, Entity, Alias::new(name), on);
        for column in Column::iter() {
            let label = format!("{name}__{}", sea_orm::IdenStatic::as_str(&column));
            select.expr_as(Expr::col((Alias::new(name), column)), Alias::new(label));
        }
    }
}

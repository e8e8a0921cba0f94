//! The platform's own rows: which slug leads to which tenant, and which configuration was loaded when.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use sportello_domain::ids::TenantId;

use crate::{
    PlatformTx, Result,
    convert::{At, micros},
    entities::{generations, slugs, tenants},
};

/// The most names that one installation is taken to know, and the most tenants.
const MOST_SLUGS: u64 = 100_000;

/// A configuration that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Its number, from 1.
    pub number: u64,
    /// SHA-256 of everything in it.
    pub hash: String,
    /// When.
    pub loaded_at: Timestamp,
}

/// Makes sure that a slug leads to a tenant, and gives one that is new its placement. Slugs that led there before go on doing so.
/// Answers false, and changes nothing, where it leads to another tenant.
pub async fn register(tx: &PlatformTx, tenant: TenantId, slug: &str, placement: &str, now: Timestamp) -> Result<bool> {
    let row = tenants::Model { tenant_id: tenant.uuid(), placement: placement.to_owned(), created_at: micros(now) };
    let known = OnConflict::column(tenants::Column::TenantId).do_nothing().to_owned();
    tenants::Entity::insert(row.into_active_model()).on_conflict(known).exec_without_returning(tx.session()).await?;
    let row = slugs::Model { slug: slug.to_owned(), tenant_id: tenant.uuid(), since: micros(now) };
    let known = OnConflict::column(slugs::Column::Slug).do_nothing().to_owned();
    slugs::Entity::insert(row.into_active_model()).on_conflict(known).exec_without_returning(tx.session()).await?;
    Ok(find(tx, slug).await? == Some(tenant))
}

/// The placement at which a tenant's rows are; none where the tenant is not known.
pub async fn placement(tx: &PlatformTx, tenant: TenantId) -> Result<Option<String>> {
    let row = tenants::Entity::find().filter(tenants::Column::TenantId.eq(tenant.uuid())).one(tx.session()).await?;
    Ok(row.map(|row| row.placement))
}

/// The placement of every tenant that is known.
pub async fn placements(tx: &PlatformTx) -> Result<HashMap<TenantId, String>> {
    let rows = tenants::Entity::find().limit(MOST_SLUGS).all(tx.session()).await?;
    Ok(rows.into_iter().map(|row| (TenantId::new(row.tenant_id), row.placement)).collect())
}

/// Says that a tenant's rows are at a placement from now on.
pub async fn place(tx: &PlatformTx, tenant: TenantId, placement: &str) -> Result<()> {
    tenants::Entity::update_many()
        .filter(tenants::Column::TenantId.eq(tenant.uuid()))
        .col_expr(tenants::Column::Placement, Expr::val(placement))
        .exec(tx.session())
        .await?;
    Ok(())
}

/// A tenant as the directory has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub tenant: TenantId,
    /// The slug that leads to it since last.
    pub slug: String,
    /// Where its rows are.
    pub placement: String,
}

/// Every tenant of the installation, in the alphabetical order of their slugs.
pub async fn listed(tx: &PlatformTx) -> Result<Vec<Listed>> {
    let slugs = slugs::Entity::find().order_by_asc(slugs::Column::Since).order_by_asc(slugs::Column::Slug).limit(MOST_SLUGS);
    let newest: BTreeMap<_, _> = slugs.all(tx.session()).await?.into_iter().map(|row| (row.tenant_id, row.slug)).collect();
    let rows = tenants::Entity::find().limit(MOST_SLUGS).all(tx.session()).await?;
    let listed = |tenants::Model { tenant_id, placement, created_at: _ }| {
        newest.get(&tenant_id).map(|slug| Listed { tenant: TenantId::new(tenant_id), slug: slug.clone(), placement })
    };
    let mut all: Vec<_> = rows.into_iter().filter_map(listed).collect();
    all.sort_by(|one, other| one.slug.cmp(&other.slug));
    Ok(all)
}

/// The tenant to which a slug leads or led.
pub async fn find(tx: &PlatformTx, slug: &str) -> Result<Option<TenantId>> {
    let row = slugs::Entity::find().filter(slugs::Column::Slug.eq(slug)).one(tx.session()).await?;
    Ok(row.map(|row| TenantId::new(row.tenant_id)))
}

/// Every slug that leads or led to a tenant, in alphabetical order.
pub async fn slugs(tx: &PlatformTx) -> Result<Vec<(String, TenantId)>> {
    let rows = slugs::Entity::find().order_by_asc(slugs::Column::Slug).limit(MOST_SLUGS).all(tx.session()).await?;
    let read = |slugs::Model { slug, tenant_id, since: _ }| (slug, TenantId::new(tenant_id));
    Ok(rows.into_iter().map(read).collect())
}

/// The configuration that was loaded last.
pub async fn generation(tx: &PlatformTx) -> Result<Option<Generation>> {
    let at = |column| At("generations", column);
    let row = generations::Entity::find().order_by_desc(generations::Column::Number).one(tx.session()).await?;
    let Some(generations::Model { number, hash, loaded_at }) = row else { return Ok(None) };
    Ok(Some(Generation { number: at("number").natural(number)?, hash, loaded_at: at("loaded_at").instant(loaded_at)? }))
}

/// Writes down that a configuration was loaded and answers its number; the same as last time keeps its number.
pub async fn record_generation(tx: &PlatformTx, hash: &str, now: Timestamp) -> Result<u64> {
    let last = generation(tx).await?;
    if let Some(last) = &last
        && last.hash == hash
    {
        return Ok(last.number);
    }
    let number = last.map_or(1, |last| last.number + 1);
    let row = generations::Model { number: At("generations", "number").integer(number)?, hash: hash.to_owned(), loaded_at: micros(now) };
    generations::Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(number)
}

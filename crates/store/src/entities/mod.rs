//! The rows, one file a table. Private to this crate: what leaves it are the domain's types.
//!
//! To extend: add a column here and in a new migration step; the conversions in the repositories name every column, so the
//! compiler then points at each place that must decide.

use sea_orm::EntityTrait;

use crate::archive::Table;

pub(crate) mod assignments;
pub(crate) mod cases;
pub(crate) mod checkouts;
pub(crate) mod counters;
pub(crate) mod definitions;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod generations;
pub(crate) mod idempotency_keys;
pub(crate) mod jobs;
pub(crate) mod limit_counts;
pub(crate) mod limit_uses;
pub(crate) mod messages;
pub(crate) mod notes;
pub(crate) mod opinions;
pub(crate) mod outbox;
pub(crate) mod payments;
pub(crate) mod persons;
pub(crate) mod ratings;
pub(crate) mod register_entries;
pub(crate) mod saved_filters;
pub(crate) mod settlements;
pub(crate) mod slugs;
pub(crate) mod special_values;
pub(crate) mod suspensions;
pub(crate) mod tenant_keys;
pub(crate) mod tenants;

/// A table whose rows belong to tenants.
pub(crate) trait Owned: EntityTrait {
    /// The column that says to which.
    const TENANT: Self::Column;
}

macro_rules! owned {
    ($($table:ident),+ $(,)?) => {$(
        impl Owned for $table::Entity {
            const TENANT: Self::Column = $table::Column::TenantId;
        }
    )+

    /// Every table of tenants, in the order in which rows may be written.
    pub(crate) fn owned_tables() -> Vec<Table> {
        vec![$(Table::owned::<$table::Entity>()),+]
    }};
}

// Those that others point at come first.
owned! {
    persons,
    tenant_keys,
    definitions,
    cases,
    assignments,
    checkouts,
    counters,
    documents,
    events,
    idempotency_keys,
    jobs,
    limit_counts,
    limit_uses,
    messages,
    notes,
    opinions,
    outbox,
    payments,
    ratings,
    register_entries,
    saved_filters,
    settlements,
    special_values,
    suspensions,
}

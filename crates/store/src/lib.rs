//! The rows, in a `SQLite` file for each tenant or in a `PostgreSQL` database that tenants share, and the only way to them.
//!
//! [`Stores`] knows where each tenant's rows are and hands out a [`TenantTx`], a transaction that is made for one tenant. The
//! repositories are modules of free functions over it; they take and return the domain's types, filter by the tenant in one place
//! (`TenantTx::own`) and cost a round trip or two each. Nothing else offers a connection, so no statement can run outside a
//! transaction or without a tenant.
//!
//! To extend: a new table is a step in `migrations/`, a file in `entities/` and a module here with conversions that name every
//! column. A list takes a limit and a cursor and has an index that begins with `tenant_id`; the test that reads the query plans
//! fails where one is missing.

#[cfg(all(feature = "unfiltered", not(debug_assertions)))]
compile_error!("the feature `unfiltered` is for a test: a release keeps tenants apart twice");

pub mod archive;
pub mod assignments;
pub mod cases;
pub mod checkouts;
mod convert;
pub mod counters;
mod cursor;
pub mod dead_letters;
pub mod definitions;
pub mod documents;
pub mod due;
mod entities;
pub mod events;
pub mod idempotency;
mod inspect;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod messages;
pub mod notes;
pub mod opinions;
pub mod outbox;
pub mod payments;
pub mod persons;
mod placement;
pub mod platform;
mod problem;
pub mod ratings;
pub mod register;
pub mod saved_filters;
mod session;
pub mod settlements;
pub mod special;
mod spot;
mod status;
mod stores;
pub mod suspensions;
#[cfg(test)]
mod tests;
mod tx;
pub mod work;

pub use cursor::{Cursor, NotACursor, Slice};
pub use inspect::{Examined, Inspection, examine};
pub use placement::{PostgresSettings, ServerState};
pub use problem::StoreProblem;
pub use spot::Spot;
pub use status::{PlaceStatus, status};
pub use stores::{EMBEDDED, Observer, Placement, PlatformPlacement, StoreSettings, Stores};
pub use tx::{PlatformTx, TenantTx};
pub use work::Backlog;

/// What every function here answers.
pub type Result<T, E = StoreProblem> = std::result::Result<T, E>;

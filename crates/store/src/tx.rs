//! Transactions, each made for one tenant or for the platform.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, DeleteMany, QueryFilter, QueryResult, Select, StatementBuilder, UpdateMany,
    sea_query::{Expr, SelectStatement},
};
use sportello_domain::ids::TenantId;

use crate::{Observer, Result, StoreProblem, archive::Standing, due::Agenda, entities::Owned, placement::Place, session::Session};

/// A transaction over the rows of one tenant.
///
/// Commit and rollback are explicit. Dropped without either, also by a request that was cancelled while it began or ran, it
/// closes its connection: nothing stays, no lock and no row. A commit that was cancelled may have happened or not; the
/// idempotency key tells.
///
/// A write excludes every other write of the tenant until it ends, so a command opens one and never two.
pub struct TenantTx {
    session: Session,
    tenant: TenantId,
    /// Who is told of what was planned, where the rows are in a file; a database tells itself.
    agenda: Option<Arc<Agenda>>,
    /// The earliest of what was planned.
    planned: Mutex<Option<Timestamp>>,
    #[cfg(any(test, feature = "unfiltered"))]
    pub(crate) unfiltered: bool,
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

impl TenantTx {
    pub(crate) async fn open(
        place: &Place,
        tenant: TenantId,
        mode: Mode,
        observer: Option<Observer>,
        agenda: Option<Arc<Agenda>>,
    ) -> Result<Self> {
        let (tx, standing) = Self::open_anyhow(place, tenant, mode, observer).await?;
        match (standing, mode) {
            (Some(Standing::Active), _) | (Some(Standing::Moving), Mode::Read) => Ok(Self { agenda, ..tx }),
            (Some(_), _) => Err(StoreProblem::Moved { tenant }),
            (None, _) => Err(StoreProblem::WrongTenant { place: tx.session.place(), tenant }),
        }
    }

    /// Opens one whether or not the tenant is served from there, and says how it stands; for those who carry its rows about.
    pub(crate) async fn open_anyhow(
        place: &Place,
        tenant: TenantId,
        mode: Mode,
        observer: Option<Observer>,
    ) -> Result<(Self, Option<Standing>)> {
        let (session, state) = Session::open(place, mode, &place.begin(tenant, mode), observer).await?;
        let tx = Self {
            session,
            tenant,
            agenda: None,
            planned: Mutex::default(),
            #[cfg(any(test, feature = "unfiltered"))]
            unfiltered: cfg!(feature = "unfiltered"),
        };
        Ok((tx, state.as_deref().map(Standing::from_id)))
    }

    /// Whose rows it reaches.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Makes what was written last.
    pub async fn commit(self) -> Result<()> {
        let planned = self.planned.into_inner().unwrap_or_else(PoisonError::into_inner);
        let _told = Told { tenant: self.tenant, agenda: self.agenda, planned };
        self.session.commit().await
    }

    /// Undoes what was written.
    pub async fn rollback(self) -> Result<()> {
        self.session.rollback().await
    }

    /// Something is to be done at an instant: after the commit the process knows when to look. Whatever sets a `next_at` says so.
    pub(crate) fn plan(&self, at: Timestamp) {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        *planned = Some(planned.map_or(at, |before| before.min(at)));
    }

    /// The rows are to be looked into for what is due, where they are in a file: nobody told this process of it.
    pub(crate) fn look_into(&self) {
        if let Some(agenda) = &self.agenda {
            agenda.plan(self.tenant, Timestamp::UNIX_EPOCH);
        }
    }

    /// The connection, for the repositories.
    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }

    /// The tenant's rows of a table. With [`Self::changes`] and [`Self::removal`] the only place where a query begins.
    pub(crate) fn rows<E: Owned>(&self) -> Select<E> {
        E::find().filter(self.own::<E>())
    }

    /// Changes to the tenant's rows of a table.
    pub(crate) fn changes<E: Owned>(&self) -> UpdateMany<E> {
        E::update_many().filter(self.own::<E>())
    }

    /// Removal of the tenant's rows of a table.
    pub(crate) fn removal<E: Owned>(&self) -> DeleteMany<E> {
        E::delete_many().filter(self.own::<E>())
    }

    /// The tenant's rows of a table, to be selected from by hand.
    pub(crate) fn select<E: Owned>(&self) -> SelectStatement {
        SelectStatement::new().from(E::default()).and_where(self.own::<E>()).take()
    }

    /// The filter by tenant: the first wall. Tests take it away to see that the database's own holds alone.
    fn own<E: Owned>(&self) -> Expr {
        #[cfg(any(test, feature = "unfiltered"))]
        if self.unfiltered {
            return sea_orm::sea_query::ExprTrait::eq(Expr::val(1), 1);
        }
        E::TENANT.eq(self.tenant.uuid())
    }

    pub(crate) async fn all<S: StatementBuilder + Sync>(&self, statement: &S) -> Result<Vec<QueryResult>> {
        Ok(sea_orm::ConnectionTrait::query_all(&self.session, statement).await?)
    }

    pub(crate) async fn one<S: StatementBuilder + Sync>(&self, statement: &S) -> Result<Option<QueryResult>> {
        Ok(sea_orm::ConnectionTrait::query_one(&self.session, statement).await?)
    }
}

/// Tells what was planned when a commit is over, also when it was cancelled: it may have happened, and a look too many does no harm.
struct Told {
    tenant: TenantId,
    agenda: Option<Arc<Agenda>>,
    planned: Option<Timestamp>,
}

impl Drop for Told {
    fn drop(&mut self) {
        if let (Some(agenda), Some(at)) = (&self.agenda, self.planned) {
            agenda.plan(self.tenant, at);
        }
    }
}

impl fmt::Debug for TenantTx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantTx").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// A transaction over the platform's database: the directory of tenants, none of their rows.
pub struct PlatformTx {
    session: Session,
}

impl PlatformTx {
    pub(crate) async fn open(place: &Place, mode: Mode, observer: Option<Observer>) -> Result<Self> {
        let (session, _) = Session::open(place, mode, &place.begin_platform(mode), observer).await?;
        Ok(Self { session })
    }

    /// Makes what was written last.
    pub async fn commit(self) -> Result<()> {
        self.session.commit().await
    }

    /// Undoes what was written.
    pub async fn rollback(self) -> Result<()> {
        self.session.rollback().await
    }

    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }
}

impl fmt::Debug for PlatformTx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlatformTx")
    }
}

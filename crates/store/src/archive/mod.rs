//! All rows of a tenant, out of any place and into any other: what archives, backups and moves are made of.
//!
//! To extend: a table that is added to the entities is in here by itself. What a place keeps of a tenant *beside* these tables, and
//! can make again out of them, is made by [`settle`], through which rows come into force wherever they came from.

mod line;
mod tables;

use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait as _, OnConflict, Order, Query, SelectStatement},
};

use crate::{PlatformTx, Result, StoreProblem, TenantTx, placement::Schema, session::Session};

pub use line::{Row, Unreadable};
pub(crate) use tables::TENANT;
pub use tables::{Column, Kind, Table, platform_tables, tables};

/// The table of the tenant's keys: an archive holds them apart, for whom it is meant.
pub const KEYS: &str = "tenant_keys";
/// The most values that one statement may carry: `SQLite` takes 32,766, `PostgreSQL` 65,535.
const MOST_VALUES: usize = 30_000;
/// The most rows that one statement may carry.
const MOST_ROWS: usize = 500;

/// Whether a tenant is served from a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Active,
    /// Its rows may be read there and not changed: they are about to be elsewhere, or to be replaced.
    Moving,
    /// Its rows were there and are elsewhere now.
    Moved,
    /// Its rows came there and are not served yet.
    Arriving,
}

impl Standing {
    /// As it stands in the row.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Moving => "moving",
            Self::Moved => "moved",
            Self::Arriving => "arriving",
        }
    }

    /// What a row says; one of a later program is taken for a tenant that is not served there.
    pub(crate) fn from_id(id: &str) -> Self {
        match id {
            "active" => Self::Active,
            "moving" => Self::Moving,
            "arriving" => Self::Arriving,
            _ => Self::Moved,
        }
    }
}

/// The newest step of the schema of tenants that this program knows: the one that its rows are of.
pub fn step() -> String {
    steps().pop().unwrap_or_default()
}

/// Every step of the schema of tenants, in their order.
pub fn steps() -> Vec<String> {
    Schema::Tenants.steps()
}

/// The same of the platform's schema.
pub fn platform_steps() -> Vec<String> {
    Schema::Platform.steps()
}

/// Hands over every row of a table as a line, sorted by its key, and answers how many they were. Rows stream: what is held at once does not
/// grow with their number.
pub async fn each_row<E: From<StoreProblem>>(tx: &TenantTx, table: &Table, line: impl FnMut(&str) -> Result<(), E>) -> Result<u64, E> {
    let own = Expr::col(Alias::new(TENANT)).eq(tx.tenant().uuid());
    each(tx.session(), table, sorted(table, tx.session()).and_where(own).take(), line).await
}

/// The same of a table of the platform.
pub async fn each_platform_row<E: From<StoreProblem>>(
    tx: &PlatformTx,
    table: &Table,
    line: impl FnMut(&str) -> Result<(), E>,
) -> Result<u64, E> {
    each(tx.session(), table, sorted(table, tx.session()), line).await
}

/// Text is sorted by its bytes, whatever language the database sorts by.
fn sorted(table: &Table, session: &Session) -> SelectStatement {
    let by_bytes = match session.get_database_backend() {
        sea_orm::DbBackend::Postgres => "C",
        _ => "BINARY",
    };
    let mut select = Query::select();
    select.from(table.iden()).columns(table.columns.iter().map(Column::iden));
    for column in &table.key {
        match column.kind {
            Kind::Text => select.order_by_expr(Expr::cust(format!("\"{}\" COLLATE \"{by_bytes}\"", column.name)), Order::Asc),
            _ => select.order_by(column.iden(), Order::Asc),
        };
    }
    select
}

async fn each<E: From<StoreProblem>>(
    session: &Session,
    table: &Table,
    select: SelectStatement,
    mut line: impl FnMut(&str) -> Result<(), E>,
) -> Result<u64, E> {
    let mut count = 0;
    let statement = session.get_database_backend().build(&select);
    session
        .each(statement, |row| {
            count += 1;
            let text = table.line(&row).map_err(StoreProblem::from)?;
            line(&text)
        })
        .await?;
    Ok(count)
}

/// Rows on their way into a table, a statement full at a time.
#[derive(Debug)]
pub struct Arriving<'a> {
    table: &'a Table,
    rows: Vec<Row>,
}

impl<'a> Arriving<'a> {
    /// None yet.
    pub fn into_table(table: &'a Table) -> Self {
        Self { table, rows: Vec::new() }
    }

    /// Adds one of the tenant's.
    pub async fn add(&mut self, tx: &TenantTx, row: Row) -> Result<()> {
        let most = MOST_ROWS.min(MOST_VALUES / (self.table.columns.len() + 1));
        if self.rows.len() >= most || self.rows.last().is_some_and(|last| last.columns != row.columns) {
            self.flush(tx).await?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// Writes those that wait.
    pub async fn flush(&mut self, tx: &TenantTx) -> Result<()> {
        let Some(first) = self.rows.first() else { return Ok(()) };
        let mut insert = Query::insert();
        insert.into_table(self.table.iden());
        insert.columns(
            [Alias::new(TENANT)].into_iter().map(sea_orm::sea_query::IntoIden::into_iden).chain(first.columns.iter().map(Column::iden)),
        );
        for Row { columns: _, values } in self.rows.drain(..) {
            let whose = sea_orm::sea_query::Value::from(tx.tenant().uuid());
            let values = std::iter::once(whose).chain(values).map(Expr::val);
            insert.values(values).map_err(|error| sea_orm::DbErr::Custom(error.to_string()))?;
        }
        tx.session().execute(&insert).await?;
        Ok(())
    }
}

/// Adds a row to a table of the platform, where none has its key.
pub async fn add_platform_row(tx: &PlatformTx, table: &Table, row: Row) -> Result<()> {
    let Row { columns, values } = row;
    let mut insert = Query::insert();
    insert.into_table(table.iden()).columns(columns.iter().map(Column::iden));
    insert.values(values.into_iter().map(Expr::val)).map_err(|error| sea_orm::DbErr::Custom(error.to_string()))?;
    insert.on_conflict(OnConflict::columns(table.key.iter().map(Column::iden)).do_nothing().to_owned());
    tx.session().execute(&insert).await?;
    Ok(())
}

/// Whether the tenant has any row there.
pub async fn is_empty(tx: &TenantTx) -> Result<bool> {
    for table in tables() {
        let own = Expr::col(Alias::new(TENANT)).eq(tx.tenant().uuid());
        let any = Query::select().expr(Expr::val(1)).from(table.iden()).and_where(own).limit(1).take();
        if tx.one(&any).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes every row of the tenant but the one that says how it stands. The protocol register lets its entries go only where the
/// tenant is not served, and in a database only as the owner of the tables.
pub async fn clear(tx: &TenantTx) -> Result<()> {
    for table in tables().iter().rev() {
        let own = Expr::col(Alias::new(TENANT)).eq(tx.tenant().uuid());
        let all = Query::delete().from_table(table.iden()).and_where(own).take();
        tx.session().execute(&all).await?;
    }
    Ok(())
}

/// Says how the tenant stands from now on.
pub async fn stand(tx: &TenantTx, standing: Standing) -> Result<()> {
    let state = "tenant_state";
    let [whose, epoch, status] = [TENANT, "epoch", "status"].map(Alias::new);
    let again = OnConflict::column(whose.clone())
        .value(status.clone(), standing.id())
        .value(epoch.clone(), Expr::col((Alias::new(state), epoch.clone())).add(1_i64))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(Alias::new(state)).columns([whose, epoch, status]);
    insert
        .values([tx.tenant().uuid().into(), 1_i64.into(), standing.id().into()])
        .map_err(|error| sea_orm::DbErr::Custom(error.to_string()))?;
    tx.session().execute(insert.on_conflict(again)).await?;
    Ok(())
}

/// Ends the coming in of rows: whatever a place keeps of a tenant beside its tables is made here, out of them, before they stand as
/// they shall. Imports, restores and moves all end in this function. The list of what is due follows by itself: a trigger makes a
/// body's part of it anew when it stands otherwise, and a process asks every minute who has files.
pub async fn settle(tx: &TenantTx, standing: Standing) -> Result<()> {
    stand(tx, standing).await
}

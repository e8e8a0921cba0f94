//! Work to be done, whatever its table: what is due, what became of it, and what was given up.
//!
//! To extend: a kind of work with a table of its own is a [`Piece`], and says in [`Kept`] how its rows are read.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, SelectStatement},
};
use sportello_domain::{
    dead_letter::{DeadLetter, Work},
    ids::DeadLetterId,
    service::Key,
};
use uuid::Uuid;

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::Owned,
};

/// A piece of work: a [`Job`](crate::jobs::Job) or something [`Outgoing`](crate::outbox::Outgoing).
#[expect(private_bounds, reason = "the tables are nobody else's, so no other crate can have a kind of work")]
pub trait Piece: Kept {
    /// Its id.
    type Id;

    /// The bare id.
    fn uuid(id: Self::Id) -> Uuid;
}

/// How work is kept in its table.
pub(crate) trait Kept: Sized {
    /// Its table.
    type Entity: Owned;
    /// The list of dead letters it comes to when it is given up.
    const LIST: Work;
    /// The columns that every table of work has.
    const COLUMNS: Columns<Column<Self>>;

    /// When a row is next to be looked at.
    fn next_at(row: &Row<Self>) -> Option<i64>;

    /// The work that a row stands for.
    fn read(row: Row<Self>) -> Result<Self>;

    /// What is left of a row that was given up.
    fn remains(row: Row<Self>) -> Result<Remains>;
}

type Row<W> = <<W as Kept>::Entity as EntityTrait>::Model;
type Column<W> = <<W as Kept>::Entity as EntityTrait>::Column;

/// The columns that every table of work has.
pub(crate) struct Columns<C> {
    pub(crate) table: &'static str,
    pub(crate) id: C,
    pub(crate) next_at: C,
    pub(crate) attempts: C,
    pub(crate) done_at: C,
    pub(crate) last_error: C,
    pub(crate) given_up_at: C,
}

/// What is left of work that was given up, as it is stored.
pub(crate) struct Remains {
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) subject: Option<Uuid>,
    pub(crate) attempts: i16,
    pub(crate) last_error: Option<String>,
    pub(crate) given_up_at: Option<i64>,
}

/// How much work of one kind there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Due, and not yet done.
    pub waiting: u64,
    /// Given up after many tries.
    pub given_up: u64,
}

/// What is to be done now, the longest due first.
pub async fn due<W: Piece>(tx: &TenantTx, now: Timestamp, limit: u64) -> Result<Vec<W>> {
    let rows = tx
        .rows::<W::Entity>()
        .filter(W::COLUMNS.next_at.lte(micros(now)))
        .order_by_asc(W::COLUMNS.next_at)
        .order_by_asc(W::COLUMNS.id)
        .limit(limit)
        .all(tx.session())
        .await?;
    rows.into_iter().map(W::read).collect()
}

/// A piece of work, if it is to be done now: it may have been done, taken back or planned anew since it was listed.
pub async fn find_due<W: Piece>(tx: &TenantTx, id: W::Id, now: Timestamp) -> Result<Option<W>> {
    let this = W::COLUMNS.id.eq(W::uuid(id));
    let row = tx.rows::<W::Entity>().filter(this).filter(W::COLUMNS.next_at.lte(micros(now))).one(tx.session()).await?;
    row.map(W::read).transpose()
}

/// When something is next to be done; none where nothing waits.
pub async fn next_due<W: Piece>(tx: &TenantTx) -> Result<Option<Timestamp>> {
    let next_at = W::COLUMNS.next_at;
    let row = tx.rows::<W::Entity>().filter(next_at.is_not_null()).order_by_asc(next_at).one(tx.session()).await?;
    At(W::COLUMNS.table, "next_at").instant_or_none(row.as_ref().and_then(W::next_at))
}

/// How much is due and not yet done.
pub(crate) async fn waiting<W: Kept>(tx: &TenantTx, now: Timestamp) -> Result<u64> {
    count(tx, tx.select::<W::Entity>().and_where(W::COLUMNS.next_at.lte(micros(now))).take()).await
}

/// How much is due, and how much was given up: is neither done nor to be tried again.
pub async fn backlog<W: Piece>(tx: &TenantTx, now: Timestamp) -> Result<Backlog> {
    let Columns { next_at, done_at, .. } = W::COLUMNS;
    let given_up = count(tx, tx.select::<W::Entity>().and_where(next_at.is_null()).and_where(done_at.is_null()).take()).await?;
    Ok(Backlog { waiting: waiting::<W>(tx, now).await?, given_up })
}

async fn count(tx: &TenantTx, mut select: SelectStatement) -> Result<u64> {
    select.expr_as(Func::count(Expr::col(Asterisk)), Alias::new("number"));
    let at = At("work", "number");
    at.natural(at.known(tx.one(&select).await?)?.try_get("", "number")?)
}

/// It was done.
pub async fn done<W: Piece>(tx: &TenantTx, id: W::Id, now: Timestamp) -> Result<()> {
    tx.changes::<W::Entity>()
        .filter(W::COLUMNS.id.eq(W::uuid(id)))
        .col_expr(W::COLUMNS.next_at, Expr::val(None::<i64>))
        .col_expr(W::COLUMNS.done_at, Expr::val(micros(now)))
        .col_expr(W::COLUMNS.last_error, Expr::val(None::<String>))
        .exec(tx.session())
        .await?;
    Ok(())
}

/// It was tried in vain: again at `retry`, or never where there is none; what stays then is a dead letter. What somebody else ended
/// meanwhile stays as it is.
pub async fn failed<W: Piece>(tx: &TenantTx, id: W::Id, error: &str, retry: Option<Timestamp>, now: Timestamp) -> Result<()> {
    let Columns { next_at, attempts, .. } = W::COLUMNS;
    tx.changes::<W::Entity>()
        .filter(W::COLUMNS.id.eq(W::uuid(id)))
        .filter(next_at.is_not_null())
        .col_expr(next_at, Expr::val(retry.map(micros)))
        .col_expr(attempts, Expr::col(attempts).add(1))
        .col_expr(W::COLUMNS.last_error, Expr::val(error))
        .col_expr(W::COLUMNS.given_up_at, Expr::val(retry.is_none().then(|| micros(now))))
        .exec(tx.session())
        .await?;
    if let Some(at) = retry {
        tx.plan(at);
    }
    Ok(())
}

/// What was given up, the last first.
pub(crate) async fn given_up<W: Kept>(tx: &TenantTx, after: Option<(i64, Uuid)>, limit: u64) -> Result<Vec<DeadLetter>> {
    let Columns { id, given_up_at, .. } = W::COLUMNS;
    let mut select = tx.rows::<W::Entity>().filter(given_up_at.is_not_null());
    if let Some((at, last)) = after {
        select = select.filter(given_up_at.lte(at)).filter(given_up_at.lt(at).or(id.lt(last)));
    }
    let rows = select.order_by_desc(given_up_at).order_by_desc(id).limit(limit).all(tx.session()).await?;
    rows.into_iter().map(dead_letter::<W>).collect()
}

/// Something that was given up.
pub(crate) async fn find_given_up<W: Kept>(tx: &TenantTx, id: Uuid) -> Result<Option<DeadLetter>> {
    let this = W::COLUMNS.id.eq(id);
    let row = tx.rows::<W::Entity>().filter(this).filter(W::COLUMNS.given_up_at.is_not_null()).one(tx.session()).await?;
    row.map(dead_letter::<W>).transpose()
}

/// Takes up again what was given up, as if it had never been tried.
pub(crate) async fn take_up<W: Kept>(tx: &TenantTx, id: Uuid, now: Timestamp) -> Result<()> {
    let Columns { given_up_at, .. } = W::COLUMNS;
    tx.changes::<W::Entity>()
        .filter(W::COLUMNS.id.eq(id))
        .filter(given_up_at.is_not_null())
        .col_expr(W::COLUMNS.next_at, Expr::val(micros(now)))
        .col_expr(W::COLUMNS.attempts, Expr::val(0_i16))
        .col_expr(given_up_at, Expr::val(None::<i64>))
        .exec(tx.session())
        .await?;
    tx.plan(now);
    Ok(())
}

/// Removes what was given up.
pub(crate) async fn drop_given_up<W: Kept>(tx: &TenantTx, id: Uuid) -> Result<()> {
    let this = W::COLUMNS.id.eq(id);
    tx.removal::<W::Entity>().filter(this).filter(W::COLUMNS.given_up_at.is_not_null()).exec(tx.session()).await?;
    Ok(())
}

fn dead_letter<W: Kept>(row: Row<W>) -> Result<DeadLetter> {
    let at = |column| At(W::COLUMNS.table, column);
    let Remains { id, kind, subject, attempts, last_error, given_up_at } = W::remains(row)?;
    Ok(DeadLetter {
        id: DeadLetterId::new(id),
        work: W::LIST,
        subject,
        kind: Key::from(kind),
        tries: at("attempts").known(u16::try_from(attempts).ok())?,
        error: last_error.unwrap_or_default().into(),
        given_up_at: at("given_up_at").instant(at("given_up_at").known(given_up_at)?)?,
    })
}

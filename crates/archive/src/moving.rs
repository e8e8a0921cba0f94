//! The move of a tenant's rows to another placement, while the others are served and its own can be read.
//!
//! The tenant is fenced, its rows are copied in one transaction, read back at both places and compared, then the old place says that
//! they have gone, the new one that they are served, and the directory where they are. Each of these steps can be repeated: a move that
//! was interrupted is gone on with by the same command, or taken back by a move to where the tenant was. Files do not move: they have
//! one folder in the installation.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sportello_store::archive::{self, Arriving, Standing, settle};
use sportello_store::platform::{self, Listed};
use sportello_store::{Spot, StoreProblem, TenantTx};

use crate::arrive::known;
use crate::manifest::Table;
use crate::write::Hashed;
use crate::{Ground, Problem, Result, stands};

/// What became of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The rows are at the new place.
    There {
        /// How many.
        rows: u64,
        /// For how long the tenant could not be written to.
        fenced: Duration,
    },
    /// A move that was interrupted was taken back: the rows are where they were.
    TakenBack,
}

/// Moves a tenant's rows to a placement.
pub async fn relocate(ground: Ground<'_>, body: &Listed, to: &str) -> Result<Moved> {
    known(ground, to)?;
    known(ground, &body.placement)?;
    if body.placement == to {
        return take_back(ground, body).await;
    }
    let source = ground.stores.spot(body.tenant, &body.placement).await?;
    let Some(standing) = source.standing().await? else { return Err(gone(&source)) };
    let moved = match standing {
        Standing::Active | Standing::Moving => move_rows(ground, body, (&source, to)).await,
        // The last steps of a move were interrupted: the rows are there, if that is where they went.
        Standing::Moved | Standing::Arriving => {
            let target = ground.stores.spot(body.tenant, to).await?;
            let done = finish(ground, body, (&source, &target, to)).await;
            target.close().await;
            done
        }
    };
    source.close().await;
    moved
}

/// Goes on with a move whose rows were copied. Nobody was served from either place since, so both hold the same.
async fn finish(ground: Ground<'_>, body: &Listed, (source, target, to): (&Spot, &Spot, &str)) -> Result<Moved> {
    let (sent, arrived) = (sums_at(source).await?, sums_at(target).await?);
    if sent != arrived {
        return Err(Problem::Halfway { slug: body.slug.clone(), placement: body.placement.clone() });
    }
    hand_over(ground, body, (source, target, to)).await?;
    Ok(Moved::There { rows: arrived.iter().map(|table| table.rows).sum(), fenced: Duration::ZERO })
}

fn gone(spot: &Spot) -> Problem {
    StoreProblem::WrongTenant { place: spot.name().to_owned(), tenant: spot.tenant() }.into()
}

/// Opens the place to which rows come. What was left there by an earlier move is removed, which in a database the owner does.
async fn target(ground: Ground<'_>, body: &Listed, to: &str) -> Result<Spot> {
    let spot = ground.stores.spot(body.tenant, to).await?;
    if spot.standing().await?.is_none() {
        return Ok(spot);
    }
    spot.close().await;
    Ok(ground.stores.owned_spot(body.tenant, to).await?)
}

/// Two places that both say that they serve the tenant, as where a directory was lost: which of them is right, only people know.
async fn refuse_served(target: &Spot, body: &Listed, to: &str) -> Result<()> {
    let tx = target.read().await?;
    let empty = archive::is_empty(&tx).await?;
    tx.rollback().await?;
    if empty || target.standing().await? != Some(Standing::Active) {
        return Ok(());
    }
    Err(Problem::ServedTwice { slug: body.slug.clone(), placement: to.to_owned() })
}

async fn move_rows(ground: Ground<'_>, body: &Listed, (source, to): (&Spot, &str)) -> Result<Moved> {
    let target = target(ground, body, to).await?;
    if let Err(problem) = refuse_served(&target, body, to).await {
        target.close().await;
        return Err(problem);
    }
    // Whatever speaks against writing there is found before anybody waits.
    let ready = async {
        let (tx, standing) = target.write().await?;
        archive::stand(&tx, Standing::Arriving).await?;
        if standing.is_some() {
            archive::clear(&tx).await?;
        }
        Ok(tx.commit().await?)
    };
    let ready: Result<()> = ready.await;
    if let Err(problem) = ready {
        target.close().await;
        return Err(problem);
    }
    let begun = Instant::now();
    stands(source, Standing::Moving).await?;
    let copied = copy(ground.stores.directory(), source, &target).await;
    let rows = match copied {
        Ok(rows) => rows,
        Err(problem) => {
            // Nothing has gone: the tenant is served from where it is.
            let _ = stands(source, Standing::Active).await;
            target.close().await;
            return Err(problem);
        }
    };
    let done = hand_over(ground, body, (source, &target, to)).await;
    target.close().await;
    done.map(|()| Moved::There { rows, fenced: begun.elapsed() })
}

/// The last steps, of which each is made again where it was made before.
async fn hand_over(ground: Ground<'_>, body: &Listed, (source, target, to): (&Spot, &Spot, &str)) -> Result<()> {
    stands(source, Standing::Moved).await?;
    stands(target, Standing::Active).await?;
    place(ground, body, to).await
}

async fn place(ground: Ground<'_>, body: &Listed, placement: &str) -> Result<()> {
    let tx = ground.stores.write_platform().await?;
    platform::place(&tx, body.tenant, placement).await?;
    Ok(tx.commit().await?)
}

/// Ends a move that did not come to its end: the directory still says where the tenant was, so nobody wrote anywhere else.
async fn take_back(ground: Ground<'_>, body: &Listed) -> Result<Moved> {
    let source = ground.stores.spot(body.tenant, &body.placement).await?;
    let standing = source.standing().await?;
    let taken = match standing {
        Some(Standing::Moving | Standing::Moved | Standing::Arriving) => {
            for other in ground.stores.placements().into_iter().filter(|other| *other != body.placement) {
                if ground.stores.may_hold(body.tenant, other) {
                    let spot = ground.stores.spot(body.tenant, other).await?;
                    if spot.standing().await? == Some(Standing::Active) {
                        stands(&spot, Standing::Arriving).await?;
                    }
                    spot.close().await;
                }
            }
            stands(&source, Standing::Active).await.map(|()| Moved::TakenBack)
        }
        _ => Err(Problem::AlreadyAt { slug: body.slug.clone(), placement: body.placement.clone() }),
    };
    source.close().await;
    taken
}

/// Removes what moves left of a tenant at placements where it is not any more; answers at which.
pub async fn forget(ground: Ground<'_>, body: &Listed) -> Result<Vec<String>> {
    let mut forgotten = Vec::new();
    for other in ground.stores.placements().into_iter().filter(|other| *other != body.placement) {
        if !ground.stores.may_hold(body.tenant, other) {
            continue;
        }
        let spot = ground.stores.spot(body.tenant, other).await?;
        let standing = spot.standing().await?;
        spot.close().await;
        if !matches!(standing, Some(Standing::Moved | Standing::Arriving)) {
            continue;
        }
        let spot = ground.stores.owned_spot(body.tenant, other).await?;
        let (tx, _) = spot.write().await?;
        archive::clear(&tx).await?;
        // The row stays that says that they have gone: a process may still ask here.
        archive::stand(&tx, Standing::Moved).await?;
        tx.commit().await?;
        spot.close().await;
        forgotten.push(other.to_owned());
    }
    Ok(forgotten)
}

/// Copies every row, reads them back and compares. Answers how many they were.
async fn copy(data: &Path, source: &Spot, target: &Spot) -> Result<u64> {
    let tx = source.read().await?;
    let spool = Spool::of(data, &tx).await?;
    tx.rollback().await?;
    let sent = spool.pour(target).await?;
    let arrived = sums_at(target).await?;
    match sent.iter().zip(&arrived).find(|(sent, arrived)| sent != arrived) {
        Some((table, _)) => Err(Problem::Differs(table.name.clone())),
        None => Ok(sent.iter().map(|table| table.rows).sum()),
    }
}

/// Rows and sum of each table.
async fn sums_at(spot: &Spot) -> Result<Vec<Table>> {
    let tx = spot.read().await?;
    let mut sums = Vec::new();
    for table in archive::tables() {
        let mut hashed = Hashed::new(std::io::sink());
        let nowhere = |error: std::io::Error| Problem::of_io(Path::new(table.name), &error);
        let rows = archive::each_row(&tx, &table, |line| hashed.line(line).map_err(nowhere)).await?;
        sums.push(Table { name: table.name.to_owned(), rows, sha256: hashed.end().2 });
    }
    tx.rollback().await?;
    Ok(sums)
}

/// All rows on their way, in a file that nobody else can name: neither database waits for the other.
struct Spool {
    file: File,
    folder: PathBuf,
    tables: Vec<Table>,
}

impl Spool {
    async fn of(folder: &Path, tx: &TenantTx) -> Result<Self> {
        let problem = |error: std::io::Error| Problem::of_io(folder, &error);
        let mut file = BufWriter::new(tempfile::tempfile_in(folder).map_err(problem)?);
        let mut tables = Vec::new();
        for table in archive::tables() {
            let mut hashed = Hashed::new(&mut file);
            let rows = archive::each_row(tx, &table, |line| hashed.line(line).map_err(problem)).await?;
            tables.push(Table { name: table.name.to_owned(), rows, sha256: hashed.end().2 });
        }
        file.flush().map_err(problem)?;
        let file = file.into_inner().map_err(|error| problem(error.into_error()))?;
        Ok(Self { file, folder: folder.to_owned(), tables })
    }

    /// Writes them all in one transaction; answers what they are.
    async fn pour(mut self, target: &Spot) -> Result<Vec<Table>> {
        let problem = |error: std::io::Error| Problem::of_io(&self.folder, &error);
        self.file.seek(SeekFrom::Start(0)).map_err(problem)?;
        let mut lines = BufReader::new(&self.file).lines();
        let (tx, _) = target.write().await?;
        for (table, sent) in archive::tables().iter().zip(&self.tables) {
            let mut arriving = Arriving::into_table(table);
            for _ in 0..sent.rows {
                let line = lines.next().transpose().map_err(problem)?.unwrap_or_default();
                let row = table.row(&line).map_err(|_| Problem::Differs(sent.name.clone()))?;
                arriving.add(&tx, row).await?;
            }
            arriving.flush(&tx).await?;
        }
        settle(&tx, Standing::Arriving).await?;
        tx.commit().await?;
        Ok(self.tables)
    }
}

//! Rows, files and keys out of an archive: into an installation that does not have the tenant yet, or in place of what it has.
//!
//! Files come first, then all rows in one transaction and the key of look-ups before its end: whoever is stopped on the way leaves a
//! tenant as it was, and at most files to which no row leads.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use sportello_connect::handover::{DataKey, Unpacked};
use sportello_connect::private_files;
use sportello_domain::ids::TenantId;
use sportello_store::archive::{self, Arriving, Standing, settle};
use sportello_store::{Spot, StoreProblem, TenantTx, platform};

use crate::read::{Archive, table_of};
use crate::write::export;
use crate::{Ground, Problem, Result, stands};

/// Takes in a tenant that has no rows here, at a placement, and answers how many files came.
pub async fn import(ground: Ground<'_>, archive: &Archive, placement: Option<&str>, now: Timestamp) -> Result<u64> {
    let (tenant, slug) = archive.tenant()?;
    let keys = ground.keys.unpack(tenant, archive.keys(), ground.pair)?;
    let placement = chosen(ground, tenant, slug, placement).await?;
    let spot = ground.stores.spot(tenant, &placement).await?;
    let imported = import_into(ground, archive, &spot, &keys).await;
    spot.close().await;
    let files = imported?;
    let tx = ground.stores.write_platform().await?;
    let registered = platform::register(&tx, tenant, slug, &placement, now).await?;
    platform::place(&tx, tenant, &placement).await?;
    tx.commit().await?;
    if registered { Ok(files) } else { Err(Problem::SlugTaken(slug.to_owned())) }
}

/// Where the tenant comes in: where the directory has it, for a tenant that was configured and never used, or where one wants it.
async fn chosen(ground: Ground<'_>, tenant: TenantId, slug: &str, wanted: Option<&str>) -> Result<String> {
    let tx = ground.stores.read_platform().await?;
    let (leads, placed) = (platform::find(&tx, slug).await?, platform::placement(&tx, tenant).await?);
    tx.rollback().await?;
    if leads.is_some_and(|leads| leads != tenant) {
        return Err(Problem::SlugTaken(slug.to_owned()));
    }
    if let Some(placed) = &placed
        && ground.stores.may_hold(tenant, placed)
    {
        let spot = ground.stores.spot(tenant, placed).await?;
        let tx = spot.read().await?;
        let empty = archive::is_empty(&tx).await?;
        tx.rollback().await?;
        spot.close().await;
        if !empty {
            return Err(Problem::AlreadyHere(slug.to_owned()));
        }
    }
    let chosen = wanted.map(str::to_owned).or(placed).unwrap_or_else(|| ground.stores.default_placement().to_owned());
    known(ground, &chosen)?;
    Ok(chosen)
}

/// Refuses a placement that the settings do not name.
pub(crate) fn known(ground: Ground<'_>, placement: &str) -> Result<()> {
    let known = ground.stores.placements();
    if known.contains(&placement) {
        return Ok(());
    }
    Err(Problem::NoPlacement { placement: placement.to_owned(), known: known.join(", ") })
}

async fn import_into(ground: Ground<'_>, archive: &Archive, spot: &Spot, keys: &Unpacked) -> Result<u64> {
    let (tenant, slug) = archive.tenant()?;
    let (tx, _) = spot.write().await?;
    let empty = archive::is_empty(&tx).await?;
    tx.rollback().await?;
    if !empty {
        return Err(Problem::AlreadyHere(slug.to_owned()));
    }
    let folder = ground.files_of(tenant);
    let new = !folder.exists();
    let done = async {
        let files = put_files(archive, &folder)?;
        let (tx, _) = spot.write().await?;
        put_rows(&tx, archive, keys).await?;
        settle(&tx, Standing::Active).await?;
        ground.keys.carry(tenant, keys).map_err(|error| Problem::of_io(&folder, &error))?;
        tx.commit().await?;
        Ok(files)
    };
    let done = done.await;
    if done.is_err() && new {
        // No row leads to them, and they are not this installation's.
        let _ = fs::remove_dir_all(&folder);
    }
    done
}

/// What became of a tenant that was put back to a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Files that had been lost and came back.
    pub files: u64,
    /// Where what was there before is now.
    pub kept: Kept,
    /// For how long the tenant could not be written to.
    pub fenced: Duration,
}

/// Where what a backup replaced is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There was nothing.
    Nothing,
    /// In an archive, from which it can be restored in its turn.
    Archive(PathBuf),
    /// It could not be read any more: the damaged file, under another name.
    Damaged(PathBuf),
}

/// Puts a tenant back to an archive while the others are served, and keeps what was there before as an archive at `kept`.
pub async fn restore(ground: Ground<'_>, placement: &str, archive: &Archive, kept: &Path, now: Timestamp) -> Result<Restored> {
    let (tenant, slug) = archive.tenant()?;
    known(ground, placement)?;
    let keys = ground.keys.unpack(tenant, archive.keys(), ground.pair)?;
    let files = put_files(archive, &ground.files_of(tenant))?;
    let begun = Instant::now();
    let (spot, kept) = laid_by(ground, (tenant, slug), placement, kept, now).await?;
    let replaced = async {
        let (tx, _) = spot.write().await?;
        // Where the place does not know the tenant nothing is removed, and the row that fences it is made.
        archive::stand(&tx, Standing::Moving).await?;
        archive::clear(&tx).await?;
        put_rows(&tx, archive, &keys).await?;
        settle(&tx, Standing::Active).await?;
        ground.keys.carry(tenant, &keys).map_err(|error| Problem::of_io(archive.path(), &error))?;
        Ok(tx.commit().await?)
    };
    let replaced: Result<()> = replaced.await;
    if replaced.is_err() && kept != Kept::Nothing {
        // What was there is still there, and is served again.
        let _ = stands(&spot, Standing::Active).await;
    }
    spot.close().await;
    replaced?;
    Ok(Restored { files, kept, fenced: begun.elapsed() })
}

/// Fences the tenant and keeps what is there; a file that cannot be read any more is put aside.
async fn laid_by(
    ground: Ground<'_>,
    (tenant, slug): (TenantId, &str),
    placement: &str,
    kept: &Path,
    now: Timestamp,
) -> Result<(Spot, Kept)> {
    match ground.stores.owned_spot(tenant, placement).await {
        Ok(spot) => match fence_and_keep(ground, &spot, slug, kept, now).await {
            Err(Problem::Store(StoreProblem::Corrupt { .. })) => spot.close().await,
            Err(problem) => {
                // It was not replaced, so it is served as before.
                if let Ok(Some(Standing::Moving)) = spot.standing().await {
                    let _ = stands(&spot, Standing::Active).await;
                }
                spot.close().await;
                return Err(problem);
            }
            Ok(kept) => return Ok((spot, kept)),
        },
        Err(StoreProblem::Corrupt { .. }) => {}
        Err(problem) => return Err(problem.into()),
    }
    let aside = ground.stores.put_aside(tenant, placement, &crate::backups::stamp(now)).await?;
    let spot = ground.stores.owned_spot(tenant, placement).await?;
    Ok((spot, aside.map_or(Kept::Nothing, Kept::Damaged)))
}

async fn fence_and_keep(ground: Ground<'_>, spot: &Spot, slug: &str, kept: &Path, now: Timestamp) -> Result<Kept> {
    if spot.standing().await?.is_none() {
        return Ok(Kept::Nothing);
    }
    stands(spot, Standing::Moving).await?;
    let written = export(ground, (spot.read().await?, slug), kept, None, now).await?;
    Ok(Kept::Archive(written.path))
}

/// Puts back the files that are not there, or not as they were: a file never changes once it is written. Answers how many came.
fn put_files(archive: &Archive, folder: &Path) -> Result<u64> {
    let mut count = 0;
    archive.each_file(|name, bytes| {
        let path = folder.join(name);
        let problem = |error: io::Error| Problem::of_io(&path, &error);
        let mut content = Vec::new();
        bytes.read_to_end(&mut content).map_err(problem)?;
        if private_files::read(&path).map_err(problem)?.is_some_and(|there| there == content) {
            return Ok(());
        }
        private_files::replace(&path, &content).map_err(problem)?;
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

/// Writes every row of an archive.
async fn put_rows(tx: &TenantTx, archive: &Archive, keys: &Unpacked) -> Result<()> {
    let tables = archive::tables();
    for table in tables.iter().filter(|table| table.name == archive::KEYS) {
        let mut arriving = Arriving::into_table(table);
        for DataKey { id, created_at, wrapped } in &keys.data_keys {
            let row = json!({"key_id": id, "wrapped": hex::encode(wrapped), "created_at": created_at}).to_string();
            arriving.add(tx, table.row(&row).map_err(|error| Problem::damaged(archive.path(), error.to_string()))?).await?;
        }
        arriving.flush(tx).await?;
    }
    let broken = |error: io::Error| Problem::damaged(archive.path(), error.to_string());
    let mut reader = archive.reader()?;
    for entry in reader.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(table) = table_of(&name).and_then(|name| tables.iter().find(|table| table.name == name)) else { continue };
        let mut arriving = Arriving::into_table(table);
        for line in BufReader::new(entry).lines() {
            let row = table.row(&line.map_err(broken)?);
            arriving.add(tx, row.map_err(|error| Problem::damaged(archive.path(), error.to_string()))?).await?;
        }
        arriving.flush(tx).await?;
    }
    Ok(())
}

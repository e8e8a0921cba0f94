//! The directory of tenants in an archive of its own: which slug leads to whom, and at which placement whose rows are.

use std::path::Path;

use jiff::Timestamp;
use sportello_store::Stores;
use sportello_store::archive::{self, add_platform_row, each_platform_row};

use crate::manifest::{Content, FilesSum};
use crate::read::Archive;
use crate::write::{Pen, Written};
use crate::{Problem, Result};

/// Writes the directory.
pub async fn write_platform(stores: &Stores, to: &Path, now: Timestamp) -> Result<Written> {
    let mut pen = Pen::begin(to, now)?;
    let tx = stores.read_platform().await?;
    let mut tables = Vec::new();
    for table in archive::platform_tables() {
        let mut lines = Vec::new();
        each_platform_row(&tx, &table, |line| {
            lines.push(line.to_owned());
            Ok::<_, Problem>(())
        })
        .await?;
        tables.push(pen.lines(table.name, &lines)?);
    }
    tx.rollback().await?;
    let step = archive::platform_steps().pop().unwrap_or_default();
    pen.end(Content::Platform, step, tables, FilesSum::default().files(), None)
}

/// Adds what the directory lacks; what it knows stays as it is.
pub async fn read_platform(stores: &Stores, archive: &Archive) -> Result<()> {
    if archive.manifest().content != Content::Platform {
        return Err(Problem::damaged(archive.path(), "it does not hold the directory of bodies"));
    }
    let tx = stores.write_platform().await?;
    for table in archive::platform_tables() {
        for line in archive.lines(table.name)? {
            let row = table.row(&line).map_err(|error| Problem::damaged(archive.path(), error.to_string()))?;
            add_platform_row(&tx, &table, row).await?;
        }
    }
    Ok(tx.commit().await?)
}

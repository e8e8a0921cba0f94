//! The last entry of an archive: what is in it, and how to tell that nothing is missing or changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sportello_domain::ids::TenantId;

/// The format that this program writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 1;
/// The names of the entries beside rows and files.
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const SUM: &str = "manifest.sha256";
pub(crate) const KEYS: &str = "keys.json";
pub(crate) const ROWS: &str = "rows/";
pub(crate) const FILES: &str = "files/";

/// What is in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The number of the format.
    pub format: u32,
    /// Whose rows they are.
    pub content: Content,
    /// The newest step of the schema that the rows are of.
    pub schema: String,
    /// The version of the program that wrote it.
    pub program: String,
    /// The moment that the rows are of.
    pub taken_at: Timestamp,
    /// Every table.
    pub tables: Vec<Table>,
    /// The files, where a tenant has any.
    pub files: Files,
    /// SHA-256 of the keys, in hexadecimal; none where there are none.
    pub keys: Option<String>,
}

/// Whose rows an archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// One tenant's.
    Tenant {
        /// Its id.
        id: TenantId,
        /// The slug that led to it.
        slug: String,
    },
    /// The directory of tenants.
    Platform,
}

/// A table in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 of its entry, in hexadecimal.
    pub sha256: String,
}

/// All files in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// How many.
    pub count: u64,
    /// How many bytes in all.
    pub bytes: u64,
    /// SHA-256 of what `sha256sum` says of them in the archive's order, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// How many rows in all.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Adds files up while they go by, none of which is held.
#[derive(Clone, Default)]
pub(crate) struct FilesSum {
    count: u64,
    bytes: u64,
    hash: Sha256,
}

impl FilesSum {
    pub(crate) fn add(&mut self, name: &str, bytes: u64, sha256: &str) {
        self.count += 1;
        self.bytes += bytes;
        self.hash.update(format!("{sha256}  {name}\n"));
    }

    pub(crate) fn files(self) -> Files {
        Files { count: self.count, bytes: self.bytes, sha256: hex::encode(self.hash.finalize()) }
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

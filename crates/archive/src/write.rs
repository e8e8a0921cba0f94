//! Writing an archive: under another name until it is whole and on the disk.

use std::fs;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sportello_connect::handover::{DataKey, Recipient};
use sportello_connect::private_files;
use sportello_store::TenantTx;
use sportello_store::archive::{self, Table as Rows};
use tar::{Builder, EntryType, Header};
use tempfile::NamedTempFile;

use crate::manifest::{self, Content, FORMAT, Files, FilesSum, Manifest, Table};
use crate::{Ground, Problem, Result};

/// An archive that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
}

/// Writes one tenant whole: the rows as of the moment at which the transaction began, then the files, which never change once they
/// are written. The keys are the recipient's, or stay this installation's own.
pub async fn export(
    ground: Ground<'_>,
    (tx, slug): (TenantTx, &str),
    to: &Path,
    recipient: Option<&Recipient>,
    now: Timestamp,
) -> Result<Written> {
    let tenant = tx.tenant();
    let mut pen = Pen::begin(to, now)?;
    let keys = ground.keys.pack(tenant, &data_keys(&tx).await?, recipient)?;
    let keys = pen.keys(&keys)?;
    let mut tables = Vec::new();
    for table in archive::tables().iter().filter(|table| table.name != archive::KEYS) {
        tables.push(pen.rows(&tx, table).await?);
    }
    tx.rollback().await?;
    let files = pen.files(&ground.files_of(tenant))?;
    let content = Content::Tenant { id: tenant, slug: slug.to_owned() };
    pen.end(content, archive::step(), tables, files, Some(keys))
}

/// The tenant's keys, of which there are a few.
async fn data_keys(tx: &TenantTx) -> Result<Vec<DataKey>> {
    let tables = archive::tables();
    let mut keys = Vec::new();
    for table in tables.iter().filter(|table| table.name == archive::KEYS) {
        archive::each_row(tx, table, |line| {
            keys.extend(data_key(line));
            Ok::<_, Problem>(())
        })
        .await?;
    }
    Ok(keys)
}

fn data_key(line: &str) -> Option<DataKey> {
    let row: Value = serde_json::from_str(line).ok()?;
    let wrapped = hex::decode(row.get("wrapped")?.as_str()?).ok()?;
    Some(DataKey { id: row.get("key_id")?.as_str()?.to_owned(), created_at: row.get("created_at")?.as_i64()?, wrapped })
}

/// An archive that is being written.
pub(crate) struct Pen {
    builder: Builder<BufWriter<NamedTempFile>>,
    path: PathBuf,
    now: Timestamp,
}

impl Pen {
    pub(crate) fn begin(path: &Path, now: Timestamp) -> Result<Self> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let problem = |error: &io::Error| Problem::of_io(path, error);
        if path.exists() {
            return Err(Problem::Exists(path.display().to_string()));
        }
        private_files::make_folder(folder).map_err(|error| problem(&error))?;
        // Nobody but its owner may read it: that is how such files are made.
        let file = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder).map_err(|error| problem(&error))?;
        Ok(Self { builder: Builder::new(BufWriter::new(file)), path: path.to_owned(), now })
    }

    /// The rows of one table.
    async fn rows(&mut self, tx: &TenantTx, table: &Rows) -> Result<Table> {
        let (path, mut header) = (self.path.clone(), header(self.now));
        let problem = |error: io::Error| Problem::of_io(&path, &error);
        let name = format!("{}{}.jsonl", manifest::ROWS, table.name);
        let mut entry = Hashed::new(self.builder.append_writer(&mut header, name).map_err(problem)?);
        let rows = archive::each_row(tx, table, |line| entry.line(line).map_err(problem)).await?;
        let (inner, _, sha256) = entry.end();
        inner.finish().map_err(problem)?;
        Ok(Table { name: table.name.to_owned(), rows, sha256 })
    }

    /// An entry of lines that are known already; of the platform there are few.
    pub(crate) fn lines(&mut self, table: &str, lines: &[String]) -> Result<Table> {
        let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        self.entry(&format!("{}{table}.jsonl", manifest::ROWS), text.as_bytes())?;
        Ok(Table { name: table.to_owned(), rows: lines.len() as u64, sha256: manifest::sha256(text.as_bytes()) })
    }

    fn keys(&mut self, keys: &Value) -> Result<String> {
        let text = keys.to_string();
        self.entry(manifest::KEYS, text.as_bytes())?;
        Ok(manifest::sha256(text.as_bytes()))
    }

    fn entry(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut header = header(self.now);
        header.set_size(bytes.len() as u64);
        self.builder.append_data(&mut header, name, bytes).map_err(|error| Problem::of_io(&self.path, &error))
    }

    /// All files of a tenant's folder, drawer by drawer.
    fn files(&mut self, folder: &Path) -> Result<Files> {
        let mut sum = FilesSum::default();
        for drawer in names(folder)? {
            for name in names(&folder.join(&drawer))? {
                self.file(&folder.join(&drawer).join(&name), &format!("{}{drawer}/{name}", manifest::FILES), &mut sum)?;
            }
        }
        Ok(sum.files())
    }

    /// One file; one that was thrown away with its draft since the folder was looked at belongs to no row any more.
    fn file(&mut self, from: &Path, name: &str, sum: &mut FilesSum) -> Result<()> {
        let mut file = match fs::File::open(from) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Problem::of_io(from, &error)),
        };
        let (path, mut header) = (&self.path, header(self.now));
        let problem = |error: io::Error| Problem::of_io(path, &error);
        let mut entry = Hashed::new(self.builder.append_writer(&mut header, name).map_err(problem)?);
        let mut block = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut block).map_err(|error| Problem::of_io(from, &error))?;
            let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            entry.write(bytes).map_err(problem)?;
        }
        let (inner, bytes, sha256) = entry.end();
        inner.finish().map_err(problem)?;
        sum.add(name, bytes, &sha256);
        Ok(())
    }

    /// The manifest, its sum, and the name.
    pub(crate) fn end(
        mut self,
        content: Content,
        schema: String,
        tables: Vec<Table>,
        files: Files,
        keys: Option<String>,
    ) -> Result<Written> {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Manifest { format: FORMAT, content, schema, program, taken_at: self.now, tables, files, keys };
        let path = self.path.clone();
        let problem = |error: io::Error| Problem::of_io(&path, &error);
        let text = serde_json::to_vec_pretty(&manifest).map_err(|error| problem(error.into()))?;
        self.entry(manifest::MANIFEST, &text)?;
        self.entry(manifest::SUM, format!("{}  {}\n", manifest::sha256(&text), manifest::MANIFEST).as_bytes())?;
        let file = self.builder.into_inner().map_err(problem)?.into_inner().map_err(|error| problem(error.into_error()))?;
        file.as_file().sync_all().map_err(problem)?;
        file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => Problem::Exists(path.display().to_string()),
            _ => problem(error.error),
        })?;
        private_files::sync_folder(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
            .map_err(problem)?;
        Ok(Written { path, manifest })
    }
}

/// The names in a folder in their order, without what is being written; none where there is no folder.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>> {
    let problem = |error: io::Error| Problem::of_io(folder, &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(problem(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(problem)?.file_name();
        names.extend(name.to_str().filter(|name| !name.starts_with('.')).map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

fn header(now: Timestamp) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(now.as_second()).unwrap_or_default());
    header
}

/// Sums up what goes through.
pub(crate) struct Hashed<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashed<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.inner.write_all(bytes)
    }

    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        self.write(line.as_bytes())?;
        self.write(b"\n")
    }

    /// What it went to, how much, and the sum.
    pub(crate) fn end(self) -> (W, u64, String) {
        (self.inner, self.bytes, hex::encode(self.hash.finalize()))
    }
}

//! Reading an archive. It is looked at from its first byte to its last before anything is done with it, so what is wrong with it shows
//! while nothing was touched.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sportello_domain::ids::TenantId;
use sportello_store::archive::{self, Table as Rows};

use crate::manifest::{self, Content, FORMAT, FilesSum, Manifest};
use crate::{Problem, Result};

/// The largest of the entries that are read as a whole: manifest, sum, keys.
const LARGEST: u64 = 16 << 20;

/// An archive in which nothing is missing or changed.
#[derive(Clone, Debug)]
pub struct Archive {
    path: PathBuf,
    manifest: Manifest,
    keys: Value,
}

impl Archive {
    /// Looks at an archive.
    pub fn open(path: &Path) -> Result<Self> {
        let mut seen = Seen::default();
        for_each_entry(path, |name, entry| seen.entry(path, name, entry))?;
        let manifest = seen.manifest(path)?;
        let known = match manifest.content {
            Content::Tenant { .. } => (archive::steps(), archive::tables()),
            Content::Platform => (archive::platform_steps(), archive::platform_tables()),
        };
        if !known.0.contains(&manifest.schema) {
            return Err(Problem::Newer { path: path.display().to_string(), found: manifest.schema });
        }
        seen.check(path, &manifest)?;
        check_rows(path, &known.1)?;
        let keys = serde_json::from_slice(&seen.keys).unwrap_or_default();
        Ok(Self { path: path.to_owned(), manifest, keys })
    }

    /// The slug of the tenant whose archive it seems to be, without looking whether the archive is whole.
    pub fn slug_of(path: &Path) -> Result<Option<String>> {
        let mut seen = Vec::new();
        for_each_entry(path, |name, entry| {
            if name == manifest::MANIFEST {
                seen = small(entry).map_err(|error| Problem::of_io(path, &error))?;
            }
            Ok(())
        })?;
        let value: Value = serde_json::from_slice(&seen).unwrap_or_default();
        Ok(value.pointer("/content/tenant/slug").and_then(Value::as_str).map(str::to_owned))
    }

    /// What is in it.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose it is, with the slug that led there.
    pub fn tenant(&self) -> Result<(TenantId, &str)> {
        match &self.manifest.content {
            Content::Tenant { id, slug } => Ok((*id, slug)),
            Content::Platform => Err(Problem::OtherContent(self.path.display().to_string())),
        }
    }

    pub(crate) const fn keys(&self) -> &Value {
        &self.keys
    }

    /// Hands over the files, one after the other.
    pub(crate) fn each_file(&self, mut see: impl FnMut(&str, &mut dyn Read) -> Result<()>) -> Result<()> {
        for_each_entry(&self.path, |name, entry| match name.strip_prefix(manifest::FILES) {
            Some(file) => see(file, entry),
            None => Ok(()),
        })
    }

    /// The rows of the tables, an entry at a time.
    pub(crate) fn reader(&self) -> Result<tar::Archive<BufReader<File>>> {
        reader(&self.path)
    }

    /// The lines of one table; of the platform's there are few.
    pub(crate) fn lines(&self, table: &str) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for_each_entry(&self.path, |name, entry| {
            if table_of(name) == Some(table) {
                for line in BufReader::new(entry).lines() {
                    lines.push(line.map_err(|error| Problem::of_io(&self.path, &error))?);
                }
            }
            Ok(())
        })?;
        Ok(lines)
    }
}

/// The table whose rows an entry holds.
pub(crate) fn table_of(name: &str) -> Option<&str> {
    name.strip_prefix(manifest::ROWS)?.strip_suffix(".jsonl")
}

pub(crate) fn reader(path: &Path) -> Result<tar::Archive<BufReader<File>>> {
    let file = File::open(path).map_err(|error| Problem::of_io(path, &error))?;
    Ok(tar::Archive::new(BufReader::with_capacity(1 << 16, file)))
}

fn for_each_entry(path: &Path, mut see: impl FnMut(&str, &mut dyn Read) -> Result<()>) -> Result<()> {
    let broken = |error: io::Error| Problem::damaged(path, error.to_string());
    let mut reader = reader(path)?;
    // A file that does not even begin like one was never an archive; what comes after a good beginning is damage.
    let mut first = true;
    for entry in reader.entries().map_err(broken)? {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(_) if first => return Err(Problem::NoArchive(path.display().to_string())),
            Err(error) => return Err(broken(error)),
        };
        first = false;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        see(&name, &mut entry)?;
    }
    if first { Err(Problem::NoArchive(path.display().to_string())) } else { Ok(()) }
}

/// What was seen on the way through.
#[derive(Default)]
struct Seen {
    /// Rows and sum of each table.
    tables: BTreeMap<String, (u64, String)>,
    files: FilesSum,
    keys: Vec<u8>,
    manifest: Vec<u8>,
    sum: Vec<u8>,
}

impl Seen {
    fn entry(&mut self, path: &Path, name: &str, entry: &mut dyn Read) -> Result<()> {
        let broken = |error: io::Error| Problem::damaged(path, format!("{name}: {error}"));
        match name {
            manifest::MANIFEST => self.manifest = small(entry).map_err(broken)?,
            manifest::SUM => self.sum = small(entry).map_err(broken)?,
            manifest::KEYS => self.keys = small(entry).map_err(broken)?,
            _ => {
                let (lines, bytes, sha256) = sums(entry).map_err(broken)?;
                match table_of(name) {
                    Some(table) => {
                        self.tables.insert(table.to_owned(), (lines, sha256));
                    }
                    None if is_file(name) => self.files.add(name, bytes, &sha256),
                    None => return Err(Problem::damaged(path, format!("{name} does not belong in it"))),
                }
            }
        }
        Ok(())
    }

    fn manifest(&self, path: &Path) -> Result<Manifest> {
        if self.manifest.is_empty() || self.sum.is_empty() {
            return Err(Problem::damaged(path, "it ends before its manifest"));
        }
        if self.sum != format!("{}  {}\n", manifest::sha256(&self.manifest), manifest::MANIFEST).as_bytes() {
            return Err(Problem::damaged(path, "manifest.json does not fit its sum"));
        }
        let value: Value = serde_json::from_slice(&self.manifest).map_err(|error| Problem::damaged(path, error.to_string()))?;
        if let Some(format) = value.get("format").and_then(Value::as_u64).filter(|format| *format > u64::from(FORMAT)) {
            return Err(Problem::Newer { path: path.display().to_string(), found: format!("format {format}") });
        }
        serde_json::from_value(value).map_err(|error| Problem::damaged(path, format!("manifest.json: {error}")))
    }

    fn check(&self, path: &Path, manifest: &Manifest) -> Result<()> {
        for table in &manifest.tables {
            match self.tables.get(&table.name) {
                Some((rows, sha256)) if (*rows, sha256) == (table.rows, &table.sha256) => {}
                Some(_) => return Err(Problem::damaged(path, format!("rows/{}.jsonl does not fit its sum", table.name))),
                None => return Err(Problem::damaged(path, format!("rows/{}.jsonl is missing", table.name))),
            }
        }
        if self.tables.len() != manifest.tables.len() {
            return Err(Problem::damaged(path, "it holds rows that its manifest does not name"));
        }
        if self.files.clone().files() != manifest.files {
            return Err(Problem::damaged(path, "the files do not fit their sum"));
        }
        let keys = Some(manifest::sha256(&self.keys)).filter(|_| !self.keys.is_empty());
        if keys == manifest.keys { Ok(()) } else { Err(Problem::damaged(path, "keys.json does not fit its sum")) }
    }
}

/// Whether each line is a row of a table that this program knows.
fn check_rows(path: &Path, tables: &[Rows]) -> Result<()> {
    for_each_entry(path, |name, entry| {
        let Some(table) = table_of(name) else { return Ok(()) };
        let wrong = |what: String| Problem::damaged(path, format!("{name}: {what}"));
        let known = tables.iter().find(|known| known.name == table).ok_or_else(|| wrong("there is no such table".to_owned()))?;
        for (number, line) in BufReader::new(entry).lines().enumerate() {
            let line = line.map_err(|error| wrong(error.to_string()))?;
            known.row(&line).map_err(|error| wrong(format!("line {}: {error}", number + 1)))?;
        }
        Ok(())
    })
}

/// `files/<two letters>/<id>`: a name that leads nowhere else.
fn is_file(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let drawer = name.strip_prefix(manifest::FILES).and_then(|rest| rest.split_once('/'));
    drawer.is_some_and(|(drawer, file)| plain(drawer) && plain(file))
}

fn small(entry: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Lines, bytes and the sum of an entry.
fn sums(entry: &mut dyn Read) -> io::Result<(u64, u64, String)> {
    let (mut hash, mut lines, mut bytes) = (Sha256::new(), 0, 0);
    let mut block = vec![0; 1 << 16];
    loop {
        let read = entry.read(&mut block)?;
        let Some(part) = block.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        bytes += part.len() as u64;
        lines += part.split(|byte| *byte == b'\n').skip(1).count() as u64;
    }
    Ok((lines, bytes, hex::encode(hash.finalize())))
}

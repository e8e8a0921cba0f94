//! Writing so that a reader sees the old state or the new one, and nothing between, also after a power cut.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Replaces a file as a whole.
pub(crate) fn replace_file(path: &Path, content: &str) -> io::Result<()> {
    let temporary = beside(path)?;
    write_synced(&temporary, content.as_bytes())?;
    fs::rename(&temporary, path)?;
    sync_parent(path)
}

/// Creates a folder with all its files at once; fails if it exists.
pub(super) fn create_folder(path: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let temporary = beside(path)?;
    if temporary.exists() {
        fs::remove_dir_all(&temporary)?;
    }
    fs::create_dir_all(&temporary)?;
    for (name, bytes) in files {
        let file = temporary.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        write_synced(&file, bytes)?;
    }
    sync_folders(&temporary)?;
    fs::rename(&temporary, path)?;
    sync_parent(path)
}

/// A hidden name in the same folder, so that the final rename stays on one file system and readers leave it alone.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    Ok(path.with_file_name(format!(".{name}.new")))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_folders(&path)?;
        }
    }
    File::open(folder)?.sync_all()
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

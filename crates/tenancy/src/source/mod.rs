//! The files of `tenants/`: found, read, hashed and checked one by one.

mod document;
mod folder;

pub use document::DocId;
pub(crate) use folder::read_document;
pub use folder::{Folder, Layout, Root, read_folder, sha256};

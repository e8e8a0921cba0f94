//! Catalogues that are published once and never change, and the locks that pin them.
//!
//! A release is a folder `catalogue/<year>.<number>/` whose `RELEASE.yaml` holds the SHA-256 of each file; the SHA-256 of
//! `RELEASE.yaml` itself therefore names the whole state. An overlay catalogue pins its parent's in the same way, so a lock file
//! that pins one release pins all that it stands on.

mod catalogue;
mod lock;
mod manifest;
mod publish;
mod write;

pub use catalogue::{Catalogue, Shelf, releases};
pub use lock::{Lock, LockedService, lock, read_lock, verify_lock};
pub use manifest::{Manifest, Pin};
pub use publish::publish;
pub(crate) use {lock::inherits, publish::draft_parent, write::replace_file};

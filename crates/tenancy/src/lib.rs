//! The configuration of the bodies: reads `tenants/`, resolves its layers, checks it, publishes it and explains it.
//!
//! # How a value comes to be
//!
//! 1. [`yaml`] reads a file of the strict subset into a tree that keeps every place; nothing is guessed from how a value looks.
//! 2. [`shape`] knows which keys each kind of document has, of which type, and who may change them; [`source`] which files a folder
//!    may hold.
//! 3. [`release`] opens the catalogues that a tenant's lock pins, down to the bytes, and refuses those that changed.
//! 4. [`resolve`] merges the layers, from the platform's [`defaults`] over the catalogues to the tenant; [`policy`] says what each
//!    layer may do.
//! 5. `check` looks at what no single file shows: references, placeholders, parameters, hours, colours, uniqueness.
//! 6. [`load()`] turns what is left into the domain's tenants; [`snapshot`] keeps the last good one; [`explain()`] tells where a value
//!    comes from.
//!
//! At every step [`problem`] collects what is wrong, in Italian and in English, with file, line, column and remedy, and the work
//! goes on with what is still usable: one run shows everything.
//!
//! # To extend
//!
//! A new key: one line in `shape/kinds/`, and the same key in the domain. A new check: a module in `check/`, its message in
//! `problem/table.rs`. A new kind of document: a record in `shape/kinds/`, a variant of `Kind`, its place in `source/folder.rs`.

mod check;
pub mod defaults;
pub mod explain;
pub mod load;
pub mod policy;
pub mod problem;
pub mod release;
mod report;
pub mod resolve;
pub mod shape;
pub mod snapshot;
pub mod source;
pub mod yaml;

pub use explain::{Explanation, explain};
pub use load::{Installation, LastGood, Loaded, Platform, load, load_beside};
pub use report::check;

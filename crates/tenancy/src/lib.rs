//! The configuration of the bodies: reads `tenants/`, resolves its layers, checks it and explains it.
//!
//! # How a value comes to be
//!
//! 1. [`yaml`] reads a file of the strict subset into a tree that keeps every place.
//! 2. [`shape`] knows which keys each kind of document has, of which type, and who may change them.
//! 3. [`problem`] collects what is wrong, in Italian and in English, with file, line, column and remedy.

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
pub use load::{Installation, Loaded, Platform, load};
pub use report::check;

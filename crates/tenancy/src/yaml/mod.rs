//! The strict YAML subset of `tenants/`: maps, texts and numbers, nothing that guesses.
//!
//! Values stay the text that was written; what `01234`, `08:30` or `NO` is follows from the shape of the document, never from
//! their looks. Every key and value keeps its place in the file, so that any later check can point at it.

mod events;
mod hints;
mod node;
mod source;

pub use events::{Lists, parse, parse_with};
pub use node::{Entry, Map, Node, Replaced, Value};
pub use source::{MAX_BYTES, MAX_DEPTH, decode, is_id};

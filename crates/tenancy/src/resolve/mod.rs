//! Layers become one: per field, the last layer that may, wins.
//!
//! A layer is a set of documents; layers are stacked from the platform's defaults over the catalogues to the tenant. Maps merge
//! by id, sets toggle, order is `after:`; there are no lists. What a layer may do is asked of the policies below it.

mod expand;
mod merge;
mod order;
mod stack;

pub(crate) use expand::unknown;
pub use stack::{Layer, LayerKind, Resolved, Stack};

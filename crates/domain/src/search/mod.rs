//! Finds services by words, as people type them, and counts what was found.
//!
//! No database and no engine of others: a body has some hundreds of services, so each is kept as a sorted list of its words
//! ([`Entry`]), which bodies with equal texts share, and an [`Index`] is no more than the list of them. Accents, case, apostrophes
//! and plurals do not count, a word with a typing error still finds, the last word may be unfinished, and what was written in the
//! other language is found behind the rest. `docs/decisions/0011-search.md` says why, with figures.
//!
//! To extend: a text that should be searched is a line in `Entry::texts`, a word that says nothing one in `words::says_nothing`, the
//! order of what is found is `rank::points` alone.

mod entry;
mod facets;
mod index;
mod rank;
mod terms;
mod words;

pub use entry::{Entry, Fingerprint};
pub use facets::{Facets, Wanted};
pub use index::Index;

//! The steps in a place against those that this program knows.

use sportello_migrations::refusing;

use crate::{Result, StoreProblem};

/// The step over which this program refuses a place: one that shuts it out, or any that it does not know where others are lacking,
/// since nobody tried the one order after the other.
pub(crate) fn refused<'a>(applied: &'a [String], known: &[String]) -> Option<&'a String> {
    let unknown = || applied.iter().filter(|step| !known.contains(step)).max();
    let lacks = known.iter().any(|step| !applied.contains(step));
    refusing(applied, known).or_else(|| if lacks { unknown() } else { None })
}

/// How many steps a place lacks, unless this program refuses it.
pub(super) fn lacking(place: &str, applied: &[String], known: &[String]) -> Result<usize> {
    match refused(applied, known) {
        Some(found) => {
            Err(StoreProblem::Newer { place: place.to_owned(), found: found.clone(), known: known.last().cloned().unwrap_or_default() })
        }
        None => Ok(known.iter().filter(|step| !applied.contains(step)).count()),
    }
}

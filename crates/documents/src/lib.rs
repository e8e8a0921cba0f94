//! Papers as PDF: archival (PDF/A-2a) and accessible (PDF/UA-1), with the letters that they use inside.
//!
//! It is a crate of its own because what writes PDF is slow to compile. [`print`] is a pure function: the same paper gives the same
//! bytes, for nothing in them tells of the moment or the machine. `flow` sets words in lines and lines on pages, `draw` writes the
//! pages. To extend: a new kind of [`Part`](sportello_domain::printed::Part) is an arm in `flow` and a tag in `draw`.

mod draw;
mod faces;
mod flow;

use sportello_domain::printed::Paper;

/// Why a paper could not be written; it holds nothing of what the paper says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a paper could not be written: {0}")]
pub struct NotPrinted(pub(crate) &'static str);

/// The bytes of a paper's PDF.
///
/// It takes milliseconds of computing: call it where nothing else waits for the thread.
///
/// # Errors
///
/// When the faces cannot be read or the result would not be archival; no wording of a paper leads there, because letters without
/// a shape are replaced before they are set.
pub fn print(paper: &Paper) -> Result<Vec<u8>, NotPrinted> {
    let faces = faces::Faces::open()?;
    draw::pages(paper, &flow::pages(paper, &faces), &faces)
}

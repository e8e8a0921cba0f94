//! One tenant whole, out of any place and into any other, on real files and real databases.
#![expect(clippy::unwrap_used, reason = "tests")]

mod kit;
mod moves;
mod restores;
mod round_trip;
mod wrong;

//! The API on a real engine with two hand-made bodies, asked without a socket.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod cases;
mod checkouts;
mod citizen;
mod dead_letters;
mod description;
mod fixture;
mod headers;
mod office;
mod order;
mod ports;
mod public;
mod registers;
mod served;
mod sweep;
mod village;
mod watched;
mod world;
mod wrong;

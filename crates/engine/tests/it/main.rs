//! The engine on real rows: commands as the API gives them, the outside in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

mod after;
mod citizen;
mod clock;
mod desk;
mod fixture;
mod fleet;
mod flow;
mod former;
mod idempotency;
mod known;
mod leave;
mod lists;
mod office;
mod order;
mod parties;
mod path;
mod ports;
mod receipt;
mod registers;
mod roles;
mod rules;
mod special;
mod village;
mod work;
mod world;

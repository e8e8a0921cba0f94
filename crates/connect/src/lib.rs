//! The adapters behind the engine's ports: tokens, files, keys, limits, mail, traces, the clock.
//!
//! Each module is one part that an installation may replace. To extend: implement the port of `sportello-engine` in a new module
//! here and choose it in the composition root of the binary; nothing else changes.

mod carried;
pub mod clock;
pub mod files;
pub mod handover;
mod https;
pub mod keys;
pub mod limiter;
pub mod private_files;
pub mod redis;
pub mod registers;
pub mod spool;
pub mod tokens;
pub mod traces;

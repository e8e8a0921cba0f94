//! On real files: a folder of its own for each test.

mod kit;
mod repositories;

//! On real files: a folder of its own for each test.

mod isolation;
mod kit;
mod lists;
mod opening;
mod plans;
mod repositories;
mod transactions;

//! On real files and real databases, each test on its own.

mod archive;
mod due;
mod isolation;
mod kit;
mod lists;
mod opening;
mod plans;
mod postgres;
mod repositories;
mod steps;
mod transactions;

//! The configuration as people meet it: their mistakes, their layers, their releases.

mod common;
mod flows;
mod layers;
mod mistakes;
mod properties;
mod releases;

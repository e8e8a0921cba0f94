//! The harness of the end-to-end tests: the real binary, its real files, and nothing but HTTP between them and the tests.
//!
//! A [`World`] is one running `sportello demo` with a data folder of its own; [`Api`] speaks to it as one person. Tests read as the
//! citizen, the operator or the neighbour would tell them.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "a harness: what fails here fails the test"
)]

mod api;
mod cases;
mod files;
mod people;
mod provider;
mod world;

pub use api::{Api, Reply, http, key};
pub use cases::{COMMUNES, Commune, badge, badge_draft, draft, draft_of, ids, register, submit, take};
pub use files::{JPEG, PDF, PNG, copy_folder, copy_tenants, files};
pub use people::{BIANCA, GIUSEPPE, LUCIA, MARIO, Resident, tax_code};
pub use provider::Provider;
pub use world::{Data, Launch, Worker, World, binary, command_of, repository, sportello};

//! The REST API: routes, extractors, problem details, and the description of it all.
//!
//! A handler takes a request apart, makes one call of the engine and shows the result; nothing here decides. Bodies reach the
//! engine unread ([`sportello_engine::Unread`]) and are parsed after the caller was admitted, so a stranger learns nothing from an
//! error. `http` holds what all endpoints share; everything else is a folder a capability with a file an endpoint.
//!
//! To add an endpoint: a file in its capability's folder with the handler and its `#[utoipa::path]`, a line in the folder's
//! `routes`, and a fresh `openapi/sportello.yaml`. Shared responses, headers and examples are added by `openapi`.

// A handler holds the whole command that it calls, future in future, and the optimiser looks through all of them.
#![recursion_limit = "256"]

mod app;
mod assignments;
mod cases;
mod checkouts;
mod dead_letters;
mod documents;
mod http;
mod inbox;
mod me;
mod messages;
mod metrics;
mod notes;
mod openapi;
mod operation;
mod opinions;
mod payments;
mod places;
mod ratings;
mod register;
mod registers;
mod services;
mod state;
mod support;
mod tenants;
mod views;

pub use app::{app, handlers, serve, serve_metrics, serve_probes};
pub use openapi::{openapi, openapi_yaml};
pub use state::{ApiSettings, ApiState};

//! What all endpoints share: how a request is taken apart and a reply put together.

pub(crate) mod accept;
pub(crate) mod cache;
pub(crate) mod caller;
pub(crate) mod coding;
pub(crate) mod conditional;
pub(crate) mod context;
pub(crate) mod envelope;
pub(crate) mod exchange;
pub(crate) mod faults;
pub(crate) mod fields;
pub(crate) mod host;
pub(crate) mod idempotency;
pub(crate) mod json;
pub(crate) mod language;
pub(crate) mod limit;
pub(crate) mod multipart;
pub(crate) mod parameters;
pub(crate) mod place;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod routes;
pub(crate) mod saved;
pub(crate) mod sent;
pub(crate) mod trace;

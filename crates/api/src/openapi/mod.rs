//! The description of this API (OpenAPI 3.1), made from the code.
//!
//! Handlers say what is theirs: parameters, bodies, security. What holds for all of them (how problems look, the headers of
//! limits, examples, bounds) is added here once, by the rules of the Italian guidelines. The result is committed as
//! `openapi/sportello.yaml`; to renew it after a change, run `cargo test -p sportello-api --test api renew -- --ignored`.

mod examples;
mod info;
mod operations;
mod responses;
mod schemas;
mod vocabularies;
mod yaml;

use actix_web::App;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use crate::http::{
    cache::Rendered,
    problem::{FaultDetails, ProblemDetails},
};

/// The description, ready to be served.
#[derive(Debug)]
pub(crate) struct Document {
    /// As data.
    pub(crate) value: Value,
    /// As it is served.
    pub(crate) json: Rendered,
}

impl Document {
    /// Makes the description.
    pub(crate) fn new() -> Self {
        let value = openapi();
        let json = Rendered::new(value.to_string().into_bytes(), "application/json");
        Self { value, json }
    }
}

/// What no handler names, because it is shared.
#[derive(OpenApi)]
#[openapi(components(schemas(ProblemDetails, FaultDetails)))]
struct Shared;

/// The description of this API as data.
pub fn openapi() -> Value {
    let (_, collected) = App::new().into_utoipa_app().openapi(Shared::openapi()).configure(crate::app::routes).split_for_parts();
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    info::write(&mut document);
    vocabularies::write(&mut document);
    schemas::tighten(&mut document);
    responses::write(&mut document);
    operations::complete(&mut document);
    document
}

/// The description of this API as YAML, as it is committed.
pub fn openapi_yaml() -> String {
    yaml::write(&openapi())
}

//! `GET /openapi.json`

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use serde_json::Value;
use sportello_domain::text::Language;
use utoipa::ToSchema;

use crate::{
    http::{cache::Key, coding::Coding, parameters::IfNoneMatch, place::reply, problem::Problem},
    state::ApiState,
};

/// An OpenAPI document.
#[derive(Serialize, ToSchema)]
pub(crate) struct Described {
    /// The version of the format.
    #[schema(max_length = 16, example = "3.1.0")]
    openapi: String,
    /// Everything else that such a document holds.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// This description.
#[utoipa::path(
    operation_id = "openapi_read", tag = "operation", params(IfNoneMatch),
    responses((status = 200, description = "The description of this API.", body = Described))
)]
#[get("/openapi.json")]
pub(super) async fn read(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let document = &state.document.json;
    let key = Key {
        snapshot: document.tag.clone(),
        path: String::new(),
        language: Language::default(),
        content_type: document.content_type,
        day: None,
        coding: Coding::wanted(&request),
    };
    Ok(reply(&request, &state.cache.get::<Problem>(key, || Ok(document.clone()))?))
}

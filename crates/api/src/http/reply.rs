//! Replies about rows: never cached, tagged with the version where there is one.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

use super::{
    conditional::{if_none_match, version_tag},
    context::text,
};

/// A reply with a body.
pub(crate) fn ok(view: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(view)
}

/// A resource with its version.
pub(crate) fn versioned(view: &impl Serialize, version: i64) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, version_tag(version))).json(view)
}

/// A resource that was made.
pub(crate) fn created(view: &impl Serialize, location: &str, version: Option<i64>) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::CREATED);
    response.insert_header((header::LOCATION, location));
    if let Some(version) = version {
        response.insert_header((header::ETAG, version_tag(version)));
    }
    response.json(view)
}

/// Nothing more to say.
pub(crate) fn gone() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A resource with its version, or 304 where the reader has it already.
pub(crate) fn unless_known(request: &HttpRequest, view: &impl Serialize, version: i64) -> HttpResponse {
    let tag = version_tag(version);
    if if_none_match(text(request.headers(), &header::IF_NONE_MATCH), &tag) {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    versioned(view, version)
}

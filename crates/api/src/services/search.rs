//! The index under which a list of services is searched.

use std::sync::Arc;

use actix_web::web;
use sportello_domain::{refusal::Code, search::Index};

use crate::http::{place::Place, problem::Problem};

/// The index of the snapshot that a request runs under. The first search makes it, beside the threads that answer requests.
pub(super) async fn index(place: &Place) -> Result<Arc<Index>, Problem> {
    let fleet = place.state.engine.fleet();
    if let Some(index) = fleet.indexes().ready(&place.tenant) {
        return Ok(index);
    }
    let (fleet, tenant) = (Arc::clone(fleet), Arc::clone(&place.tenant));
    web::block(move || fleet.indexes().of(&tenant)).await.map_err(|_| Code::Internal.into())
}

//! An assignment as replies show it.

use serde::Serialize;
use sportello_domain::assignment::Assignment;
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    views::{Links, OfficerView, instant},
};

/// A role that a person holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assignment)]
pub(crate) struct AssignmentView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a51")]
    pub(super) id: String,
    /// Who holds it.
    person: OfficerView,
    /// The role.
    #[schema(max_length = 32, example = "case_officer")]
    role: &'static str,
    /// The office that it is bound to, by id; null for all of the body.
    #[schema(required, max_length = 64, example = "mobility-office")]
    office: Option<String>,
    /// First day.
    #[schema(format = Date, max_length = 10, example = "2026-01-01")]
    valid_from: String,
    /// Last day; null without end.
    #[schema(required, format = Date, max_length = 10, example = "2026-12-31")]
    valid_until: Option<String>,
    /// When it was given.
    #[schema(format = DateTime, max_length = 32, example = "2026-01-01T08:00:00Z")]
    granted_at: String,
    /// Grows by one with each change; the `ETag`.
    #[schema(format = Int64, minimum = 1, example = 1)]
    pub(super) version: i64,
    /// Where it is.
    #[serde(rename = "_links")]
    links: Links,
}

impl AssignmentView {
    /// An assignment.
    pub(super) fn of(place: &Place, assignment: &Assignment) -> Self {
        let Assignment { id, person, role, office, valid_from, valid_until, granted_by: _, granted_at, version } = assignment;
        Self {
            id: id.to_string(),
            person: person.into(),
            role: role.id(),
            office: office.as_deref().map(str::to_owned),
            valid_from: valid_from.to_string(),
            valid_until: valid_until.map(|day| day.to_string()),
            granted_at: instant(*granted_at),
            version: *version,
            links: Links::new([("self", place.under(&format!("assignments/{id}")))]),
        }
    }
}

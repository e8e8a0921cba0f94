//! What narrows the office's work: in the query of a list, in a filter that is kept, and back in the address of one.

use jiff::civil::Date;
use serde::Serialize;
use sportello_domain::{
    case::CaseStatus,
    ids::PersonId,
    office::{Assignee, InboxQuery},
};
use utoipa::ToSchema;

use crate::http::{fields::Fields, query::Query};

/// The words for whose work is wanted, besides a person's id.
const WHOSE: [&str; 3] = ["me", "none", "<uuid>"];

/// What a filter lets through; each that is set narrows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxFilter)]
pub(crate) struct FilterView {
    /// Of this service, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "pink-badge")]
    service: Option<String>,
    /// In these official categories, separated by commas; in any open one where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "in_progress")]
    status: Option<String>,
    /// `me`, `none`, or an officer's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 36, example = "me")]
    assignee: Option<String>,
    /// Due before this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, max_length = 10, example = "2026-06-01")]
    due_before: Option<String>,
}

impl From<&InboxQuery> for FilterView {
    fn from(query: &InboxQuery) -> Self {
        let InboxQuery { service, status, assignee, due_before } = query;
        let ids: Vec<&str> = status.iter().map(|status| status.id()).collect();
        Self {
            service: service.as_deref().map(str::to_owned),
            status: (!ids.is_empty()).then(|| ids.join(",")),
            assignee: assignee.map(|assignee| match assignee {
                Assignee::Me => "me".to_owned(),
                Assignee::Nobody => "none".to_owned(),
                Assignee::Person(person) => person.to_string(),
            }),
            due_before: due_before.as_ref().map(Date::to_string),
        }
    }
}

impl FilterView {
    /// The same as the query of an address.
    pub(super) fn query(&self) -> String {
        let Self { service, status, assignee, due_before } = self;
        let members = [("service", service), ("status", status), ("assignee", assignee), ("due_before", due_before)];
        let pairs = members.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        // A comma stands for itself, which people read more easily.
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().replace("%2C", ",")
    }
}

/// Reads it from the query of a request.
pub(super) fn of_query(query: &mut Query) -> InboxQuery {
    InboxQuery {
        service: query.text("service", 64).map(Into::into),
        status: query.terms("status", &CaseStatus::ALL.map(CaseStatus::id), CaseStatus::from_id),
        assignee: query.term("assignee", &WHOSE, assignee),
        due_before: query.date("due_before"),
    }
}

/// Reads it from a member of a body.
pub(super) fn of_body(body: &mut Fields) -> InboxQuery {
    InboxQuery {
        service: body.text("service", 64).map(Into::into),
        status: body.terms("status", &CaseStatus::ALL.map(CaseStatus::id), CaseStatus::from_id),
        assignee: body.terms("assignee", &WHOSE, assignee).pop(),
        due_before: body.date("due_before"),
    }
}

fn assignee(text: &str) -> Option<Assignee> {
    match text {
        "me" => Some(Assignee::Me),
        "none" => Some(Assignee::Nobody),
        id => id.parse().ok().map(|id| Assignee::Person(PersonId::new(id))),
    }
}

//! `GET /v1/tenants/{tenant}/services/{service}/workflow`

use actix_web::{
    HttpResponse, get,
    http::header::{self, HeaderValue},
};
use serde::Serialize;
use sportello_domain::{
    refusal::Code,
    workflow::{
        Clock, OpinionRequest, State, Transition, Workflow,
        draw::{mermaid, svg},
    },
};
use utoipa::ToSchema;

use crate::{
    http::{accept, parameters::IfNoneMatch, place::Place, problem::Problem},
    views::{Links, chosen},
};

/// The path of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowView {
    /// The workflow's id; several services may share one.
    #[schema(max_length = 64, example = "simple-request")]
    id: String,
    /// The state that a submission begins in.
    #[schema(max_length = 64, example = "submitted")]
    start: String,
    /// The states.
    #[schema(max_items = 200)]
    states: Vec<StateView>,
    /// The transitions.
    #[schema(max_items = 400)]
    transitions: Vec<PassageView>,
    /// The transition that happens when the term has passed without an outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "silent-refusal")]
    on_due: Option<String>,
    /// What belongs to the workflow.
    #[serde(rename = "_links")]
    links: Links,
}

/// A state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StateView {
    /// Its id.
    #[schema(max_length = 64, example = "submitted")]
    id: String,
    /// What people read.
    #[schema(max_length = 200, example = "Presentata")]
    title: String,
    /// Its official category.
    #[schema(max_length = 32, example = "in_progress")]
    status: &'static str,
    /// Whether the term runs.
    term_runs: bool,
    /// What other offices are asked while a case is here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    opinions: Vec<OpinionRequestView>,
    /// After how many days the wait ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 65535, example = 30)]
    limit_days: Option<i32>,
}

/// An opinion that another office is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpinionRequestView {
    /// Its id.
    #[schema(max_length = 64, example = "heritage")]
    id: String,
    /// What it is about.
    #[schema(max_length = 200, example = "Tutela del paesaggio")]
    title: String,
    /// The role of the office.
    #[schema(max_length = 64, example = "building")]
    office: String,
    /// After how many days it counts as silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 65535, example = 20)]
    limit_days: Option<i32>,
}

/// A transition.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PassageView {
    /// Its id.
    #[schema(max_length = 64, example = "take-charge")]
    id: String,
    /// What people read on the button.
    #[schema(max_length = 200, example = "Prendi in carico")]
    title: String,
    /// Where it may start.
    #[schema(max_items = 200, inline, example = json!(["submitted"]))]
    from: Vec<String>,
    /// Where it leads.
    #[schema(max_length = 64, example = "examination")]
    to: String,
    /// Who may take it, by role.
    #[schema(max_items = 12, inline, example = json!(["operator", "case_officer"]))]
    by: Vec<&'static str>,
    /// Whether it depends on the case.
    conditional: bool,
    /// Whether it happens by itself as soon as it can.
    automatic: bool,
    /// The act that the product draws up for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "permit")]
    draws_up: Option<String>,
    /// The norm that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400, example = "L. 241/1990, art. 2, c. 7")]
    basis: Option<String>,
}

/// The workflow that a case of the service follows: as data, or drawn as SVG or Mermaid.
#[utoipa::path(
    operation_id = "services_workflow", tag = "services", params(IfNoneMatch),
    responses((status = 200, description = "The workflow.", content(
        (WorkflowView = "application/json"),
        (String = "image/svg+xml", example = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        (String = "text/vnd.mermaid", example = "stateDiagram-v2")
    )))
)]
#[get("/v1/tenants/{tenant}/services/{service}/workflow")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    let active = super::named(&place)?;
    place.without_parameters()?;
    let workflow = &active.workflow;
    let mut response = match accept::choose(&place.request, &["application/json", "image/svg+xml", "text/vnd.mermaid"]) {
        Some("application/json") => place.json(None, || view(&place, &active.service.id, workflow))?,
        Some("image/svg+xml") => place.rendered("image/svg+xml", None, || Ok(svg(workflow, place.language).into_bytes()))?,
        Some(_) => place.rendered("text/vnd.mermaid", None, || Ok(mermaid(workflow, place.language).into_bytes()))?,
        None => return Err(Code::NotAcceptable.into()),
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn view(place: &Place, service: &str, workflow: &Workflow) -> WorkflowView {
    let path = |rest: &str| place.under(&format!("services/{service}{rest}"));
    let Workflow { id, start, states, transitions, on_due, points: _ } = workflow;
    WorkflowView {
        id: id.to_string(),
        start: start.to_string(),
        states: states.iter().map(|(id, state)| StateView::of(place, id, state)).collect(),
        transitions: transitions.iter().map(|(id, transition)| PassageView::of(place, id, transition)).collect(),
        on_due: on_due.as_deref().map(str::to_owned),
        links: Links::new([("self", path("/workflow")), ("service", path(""))]),
    }
}

impl StateView {
    fn of(place: &Place, id: &str, state: &State) -> Self {
        let State { title, status, clock, limit_days, on_limit: _, no_limit: _, opinions } = state;
        Self {
            id: id.to_owned(),
            title: title.get(place.language).to_owned(),
            status: status.id(),
            term_runs: matches!(clock, Clock::Running),
            opinions: opinions.iter().map(|(id, asked)| OpinionRequestView::of(place, id, asked)).collect(),
            limit_days: limit_days.map(i32::from),
        }
    }
}

impl OpinionRequestView {
    fn of(place: &Place, id: &str, asked: &OpinionRequest) -> Self {
        let OpinionRequest { title, office, limit_days, no_limit: _ } = asked;
        Self {
            id: id.to_owned(),
            title: title.get(place.language).to_owned(),
            office: office.to_string(),
            limit_days: limit_days.map(i32::from),
        }
    }
}

impl PassageView {
    fn of(place: &Place, id: &str, transition: &Transition) -> Self {
        let Transition { title, from, to, by, when, refusal: _, automatic, form: _, requires: _, draws_up, notify: _, basis } = transition;
        Self {
            id: id.to_owned(),
            title: title.get(place.language).to_owned(),
            from: chosen(from),
            to: to.to_string(),
            by: by.iter().filter(|(_, may)| **may).map(|(role, _)| role.id()).collect(),
            conditional: when.is_some(),
            automatic: *automatic,
            draws_up: draws_up.as_deref().map(str::to_owned),
            basis: basis.as_ref().map(|basis| basis.get(place.language).to_owned()),
        }
    }
}

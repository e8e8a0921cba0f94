//! `GET /v1/tenants/{tenant}/services/{service}/form`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use serde_json::Value;
use sportello_domain::form::schema::{layout, schema};
use utoipa::ToSchema;

use crate::{
    http::{parameters::IfNoneMatch, place::Place, problem::Problem},
    views::Links,
};

/// What a service asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormView {
    /// JSON Schema 2020-12 of the answers.
    #[schema(value_type = Object, additional_properties = true, example = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}))]
    schema: Value,
    /// Sections and fields in their order, with titles, help and conditions.
    #[schema(value_type = Object, additional_properties = true, example = json!({"sections": []}))]
    layout: Value,
    /// What belongs to the form.
    #[serde(rename = "_links")]
    links: Links,
}

/// The form of a service: a JSON Schema of its answers and the layout in which they are asked.
#[utoipa::path(
    operation_id = "services_form", tag = "services", params(IfNoneMatch),
    responses((status = 200, description = "The form.", body = FormView))
)]
#[get("/v1/tenants/{tenant}/services/{service}/form")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    let service = &super::named(&place)?.service;
    place.without_parameters()?;
    let path = |rest: &str| place.under(&format!("services/{}{rest}", service.id));
    place.json(None, || FormView {
        schema: schema(&service.form, place.language),
        layout: layout(&service.form, place.language),
        links: Links::new([("self", path("/form")), ("service", path("")), ("cases", place.under("cases"))]),
    })
}

//! `GET /v1/tenants/{tenant}/cases/{case}/transitions`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use serde_json::Value;
use sportello_domain::{
    form::schema::{layout_fields, schema_fields},
    refusal::Refusal,
    text::Language,
    workflow::{Transition, TransitionForm},
};
use sportello_engine::cases;
use utoipa::ToSchema;

use crate::{
    http::{caller::Asked, problem::Problem, reply},
    views::List,
};

/// What the caller may do with a case now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransitionItem {
    /// The transition, by id.
    #[schema(max_length = 64, example = "ask-integration")]
    id: String,
    /// What people read on the button.
    #[schema(max_length = 200, example = "Chiedi integrazioni")]
    title: String,
    /// What it asks; null where nothing.
    #[schema(required)]
    form: Option<PassageForm>,
    /// The kind of act that must be among the documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "permit")]
    act: Option<String>,
    /// The act that the product draws up for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "certificate")]
    draws_up: Option<String>,
    /// What stands in its way now; absent where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<Obstacle>,
    /// The norm that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400, example = "L. 241/1990, art. 2, c. 7")]
    basis: Option<String>,
}

/// What a transition asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PassageForm {
    /// JSON Schema 2020-12 of `data`.
    #[schema(value_type = Object, additional_properties = true, example = json!({"type": "object", "required": ["request"]}))]
    schema: Value,
    /// The fields in their order.
    #[schema(value_type = Object, additional_properties = true, example = json!({"fields": []}))]
    layout: Value,
}

/// What stands in the way of a transition.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Obstacle {
    /// The code that taking it would be refused with.
    #[schema(max_length = 64, example = "act_missing")]
    code: &'static str,
    /// What it says.
    #[schema(max_length = 1000, example = "Manca il provvedimento")]
    title: String,
    /// What to do.
    #[schema(max_length = 400, example = "Carica il provvedimento tra i documenti della pratica e riprova.")]
    remedy: &'static str,
}

/// The transitions that the caller may take now.
#[utoipa::path(
    operation_id = "transitions_list", tag = "cases", security(("bearer" = [])),
    responses((status = 200, description = "The transitions.", body = List<TransitionItem>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/transitions")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let found = cases::transitions(&asked.place.state.engine, &asked.call(), case).await?;
    asked.place.without_parameters()?;
    let language = asked.place.language;
    let items =
        found.iter().map(|passage| TransitionItem::of(&passage.id, &passage.transition, passage.obstacle.as_ref(), language)).collect();
    Ok(reply::ok(&List::new(items, &asked.place.under(&format!("cases/{case}/transitions")), "", None)))
}

impl TransitionItem {
    fn of(id: &str, transition: &Transition, obstacle: Option<&Refusal>, language: Language) -> Self {
        let Transition { title, from: _, to: _, by: _, when: _, refusal: _, automatic: _, form, requires, draws_up, notify: _, basis } =
            transition;
        Self {
            id: id.to_owned(),
            title: title.get(language).to_owned(),
            form: form.as_ref().filter(|form| !form.fields.is_empty()).map(|TransitionForm { fields }| PassageForm {
                schema: schema_fields(fields, language),
                layout: layout_fields(fields, language),
            }),
            act: requires.act.as_deref().filter(|act| draws_up.as_deref() != Some(*act)).map(str::to_owned),
            draws_up: draws_up.as_deref().map(str::to_owned),
            obstacle: obstacle.map(|refusal| Obstacle::of(refusal, language)),
            basis: basis.as_ref().map(|basis| basis.get(language).to_owned()),
        }
    }
}

impl Obstacle {
    fn of(refusal: &Refusal, language: Language) -> Self {
        let Refusal { code, detail, faults: _ } = refusal;
        let title = detail.as_ref().map_or(code.title(language), |detail| detail.get(language));
        Self { code: code.id(), title: title.to_owned(), remedy: code.remedy(language) }
    }
}

//! `POST /v1/tenants/{tenant}/cases/{case}/opinions`

use actix_web::{HttpResponse, post};
use sportello_domain::opinion::Verdict;
use sportello_engine::opinions::{self, GiveOpinion};
use utoipa::ToSchema;

use super::view::OpinionView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// What an office can say; silence is no word.
pub(crate) const VERDICTS: [&str; 3] = [Verdict::Favourable.id(), Verdict::Conditional.id(), Verdict::Unfavourable.id()];

/// What an office says.
#[derive(ToSchema)]
#[schema(as = NewOpinion)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct NewOpinionBody {
    /// Which of the opinions that the case waits for.
    #[schema(max_length = 64, example = "heritage")]
    opinion: String,
    /// `favourable`, `conditional` or `unfavourable`.
    #[schema(max_length = 32, example = "conditional")]
    verdict: String,
    /// The reasons or conditions; needed unless the opinion is in favour.
    #[schema(required = false, min_length = 1, max_length = 4000, example = "A condizione che il prospetto non cambi.")]
    note: Option<String>,
}

/// Says what the caller's office thinks of a case on which it was asked. What the workflow makes of it follows at once.
#[utoipa::path(
    operation_id = "opinions_give", tag = "opinions", security(("bearer" = [])), params(IdempotencyKey),
    request_body = NewOpinionBody,
    responses((status = 201, description = "The opinion.", body = OpinionView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/opinions")]
pub(super) async fn give(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let opinion = opinions::give(&asked.place.state.engine, &asked.call_for(&sent), case, sent.json(read)).await?;
    let view = OpinionView::of(&opinion, asked.place.language);
    Ok(reply::created(&view, &asked.place.under(&format!("cases/{case}/opinions")), None))
}

fn read(body: &mut Fields) -> GiveOpinion {
    let opinion = body.required_text("opinion", 64).into();
    let verdict = Verdict::from_id(&body.required_choice("verdict", &VERDICTS)).unwrap_or(Verdict::Favourable);
    GiveOpinion { opinion, verdict, note: body.text("note", 4000).map(Into::into) }
}

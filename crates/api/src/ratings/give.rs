//! `POST` and `GET /v1/tenants/{tenant}/cases/{case}/rating`

use actix_web::{HttpResponse, get, post};
use sportello_domain::rating::{Aspect, LONGEST};
use sportello_engine::ratings::{self, NewRating};
use utoipa::ToSchema;

use super::view::RatingView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// What somebody thinks.
#[derive(ToSchema)]
#[schema(as = NewRating)]
#[expect(dead_code, reason = "describes the body that `read_new` reads")]
pub(crate) struct NewRatingBody {
    /// One to five.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    stars: i32,
    /// What weighed most: one of those that the question after so many stars offers.
    #[schema(max_length = 32, example = "clear")]
    aspect: Option<String>,
    /// Words of one's own.
    #[schema(min_length = 1, max_length = 500, example = "Rapidi e gentili.")]
    text: Option<String>,
}

/// Says what the applicant of a submitted case thinks of its service; once.
#[utoipa::path(
    operation_id = "ratings_give", tag = "ratings", security(("bearer" = [])), params(IdempotencyKey),
    request_body = NewRatingBody,
    responses((status = 201, description = "The rating.", body = RatingView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/rating")]
pub(super) async fn give(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let rating = ratings::give(&asked.place.state.engine, &asked.call_for(&sent), case, sent.json(read_new)).await?;
    Ok(reply::created(&RatingView::of(&rating), &asked.place.under(&format!("cases/{case}/rating")), None))
}

fn read_new(body: &mut Fields) -> NewRating {
    let stars = body.required_number("stars", 1, 5);
    let aspect = body.choice("aspect", &Aspect::ALL.iter().map(|aspect| aspect.id()).collect::<Vec<_>>());
    NewRating {
        stars: u8::try_from(stars).unwrap_or_default(),
        aspect: aspect.as_deref().and_then(Aspect::from_id),
        text: body.text("text", LONGEST).map(Into::into),
    }
}

/// What the caller thought of a case's service.
#[utoipa::path(
    operation_id = "ratings_read", tag = "ratings", security(("bearer" = [])),
    responses((status = 200, description = "The rating.", body = RatingView))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/rating")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let rating = ratings::get(&asked.place.state.engine, &asked.call(), asked.id("case")?).await?;
    asked.place.without_parameters()?;
    Ok(reply::ok(&RatingView::of(&rating)))
}

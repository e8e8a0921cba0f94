//! `GET /v1/tenants/{tenant}/rating-questions`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::{
    rating::{Aspect, is_content, question},
    text::Language,
};
use utoipa::ToSchema;

use crate::{
    http::{place::Place, problem::Problem},
    views::List,
};

/// The question that follows so many stars.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatingQuestion)]
pub(crate) struct QuestionView {
    /// After how many stars it is asked.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    stars: i32,
    /// The question.
    #[schema(max_length = 200, example = "Che cosa hai apprezzato di più?")]
    title: &'static str,
    /// The answers to choose from.
    #[schema(max_items = 20)]
    aspects: Vec<AspectView>,
}

/// An answer to choose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatingAspect)]
pub(crate) struct AspectView {
    /// Its id.
    #[schema(max_length = 32, example = "clear")]
    id: &'static str,
    /// What people read.
    #[schema(max_length = 200, example = "Le indicazioni erano chiare")]
    title: &'static str,
}

/// What is asked of who rates a service: after the stars one question, which depends on them.
#[utoipa::path(
    operation_id = "rating_questions", tag = "ratings",
    responses((status = 200, description = "The questions.", body = List<QuestionView>))
)]
#[get("/v1/tenants/{tenant}/rating-questions")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || List::new((1..=5).map(|stars| view(stars, place.language)).collect(), &place.under("rating-questions"), "", None))
}

fn view(stars: u8, language: Language) -> QuestionView {
    let offered = Aspect::ALL.iter().filter(|aspect| aspect.is_for_the_content() == is_content(stars));
    QuestionView {
        stars: i32::from(stars),
        title: question(stars, language),
        aspects: offered.map(|aspect| AspectView { id: aspect.id(), title: aspect.label(language) }).collect(),
    }
}

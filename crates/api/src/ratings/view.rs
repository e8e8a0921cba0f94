//! A rating as replies show it.

use serde::Serialize;
use sportello_domain::rating::{Aspect, Rating};
use utoipa::ToSchema;

use crate::views::instant;

/// What somebody thought of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rating)]
pub(crate) struct RatingView {
    /// One to five.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    stars: i32,
    /// What weighed most, by id; null where nothing was chosen.
    #[schema(required, max_length = 32, example = "clear")]
    aspect: Option<&'static str>,
    /// Words of one's own; null where there are none.
    #[schema(required, max_length = 500, example = "Rapidi e gentili.")]
    text: Option<String>,
    /// When.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    at: String,
}

impl RatingView {
    /// A rating, without the case that it is about.
    pub(super) fn of(rating: &Rating) -> Self {
        let Rating { case: _, service: _, stars, aspect, text, at } = rating;
        Self { stars: i32::from(*stars), aspect: aspect.map(Aspect::id), text: text.as_deref().map(str::to_owned), at: instant(*at) }
    }
}

//! `GET /v1/tenants/{tenant}/services/{service}/ratings`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_engine::ratings::{self, Opinion};
use utoipa::ToSchema;

use super::view::RatingView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::{List, PageLinks},
};

/// What is thought of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Opinion)]
pub(crate) struct OpinionView {
    /// A page of ratings, the latest cases first, without the cases.
    #[schema(max_items = 200)]
    items: Vec<RatingView>,
    /// How many gave how many stars.
    #[schema(example = json!({"2": 1, "5": 12}))]
    counts: BTreeMap<u8, i64>,
    /// The mean of the stars, to one decimal; null where nobody said anything.
    #[schema(required, max_length = 3, pattern = r"^[1-5]\.[0-9]$", example = "4.8")]
    mean: Option<String>,
    /// Where it is, and where the next page is.
    #[serde(rename = "_links")]
    links: PageLinks,
}

/// What is thought of a service: how many stars, and what was said. Who decides on cases does not see which case it was.
#[utoipa::path(
    operation_id = "ratings_opinion", tag = "ratings", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "The ratings.", body = OpinionView))
)]
#[get("/v1/tenants/{tenant}/services/{service}/ratings")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let service = asked.place.piece("service").into();
    let Opinion { counts, ratings } = ratings::opinion(&asked.place.state.engine, &asked.call(), &service, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let path = asked.place.under(&format!("services/{service}/ratings"));
    let items = ratings.items.iter().map(RatingView::of).collect();
    let List { items, links } = List::new(items, &path, asked.place.request.query_string(), ratings.next.as_deref());
    let mean = mean(&counts);
    let counts = counts.into_iter().map(|(stars, count)| (stars, i64::try_from(count).unwrap_or(i64::MAX))).collect();
    Ok(reply::ok(&OpinionView { items, counts, mean, links }))
}

/// In tenths of a star, rounded half up.
fn mean(counts: &BTreeMap<u8, u64>) -> Option<String> {
    let number: u64 = counts.values().sum();
    let stars: u64 = counts.iter().map(|(stars, count)| u64::from(*stars) * count).sum();
    let tenths = (stars * 20 + number).checked_div(number * 2)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_has_one_decimal() {
        assert_eq!(mean(&BTreeMap::new()), None);
        assert_eq!(mean(&BTreeMap::from([(2, 1), (5, 2)])).as_deref(), Some("4.0"));
        assert_eq!(mean(&BTreeMap::from([(4, 1), (5, 3)])).as_deref(), Some("4.8"));
        assert_eq!(mean(&BTreeMap::from([(1, 1)])).as_deref(), Some("1.0"));
    }
}

//! `GET /v1/tenants/{tenant}/categories`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::service::Category;
use utoipa::ToSchema;

use crate::{
    http::{place::Place, problem::Problem},
    views::{Links, List},
};

/// A category of services.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryItem {
    /// Its id.
    #[schema(max_length = 64, example = "mobility-and-transport")]
    id: &'static str,
    /// What people read.
    #[schema(max_length = 200, example = "Mobilità e trasporti")]
    title: &'static str,
    /// Its code in the open vocabulary.
    #[schema(max_length = 16, example = "4")]
    code: &'static str,
    /// How many services of it can be asked for here.
    #[schema(minimum = 0, maximum = 10000, example = 3)]
    services: i32,
    /// Its services.
    #[serde(rename = "_links")]
    links: Links,
}

/// The fifteen categories, each with how many services of it can be asked for here.
#[utoipa::path(
    operation_id = "categories_list", tag = "services",
    responses((status = 200, description = "The categories.", body = List<CategoryItem>))
)]
#[get("/v1/tenants/{tenant}/categories")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || {
        let items = Category::ALL.iter().map(|category| item(&place, *category)).collect();
        List::new(items, &place.under("categories"), "", None)
    })
}

fn item(place: &Place, category: Category) -> CategoryItem {
    let services = place.tenant.services.values().filter(|active| active.service.category == category).count();
    CategoryItem {
        id: category.id(),
        title: category.label(place.language),
        code: category.open_code(),
        services: i32::try_from(services).unwrap_or(i32::MAX),
        links: Links::new([("services", place.under(&format!("services?category={}", category.id())))]),
    }
}

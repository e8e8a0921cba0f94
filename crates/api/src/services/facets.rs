//! What a list of services can be narrowed down by, with how many each choice would leave.

use serde::Serialize;
use sportello_domain::{search::Facets, text::Language};
use utoipa::ToSchema;

/// The choices by facet; what would leave nothing is no choice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetsView {
    /// By category.
    #[schema(max_items = 15)]
    categories: Vec<FacetTerm>,
    /// By life event.
    #[schema(max_items = 200)]
    life_events: Vec<FacetTerm>,
    /// By open channel.
    #[schema(max_items = 7)]
    channels: Vec<FacetTerm>,
}

/// A choice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetTerm {
    /// The id, as the parameter of the same name takes it.
    #[schema(max_length = 64, pattern = "^[a-z0-9_-]+$", example = "mobility-and-transport")]
    id: String,
    /// What people read; absent where the body's files give an id alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Mobilità e trasporti")]
    label: Option<String>,
    /// How many services it would leave.
    #[schema(minimum = 1, maximum = 10000, example = 3)]
    count: i32,
}

impl FacetsView {
    /// Puts facets into words.
    pub(super) fn new(facets: Facets, language: Language) -> Self {
        let Facets { categories, life_events, channels } = facets;
        Self {
            categories: categories.into_iter().map(|(term, count)| choice(term.id(), Some(term.label(language)), count)).collect(),
            life_events: life_events.into_iter().map(|(id, count)| choice(&id, None, count)).collect(),
            channels: channels.into_iter().map(|(term, count)| choice(term.id(), Some(term.label(language)), count)).collect(),
        }
    }
}

fn choice(id: &str, label: Option<&str>, count: u32) -> FacetTerm {
    FacetTerm { id: id.to_owned(), label: label.map(str::to_owned), count: i32::try_from(count).unwrap_or(i32::MAX) }
}

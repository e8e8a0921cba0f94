//! `GET /v1/tenants/{tenant}/services`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::{
    refusal::{Code, Refusal},
    search::{Facets, Index, Wanted},
    service::{Category, Channel, Service},
};
use std::sync::Arc;
use utoipa::ToSchema;

use super::facets::FacetsView;
use crate::{
    http::{faults, place::Place, problem::Problem, query::PageQuery},
    views::{Links, List, PageLinks},
};

/// A service in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceItem {
    /// Its id, the same at every body.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$", example = "pink-badge")]
    id: String,
    /// Its title.
    #[schema(max_length = 200, example = "Bollino rosa")]
    title: String,
    /// What it is, in a sentence.
    #[schema(max_length = 160, example = "Parcheggia gratis sulle strisce blu durante la gravidanza.")]
    summary: String,
    /// Its category, by id.
    #[schema(max_length = 64, example = "mobility-and-transport")]
    category: &'static str,
    /// The channels that are open, by id.
    #[schema(max_items = 7, inline, example = json!(["online", "desk"]))]
    channels: Vec<&'static str>,
    /// Where it is described.
    #[serde(rename = "_links")]
    links: Links,
}

/// A page of services, with what it can be narrowed down by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServicePage {
    /// What is on the page.
    #[schema(max_items = 200)]
    items: Vec<ServiceItem>,
    /// What the whole list can be narrowed down by.
    facets: FacetsView,
    /// Where it is, and where the next one is.
    #[serde(rename = "_links")]
    links: PageLinks,
}

/// The services that can be asked for here.
///
/// `q` finds words in title, summary and text, in this order of weight, in both languages, the reader's own first. Accents, case,
/// apostrophes and plurals do not count; words of four letters or more may have a slip, of eight or more two; the last word may be
/// unfinished. Without `q` services stand in the body's own order. The facets count the whole list, each without its own choice.
#[utoipa::path(
    operation_id = "services_list", tag = "services",
    params(
        ("q" = Option<String>, Query, description = "Words of the service, as one types them.", max_length = 200, example = "bollino"),
        ("category" = Option<String>, Query, description = "A category, by id.", max_length = 64, example = "mobility-and-transport"),
        ("life_event" = Option<String>, Query, description = "A life event, by id.", max_length = 64, example = "birth"),
        ("channel" = Option<String>, Query, description = "An open channel, by id.", max_length = 64, example = "online"),
        crate::http::parameters::Paging
    ),
    responses((status = 200, description = "A page of services.", body = ServicePage))
)]
#[get("/v1/tenants/{tenant}/services")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    let mut query = place.query();
    let words = query.text("q", 200);
    let wanted = Wanted {
        category: query.term("category", &Category::ALL.iter().map(|term| term.id()).collect::<Vec<_>>(), Category::from_id),
        life_event: query.text("life_event", 64),
        channel: query.term("channel", &Channel::ALL.iter().map(|term| term.id()).collect::<Vec<_>>(), Channel::from_id),
    };
    let page = query.page();
    query.finish()?;
    let search = match words {
        Some(words) => Some((super::search::index(&place).await?, words)),
        None => None,
    };
    let found = || found(&place, search.as_ref());
    let start = page.cursor.as_deref().map_or(Ok(0), |cursor| after(&found(), cursor))?;
    place.json(None, || view(&place, &found(), &wanted, &page, start))
}

/// The services in their order: the body's own, or the best first.
fn found<'a>(place: &'a Place, search: Option<&(Arc<Index>, String)>) -> Vec<&'a Service> {
    let services = &place.tenant.services;
    match search {
        None => services.values().map(|active| &active.service).collect(),
        Some((index, words)) => {
            let numbers = index.find(words, place.language).into_iter();
            numbers.filter_map(|number| services.get_index(number)).map(|(_, active)| &active.service).collect()
        }
    }
}

/// Where a page begins: the cursor is the id of the last service of the page before.
fn after(found: &[&Service], cursor: &str) -> Result<usize, Refusal> {
    let last = found.iter().position(|service| &*service.id == cursor);
    last.map(|index| index + 1).ok_or_else(|| Refusal::with_faults(Code::InvalidParameter, vec![faults::unknown_cursor("/query/cursor")]))
}

fn view(place: &Place, found: &[&Service], wanted: &Wanted, page: &PageQuery, start: usize) -> ServicePage {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut rest = found.iter().skip(start).filter(|service| wanted.takes(service));
    let items: Vec<_> = rest.by_ref().take(limit).map(|service| item(place, service)).collect();
    let next = rest.next().and(items.last()).map(|last| last.id.clone());
    let List { items, links } = List::new(items, &place.under("services"), place.request.query_string(), next.as_deref());
    let facets = Facets::count(found.iter().copied(), wanted);
    ServicePage { items, facets: FacetsView::new(facets, place.language), links }
}

fn item(place: &Place, service: &Service) -> ServiceItem {
    let words = super::sheet::Words::of(place, service);
    ServiceItem {
        id: service.id.to_string(),
        title: words.say(&service.title),
        summary: words.say(&service.summary),
        category: service.category.id(),
        channels: Channel::ALL.iter().copied().filter(|channel| service.offers(*channel)).map(Channel::id).collect(),
        links: Links::new([("self", place.under(&format!("services/{}", service.id)))]),
    }
}

//! `GET /v1/tenants/{tenant}/services`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::{
    refusal::{Code, Refusal},
    service::{Category, Channel, Service},
};
use utoipa::ToSchema;

use super::search::{folded, matches};
use crate::{
    http::{faults, place::Place, problem::Problem, query::PageQuery},
    views::{Links, List},
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

/// What a list of services was asked for.
struct Filter {
    words: Option<String>,
    category: Option<Category>,
    life_event: Option<String>,
    channel: Option<Channel>,
}

/// The services that can be asked for here.
///
/// `q` finds words of title and summary, without regard to accents and case.
#[utoipa::path(
    operation_id = "services_list", tag = "services",
    params(
        ("q" = Option<String>, Query, description = "Words of the title or the summary.", max_length = 200, example = "bollino"),
        ("category" = Option<String>, Query, description = "A category, by id.", max_length = 64, example = "mobility-and-transport"),
        ("life_event" = Option<String>, Query, description = "A life event, by id.", max_length = 64, example = "birth"),
        ("channel" = Option<String>, Query, description = "An open channel, by id.", max_length = 64, example = "online"),
        crate::http::parameters::Paging
    ),
    responses((status = 200, description = "A page of services.", body = List<ServiceItem>))
)]
#[get("/v1/tenants/{tenant}/services")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    let mut query = place.query();
    let filter = Filter {
        words: query.text("q", 200).map(|words| folded(&words)),
        category: query.term("category", &Category::ALL.iter().map(|term| term.id()).collect::<Vec<_>>(), Category::from_id),
        life_event: query.text("life_event", 64),
        channel: query.term("channel", &Channel::ALL.iter().map(|term| term.id()).collect::<Vec<_>>(), Channel::from_id),
    };
    let page = query.page();
    query.finish()?;
    let start = start(&place, &page)?;
    place.json(None, || view(&place, &filter, &page, start))
}

/// Where a page begins: the cursor is the id of the last service of the page before.
fn start(place: &Place, page: &PageQuery) -> Result<usize, Refusal> {
    let Some(cursor) = &page.cursor else { return Ok(0) };
    let last = place.tenant.services.get_index_of(cursor.as_str());
    last.map(|index| index + 1).ok_or_else(|| Refusal::with_faults(Code::InvalidParameter, vec![faults::unknown_cursor("/query/cursor")]))
}

fn view(place: &Place, filter: &Filter, page: &PageQuery, start: usize) -> List<ServiceItem> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut found = place.tenant.services.values().skip(start).map(|active| &active.service).filter(|service| filter.takes(service));
    let items: Vec<_> = found.by_ref().take(limit).map(|service| item(place, service)).collect();
    let next = found.next().and(items.last()).map(|last| last.id.clone());
    List::new(items, &place.under("services"), place.request.query_string(), next.as_deref())
}

impl Filter {
    fn takes(&self, service: &Service) -> bool {
        let text = |words: &String| {
            let languages = sportello_domain::text::Language::ALL;
            languages.into_iter().any(|language| {
                let text = format!("{} {}", service.title.get(language), service.summary.get(language));
                matches(&folded(&text), words)
            })
        };
        self.words.as_ref().is_none_or(text)
            && self.category.is_none_or(|category| service.category == category)
            && self.channel.is_none_or(|channel| service.offers(channel))
            && self.life_event.as_deref().is_none_or(|event| service.life_events.get(event).copied().unwrap_or(false))
    }
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

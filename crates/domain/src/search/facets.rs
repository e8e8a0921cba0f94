//! What services are narrowed down by, and how many each choice would leave.

use std::collections::BTreeMap;

use crate::service::{Category, Channel, Key, Service};

/// What somebody narrows a list of services down to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A category.
    pub category: Option<Category>,
    /// A life event, by id.
    pub life_event: Option<String>,
    /// An open channel.
    pub channel: Option<Channel>,
}

impl Wanted {
    /// Whether a service is among what is wanted.
    pub fn takes(&self, service: &Service) -> bool {
        self.category(service) && self.life_event(service) && self.channel(service)
    }

    fn category(&self, service: &Service) -> bool {
        self.category.is_none_or(|category| service.category == category)
    }

    fn life_event(&self, service: &Service) -> bool {
        self.life_event.as_deref().is_none_or(|event| service.life_events.get(event).copied().unwrap_or(false))
    }

    fn channel(&self, service: &Service) -> bool {
        self.channel.is_none_or(|channel| service.offers(channel))
    }
}

/// How many services each choice would leave. What leaves none is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By category, in the order of the vocabulary.
    pub categories: BTreeMap<Category, u32>,
    /// By life event, in the order of the ids.
    pub life_events: BTreeMap<Key, u32>,
    /// By channel, in the order of the vocabulary.
    pub channels: BTreeMap<Channel, u32>,
}

impl Facets {
    /// Counts services. Each facet is counted under all that is wanted but its own choice, so that it shows what choosing
    /// otherwise would find.
    pub fn count<'a>(services: impl Iterator<Item = &'a Service>, wanted: &Wanted) -> Self {
        let mut facets = Self::default();
        for service in services {
            let (category, event, channel) = (wanted.category(service), wanted.life_event(service), wanted.channel(service));
            if event && channel {
                *facets.categories.entry(service.category).or_default() += 1;
            }
            if category && channel {
                for (event, _) in service.life_events.iter().filter(|(_, belongs)| **belongs) {
                    *facets.life_events.entry(event.clone()).or_default() += 1;
                }
            }
            if category && event {
                for channel in Channel::ALL.iter().filter(|channel| service.offers(**channel)) {
                    *facets.channels.entry(*channel).or_default() += 1;
                }
            }
        }
        facets
    }
}

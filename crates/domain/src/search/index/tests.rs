use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::search::{Facets, Wanted};
use crate::service::{Category, Channel, Service};

fn both(it: &str, en: &str) -> Value {
    json!({"it": it, "en": en})
}

/// A service with title, summary and text in both languages.
fn service(id: &str, texts: [(&str, &str); 3]) -> Value {
    let [title, summary, text] = texts.map(|(it, en)| both(it, en));
    json!({
        "service": {
            "id": id, "category": "tourism", "title": title, "summary": summary, "audience": text, "how": both("", ""), "needs": both("", ""),
            "outcome": both("", ""), "channels": {"desk": true}, "conditions": both("", ""), "office": "o", "term_days": {"value": 1},
            "form": {"sections": {}}, "workflow": "w"
        }
    })
}

fn services() -> Vec<Service> {
    let all = [
        service(
            "badge",
            [
                ("Bollino rosa", "Pink parking badge"),
                ("Parcheggia gratis in gravidanza.", "Park free while pregnant."),
                ("Serve un certificato.", "A certificate is needed."),
            ],
        ),
        service(
            "permit",
            [("Permesso di sosta", "Residents' permit"), ("Per parcheggiare in centro.", "To park in the centre."), ("", "")],
        ),
        service("parking", [("Parcheggi e città", "Car parks and city"), ("Dove lasciare l’auto.", "Where to leave the car."), ("", "")]),
        service("certificate", [("Certificato di nascita", "Birth certificate"), ("Chi è nato qui.", "Who was born here."), ("", "")]),
    ];
    all.into_iter().map(|value| serde_json::from_value(value["service"].clone()).unwrap()).collect()
}

fn index(services: &[Service]) -> Index {
    Index::new(&services.iter().collect::<Vec<_>>(), |service| Arc::new(Entry::new(service)))
}

fn found(query: &str, language: Language) -> Vec<String> {
    let services = services();
    index(&services).find(query, language).into_iter().map(|service| services[service].id.to_string()).collect()
}

#[test]
fn titles_stand_before_summaries_and_these_before_texts() {
    assert_eq!(found("parcheggi", Language::It), ["parking", "badge", "permit"]);
    assert_eq!(found("certificati", Language::It), ["certificate", "badge"]);
    // Two titles have it: the shorter one stands first.
    assert_eq!(found("park", Language::En), ["badge", "parking", "permit"]);
}

#[test]
fn the_other_language_is_found_behind_the_readers_own() {
    assert_eq!(found("bollino", Language::En), ["badge"]);
    assert_eq!(found("birth", Language::It), ["certificate"]);
    assert_eq!(found("CITTÀ", Language::It), ["parking"]);
}

#[test]
fn slips_plurals_beginnings_and_whole_questions_find() {
    for (query, expected) in [
        ("bolino", &["badge"][..]),
        ("bollini", &["badge"]),
        ("certifcato nascita", &["certificate"]),
        ("perm", &["permit"]),
        ("permesso di", &["permit"]),
        ("dell'auto", &["parking"]),
        ("come posso avere un certificato di nascita", &["certificate"]),
        ("carta sanitaria", &[]),
        ("xyz", &[]),
        ("?!", &[]),
    ] {
        assert_eq!(found(query, Language::It), expected, "{query}");
    }
}

#[test]
fn each_facet_is_counted_without_its_own_choice() {
    let mut services = services();
    services[0].category = Category::MobilityAndTransport;
    services[0].channels.insert(Channel::Online, true);
    services[1].life_events.insert("vehicle".into(), true);
    let wanted = Wanted { category: Some(Category::Tourism), life_event: None, channel: None };
    let facets = Facets::count(services.iter(), &wanted);
    assert_eq!(facets.categories, [(Category::MobilityAndTransport, 1), (Category::Tourism, 3)].into());
    assert_eq!(facets.channels, [(Channel::Desk, 3)].into());
    assert_eq!(facets.life_events, [("vehicle".into(), 1)].into());
}

#[test]
fn equal_texts_have_one_fingerprint() {
    let [one, mut other] = [services().remove(0), services().remove(0)];
    other.office = "another".into();
    assert_eq!(Entry::fingerprint(&one), Entry::fingerprint(&other));
    other.how = crate::text::Text::new("altro", "other");
    assert_ne!(Entry::fingerprint(&one), Entry::fingerprint(&other));
}

proptest! {
    #[test]
    fn no_query_breaks_it(query in any::<String>(), english in any::<bool>()) {
        found(&query, if english { Language::En } else { Language::It });
    }

    #[test]
    fn a_title_with_one_wrong_letter_finds_its_service(number in 0_usize..4, at in any::<prop::sample::Index>(), letter in "[a-z]") {
        let services = services();
        let title = folded(&services[number].title.it);
        // One letter of a word that is long enough to have a slip.
        let places: Vec<usize> = title
            .split_whitespace()
            .filter(|word| word.len() > 3)
            .flat_map(|word| { let start = word.as_ptr() as usize - title.as_ptr() as usize; start..start + word.len() })
            .collect();
        let at = *at.get(&places);
        let typed = format!("{}{letter}{}", &title[..at], &title[at + 1..]);
        prop_assert!(index(&services).find(&typed, Language::It).contains(&number), "{typed}");
    }
}

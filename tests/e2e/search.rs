//! The catalogue is found as people look for it: on the real services of both communes, in both languages.

use sportello_tests::{Api, Launch, World, ids};

/// Who asks in which language, the words, and what must come first.
const FIRST: &[(&str, &str, &str)] = &[
    ("it", "bollino", "pink-badge"),
    ("it", "bollini rosa", "pink-badge"),
    ("it", "bolino", "pink-badge"),
    ("it", "Bolino Roza", "pink-badge"),
    ("it", "parchegio gravidanza", "pink-badge"),
    ("it", "carta d'identità", "identity-card"),
    ("it", "CARTA D’IDENTITA", "identity-card"),
    ("it", "carta identita eletronica", "identity-card"),
    ("it", "carta d'iden", "identity-card"),
    ("it", "cambio residenza", "residence-change"),
    ("it", "cambi di residenza", "residence-change"),
    ("it", "residensa", "residence-change"),
    ("it", "anagrafe canina", "dog-registry"),
    ("it", "cani", "dog-registry"),
    ("it", "scrutatore", "polling-station-scrutineers"),
    ("it", "presidente di seggio", "polling-station-presidents"),
    ("it", "tessera eletorale", "electoral-card"),
    ("it", "mensa", "school-canteen"),
    ("it", "mense scolastiche", "school-canteen"),
    ("it", "scuolabus", "school-transport"),
    ("it", "trasporti scolastici", "school-transport"),
    ("it", "nido", "nursery-enrolment"),
    ("it", "iscrizioni nidi", "nursery-enrolment"),
    ("it", "centro estivo", "summer-camp"),
    ("it", "matrimoni", "civil-wedding"),
    ("it", "come faccio a dichiarare una nascita", "birth-declaration"),
    ("it", "segnalazioni disservizi", "city-report"),
    ("it", "reclamo", "complaint"),
    ("it", "spid", "digital-identity"),
    ("it", "tari", "taxpayer-desk"),
    ("it", "caccia", "hunting-and-fishing"),
    ("it", "identity card", "identity-card"),
    ("en", "pink badge", "pink-badge"),
    ("en", "pregnant parking", "pink-badge"),
    ("en", "identity cards", "identity-card"),
    ("en", "idenity card", "identity-card"),
    ("en", "change of residence", "residence-change"),
    ("en", "dogs", "dog-registry"),
    ("en", "school bus", "school-transport"),
    ("en", "canteens", "school-canteen"),
    ("en", "weddings", "civil-wedding"),
    ("en", "complaint", "complaint"),
    ("en", "bollino", "pink-badge"),
];

fn api(world: &World, language: &str) -> Api {
    if language == "en" { world.nobody().in_english() } else { world.nobody() }
}

/// The ids that words find, the first page of them.
fn found(api: &Api, tenant: &str, words: &str) -> Vec<String> {
    let request = api.request("GET", &format!("/v1/tenants/{tenant}/services")).query(&[("q", words), ("limit", "200")]);
    ids(&api.send(request).expect(200)).into_iter().map(str::to_owned).collect()
}

#[test]
fn words_find_their_service_first() {
    let world = World::launch(&Launch::default().without_limits());
    let mut wrong = Vec::new();
    for tenant in ["cesena", "santarcangelo"] {
        for (language, words, expected) in FIRST {
            let found = found(&api(&world, language), tenant, words);
            if found.first().map(String::as_str) != Some(expected) {
                wrong.push(format!("{tenant} {language} {words:?}: {expected} expected, {found:?} found"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each long word of each title with one letter of its middle wrong, in both languages.
#[test]
fn a_title_with_a_wrong_letter_finds_its_service() {
    let world = World::launch(&Launch::default().without_limits());
    for language in ["it", "en"] {
        let api = api(&world, language);
        let list = api.get("/v1/tenants/cesena/services?limit=200").expect(200);
        for item in list["items"].as_array().unwrap() {
            let (id, title) = (item["id"].as_str().unwrap(), item["title"].as_str().unwrap());
            for word in title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.is_ascii() && word.len() > 3) {
                let middle = word.len() / 2;
                for letter in ["x", "a"] {
                    let typed = title.replacen(word, &format!("{}{letter}{}", &word[..middle], &word[middle + 1..]), 1);
                    assert!(found(&api, "cesena", &typed).iter().any(|found| found == id), "{typed} does not find {id}");
                }
            }
        }
    }
}

#[test]
fn pages_follow_the_order_of_what_was_found_and_facets_count_it() {
    let world = World::demo();
    let nobody = world.nobody();
    let whole = nobody.get("/v1/tenants/cesena/services?q=iscrizione&limit=200").expect(200);
    let expected = ids(&whole);
    assert!(expected.len() > 3, "{expected:?}");
    let (mut pages, mut next) = (Vec::new(), Some("/v1/tenants/cesena/services?q=iscrizione&limit=2".to_owned()));
    while let Some(path) = next {
        let page = nobody.get(&path).expect(200);
        assert_eq!(page["facets"], whole["facets"]);
        pages.extend(ids(&page).into_iter().map(str::to_owned));
        next = page["_links"]["next"]["href"].as_str().map(str::to_owned);
    }
    assert_eq!(pages, expected);
    // Each choice leaves as many as its facet says, whatever else is chosen.
    for choice in whole["facets"]["categories"].as_array().unwrap() {
        let id = choice["id"].as_str().unwrap();
        let narrowed = nobody.get(&format!("/v1/tenants/cesena/services?q=iscrizione&limit=200&category={id}")).expect(200);
        assert_eq!(ids(&narrowed).len() as u64, choice["count"], "{choice}");
        assert_eq!(narrowed["facets"]["categories"], whole["facets"]["categories"]);
        for event in narrowed["facets"]["life_events"].as_array().unwrap() {
            let path =
                format!("/v1/tenants/cesena/services?q=iscrizione&limit=200&category={id}&life_event={}", event["id"].as_str().unwrap());
            assert_eq!(ids(&nobody.get(&path).expect(200)).len() as u64, event["count"], "{path}");
        }
    }
    // The counts of the vocabularies are those of the whole catalogue.
    let list = nobody.get("/v1/tenants/cesena/services").expect(200);
    let categories = nobody.get("/v1/tenants/cesena/categories").expect(200);
    for choice in list["facets"]["categories"].as_array().unwrap() {
        let category = categories["items"].as_array().unwrap().iter().find(|item| item["id"] == choice["id"]).unwrap();
        assert_eq!(category["services"], choice["count"]);
    }
}

#[test]
fn no_words_break_the_search() {
    let world = World::launch(&Launch::default().without_limits());
    let nobody = world.nobody();
    for odd in
        ["\u{1}", "🦀🦀🦀🦀", "ﬃﬃ ½ Ⅷ", "\u{202e}onillob", "%", "' OR 1=1 --", "{{tenant.name}}", "a\u{301}\u{301}\u{301}", "ẞßẞß", "İİİİİ"]
    {
        found(&nobody, "cesena", odd);
    }
    for (words, detail) in
        [("à".repeat(201), "Deve avere da 1 a 200 caratteri."), ("\u{0}".to_owned(), "Non è un testo in UTF-8 senza caratteri nulli.")]
    {
        let refused = nobody.send(nobody.request("GET", "/v1/tenants/cesena/services").query(&[("q", words)]));
        assert_eq!(refused.problem(400), "invalid_parameter");
        assert_eq!(refused.json["errors"][0]["pointer"], "/query/q");
        assert_eq!(refused.json["errors"][0]["detail"], detail);
    }
}

//! What a search costs, as a ratio to its bound: reading every text of the catalogue once from beginning to end, as a search without
//! an index does for one word (case folded beforehand, no accents, no slips, no order).
//!
//! `cargo bench -p sportello-domain --bench search`
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{hint::black_box, sync::Arc, time::Instant};

use serde_json::{Value, json};
use sportello_domain::{
    search::{Entry, Index},
    service::Service,
    text::Language,
};

const SERVICES: usize = 200;
const ROUNDS: u32 = 200;
const QUERIES: &[&str] = &["certificato", "certifcato di nascita", "come chiedo il permesso di sosta", "parking permits", "perm", "xyzxyz"];

/// Words from which the texts are made, so that each service reads otherwise and has the length of a real sheet.
const WORDS: &[&str] = &[
    "certificato",
    "nascita",
    "residenza",
    "permesso",
    "sosta",
    "veicolo",
    "contrassegno",
    "domanda",
    "ufficio",
    "documento",
    "termine",
    "richiesta",
    "identità",
    "famiglia",
    "scuola",
    "mensa",
    "trasporto",
    "edilizia",
    "pratica",
    "catasto",
    "visura",
    "delega",
    "tariffa",
    "pagamento",
    "esenzione",
    "matrimonio",
    "cittadinanza",
    "anagrafe",
    "elettorale",
    "tessera",
    "occupazione",
    "suolo",
    "pubblico",
];

fn text(service: usize, part: usize, words: usize) -> String {
    let word = |number: usize| WORDS[(service * 31 + part * 17 + number * number * 7 + number * (service % 13)) % WORDS.len()];
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn service(number: usize) -> Service {
    let both = |part: usize, words: usize| json!({"it": text(number, part, words), "en": text(number, part + 7, words)});
    let value: Value = json!({
        "id": format!("s{number}"), "category": "tourism", "title": both(0, 4), "summary": both(1, 15), "audience": both(2, 20),
        "how": both(3, 40), "needs": both(4, 30), "outcome": both(5, 20), "channels": {}, "conditions": {"it": "", "en": ""}, "office": "o",
        "term_days": {"value": 30}, "form": {"sections": {}}, "workflow": "w"
    });
    serde_json::from_value(value).unwrap_or_else(|error| unreachable!("{error}"))
}

/// Every text of a service as one piece.
fn all_of(service: &Service) -> String {
    let Service { title, summary, audience, how, needs, outcome, .. } = service;
    let texts =
        [title, summary, audience, how, needs, outcome].into_iter().flat_map(|text| Language::ALL.map(|language| text.get(language)));
    texts.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Microseconds that one round takes: the best of all, because machines are shared.
fn best(mut round: impl FnMut()) -> f64 {
    let one = |round: &mut dyn FnMut()| {
        let start = Instant::now();
        round();
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..ROUNDS).map(|_| one(&mut round)).fold(f64::INFINITY, f64::min)
}

fn main() {
    let services: Vec<Service> = (0..SERVICES).map(service).collect();
    let listed: Vec<&Service> = services.iter().collect();
    let make = || Index::new(&listed, |service| Arc::new(Entry::new(service)));
    let texts: Vec<String> = services.iter().map(all_of).collect();
    let index = make();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!(
        "{SERVICES} services, {} kB of text, index {} kB ({:.2} of the text)",
        bytes / 1000,
        index.bytes_with_entries() / 1000,
        ratio(index.bytes_with_entries(), bytes)
    );
    println!("making the index: {:.0} µs", best(|| drop(black_box(make()))));
    println!("{:<36} {:>9} {:>9} {:>7}", "query", "search µs", "bound µs", "ratio");
    for query in QUERIES {
        let searched = best(|| drop(black_box(index.find(query, Language::It))));
        let bound = best(|| {
            black_box(texts.iter().filter(|text| query.split(' ').all(|word| text.contains(word))).count());
        });
        println!("{query:<36} {searched:>9.1} {bound:>9.1} {:>7.2}", searched / bound);
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of some megabytes")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}

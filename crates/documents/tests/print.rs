//! Papers, read again from their PDF.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use jiff::civil::date;
use sportello_documents::print;
use sportello_domain::{
    printed::{Issuer, Paper, Part, Row},
    text::Language,
};

fn paper(parts: Vec<Part>) -> Paper {
    Paper {
        language: Language::It,
        issuer: Issuer {
            name: "Comune di Forlì".to_owned(),
            lines: vec!["Ufficio Mobilità – 0543 000000".to_owned()],
            color: Some("#0066CC".into()),
        },
        date: date(2026, 11, 27),
        heading: "Ricevuta".to_owned(),
        subject: Some("Permesso per l'attività".to_owned()),
        parts,
        legend: vec!["Il presente certificato non può essere prodotto agli organi della pubblica amministrazione.".to_owned()],
        verification: None,
        footer: "Pratica FOR-2026-0000001".to_owned(),
    }
}

/// The text of each page, its lines joined.
fn pages(bytes: &[u8]) -> Vec<String> {
    let pages = pdf_extract::extract_text_from_mem_by_pages(bytes).unwrap();
    pages.into_iter().map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn words_are_found_again_with_their_accents() {
    let rows = vec![Row::new("Città", "Cantù"), Row::new("Codice", "FOR-2026-0000001"), Row::new("Vuoto", " ")];
    let text = "Perché è già così: più giù, né là né qui. L'ufficio difficile. €\u{a0}16,00".to_owned();
    let bytes = print(&paper(vec![Part::Title("Termine".to_owned()), Part::Text(text), Part::Table(rows)])).unwrap();
    let [page] = pages(&bytes).try_into().unwrap();
    for words in [
        "Comune di Forlì",
        "Ufficio Mobilità",
        "Ricevuta",
        "Permesso per l'attività",
        "Termine",
        "Perché è già così: più giù, né là né qui.",
        "L'ufficio difficile. € 16,00",
        "Città",
        "Cantù",
        "non può essere prodotto agli organi",
        "Pratica FOR-2026-0000001",
        "Pagina 1 di 1",
    ] {
        assert!(page.contains(words), "{words:?} is not in {page:?}");
    }
    assert!(!page.contains("Vuoto"), "a row without a value is left out");
}

#[test]
fn long_texts_break_pages_and_each_page_says_which_it_is() {
    let text = (1..=400).map(|number| format!("Paragrafo numero {number}.")).collect::<Vec<_>>().join("\n\n");
    let rows = (1..=120).map(|number| Row::new(format!("Riga {number}"), "valore ".repeat(30))).collect();
    let found = pages(&print(&paper(vec![Part::Text(text), Part::Table(rows)])).unwrap());
    assert!(found.len() > 8, "{} pages", found.len());
    for (at, page) in found.iter().enumerate() {
        assert!(page.contains(&format!("Pagina {} di {}", at + 1, found.len())), "{page}");
        assert!(page.contains("Pratica FOR-2026-0000001"));
    }
    let all = found.join(" ");
    assert!((1..=400).all(|number| all.contains(&format!("Paragrafo numero {number}."))), "no paragraph is lost");
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    let one = print(&paper(vec![Part::Text("Testo".to_owned())])).unwrap();
    assert_eq!(one, print(&paper(vec![Part::Text("Testo".to_owned())])).unwrap());
    assert_ne!(one, print(&paper(vec![Part::Text("Altro".to_owned())])).unwrap());
}

#[test]
fn letters_without_a_shape_do_no_harm() {
    let text = "名前 😀 \u{202E}rovescio\u{0} fine\u{7} \u{1F468}\u{200D}\u{1F469}".to_owned();
    let found = pages(&print(&paper(vec![Part::Text(text)])).unwrap());
    assert!(found[0].contains("rovescio fine"), "{}", found[0]);
}

#[test]
fn the_file_is_archival_accessible_and_tells_nothing_but_its_title() {
    let secret = "Segreta Persona";
    let bytes = print(&paper(vec![Part::Text(secret.to_owned())])).unwrap();
    let raw = String::from_utf8_lossy(&bytes);
    assert!(raw.starts_with("%PDF-1.7"), "{}", &raw[..8]);
    for mark in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "Ricevuta",
        "2026-11-27",
    ] {
        assert!(raw.contains(mark), "{mark}");
    }
    for absent in [secret, "Author", "Forlì", "FOR-2026"] {
        assert!(!raw.contains(absent), "{absent}");
    }
}

use serde_json::json;

use super::{
    layout::{LINE, WIDTH, layout, width, wrap},
    *,
};
use crate::workflow::check::tests::sound;

fn workflow() -> Workflow {
    serde_json::from_value(sound()).unwrap()
}

/// What real ones have: passages that several states share, that skip columns, that go back, that stay in a column.
fn tangled() -> Workflow {
    let text = |it: &str| json!({"it": it, "en": it});
    let state = |title: &str, status: &str| json!({"title": text(title), "status": status});
    let go = |title: &str, from: &[&str], to: &str, by: &str| {
        let from: serde_json::Map<_, _> = from.iter().map(|from| ((*from).to_owned(), json!(true))).collect();
        json!({"title": text(title), "from": from, "to": to, "by": {by: true}})
    };
    serde_json::from_value(json!({
        "id": "tangled", "start": "a",
        "states": {
            "a": state("Presentata", "in_progress"), "b": state("In esame", "in_progress"), "c": state("In attesa di integrazioni", "suspended_applicant"),
            "d": state("Preavviso di diniego inviato al richiedente", "suspended_applicant"), "e": state("In decisione", "in_progress"),
            "yes": state("Accolta", "concluded_positive"), "no": state("Respinta", "concluded_negative"), "off": state("Ritirata", "concluded_negative")
        },
        "transitions": {
            "take": go("Prendi in carico", &["a"], "b", "operator"), "ask": go("Chiedi integrazioni", &["b"], "c", "case_officer"),
            "answer": go("Invia le integrazioni", &["c"], "b", "citizen"), "warn": go("Invia il preavviso di diniego", &["b"], "d", "case_officer"),
            "observe": go("Invia le tue osservazioni", &["d"], "e", "citizen"), "late": go("Termine scaduto", &["d"], "e", "system"),
            "again": go("Riprendi dall'inizio", &["e"], "a", "case_officer"), "note": go("Annota", &["e"], "e", "case_officer"),
            "swap": go("Cambia attesa", &["c"], "d", "case_officer"), "grant": go("Accogli", &["b", "e"], "yes", "case_officer"),
            "refuse": go("Respingi", &["e"], "no", "case_officer"), "revoke": go("Revoca", &["yes"], "no", "office_head"),
            "close": go("Chiudi", &["c"], "no", "system"), "withdraw": go("Ritira la domanda", &["a", "b", "c", "d", "e"], "off", "citizen")
        }
    }))
    .unwrap()
}

#[test]
fn mermaid_names_each_state_and_passage_without_its_own_syntax() {
    let text = mermaid(&workflow(), Language::It);
    assert!(text.starts_with("stateDiagram-v2\n"));
    assert!(text.contains("    [*] --> s_submitted\n"));
    assert!(text.contains("    s_integration --> s_refused: Chiudi  ora \n"));
    assert!(text.contains("    s_granted --> [*]\n"));
}

#[test]
fn the_picture_is_self_contained_and_escapes_its_texts() {
    let picture = svg(&workflow(), Language::It);
    assert!(picture.contains("Chiudi &lt;ora&gt;"));
    assert!(!picture.contains("<ora>"));
    assert!(!picture.contains("href"));
    assert!(picture.contains("<title>Flusso della pratica: simple</title>"));
    assert!(picture.contains("Chiudi &lt;ora&gt;: In attesa → Respinta"));
    assert!(svg(&workflow(), Language::En).contains("Happens by itself"));
}

#[test]
fn no_words_lie_on_a_state_or_on_other_words() {
    for workflow in [workflow(), tangled()] {
        let picture = layout(&workflow, Language::It);
        let mut areas: Vec<(String, [i32; 4])> = Vec::new();
        for state in &picture.boxes {
            areas.push((state.id.to_owned(), [state.x, state.y, state.x + WIDTH, state.y + state.height]));
        }
        for link in &picture.links {
            let (half, tall) = (width(&link.lines) / 2, LINE * i32::try_from(link.lines.len()).unwrap() / 2);
            areas.push((link.lines.join(" "), [link.x - half, link.y - tall, link.x + half, link.y + tall]));
        }
        for (index, (name, area)) in areas.iter().enumerate() {
            assert!(area[0] >= 0 && area[2] <= picture.width && area[1] >= picture.top && area[3] <= picture.bottom, "{name} is outside");
            for (other, with) in &areas[index + 1..] {
                let apart = area[2] <= with[0] || with[2] <= area[0] || area[3] <= with[1] || with[3] <= area[1];
                assert!(apart, "{name} lies on {other}: {area:?} {with:?}");
            }
        }
    }
}

#[test]
fn a_passage_that_states_share_is_named_once() {
    let picture = layout(&tangled(), Language::It).links;
    let withdraw: Vec<_> = picture.iter().filter(|link| link.lines == ["Ritira la domanda"]).collect();
    assert_eq!(withdraw.len(), 1);
    assert_eq!(withdraw[0].paths.len(), 5);
}

#[test]
fn what_cannot_be_drawn_right_is_drawn_all_the_same() {
    let mut broken = tangled();
    broken.start = "nowhere".into();
    broken.states.shift_remove("e");
    assert!(svg(&broken, Language::En).ends_with("</svg>"));
    broken.states.clear();
    assert!(svg(&broken, Language::En).ends_with("</svg>"));
}

#[test]
fn long_titles_are_broken_and_cut() {
    assert_eq!(wrap("Preavviso di diniego inviato al richiedente", 24, 2), ["Preavviso di diniego", "inviato al richiedente"]);
    assert_eq!(wrap("uno due tre quattro cinque", 8, 2), ["uno due", "tre…"]);
    assert_eq!(wrap("precipitevolissimevolmente", 10, 2), ["precipite…"]);
    assert_eq!(wrap("", 10, 2), Vec::<String>::new());
}

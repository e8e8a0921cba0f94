//! Draws a workflow for people: Mermaid for documents, SVG for pages that must not load anything.
//!
//! The picture is laid out in columns, each state as far right as its distance from the start; passages are curves with the words
//! of their button. Colours follow the official category of the state and are told by a legend too.

use std::{cmp::Ordering, collections::BTreeMap, fmt::Write};

use crate::{
    case::CaseStatus,
    text::Language,
    workflow::{State, Workflow},
};

/// The workflow as a Mermaid state diagram (`text/vnd.mermaid`).
pub fn mermaid(workflow: &Workflow, language: Language) -> String {
    let mut out = String::from("stateDiagram-v2\n    direction LR\n");
    let name = |id: &str| id.replace('-', "_");
    for (id, state) in &workflow.states {
        let _ = writeln!(out, "    {}: {}", name(id), plain(state.title.get(language)));
    }
    let _ = writeln!(out, "    [*] --> {}", name(&workflow.start));
    for transition in workflow.transitions.values() {
        for from in transition.from.iter().filter(|(_, on)| **on).map(|(from, _)| from) {
            let _ = writeln!(out, "    {} --> {}: {}", name(from), name(&transition.to), plain(transition.title.get(language)));
        }
    }
    for (id, _) in workflow.states.iter().filter(|(_, state)| state.status.is_concluded()) {
        let _ = writeln!(out, "    {} --> [*]", name(id));
    }
    out
}

/// A label without what Mermaid would read as syntax.
fn plain(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ':' | ';' | '#' | '{' | '}' | '[' | ']' | '<' | '>' | '"' | '\n') { ' ' } else { c }).collect()
}

const WIDTH: usize = 190;
const HEIGHT: usize = 46;
const GAP_X: usize = 150;
const GAP_Y: usize = 74;
const MARGIN: usize = 30;

/// The workflow as a self-contained SVG picture.
pub fn svg(workflow: &Workflow, language: Language) -> String {
    let places = layout(workflow);
    let columns = places.values().map(|place| place.column).max().unwrap_or(0) + 1;
    let bottom = places.values().map(|place| place.top() + HEIGHT).max().unwrap_or(0);
    let width = 2 * MARGIN + columns * (WIDTH + GAP_X);
    let height = bottom + 90;
    let title = language.pick("Flusso della pratica", "How the case goes");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"'Titillium Web', sans-serif\">\
         <title>{title}: {}</title>\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\">\
         <path d=\"M0 0 8 4 0 8z\" fill=\"#455a64\"/></marker></defs><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
        escape(&workflow.id)
    );
    draw_transitions(&mut out, workflow, &places, language);
    for (id, state) in &workflow.states {
        if let Some(place) = places.get(id.as_ref()) {
            draw_state(&mut out, state, *place, id == &workflow.start, language);
        }
    }
    draw_legend(&mut out, height - 40, language);
    out.push_str("</svg>");
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    column: usize,
    row: usize,
    drop: usize,
}

impl Place {
    fn left(self) -> usize {
        MARGIN + self.column * (WIDTH + GAP_X)
    }

    fn top(self) -> usize {
        2 * MARGIN + self.row * (HEIGHT + GAP_Y) + self.drop * (HEIGHT + 12)
    }
}

/// Column = distance from the start; concluded states share the last column. Each open column begins half a step lower than the one
/// before, so that a passage that skips a column runs above its boxes.
fn layout(workflow: &Workflow) -> BTreeMap<&str, Place> {
    let mut distance: BTreeMap<&str, usize> = BTreeMap::from([(workflow.start.as_ref(), 0)]);
    for step in 0..workflow.states.len() {
        for transition in workflow.transitions.values() {
            let near = transition.from.iter().any(|(from, on)| *on && distance.get(from.as_ref()) == Some(&step));
            if near {
                distance.entry(transition.to.as_ref()).or_insert(step + 1);
            }
        }
    }
    let open = |id: &str| workflow.states.get(id).is_some_and(|state| !state.status.is_concluded());
    let last = distance.iter().filter(|(id, _)| open(id)).map(|(_, column)| *column).max().unwrap_or(0) + 1;
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    workflow
        .states
        .iter()
        .map(|(id, state)| {
            let column = if state.status.is_concluded() { last } else { distance.get(id.as_ref()).copied().unwrap_or(last) };
            let row = rows.entry(column).or_default();
            let place = Place { column, row: *row, drop: if state.status.is_concluded() { 0 } else { column } };
            *row += 1;
            (id.as_ref(), place)
        })
        .collect()
}

const fn colour(status: CaseStatus) -> (&'static str, &'static str) {
    match status {
        CaseStatus::Draft => ("#eceff1", "#455a64"),
        CaseStatus::InProgress => ("#e3f2fd", "#0d47a1"),
        CaseStatus::SuspendedApplicant => ("#fff8e1", "#8a5300"),
        CaseStatus::SuspendedAdministration => ("#f3e5f5", "#6a1b9a"),
        CaseStatus::ConcludedPositive => ("#e8f5e9", "#1b5e20"),
        CaseStatus::ConcludedNegative => ("#ffebee", "#b71c1c"),
    }
}

const fn label(status: CaseStatus, language: Language) -> &'static str {
    match status {
        CaseStatus::Draft => language.pick("In bozza", "Draft"),
        CaseStatus::InProgress => language.pick("In corso", "In progress"),
        CaseStatus::SuspendedApplicant => language.pick("Attende il cittadino", "Waits for the citizen"),
        CaseStatus::SuspendedAdministration => language.pick("Attende l'amministrazione", "Waits for the administration"),
        CaseStatus::ConcludedPositive => language.pick("Esito positivo", "Positive outcome"),
        CaseStatus::ConcludedNegative => language.pick("Esito negativo", "Negative outcome"),
    }
}

fn draw_state(out: &mut String, state: &State, place: Place, start: bool, language: Language) {
    let (fill, ink) = colour(state.status);
    let (x, y) = (place.left(), place.top());
    let stroke = if start { 3 } else { 1 };
    let _ = write!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\" fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"{stroke}\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"14\" fill=\"{ink}\">{}</text>",
        x + WIDTH / 2,
        y + HEIGHT / 2 + 5,
        escape(&short(state.title.get(language), 26))
    );
}

/// Passages between the same two states share one curve, their words one under the other.
fn draw_transitions(out: &mut String, workflow: &Workflow, places: &BTreeMap<&str, Place>, language: Language) {
    let mut curves: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for transition in workflow.transitions.values() {
        for (from, _) in transition.from.iter().filter(|(_, on)| **on) {
            curves.entry((from, &transition.to)).or_default().push(short(transition.title.get(language), 34));
        }
    }
    for ((from, to), words) in curves {
        if let (Some(start), Some(end)) = (places.get(from), places.get(to)) {
            draw_curve(out, *start, *end, &words);
        }
    }
}

/// Forward passages leave to the right; those back to an earlier column arch above, those within a column bow to the right.
fn draw_curve(out: &mut String, start: Place, end: Place, words: &[String]) {
    let (middle_1, middle_2) = (start.top() + HEIGHT / 2, end.top() + HEIGHT / 2);
    let (path, x, y) = match end.column.cmp(&start.column) {
        Ordering::Greater => {
            let (x1, x2) = (start.left() + WIDTH, end.left());
            let near = x1 + GAP_X / 2;
            let path = format!("M{x1} {middle_1}C{near} {middle_1} {near} {middle_2} {} {middle_2}L{x2} {middle_2}", x1 + GAP_X);
            let y = if end.row == start.row { middle_1 } else { usize::midpoint(middle_1, middle_2) };
            (path, near, y)
        }
        Ordering::Equal => {
            let (x1, bow) = (start.left() + WIDTH, start.left() + WIDTH + GAP_X / 3);
            (format!("M{x1} {middle_1}C{bow} {middle_1} {bow} {middle_2} {x1} {middle_2}"), bow, usize::midpoint(middle_1, middle_2))
        }
        Ordering::Less => {
            let (x1, x2) = (start.left() + WIDTH / 2, end.left() + WIDTH / 2);
            let (y1, y2) = (start.top(), end.top());
            let above = y1.min(y2).saturating_sub(GAP_Y / 2);
            (format!("M{x1} {y1}C{x1} {above} {x2} {above} {x2} {y2}"), usize::midpoint(x1, x2), above + 14)
        }
    };
    let _ = write!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"#455a64\" stroke-width=\"1.3\" marker-end=\"url(#tip)\"/>");
    for (line, word) in words.iter().enumerate() {
        let _ = write!(
            out,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#263238\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
            (y + 13 * line).saturating_sub(5),
            escape(word)
        );
    }
}

fn draw_legend(out: &mut String, y: usize, language: Language) {
    for (place, status) in CaseStatus::ALL.into_iter().skip(1).enumerate() {
        let (fill, ink) = colour(status);
        let x = MARGIN + place * 190;
        let _ = write!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{fill}\" stroke=\"{ink}\"/>\
             <text x=\"{}\" y=\"{}\" font-size=\"12\" fill=\"#263238\">{}</text>",
            x + 20,
            y + 12,
            label(status, language)
        );
    }
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::check::tests::sound;

    fn workflow() -> Workflow {
        serde_json::from_value(sound()).unwrap()
    }

    #[test]
    fn mermaid_names_each_state_and_passage_without_its_own_syntax() {
        let text = mermaid(&workflow(), Language::It);
        assert!(text.starts_with("stateDiagram-v2\n"));
        assert!(text.contains("    [*] --> submitted\n"));
        assert!(text.contains("    integration --> refused: Chiudi  ora \n"));
        assert!(text.contains("    granted --> [*]\n"));
    }

    #[test]
    fn the_picture_is_self_contained_and_escapes_its_texts() {
        let picture = svg(&workflow(), Language::It);
        assert!(picture.contains("Chiudi &lt;ora&gt;"));
        assert!(!picture.contains("<ora>"));
        assert!(!picture.contains("href"));
        assert_eq!(picture.matches("<rect").count(), 1 + 4 + 5);
    }
}

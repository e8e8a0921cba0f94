//! Writes a picture down as SVG: nothing loaded from elsewhere, every text escaped, its content told in words too.

use std::fmt::Write;

use super::layout::{Box, LINE, Link, Picture, TITLE_LINE, WIDTH, layout, width};
use crate::{case::CaseStatus, text::Language, workflow::Workflow};

const MARGIN: i32 = 30;
const ENTRY: i32 = 200;

/// The workflow as a self-contained SVG picture.
///
/// Colours follow the official category of each state and are told by a legend too; what only the product does is dashed.
pub fn svg(workflow: &Workflow, language: Language) -> String {
    let picture = layout(workflow, language);
    let shown: Vec<_> =
        CaseStatus::ALL.into_iter().filter(|status| picture.boxes.iter().any(|state| state.state.status == *status)).collect();
    let automatic = picture.links.iter().any(|link| link.automatic);
    let entries = i32::try_from(shown.len()).unwrap_or(0) + i32::from(automatic);
    let width = picture.width.max(2 * MARGIN + entries * ENTRY);
    let (top, height) = (picture.top - MARGIN, picture.bottom - picture.top + 2 * MARGIN + 40);
    let title = language.pick("Flusso della pratica", "How the case goes");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {top} {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         font-family=\"'Titillium Web', Roboto, sans-serif\"><title>{title}: {}</title><desc>{}</desc>\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\">\
         <path d=\"M0 0 8 4 0 8z\" fill=\"#455a64\"/></marker></defs><rect y=\"{top}\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
        escape(&workflow.id),
        escape(&in_words(workflow, language))
    );
    picture.links.iter().for_each(|link| draw_paths(&mut out, link));
    picture.links.iter().for_each(|link| draw_words(&mut out, link));
    picture.boxes.iter().for_each(|state| draw_state(&mut out, state, state.id == workflow.start.as_ref(), language));
    draw_legend(&mut out, &picture, &shown, automatic, language);
    out.push_str("</svg>");
    out
}

/// The same for who cannot see it.
fn in_words(workflow: &Workflow, language: Language) -> String {
    let title = |id: &str| workflow.states.get(id).map_or("", |state| state.title.get(language)).to_owned();
    let passages = workflow.transitions.values().map(|transition| {
        let from: Vec<_> = transition.from.iter().filter(|(_, on)| **on).map(|(from, _)| title(from)).collect();
        format!("{}: {} → {}", transition.title.get(language), from.join(", "), title(&transition.to))
    });
    passages.collect::<Vec<_>>().join("; ")
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

fn draw_paths(out: &mut String, link: &Link) {
    let dashes = if link.automatic { " stroke-dasharray=\"5 4\"" } else { "" };
    for path in &link.paths {
        let _ = write!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"#455a64\" stroke-width=\"1.3\"{dashes} marker-end=\"url(#tip)\"/>");
    }
}

fn draw_words(out: &mut String, link: &Link) {
    let height = LINE * i32::try_from(link.lines.len()).unwrap_or(1);
    let (x, y, width) = (link.x, link.y - height / 2, width(&link.lines));
    let _ = write!(out, "<rect x=\"{}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>", x - width / 2);
    draw_lines(out, &link.lines, (x, y + 11), LINE, "font-size=\"12\" fill=\"#263238\"");
}

fn draw_state(out: &mut String, state: &Box<'_>, start: bool, language: Language) {
    let (fill, ink) = colour(state.state.status);
    let (x, y, height) = (state.x, state.y, state.height);
    let stroke = if start { 3 } else { 1 };
    let _ = write!(
        out,
        "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"{stroke}\"/>",
        escape(state.state.title.get(language))
    );
    let lines = i32::try_from(state.lines.len()).unwrap_or(1);
    let first = y + (height - lines * TITLE_LINE) / 2 + 14;
    draw_lines(out, &state.lines, (x + WIDTH / 2, first), TITLE_LINE, &format!("font-size=\"14\" fill=\"{ink}\""));
    out.push_str("</g>");
}

fn draw_lines(out: &mut String, lines: &[String], first: (i32, i32), step: i32, look: &str) {
    let mut y = first.1;
    for line in lines {
        let _ = write!(out, "<text x=\"{}\" y=\"{y}\" text-anchor=\"middle\" {look}>{}</text>", first.0, escape(line));
        y += step;
    }
}

fn draw_legend(out: &mut String, picture: &Picture<'_>, shown: &[CaseStatus], automatic: bool, language: Language) {
    let (mut x, y) = (MARGIN, picture.bottom + MARGIN + 6);
    let words = |out: &mut String, x: i32, words: &str| {
        let _ = write!(out, "<text x=\"{x}\" y=\"{}\" font-size=\"12\" fill=\"#263238\">{}</text>", y + 12, escape(words));
    };
    for status in shown {
        let (fill, ink) = colour(*status);
        let _ = write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{fill}\" stroke=\"{ink}\"/>");
        words(out, x + 20, label(*status, language));
        x += ENTRY;
    }
    if automatic {
        let _ = write!(
            out,
            "<path d=\"M{x} {}h24\" stroke=\"#455a64\" stroke-width=\"1.3\" stroke-dasharray=\"5 4\" marker-end=\"url(#tip)\"/>",
            y + 7
        );
        words(out, x + 34, language.pick("Avviene da solo", "Happens by itself"));
    }
}

/// A text where neither markup nor a character that XML forbids can come out of it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

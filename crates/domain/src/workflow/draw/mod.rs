//! Draws a workflow for people: Mermaid for documents, SVG for pages that must not load anything.
//!
//! `layout` decides where everything is, `paint` writes it down. To extend: what is new on a state or a passage gets its place
//! there and its look here.

mod layout;
mod paint;

use std::fmt::Write;

pub use paint::svg;

use crate::{text::Language, workflow::Workflow};

/// The workflow as a Mermaid state diagram (`text/vnd.mermaid`).
pub fn mermaid(workflow: &Workflow, language: Language) -> String {
    let mut out = String::from("stateDiagram-v2\n    direction LR\n");
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

/// The id of a state where `end` and the other words of Mermaid cannot be mistaken for it.
fn name(id: &str) -> String {
    format!("s_{}", id.replace('-', "_"))
}

/// A label without what Mermaid would read as syntax.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, ':' | ';' | '#' | '{' | '}' | '[' | ']' | '<' | '>' | '"' | '%') { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;

//! Sets words in lines and lines on pages.

use sportello_domain::printed::{Paper, Part, Row};

use crate::faces::{Face, Faces};

/// A4, in points.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
/// The margin on each side.
pub(crate) const MARGIN: f32 = 62.0;
/// Where the text ends above the foot of the page.
const BOTTOM: f32 = PAGE.1 - 78.0;
/// The width of the text.
const MEASURE: f32 = PAGE.0 - 2.0 * MARGIN;
/// The width of the labels of a table.
const LABELS: f32 = 170.0;
/// What lies between labels and values.
const GUTTER: f32 = 12.0;

/// What a run of words is, for who cannot see the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Heading(u16),
    Paragraph,
    Label,
    Value,
}

/// One line of one element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// The element that it belongs to, counted through the paper.
    pub(crate) element: usize,
    pub(crate) role: Role,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) face: Face,
    pub(crate) size: f32,
    /// Whether it has the body's colour.
    pub(crate) colored: bool,
    pub(crate) text: String,
}

/// The pages of a paper, each with its lines.
pub(crate) fn pages(paper: &Paper, faces: &Faces) -> Vec<Vec<Run>> {
    let mut flow = Flow { faces, pages: vec![Vec::new()], y: MARGIN, element: 0 };
    flow.text(&paper.issuer.name, Style { colored: true, ..Style::BOLD.sized(13.0) }, 0.0);
    for line in &paper.issuer.lines {
        flow.text(line, Style::PLAIN.sized(8.5), 1.0);
    }
    flow.text(&paper.heading, Style::heading(1, 16.0), 26.0);
    if let Some(subject) = &paper.subject {
        flow.text(subject, Style::BOLD.sized(10.5), 6.0);
    }
    for part in &paper.parts {
        match part {
            Part::Title(title) => flow.text(title, Style::heading(2, 11.5), 16.0),
            Part::Text(text) => flow.paragraphs(text, Style::PLAIN),
            Part::Table(rows) => flow.table(rows),
        }
    }
    for (at, line) in paper.legend.iter().enumerate() {
        flow.text(line, Style::PLAIN.sized(8.5), if at == 0 { 18.0 } else { 4.0 });
    }
    if let Some(verification) = &paper.verification {
        flow.text(verification, Style::PLAIN.sized(8.5), 14.0);
    }
    flow.pages
}

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    role: Role,
    face: Face,
    size: f32,
    colored: bool,
}

impl Style {
    const PLAIN: Self = Self { role: Role::Paragraph, face: Face::Regular, size: 10.0, colored: false };
    const BOLD: Self = Self { face: Face::Bold, ..Self::PLAIN };

    const fn sized(self, size: f32) -> Self {
        Self { size, ..self }
    }

    const fn heading(level: u16, size: f32) -> Self {
        Self { role: Role::Heading(level), face: Face::Bold, size, colored: true }
    }

    fn leading(self) -> f32 {
        self.size * 1.4
    }
}

struct Flow<'a> {
    faces: &'a Faces,
    pages: Vec<Vec<Run>>,
    /// The upper edge of the next line.
    y: f32,
    /// How many elements there are.
    element: usize,
}

impl Flow<'_> {
    fn paragraphs(&mut self, text: &str, style: Style) {
        for paragraph in text.split("\n\n") {
            self.text(paragraph, style, 9.0);
        }
    }

    /// Sets one element of lines that follow each other.
    fn text(&mut self, text: &str, style: Style, space: f32) {
        let lines = lines(text, MEASURE, style, self.faces);
        if lines.is_empty() {
            return;
        }
        self.skip(space);
        for line in lines {
            self.room(style.leading());
            self.put(line, style, MARGIN);
            self.y += style.leading();
        }
        self.element += 1;
    }

    fn table(&mut self, rows: &[Row]) {
        self.skip(4.0);
        for Row { label, value } in rows {
            let (left, right) =
                (Style { role: Role::Label, ..Style::BOLD.sized(9.5) }, Style { role: Role::Value, ..Style::PLAIN.sized(9.5) });
            let labels = lines(label, LABELS, left, self.faces);
            let values = lines(value, MEASURE - LABELS - GUTTER, right, self.faces);
            if values.is_empty() {
                continue;
            }
            self.skip(5.0);
            let element = self.element;
            for at in 0..labels.len().max(values.len()) {
                self.room(left.leading());
                if let Some(line) = labels.get(at) {
                    self.put(line.clone(), left, MARGIN);
                }
                self.element = element + 1;
                if let Some(line) = values.get(at) {
                    self.put(line.clone(), right, MARGIN + LABELS + GUTTER);
                }
                self.element = element;
                self.y += left.leading();
            }
            self.element = element + 2;
        }
    }

    /// Space between elements; none at the top of a page.
    fn skip(&mut self, space: f32) {
        if self.pages.last().is_some_and(|page| !page.is_empty()) {
            self.y += space;
        }
    }

    /// Begins a page where the line has no room on this one.
    fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    fn put(&mut self, text: String, style: Style, x: f32) {
        let Style { role, face, size, colored } = style;
        let run = Run { element: self.element, role, x, y: self.y + size, face, size, colored, text };
        if let Some(page) = self.pages.last_mut() {
            page.push(run);
        }
    }
}

/// Breaks a text at spaces, and a word that is wider than the measure where it must. Each line but the last ends with a space, so
/// that words stay apart for who listens to them.
fn lines(text: &str, measure: f32, style: Style, faces: &Faces) -> Vec<String> {
    let shown = faces.shown(text);
    let fits = |line: &str| faces.width(style.face, style.size, line) <= measure;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in shown.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(format!("{line} "));
        }
        line = String::new();
        for letter in word.chars() {
            if !line.is_empty() && !fits(&format!("{line}{letter}")) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_no_word() {
        let faces = Faces::open().unwrap();
        let text = "Perché la città è così: già più giù, né là né qui. ".repeat(20);
        let broken = lines(&text, 200.0, Style::PLAIN, &faces);
        assert!(broken.len() > 20);
        assert!(broken.iter().all(|line| faces.width(Face::Regular, 10.0, line.trim_end()) <= 200.0));
        assert_eq!(broken.concat().split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn a_word_that_is_too_wide_is_broken_where_it_must() {
        let faces = Faces::open().unwrap();
        let word = "x".repeat(500);
        let broken = lines(&word, 200.0, Style::PLAIN, &faces);
        assert_eq!(broken.concat(), word);
        assert!(broken.len() > 10);
    }
}

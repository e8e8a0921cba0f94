//! Writes pages: letters where they stand, and the structure that tells what they are.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree},
    text::TextDirection,
};
use sportello_domain::{
    printed::{self, Paper},
    text::Language,
};

use crate::{
    NotPrinted,
    faces::{Face, Faces},
    flow::{MARGIN, PAGE, Role, Run},
};

/// The size of what stands at the foot of a page.
const FOOT: f32 = 8.0;

/// The bytes of the pages.
pub(crate) fn pages(paper: &Paper, pages: &[Vec<Run>], faces: &Faces) -> Result<Vec<u8>, NotPrinted> {
    let mut document = Document::new_with(settings()?);
    let mut elements: Vec<Element> = Vec::new();
    for (at, runs) in pages.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(NotPrinted("the page has no size"))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        if at == 0 {
            band(&mut surface, paper);
        }
        for run in runs {
            let identifier = line(&mut surface, paper, run, faces);
            keep(&mut elements, run, identifier, at);
        }
        foot(&mut surface, paper, (at + 1, pages.len()), faces);
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(&elements));
    document.set_tag_tree(tree(elements, paper.language)?);
    document.set_metadata(metadata(paper));
    document.finish().map_err(|_| NotPrinted("the pages are not archival"))
}

fn settings() -> Result<SerializeSettings, NotPrinted> {
    let configuration =
        ConfigurationBuilder::new().with_archival_validator(Archival::A2_A).with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|_| NotPrinted("the standards do not go together"))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

/// What the file tells of itself: what it is, its language and its day. Who it is about is not among it.
fn metadata(paper: &Paper) -> Metadata {
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    let year = u16::try_from(paper.date.year()).unwrap_or_default();
    let date = DateTime::new(year).month(part(paper.date.month())).day(part(paper.date.day()));
    Metadata::new().title(paper.heading.clone()).language(paper.language.tag().to_owned()).creation_date(date)
}

/// What is read as one thing: a paragraph, a cell.
struct Element {
    number: usize,
    role: Role,
    lines: Vec<Identifier>,
    /// Its words, for a title alone.
    title: String,
    /// Where it begins.
    page: usize,
    at: (f32, f32),
}

/// The titles, for who leafs through them.
fn outline(elements: &[Element]) -> Outline {
    let mut outline = Outline::new();
    let mut whole: Option<OutlineNode> = None;
    for element in elements {
        let Role::Heading(level) = element.role else { continue };
        let place = XyzDestination::new(element.page, Point::from_xy(element.at.0, element.at.1));
        let node = OutlineNode::new(element.title.clone(), place);
        match &mut whole {
            Some(whole) if level > 1 => whole.push_child(node),
            _ => whole.replace(node).into_iter().for_each(|before| outline.push_child(before)),
        }
    }
    if let Some(whole) = whole {
        outline.push_child(whole);
    }
    outline
}

/// Lines of an element may be drawn between those of its neighbour, as in a row of a table.
fn keep(elements: &mut Vec<Element>, run: &Run, identifier: Identifier, page: usize) {
    let title = if matches!(run.role, Role::Heading(_)) { run.text.as_str() } else { "" };
    match elements.iter_mut().rev().take(2).find(|element| element.number == run.element) {
        Some(element) => {
            element.lines.push(identifier);
            element.title.push_str(title);
        }
        None => elements.push(Element {
            number: run.element,
            role: run.role,
            lines: vec![identifier],
            title: title.to_owned(),
            page,
            at: (run.x, run.y - run.size),
        }),
    }
}

fn tree(elements: Vec<Element>, language: Language) -> Result<TagTree, NotPrinted> {
    let mut tree = TagTree::new().with_lang(Some(language.tag().to_owned()));
    let mut table: Option<TagGroup> = None;
    let mut label: Option<TagGroup> = None;
    for Element { number: _, role, lines, title, page: _, at: _ } in elements {
        let group = |tag: TagGroup| lines.iter().fold(tag, pushed);
        match role {
            Role::Label => label = Some(group(TagGroup::new(Tag::TH(TableHeaderScope::Row)))),
            Role::Value => {
                let mut row = TagGroup::new(Tag::TR);
                if let Some(label) = label.take() {
                    row.push(label);
                }
                row.push(group(TagGroup::new(Tag::TD)));
                table.get_or_insert_with(|| TagGroup::new(Tag::Table)).push(row);
            }
            Role::Heading(level) => {
                table.take().into_iter().for_each(|table| tree.push(table));
                let level = NonZeroU16::new(level).ok_or(NotPrinted("a title has no level"))?;
                tree.push(group(TagGroup::new(Tag::Hn(level, Some(title)))));
            }
            Role::Paragraph => {
                table.take().into_iter().for_each(|table| tree.push(table));
                tree.push(group(TagGroup::new(Tag::P)));
            }
        }
    }
    if let Some(table) = table {
        tree.push(table);
    }
    Ok(tree)
}

fn pushed(mut group: TagGroup, line: &Identifier) -> TagGroup {
    group.push(*line);
    group
}

fn fill([red, green, blue]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn color(paper: &Paper) -> [u8; 3] {
    paper.issuer.color.as_deref().and_then(printed::rgb).unwrap_or_default()
}

/// A band in the body's colour over the first page.
fn band(surface: &mut Surface<'_>, paper: &Paper) {
    let mut path = PathBuilder::new();
    let Some(edge) = Rect::from_xywh(MARGIN, MARGIN - 14.0, PAGE.0 - 2.0 * MARGIN, 3.0) else { return };
    path.push_rect(edge);
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(Some(fill(color(paper))));
    surface.draw_path(&path);
    surface.end_tagged();
}

fn line(surface: &mut Surface<'_>, paper: &Paper, run: &Run, faces: &Faces) -> Identifier {
    let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    surface.set_fill(Some(fill(if run.colored { color(paper) } else { [0, 0, 0] })));
    write(surface, (run.x, run.y), (run.face, run.size), &run.text, faces);
    surface.end_tagged();
    identifier
}

fn write(surface: &mut Surface<'_>, (x, y): (f32, f32), (face, size): (Face, f32), text: &str, faces: &Faces) {
    surface.draw_text(Point::from_xy(x, y), faces.font(face), size, text, false, TextDirection::LeftToRight);
}

fn foot(surface: &mut Surface<'_>, paper: &Paper, (page, pages): (usize, usize), faces: &Faces) {
    let y = PAGE.1 - 46.0;
    let number = match paper.language {
        Language::It => format!("Pagina {page} di {pages}"),
        Language::En => format!("Page {page} of {pages}"),
    };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    surface.set_fill(Some(fill([0x40, 0x40, 0x40])));
    write(surface, (MARGIN, y), (Face::Regular, FOOT), &faces.shown(&paper.footer), faces);
    let left = PAGE.0 - MARGIN - faces.width(Face::Regular, FOOT, &number);
    write(surface, (left, y), (Face::Regular, FOOT), &number, faces);
    surface.end_tagged();
}

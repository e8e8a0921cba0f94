//! The two faces, and how wide words are in them.

use krilla::text::Font;

use crate::NotPrinted;

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Regular,
    Bold,
}

/// Both faces.
pub(crate) struct Faces {
    regular: Measured,
    bold: Measured,
}

struct Measured {
    face: ttf_parser::Face<'static>,
    font: Font,
}

/// Stands for letters that the faces do not have.
const NO_LETTER: char = '\u{FFFD}';

impl Faces {
    /// Opens the faces that are built in.
    pub(crate) fn open() -> Result<Self, NotPrinted> {
        Ok(Self { regular: Measured::open(dejavu::sans::regular())?, bold: Measured::open(dejavu::sans::bold())? })
    }

    fn measured(&self, face: Face) -> &Measured {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
        }
    }

    /// The face as the writer of PDF wants it.
    pub(crate) fn font(&self, face: Face) -> Font {
        self.measured(face).font.clone()
    }

    /// How wide a text is at a size, in points.
    pub(crate) fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let face = &self.measured(face).face;
        let units: u32 = text.chars().map(|letter| advance(face, letter)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a line is far shorter than what single precision tells apart")]
        let units = units as f32;
        units * size / f32::from(face.units_per_em())
    }

    /// The text with what has no shape replaced, and without marks that steer writing.
    pub(crate) fn shown(&self, text: &str) -> String {
        let known = |letter: char| self.regular.has(letter) && self.bold.has(letter);
        let kept = text.chars().filter(|letter| !letter.is_control() || letter.is_whitespace());
        kept.filter(|letter| !is_mark(*letter))
            .map(|letter| if letter.is_whitespace() || known(letter) { letter } else { NO_LETTER })
            .collect()
    }
}

impl Measured {
    fn open(bytes: &'static [u8]) -> Result<Self, NotPrinted> {
        let face = ttf_parser::Face::parse(bytes, 0).map_err(|_| NotPrinted("a face cannot be measured"))?;
        let font = Font::new(bytes.into(), 0).ok_or(NotPrinted("a face cannot be read"))?;
        Ok(Self { face, font })
    }

    fn has(&self, letter: char) -> bool {
        self.face.glyph_index(letter).is_some_and(|glyph| glyph.0 != 0)
    }
}

/// Marks that turn the direction of writing or take no room: a paper says what it shows.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn advance(face: &ttf_parser::Face<'_>, letter: char) -> u32 {
    let glyph = face.glyph_index(letter).unwrap_or_default();
    u32::from(face.glyph_hor_advance(glyph).unwrap_or_default())
}

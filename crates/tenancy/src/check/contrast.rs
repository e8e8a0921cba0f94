//! Colours that people can read: contrast of WCAG 2.1, criterion 1.4.3.

use crate::problem::{Message, Problems};
use crate::yaml::Node;

/// The least contrast of text.
const TEXT: f64 = 4.5;

type Colour = [u8; 3];

/// Checks a resolved branding.
pub(super) fn branding(branding: &Node, problems: &mut Problems) {
    for (foreground, background, brand) in [("primary_text", "primary", "primary"), ("text", "background", "text")] {
        let node = |key| branding.at(["colors", key]);
        let colour = |key| node(key).and_then(Node::plain).and_then(parse);
        let (Some(fore), Some(back)) = (colour(foreground), colour(background)) else { continue };
        let ratio = contrast(fore, back);
        if ratio >= TEXT {
            continue;
        }
        let other = if brand == foreground { background } else { foreground };
        let key = own(branding, brand, other);
        let better = if key == foreground { readable(fore, back) } else { readable(back, fore) };
        let reached = if key == foreground { contrast(better, back) } else { contrast(better, fore) };
        let message = Message::Contrast {
            foreground: hex(fore).into(),
            background: hex(back).into(),
            ratio: two_decimals(ratio).into(),
            needed: TEXT.into(),
            key: key.into(),
            suggestion: hex(better).into(),
            reached: two_decimals(reached).into(),
        };
        if let Some(at) = node(key) {
            problems.push(message, &at.span, format!("colors.{key}"));
        }
    }
}

/// Which of two colours to change: the brand's own, unless it is inherited and the other is this body's.
fn own<'k>(branding: &Node, brand: &'k str, other: &'k str) -> &'k str {
    let layer = |key| branding.at(["colors", key]).map_or(0, |node| node.layer);
    if layer(other) > layer(brand) { other } else { brand }
}

fn parse(text: &str) -> Option<Colour> {
    let bytes = hex::decode(text.strip_prefix('#')?).ok()?;
    bytes.try_into().ok()
}

fn hex(colour: Colour) -> String {
    format!("#{}", hex::encode_upper(colour))
}

fn two_decimals(ratio: f64) -> String {
    // Cut, not rounded: 4.498 must not read as 4.50.
    format!("{:.2}", (ratio * 100.0).floor() / 100.0)
}

fn luminance(colour: Colour) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2])
}

fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The nearest colour of the same hue that can be read on the background: darker or lighter, whichever changes less.
fn readable(colour: Colour, background: Colour) -> Colour {
    let towards = |target: u8, step: u16| {
        colour.map(|part| {
            let (from, to) = (i32::from(part), i32::from(target));
            u8::try_from(from + (to - from) * i32::from(step) / 255).unwrap_or(target)
        })
    };
    (0..=255)
        .flat_map(|step| [towards(0, step), towards(255, step)])
        .find(|candidate| contrast(*candidate, background) >= TEXT)
        .unwrap_or([0, 0, 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_figures() {
        assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 1e-9);
        assert_eq!(two_decimals(contrast([0x7A, 0xB8, 0], [255, 255, 255])), "2.41");
        assert_eq!(two_decimals(contrast([0x77, 0x77, 0x77], [255, 255, 255])), "4.47");
    }

    #[test]
    fn the_proposal_can_be_read_and_keeps_the_hue() {
        let better = readable([0x7A, 0xB8, 0], [255, 255, 255]);
        assert!(contrast(better, [255, 255, 255]) >= TEXT);
        assert!(better[1] > better[0] && better[2] == 0);
        assert!(contrast(readable([0x33, 0x33, 0x33], [0, 0, 0]), [0, 0, 0]) >= TEXT);
    }
}

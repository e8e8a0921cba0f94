//! What is found first.

/// Where a word stands, the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Title,
    Summary,
    Text,
}

impl From<Place> for u8 {
    fn from(place: Place) -> Self {
        match place {
            Place::Title => 0,
            Place::Summary => 1,
            Place::Text => 2,
        }
    }
}

/// How a word was found, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closeness {
    /// The very word.
    Same,
    /// Another form of it.
    Form,
    /// A word that begins so.
    Begun,
    /// A word that differs by a slip.
    Near,
}

/// What finding one word is worth; `own` is the reader's language. What is sure in the reader's language stands before everything
/// else, so that a slip or the other language never hides what was asked for.
pub(super) const fn points(place: Place, closeness: Closeness, own: bool) -> u32 {
    let [title, summary, text] = match (closeness, own) {
        (Closeness::Same, true) => [92, 62, 32],
        (Closeness::Form, true) => [91, 61, 31],
        (Closeness::Begun, true) => [90, 60, 30],
        (Closeness::Same | Closeness::Form | Closeness::Begun, false) => [9, 6, 3],
        (Closeness::Near, true) => [8, 5, 2],
        (Closeness::Near, false) => [7, 4, 1],
    };
    match place {
        Place::Title => title,
        Place::Summary => summary,
        Place::Text => text,
    }
}

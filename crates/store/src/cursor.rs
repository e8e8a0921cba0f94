//! Lists that go on where they stopped: the place is a sort key and an id, so rows that come in meanwhile move nothing.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// Some rows and where the next begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where to go on; none on the last page.
    pub next: Option<Cursor>,
}

/// The place after a row. Opaque outside: written by [`fmt::Display`], read by [`FromStr`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) key: String,
    pub(crate) id: Uuid,
}

/// A text that no list ever gave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor of a list")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.key, self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (key, id) = text.rsplit_once('~').ok_or(NotACursor)?;
        let plain = |byte: u8| byte.is_ascii_digit() || byte == b'-';
        if key.len() > 20 || !key.bytes().all(plain) {
            return Err(NotACursor);
        }
        Ok(Self { key: key.to_owned(), id: Uuid::try_parse(id).map_err(|_| NotACursor)? })
    }
}

impl<T> Slice<T> {
    /// Cuts a list that was read one row beyond the limit; the last row that stays says where to go on.
    pub(crate) fn cut(mut items: Vec<T>, limit: u64, place: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Self { items, next }
    }
}
